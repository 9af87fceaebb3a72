"""What prepares a checkout: the virtual environment and a Pulumi CLI. Standard library only."""
