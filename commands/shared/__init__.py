"""What several commands need: the engine, a stack's configuration, workspaces, Markdown."""
