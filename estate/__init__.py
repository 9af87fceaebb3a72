"""What exists: Resource Graph and ARM, read into plain frozen records."""
