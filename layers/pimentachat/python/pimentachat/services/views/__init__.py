"""What a viewer sees of a record: every answer goes through here."""
