"""The existing estate: Resource Graph and ARM, read into plain frozen records."""
