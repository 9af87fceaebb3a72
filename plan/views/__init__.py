"""A plan as others see it: lines of a run, notes, the JSON document, the stack outputs.

Nothing here decides; a view reads the plan and says it.
"""
