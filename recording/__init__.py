"""When a flow log recorded: one definition for every command, alert and page that asks.

Pure: hours in which rows came go in, what they prove comes out.
"""
