"""Gets a Pulumi CLI where none is installed, with a Python language host of our own beside it."""
