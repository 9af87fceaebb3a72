"""What exists in local Azure: resources, operations under way, the files they come from."""
