"""What workspaces hold of flows, for the commands that judge by it: rows, hours and networks.

Works with a reader's rights and in a workspace that has nothing of ours: the functions that the
queries read are defined in them.
"""
