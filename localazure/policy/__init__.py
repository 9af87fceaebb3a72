"""Azure Policy: definitions, assignments, what they refuse, what they deploy by themselves."""
