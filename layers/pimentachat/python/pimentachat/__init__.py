"""pimentaCHAT: the shared layer of every function. Imports point down only: api, services, auth, store and cloud,
models."""
