"""Microsoft.Network, and scale sets as far as networks go: one file per type."""
