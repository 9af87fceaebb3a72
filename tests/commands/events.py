"""Events of the engine, as small as a test needs them; shapes as the CLI 3.259 logs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FLOW_LOG = "azure-native:network:FlowLog"


def urn(name: str, kind: str = FLOW_LOG) -> str:
    """The URN of a resource under the component."""
    return f"urn:pulumi:prod::flow-logs::flow-logs:index:FlowLogging${kind}::{name}"


def step(
    operation: str,
    name: str,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    kind: str = FLOW_LOG,
) -> dict[str, Any]:
    """A planned step; ``old`` and ``new`` are inputs, ``old`` may hold ``retainOnDelete`` too."""
    kept = dict(old or {})
    retained = {"retainOnDelete": kept.pop("retainOnDelete")} if "retainOnDelete" in kept else {}
    return {
        "resourcePreEvent": {
            "metadata": {
                "op": operation,
                "urn": urn(name, kind),
                "type": kind,
                "old": {"inputs": kept, **retained} if old is not None else None,
                "new": {"inputs": dict(new)} if new is not None else None,
            }
        }
    }


def violation(policy: str, name: str, message: str, level: str = "mandatory") -> dict[str, Any]:
    """What a policy says of a resource; without a name, of the stack."""
    event = {"policyName": policy, "enforcementLevel": level, "message": message}
    return {"policyEvent": {**event, **({"resourceUrn": urn(name)} if name else {})}}


def said(text: str, severity: str = "error", name: str = "") -> dict[str, Any]:
    """A line that the program, the engine or a provider logged."""
    about = {"urn": urn(name)} if name else {}
    return {"diagnosticEvent": {"severity": severity, "message": f"{text}\n", **about}}


def exported(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs that an update gave its stack."""
    kind = "pulumi:pulumi:Stack"
    about = {"op": "update", "urn": f"urn:pulumi:prod::flow-logs::{kind}::flow-logs-prod"}
    return {"resOutputsEvent": {"metadata": {**about, "type": kind, "new": {"outputs": outputs}}}}
