"""How each ARM type answers: one file per type, and the table of all of them."""
