"""What a user's own rooms look like to them."""
