"""Users, how they come, log in and what they may."""
