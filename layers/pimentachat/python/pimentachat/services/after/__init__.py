"""What happens after the answer: settling messages, effects, long jobs."""
