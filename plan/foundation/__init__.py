"""What flow logs stand on: resource groups, network watchers, storage accounts, the workspace.

Nothing here knows which flow logs there are; ``plan.planner`` brings both together.
"""
