"""Behaviour of each ARM type: one file per type, and the table of all of them."""
