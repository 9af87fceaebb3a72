"""State of local Azure: resources, operations under way, the files they come from."""
