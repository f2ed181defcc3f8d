"""What clients write and read: a module for each family of endpoints, with its requests and replies. Known to `api/`
and `functions/` alone; services take values."""
