"""A pack whose only policy looks at nothing: what a pack costs at all."""

from __future__ import annotations

from pulumi_policy import PolicyPack, ResourceValidationPolicy

if __name__ == "__main__":
    nothing = ResourceValidationPolicy("nothing", "Looks at nothing.", lambda args, report: None)
    PolicyPack(name="empty", policies=[nothing])
