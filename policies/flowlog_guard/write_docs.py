"""Writes the reference parts of docs/policies.md and docs/frameworks.md from the pack itself.

    cd policies && python -m flowlog_guard.write_docs

Replaces what stands between the two marks in a page and leaves the rest of it alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from flowlog_guard import RULES
from flowlog_guard.config import Config, describe_setting
from flowlog_guard.flow_log import FlowLog
from flowlog_guard.framework_page import tables
from flowlog_guard.property_paths import AZURE_CLASSIC, AZURE_NATIVE, Spelling, spell
from flowlog_guard.rule import FlowLogRule, StackRule, Violation

_DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = _DOCS / "policies.md"
BEGIN = "<!-- generated: cd policies && python -m flowlog_guard.write_docs -->"
END = "<!-- end of the generated part -->"


def render(path: Path) -> str:
    """A page with its generated part renewed. Raises ValueError where a mark is missing."""
    page = path.read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks the line '{END if begin else BEGIN}'")
    return f"{before}{BEGIN}\n\n{PAGES[path]()}\n{END}{after}"


def reference() -> str:
    """A table of all policies, then a section for each."""
    rows = [f"| [`{rule.name}`](#{rule.name}) | {_level(rule)} | {rule.title} |" for rule in RULES]
    table = ["| policy | level | what it asks |", "|---|---|---|", *rows]
    sections = [line for rule in RULES for line in _section(rule)]
    return "\n".join([*table, *sections]) + "\n"


def _level(rule: FlowLogRule | StackRule) -> str:
    scope = "stack, " if isinstance(rule, StackRule) else ""
    return f"{scope}{rule.level.value}"


def _section(rule: FlowLogRule | StackRule) -> Iterator[str]:
    yield from ("", f"### {rule.name}", "", rule.title, "")
    yield f"- **Level**: {_level(rule)}; severity {rule.severity.value}."
    yield f"- **What to do**: {rule.remediation}"
    yield f"- **What exists already**: {rule.existing}"
    if rule.frameworks:
        yield f"- **Frameworks**: {'; '.join(_frameworks(rule))}."
    yield from _settings(rule)
    yield from _examples(rule)


def _frameworks(rule: FlowLogRule | StackRule) -> list[str]:
    """One text for each catalogue, with all its versions."""
    versions: dict[str, list[str]] = {}
    for entry in rule.frameworks:
        controls = f"{entry.version} ({', '.join(entry.controls)})"
        versions.setdefault(entry.name, []).append(controls)
    return [f"{name} {', '.join(listed)}" for name, listed in versions.items()]


def _settings(rule: FlowLogRule | StackRule) -> Iterator[str]:
    if rule.settings:
        yield from ("", "| setting | default | meaning |", "|---|---|---|")
    for key in rule.settings:
        default, meaning = describe_setting(key)
        yield f"| `{key}` | `{json.dumps(default)}` | {meaning} |"


def _examples(rule: FlowLogRule | StackRule) -> Iterator[str]:
    """The messages on a flow log without any property."""
    if not isinstance(rule, FlowLogRule):
        return
    shown: list[str] = []
    for title, spelling in (("azure-native", AZURE_NATIVE), ("classic provider", AZURE_CLASSIC)):
        for lines in _fixes(rule, spelling):
            if lines not in shown:
                shown.append(lines)
                yield from ("", f"To copy ({title}):", "", "```text", lines, "```")


def _fixes(rule: FlowLogRule, spelling: Spelling) -> Iterator[str]:
    for finding in rule.check(FlowLog("example", spelling, {}), Config()):
        if isinstance(finding, Violation) and finding.fix:
            yield "\n".join(line.strip() for line in spell(finding.fix).splitlines())


PAGES: Mapping[Path, Callable[[], str]] = {PAGE: reference, _DOCS / "frameworks.md": tables}
"""What writes the generated part of each page."""


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(render(path), encoding="utf-8")
