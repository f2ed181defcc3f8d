"""Voice and video calls."""
