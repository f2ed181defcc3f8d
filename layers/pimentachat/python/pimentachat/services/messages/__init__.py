"""Messages: posting, reading, changing, reacting."""
