"""What a stack says and holds: its settings, and the engine's state of it.

``settings.read`` is the only reader of the configuration, ``read_state`` of the state; everything
else here is plain records and checks, without Pulumi. Nothing here decides what Azure should have.
"""
