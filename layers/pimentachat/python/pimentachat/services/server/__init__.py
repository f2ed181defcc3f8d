"""The server itself: its settings, its version, and what a new workspace starts with."""
