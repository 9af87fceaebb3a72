"""docs/queries.md lists what there is, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plan.monitoring.alerts import DETECTIONS, RULES
from plan.monitoring.analytic_rules import SEVERITIES
from queries import library

pytestmark = pytest.mark.slow

DOCS = Path(__file__).resolve().parents[2] / "docs"


def _rows(heading: str, page: str = "queries.md") -> dict[str, list[str]]:
    """First cell's name to the other cells, of the table under a heading."""
    section = (DOCS / page).read_text("utf-8").split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `([\w-]+)`[^|]* \| (.*) \|$", section, re.MULTILINE)
    return {name: rest.split(" | ") for name, rest in rows}


def test_every_query_is_listed_with_its_question() -> None:
    listed = {name: cells[0] for name, cells in _rows("The queries").items()}
    assert listed == {query.name: query.question for query in library().values()}


def test_every_alert_is_listed_with_its_severity() -> None:
    listed = {name: cells[0] for name, cells in _rows("The alerts").items()}
    by_azure = ("tampering-", "security-group-write-", "analytics-rule-")
    assert [listed.pop(name) for name in by_azure] == ["by Azure"] * 3
    assert listed == {rule.name: str(rule.severity) for rule in RULES}


def test_every_analytic_rule_is_listed_with_severity_tactics_and_techniques() -> None:
    rows = _rows("Alerts as analytic rules", "sentinel.md")
    said = {name: (cells[0], set(re.split("[,;] ", cells[1]))) for name, cells in rows.items()}
    assert said == {
        rule.name: (SEVERITIES[rule.severity], {*rule.tactics, *rule.techniques})
        for rule in (*RULES, *DETECTIONS)
    }


def test_every_detection_is_listed_with_its_severity() -> None:
    listed = {name: cells[0] for name, cells in _rows("The detections").items()}
    assert listed == {rule.name: str(rule.severity) for rule in DETECTIONS}
