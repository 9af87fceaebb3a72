"""Make it so: a plan as azure-native resources; no decisions."""
