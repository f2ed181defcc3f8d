"""pimentaCHAT: the shared layer of every function. Imports point down only: api, services, auth, store and cloud,
models."""

import gc

# Loading modules makes tens of thousands of objects and no garbage. By default each 700 of them start a search for it,
# which is a twentieth of a cold start; what a request leaves behind in cycles is little.
gc.set_threshold(50_000)
