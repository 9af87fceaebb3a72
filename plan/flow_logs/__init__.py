"""Which flow logs there should be: chosen, adopted, kept, repaired, removed, and what they cover.

Nothing here knows where flow logs write to; ``plan.foundation`` does.
"""
