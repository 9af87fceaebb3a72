"""Changes of network security resources: read from a document, applied to ARM bodies.

``read.read_change`` takes what `pulumi preview --json` or `terraform show -json` prints, or
security groups as ARM has them, and gives edits of ARM resources; ``apply.changed`` and
``admin_rules.changed_admin_rules`` give bodies as they would be. No network, no clock, no engine.
"""
