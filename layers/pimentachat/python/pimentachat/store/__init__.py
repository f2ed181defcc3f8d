"""DynamoDB: one module for each kind of record, the only owner of its keys (docs/data-model.md charts them)."""
