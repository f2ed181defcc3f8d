"""What others may want to hear of."""
