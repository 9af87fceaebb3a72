"""Settings of the pack's rules: one dataclass is the source of schema, defaults and checks.

Settings come from the file that `--policy-pack-config` names, where they stand under each rule
that they bind, since the engine shows a rule its own settings only.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_policy import PolicyConfigSchema

from flowlog_guard.properties import describe, whole_number

INTERVALS = (10, 60)
"""Minutes between two runs of Traffic Analytics that Azure offers."""
LONGEST_RETENTION = 365
"""Days; Azure's own upper limit of the retention of a flow log."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """Flow logs that a rule leaves alone, by their target."""

    target: str
    """Glob over the target's ARM id, letter case ignored; `*` also matches slashes."""
    reason: str
    """Why; printed with every run in which the exemption is used."""

    def covers(self, target_id: str) -> bool:
        """True if the target is exempt."""
        return fnmatch.fnmatchcase(target_id.casefold(), self.target.casefold())


def _days(value: object) -> int:
    days = whole_number(value)
    if days is None or not 1 <= days <= LONGEST_RETENTION:
        raise ValueError(f"a whole number of days from 1 to {LONGEST_RETENTION}")
    return days


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _intervals(value: object) -> tuple[int, ...]:
    wanted = "a list of 10, 60 or both (minutes)"
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise ValueError(wanted)
    intervals = tuple(whole_number(item) for item in value)
    if any(interval not in INTERVALS for interval in intervals):
        raise ValueError(wanted)
    return tuple(interval for interval in INTERVALS if interval in intervals)


def _exemptions(value: object) -> tuple[Exemption, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError('a list of {"target": glob, "reason": text}')
    return tuple(_exemption(item) for item in value)


def _exemption(item: object) -> Exemption:
    if isinstance(item, Mapping) and set(item) == {"target", "reason"}:
        target, reason = item["target"], item["reason"]
        if isinstance(target, str) and isinstance(reason, str) and reason.strip():
            if not re.search(_CAN_MATCH, target):
                raise ValueError("a list whose targets are globs on ARM ids, which begin with '/'")
            return Exemption(target, reason.strip())
    raise ValueError('a list of {"target": glob, "reason": text}, both given')


def _setting(default: Any, key: str, check: Callable[[object], Any], **schema: Any) -> Any:
    return dataclasses.field(
        default=default, metadata={"key": key, "check": check, "schema": schema}
    )


_CAN_MATCH = r"^[/*?\[][^\x00-\x1f\x7f]*$"
"""Globs that some ARM id can match: others than these begin with no slash."""

_EXEMPTION_SCHEMA = {
    "type": "object",
    "properties": {
        "target": {"type": "string", "pattern": _CAN_MATCH},
        "reason": {"type": "string", "pattern": r"\S"},
    },
    "required": ["target", "reason"],
    "additionalProperties": False,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """Every setting of the pack with its default."""

    minimum_days: int = _setting(
        90,
        "minimumDays",
        _days,
        type="integer",
        minimum=1,
        maximum=LONGEST_RETENTION,
        description="Fewest days that flow logs stay in the storage account.",
    )
    maximum_days: int = _setting(
        LONGEST_RETENTION,
        "maximumDays",
        _days,
        type="integer",
        minimum=1,
        maximum=LONGEST_RETENTION,
        description="Most days that flow logs stay in the storage account.",
    )
    allow_forever: bool = _setting(
        False,
        "allowForever",
        _flag,
        type="boolean",
        description="Whether 0 days, which Azure reads as 'for ever', is accepted.",
    )
    allowed_intervals: tuple[int, ...] = _setting(
        INTERVALS,
        "allowedIntervals",
        _intervals,
        type="array",
        items={"type": "integer", "enum": list(INTERVALS)},
        minItems=1,
        description="Accepted minutes between two runs of Traffic Analytics.",
    )
    allow_disabled_nsg_flow_logs: bool = _setting(
        False,
        "allowDisabledNsgFlowLogs",
        _flag,
        type="boolean",
        description=(
            "Whether a switched-off flow log on a network security group counts as migrated "
            "and is exempt."
        ),
    )
    exempt_targets: tuple[Exemption, ...] = _setting(
        (),
        "exemptTargets",
        _exemptions,
        type="array",
        items=_EXEMPTION_SCHEMA,
        description="Flow logs to leave alone: glob on the target's ARM id, and the reason.",
    )


EXEMPTIONS = ("allowDisabledNsgFlowLogs", "exemptTargets")
"""Settings that stand in every rule which looks at a single flow log."""

_FIELDS = {field.metadata["key"]: field for field in dataclasses.fields(Config)}


def schema(keys: Sequence[str]) -> PolicyConfigSchema | None:
    """JSON schema of a rule's settings, for the engine; None for a rule without settings."""
    if not keys:
        return None
    return PolicyConfigSchema(
        properties={
            key: {**_FIELDS[key].metadata["schema"], "default": default(key)} for key in keys
        }
    )


def default(key: str) -> Any:
    """A setting's default as JSON."""
    value = _FIELDS[key].default
    return list(value) if isinstance(value, tuple) else value


def describe_setting(key: str) -> tuple[Any, str]:
    """A setting's default as JSON and its meaning in words."""
    return default(key), _FIELDS[key].metadata["schema"]["description"]


def parse(given: Mapping[str, object], keys: Sequence[str]) -> tuple[Config, list[str]]:
    """The settings, and a line for each mistake; a wrong setting keeps its default."""
    values: dict[str, Any] = {}
    mistakes: list[str] = []
    for key, value in given.items():
        if key not in keys:
            mistakes.append(f"unknown setting '{key}'; {_known(keys)}")
            continue
        try:
            values[_FIELDS[key].name] = _FIELDS[key].metadata["check"](value)
        except ValueError as wanted:
            mistakes.append(f"'{key}' is {describe(value)}; it must be {wanted}")
    config = Config(**values)
    if config.minimum_days > config.maximum_days:
        mistakes.append(
            f"'minimumDays' is {config.minimum_days} and 'maximumDays' {config.maximum_days}; "
            "lower the first or raise the second"
        )
        config = dataclasses.replace(
            config, minimum_days=default("minimumDays"), maximum_days=default("maximumDays")
        )
    return config, mistakes


def _known(keys: Sequence[str]) -> str:
    return f"this rule has {', '.join(keys)}" if keys else "this rule has no settings"
