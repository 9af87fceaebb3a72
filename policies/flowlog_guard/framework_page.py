"""The tables of docs/frameworks.md, from the table of frameworks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowlog_guard.frameworks import table


def tables() -> str:
    """A section for each framework, what is left out, and the sources."""
    given = table()
    lines = [line for framework in given["frameworks"] for line in _framework(framework, given)]
    return "\n".join([*lines, *_left_out(given), *_sources(given)]).lstrip("\n") + "\n"


def _framework(framework: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"### {framework['name']} {framework['version']}", "")
    yield "| control | asks | what flow logs serve of it | policies | listed in |"
    yield "|---|---|---|---|---|"
    for control in framework["controls"]:
        part = given["parts"][control["part"]]
        policies = ", ".join(f"[`{name}`](policies.md#{name})" for name in part["policies"])
        listed = "; ".join(_place(source) for source in control["sources"])
        yield (
            f"| {control['control']} | {control['asks']} | {part['serves']} "
            f"| {policies} | {listed} |"
        )


def _place(source: Mapping[str, str]) -> str:
    """Where in which source; a file and its entry, or a section."""
    file = f"`{source['file']}`, " if "file" in source else ""
    return f"{source['source']}: {file}{source['entry']}"


def _left_out(given: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "### Left out", "", "| framework | controls | listed in | why not here |")
    yield "|---|---|---|---|"
    for left in given["left_out"]:
        name, sources = f"{left['name']} {left['version']}", ", ".join(left["sources"])
        yield f"| {name} | {', '.join(left['controls'])} | {sources} | {left['why']} |"


def _sources(given: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "### Sources", "", "| name | document |", "|---|---|")
    for name, source in given["sources"].items():
        yield f"| {name} | [{source['title']}]({source['link']}) |"
