"""The HTTP side of local Azure: requests and responses, routing, faults, quotas, saving."""
