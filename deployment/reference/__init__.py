"""What openapi.yaml says of an operation beyond its route: what it takes, what it answers, how it refuses."""
