"""Commands that people run beside Pulumi, each with ``python -m commands.<name>``."""
