"""The guardrail's assignments as plain records, between settings and resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi

from printable import printable

PROJECT = "flow-logs-guardrail"

Effect = Literal["audit", "deploy"]
Destination = Literal["subscription", "stack"]


class GuardrailError(pulumi.RunError):
    """Something that the guardrail cannot do as configured; the text is one line for the user.

    As a RunError it ends the program with that line, without a traceback.
    """

    def __init__(self, message: str) -> None:
        """A configuration may hold anything, and a pipeline's log must not act on it."""
        super().__init__(printable(message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The stack's configuration, checked.

    ``scope`` and ``excluded_scopes`` are ARM ids, ``source`` the full name of a stack, ``regions``
    programmatic names (none: the source decides), ``retention_days`` 1 to 365, ``interval`` 10 or
    60 minutes, ``remediation`` a number of a round or 0.
    """

    scope: str
    effect: Effect
    source: str
    destination: Destination
    regions: tuple[str, ...]
    excluded_scopes: tuple[str, ...]
    retention_days: int
    interval: int
    resource_group: str
    remediation: int
    documentation: str

    @property
    def subscription_id(self) -> str | None:
        """GUID of the subscription that is guarded; None for a management group."""
        start = "/subscriptions/"
        return self.scope.removeprefix(start) if self.scope.startswith(start) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Message shown for a resource that does not comply; ``reference`` is a policy within a set."""

    text: str
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role (GUID of a built-in one) that an assignment's identity needs on a scope."""

    scope: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A policy to remediate: a short name for it, and its reference within a set."""

    name: str
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A policy assignment; one that deploys has a ``region``, ``grants`` and ``steps``.

    ``region`` is where its identity is and, with ``selects_region``, the one whose resources it
    acts on, beside subscriptions as a whole. ``steps`` are in the order of their needs.
    """

    name: str
    title: str
    definition_id: str
    version: str
    messages: tuple[Message, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)
    region: str | None = None
    selects_region: bool = False
    grants: tuple[Grant, ...] = ()
    steps: tuple[Step, ...] = ()
