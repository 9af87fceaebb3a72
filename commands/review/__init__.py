"""The summary of a run for the reviewer of a pull request: its sections and their sources."""
