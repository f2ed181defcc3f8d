"""Finding people and rooms."""
