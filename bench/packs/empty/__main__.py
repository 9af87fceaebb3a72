"""A pack without policies: what a pack costs at all."""

from __future__ import annotations

from pulumi_policy import PolicyPack

if __name__ == "__main__":
    PolicyPack(name="empty", policies=[])
