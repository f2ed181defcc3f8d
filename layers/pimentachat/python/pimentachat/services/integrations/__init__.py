"""Integrations: what they are, webhooks that others call, and those that we call."""
