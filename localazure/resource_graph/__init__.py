"""Resource Graph: the query shapes that discovery needs, over what the store holds.

A query is read by a small parser (lexer.py, parser.py) into stages (stages.py) over rows (rows.py).
What the parser does not know gets Resource Graph's own `InvalidQuery`.
"""
