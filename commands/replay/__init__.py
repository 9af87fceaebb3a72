"""What recorded flows say about rules, in words, in Markdown and as JSON."""
