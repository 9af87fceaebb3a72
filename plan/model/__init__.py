"""The records of a plan, with every decision taken: what components build and outputs say.

Records alone: nothing here looks at an estate or at settings.
"""
