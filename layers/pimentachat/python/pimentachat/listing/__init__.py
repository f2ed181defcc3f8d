"""The list language of the wire: pages, `fields`, `sort` and `query`. No verb of the product."""
