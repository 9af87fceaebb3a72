"""Serves the policy pack `flowlog-guard` to the Pulumi engine; the constructor never returns."""

from __future__ import annotations

from flowlog_guard import build_policies
from pulumi_policy import EnforcementLevel, PolicyPack

if __name__ == "__main__":
    PolicyPack(
        name="flowlog-guard",
        enforcement_level=EnforcementLevel.MANDATORY,
        policies=build_policies(),
    )
