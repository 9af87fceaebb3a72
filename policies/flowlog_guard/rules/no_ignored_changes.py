"""`flow-log-no-ignored-changes`: what a program declares is what Azure gets.

The engine replaces an ignored input by the old one before a policy sees it, so a flow log that
somebody switched off by hand would stay off while its declaration looks right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pulumi_policy import Severity

from flowlog_guard.config import EXEMPTIONS, Config
from flowlog_guard.flow_log import FlowLog
from flowlog_guard.resource_types import FILTERS
from flowlog_guard.rule import Finding, FlowLogRule, Violation

_SEGMENT = re.compile(
    r'\["(?P<quoted>(?:[^"\\]|\\.)*)"\]|\[(?P<index>[^\]]*)\]|(?P<plain>[^.\[\]]+)'
)


def check(flow_log: FlowLog, config: Config) -> Iterator[Finding]:
    """The option `ignoreChanges` names no checked property, nor a part or parent of one."""
    for path in flow_log.ignored_changes:
        ignored = _segments(path)
        checked = (*flow_log.spelling.paths(), *FILTERS)
        if any(_overlap(ignored, _segments(property_path)) for property_path in checked):
            yield Violation(
                f"the option ignoreChanges names '{path}', so the declared value never reaches "
                "Azure. Remove it from ignoreChanges (Python: ignore_changes)"
            )


def _segments(path: str) -> list[str]:
    """The parts of a Pulumi property path: `a.b`, `a["b"]`, `a[0]`, `*`."""
    return [match[match.lastgroup or 0] for match in _SEGMENT.finditer(path)]


def _overlap(first: list[str], second: list[str]) -> bool:
    pairs = zip(first, second, strict=False)
    return bool(first) and all(one == other or one == "*" for one, other in pairs)


RULE = FlowLogRule(
    name="flow-log-no-ignored-changes",
    title="A flow log must not ignore changes to the properties that these policies check.",
    severity=Severity.MEDIUM,
    remediation="Remove the property from the resource option `ignoreChanges`.",
    existing="Judged like a new one; ignoring tags or the location is fine.",
    settings=EXEMPTIONS,
    check=check,
)
