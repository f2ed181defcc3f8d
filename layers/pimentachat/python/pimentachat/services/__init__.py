"""The product's verbs, a folder for each subject, in one order: text, views, rooms, accounts, files, messages,
subscriptions, search, server, push, after. Each may use itself and those before it (tests/test_architecture.py). They
take values and records, never requests, and know neither keys nor HTTP."""
