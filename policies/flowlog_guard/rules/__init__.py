"""The rules, one a file: metadata and a pure check."""
