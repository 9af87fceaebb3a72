"""Tools of a checkout: its set-up, the Pulumi CLI, linters of queries and pipelines.

Others take `command` (how a command starts and ends) and `projects` (project folders of a
run). Nothing here knows the program, its commands or local Azure.
"""
