"""Microsoft.Storage: accounts, their services, redundancies, lifecycle rules."""
