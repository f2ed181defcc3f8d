"""Records as the product thinks of them, and requests and replies as clients write and read them."""
