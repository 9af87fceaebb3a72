"""Security rules in the report as a file: what it tells of them, and what it refuses to read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commands.replay.usage_document import document
from commands.report import __main__ as report
from commands.report import from_rules, source
from commands.report.render import page
from plan.views.document import document as plan_document
from tests.commands.report import documents, used_rules
from tests.commands.report.reading import Page, assert_refused, assert_texts_stay_texts

DAY = date(2026, 11, 24)


def _page(found: Any) -> Page:
    facts = source.read(json.dumps(plan_document(documents.mixed())), "plan.json")
    return Page(page(facts, DAY, from_rules.read(json.dumps(found), "rules.json")))


def test_what_was_written_is_what_is_read() -> None:
    for told in (used_rules.mixed(), used_rules.large(60)):
        written = document(told)
        assert document(from_rules.read(json.dumps(written), "rules.json")) == written


def test_each_rule_has_its_verdict_hits_and_what_stands_behind_it() -> None:
    found = {row["rule"][0]: row for row in _page(used_rules.as_json()).rows("rules")}
    assert {name: row["verdict"] for name, row in found.items()} == {
        "AllowUpdate": ["cannot tell"],
        "AllowWeb": ["used"],
        "AllowOld": ["unused"],
        "AllowWide": ["wider than used"],
        "DenyAll": ["used"],
        "AllowLate": ["shadowed"],
        "DenyAllInBound": ["unused"],
    }
    web = found["AllowWeb"]
    assert (web["group"], web["priority"]) == (["nsg-web", "rg-app"], ["100", "Inbound, Allow"])
    assert [web[key] for key in ("flows", "bytes", "sources", "last", "since")] == [
        ["1234567"],
        ["98765432100"],
        ["310"],
        ["2026-11-24 09:00"],
        ["2026-10-25 10:00"],
    ]
    assert found["AllowOld"]["last"] == ["never"]
    assert found["AllowWide"]["why"] == ["all that was seen: ports 443; sources 10.0.1.0/24"]
    assert found["AllowLate"]["why"][0].endswith("is decided before: DenyAll (200)")
    update = found["AllowUpdate"]["why"][0]
    assert update == f"{used_rules.DARK}; unused since 2026-11-15 10:00 UTC"
    assert (found["DenyAllInBound"]["whose"], web["whose"]) == (["Azure's default"], ["yours"])


def test_a_group_that_was_not_recorded_up_to_the_end_says_so() -> None:
    given = used_rules.as_json()
    given["rules"][0]["recordedSince"] = None
    (row,) = (row for row in _page(given).rows("rules") if row["rule"] == ["AllowUpdate"])
    assert (row["since"], row["why"]) == (["not up to the end"], [used_rules.DARK])


def test_of_many_rules_that_shadow_one_some_are_named_and_the_others_counted() -> None:
    given = used_rules.as_json()
    late = given["rules"][5]
    late["by"] = late["by"] * 9
    (row,) = (row for row in _page(given).rows("rules") if row["rule"] == ["AllowLate"])
    assert row["why"][0].endswith("DenyAll (200) and 4 more")


def test_what_was_not_read_comes_before_any_figure_and_none_is_left_out() -> None:
    given = used_rules.as_json()
    given["notes"] = [f"not read: workspace logs-{number}: 403" for number in range(40)]
    words = _page(given).words.split("Security rules What could not be read", 1)[1]
    assert all(note in words for note in given["notes"])
    assert words.index("logs-39: 403") < words.index("Flows from 2026-10-25 10:00 to 2026-11-24")
    assert words.index("to 2026-11-24 10:00 UTC") < words.index("2 used")


def test_counts_are_of_your_own_rules_and_lead_to_their_rows() -> None:
    found = _page(used_rules.as_json())
    words = found.words
    assert "2 of 6 security rules unused or shadowed, 1 cannot be told" in words
    assert "6 rules of 2 network security groups, without 1 of Azure's own" in words
    links = [given["href"] for tag, given in found.elements if tag == "a"]
    assert "#rules?verdict=unused&whose=yours" in links
    assert "#findings?kind=shadowed" in links
    assert "1 management port from the Internet" in words
    assert [row["text"] for row in found.rows("findings")] == [
        ["AllowLate (300) allows nothing; remove it"],
        ["AllowWide (120) opens port 22"],
    ]


def test_without_findings_and_notes_the_page_has_neither() -> None:
    found = _page({**used_rules.as_json(), "findings": [], "notes": []})
    assert "no rule is idle, too wide or too open" in found.words
    assert "What could not be read" not in found.text
    assert "findings" not in found.data["tables"]


def test_without_rules_the_page_says_nothing_of_them() -> None:
    facts = source.read(json.dumps(plan_document(documents.mixed())), "plan.json")
    found = Page(page(facts, DAY))
    assert set(found.data["tables"]) == {"groups", "networks", "flowlogs"}
    assert "Security rules" not in found.text


def test_no_security_group_at_all_makes_a_page_too() -> None:
    found = _page({**used_rules.as_json(), "rules": [], "findings": []})
    assert "0 rules of 0 network security groups" in found.words


def test_names_of_rules_that_look_like_html_stay_names() -> None:
    assert_texts_stay_texts(_page(used_rules.as_json()), _page(used_rules.hostile()))


WHOLE = "rules[0].flows must be a whole number"
WRONG: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("from",), "yesterday", "from must be a time such as 2026-11-24T10:00:00Z"),
    (("to",), None, "to must be a text"),
    (("rules",), {}, "rules must be a list"),
    (("rules", 0), "AllowWeb", "rules[0] must be an object"),
    (("rules", 0, "flows"), "1", WHOLE),
    (("rules", 0, "flows"), True, WHOLE),
    (("rules", 0, "flows"), -1, WHOLE),
    (("rules", 0, "flows"), 10**30, WHOLE),
    (("rules", 0, "priority"), 1.5, "rules[0].priority must be a whole number"),
    (("rules", 0, "default"), 0, "rules[0].default must be true or false"),
    (("rules", 0, "verdict"), "fine", "rules[0].verdict must be one of used, unused, shadowed"),
    (("rules", 0, "direction"), "in", "rules[0].direction must be one of Inbound, Outbound"),
    (("rules", 0, "lastHit"), 5, "rules[0].lastHit must be a text"),
    (("rules", 3, "proposal", "ports"), [22], "rules[3].proposal.ports must be a list of texts"),
    (("rules", 5, "by", 0, "rule"), "Gone", "rules[5].by[0] names a rule that is not among"),
    (("findings", 0, "kind"), "odd", "findings[0].kind must be one of shadowed, redundant"),
    (("findings", 0, "rule"), "Gone", "findings[0] names a rule that is not among the rules"),
    (("notes",), "none", "notes must be a list of texts"),
]


@pytest.mark.parametrize(("path", "value", "problem"), WRONG)
def test_a_value_of_another_shape_is_refused_with_its_place(
    path: tuple[str | int, ...], value: Any, problem: str
) -> None:
    given: Any = used_rules.as_json()
    inside = given
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    _refused(json.dumps(given), problem)


@pytest.mark.parametrize("name", sorted(used_rules.as_json()))
def test_a_document_without_a_part_is_refused(name: str) -> None:
    given = used_rules.as_json()
    del given[name]
    _refused(json.dumps(given), f"{name} is missing")


@pytest.mark.parametrize("name", sorted(used_rules.as_json()["rules"][0]))
def test_a_rule_without_a_part_is_refused(name: str) -> None:
    given = used_rules.as_json()
    del given["rules"][0][name]
    _refused(json.dumps(given), f"rules[0].{name} is missing")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not JSON"),
        ("[]", "it must be an object"),
        (json.dumps(plan_document(documents.mixed())), "from is missing"),
        ("[" * 100_000, "is nested too deeply"),
        ("9" * 10_000, "is not JSON"),
    ],
)
def test_what_is_no_document_of_rules_is_refused_in_one_line(text: str, problem: str) -> None:
    _refused(text, problem)


def _refused(text: str, problem: str) -> None:
    assert_refused(from_rules.read, "rules", text, problem)


def test_the_command_takes_the_rules_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, rules, output = (tmp_path / name for name in ("plan.json", "rules.json", "report.html"))
    plan.write_text(json.dumps(plan_document(documents.mixed())))
    rules.write_text(json.dumps(used_rules.as_json()))
    given = [str(plan), "--output", str(output)]
    assert report.main([*given, "--rules", str(rules)]) == 0
    assert len(Page(output.read_text()).rows("rules")) == 7
    output.unlink()
    capsys.readouterr()
    rules.write_text("{}")
    assert report.main([*given, "--rules", str(rules)]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith(
        f"report: {rules} does not tell the use of rules: from is missing"
    )
    assert (printed.out, printed.err.count("\n"), output.exists()) == ("", 1, False)


def test_standard_input_is_one_of_the_two_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        report.main(["-", "--rules", "-"])
    assert ended.value.code == 2
    assert "standard input is the source, the rules or the ledger" in capsys.readouterr().err
