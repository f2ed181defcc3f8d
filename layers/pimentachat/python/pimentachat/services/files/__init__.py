"""Uploaded files: storing them, fetching them, taking them away. Posting one is a matter of messages."""
