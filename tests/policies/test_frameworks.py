"""No control is invented: each stands in what its source lists for flow logs.

`framework_sources.json` is what the sources list at the commits that it names: file to control to
the checks (Prowler) or first parts of the ids of policies (Azure Policy) that look at flow logs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flowlog_guard import RULES
from flowlog_guard.frameworks import table

from commands.report.answers import FIGURES

LISTED: Mapping[str, Any] = json.loads(
    Path(__file__).with_name("framework_sources.json").read_text("utf-8")
)
WHOLE = re.compile(r"cis_|CISv|NIST_|MCSB")
"""Files of which the table takes every control, with nothing left out."""


def _cited() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each control with each of its sources."""
    for framework in table()["frameworks"]:
        for control in framework["controls"]:
            for source in control["sources"]:
                yield control["control"], source


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


@pytest.mark.parametrize(("control", "source"), [*_cited()], ids=str)
def test_a_control_is_what_its_source_lists(control: str, source: Mapping[str, str]) -> None:
    document = table()["sources"][source["source"]]
    if source["source"] in LISTED:
        found = LISTED[source["source"]]
        assert source["entry"] in found["files"][source["file"]]
        assert f"{found['repository']}/tree/{found['commit']}" in document["link"]
    section, _, mapped = source["entry"].partition(", control mapping: ")
    if mapped:
        assert mapped.partition("(")[0] == control
    else:
        of_entry, of_control = _numbers(section), _numbers(control)
        assert of_entry[len(of_entry) - len(of_control) :] == of_control


def test_every_control_has_a_source() -> None:
    controls = [each for framework in table()["frameworks"] for each in framework["controls"]]
    assert all(control["sources"] for control in controls)


@pytest.mark.parametrize("source", LISTED)
def test_benchmarks_are_taken_whole(source: str) -> None:
    cited = {(each.get("file"), each["entry"]) for _, each in _cited()}
    files = {name: found for name, found in LISTED[source]["files"].items() if WHOLE.match(name)}
    assert files
    for name, found in files.items():
        assert {(name, entry) for entry in found} <= cited


def test_parts_name_policies_and_figures_that_there_are() -> None:
    given = table()
    used = {each["part"] for framework in given["frameworks"] for each in framework["controls"]}
    assert set(given["parts"]) == used
    rules = {rule.name for rule in RULES}
    assert {name for part in given["parts"].values() for name in part["policies"]} <= rules
    assert {part["figure"] for part in given["parts"].values()} <= set(FIGURES)
    left = {source for each in given["left_out"] for source in each["sources"]}
    assert {source["source"] for _, source in _cited()} | left == set(given["sources"])


def test_azures_policies_are_audits_of_flow_logs(shared_data: Path) -> None:
    definitions = {}
    for file in (shared_data / "policy").rglob("policyDefinitions/Network/*.json"):
        found = json.loads(file.read_text("utf-8-sig"))
        definitions[found["name"][:8]] = found["properties"]["displayName"].casefold()
    files = LISTED["azure-policy"]["files"].values()
    for policy in {each for found in files for ids in found.values() for each in ids}:
        assert "flow log" in definitions[policy]
