"""The product's verbs. A service decides; the store keeps; the endpoint only names both."""
