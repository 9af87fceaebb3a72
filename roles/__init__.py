"""Custom role definitions, and the reason of each action in them (`actions.json`)."""
