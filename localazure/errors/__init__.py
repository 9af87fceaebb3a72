"""Ways in which Azure says no, a module for each part of it."""
