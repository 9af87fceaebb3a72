"""Azure's own engine as guardrail: a program of its own, for a management group or subscription."""
