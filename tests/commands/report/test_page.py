"""The report as a file: what it tells, and that nothing in a name can change what it is."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from commands.report import __main__ as report
from commands.report import source
from commands.report.facts import SourceError
from commands.report.render import HERE, page
from estate.arm_id import key
from plan.after_refusals import Refusals, made
from plan.planner import make
from plan.views.document import document
from stack.state import State
from tests import estates_by_hand as hand
from tests.commands.report import documents
from tests.commands.report.reading import Page, assert_texts_stay_texts

DAY = date(2027, 9, 1)


def _page(found: Any) -> Page:
    return Page(page(source.read(json.dumps(found), "plan.json"), DAY))


def test_each_group_has_its_flow_log_level_state_and_next_step() -> None:
    rows = {row["name"][0]: row for row in _page(document(documents.mixed())).rows("groups")}
    assert set(rows) == {
        f"nsg-{name}" for name in ("db", "dns", "idle", "old", "other", "twice", "web")
    }
    assert rows["nsg-web"]["state"] == ["recorded", "was dark"]
    assert rows["nsg-web"]["log"][0].startswith("vnet-app-")
    assert rows["nsg-web"]["log"][1] == "virtual network, made here"
    assert rows["nsg-old"]["log"] == ["fl-old", "network security group, adopted"]
    stage, step = rows["nsg-old"]["why"]
    assert (stage, rows["nsg-old"]["end"]) == ("by its NSG flow log alone", ["goes dark"])
    assert "set flow-logs:nsgFlowLogs to disable" in step
    assert rows["nsg-twice"]["stage"] == ["recorded twice"]
    assert rows["nsg-twice"]["level"] == ["network security group", "virtual network"]
    assert rows["nsg-dns"]["state"] == ["records nothing"]
    assert "delegated to DNS Private Resolver" in rows["nsg-dns"]["why"][0]
    assert rows["nsg-idle"]["why"] == [
        "it is on no subnet and no network interface, so there is nothing to record"
    ]


def test_frameworks_stand_beside_the_figures_of_the_estate() -> None:
    found = document(documents.mixed())
    made = next(log for log in found["flowLogs"] if log["level"] == "virtualNetwork")
    assert made["planned"]
    made["planned"]["retentionDays"] = 30
    words = _page(found).words
    for row in (
        "6.0: 6.1.1.6 Virtual network flow logs are captured and sent to Log Analytics Flow logs "
        "of networks are on and feed Traffic Analytics. 5 of 7 security groups recorded and "
        "analysed",
        "6.0: 7.5 NSG flow logs are kept for 90 days or more Records of flow logs that still exist "
        "on security groups stay in storage for 90 days or more. 2 of 2 flow logs kept",
        "and interfaces stay in storage for 90 days or more. 1 of 2 flow logs kept 90 days or more",
        "R5.1.1: AU-11 Audit record retention The records stay in storage for 90 days or more. 3 "
        "of 4 flow logs kept",
        "nobody complies by this table",
    ):
        assert row in words, row
    assert "CIS Microsoft Azure Foundations 5.0" not in words


def test_the_sections_answer_the_questions_of_a_reader() -> None:
    words = _page(document(documents.mixed())).words
    for answer in (
        "5 of 7 security groups covered, 2 before this run",
        "8 network security groups found, 1 of them left out by the filter",
        "contoso-prod 0 of 1 covered",
        "Azure deletes NSG flow logs on 30 September 2027, 29 days after this report was made",
        "1 network security group would go dark",
        "takes over or changes 2 flow logs",
        "fl-old on nsg-old, last written by ana@contoso.example on 2025-03-01",
        "retentionPolicy 7 days 90 days",
        "vnet-hub dark: no network security group that the filters let through sits in it",
        "Recorded twice 1 network security group",
        "every 60 minutes $3.08 $30.76 $307.60",
        "flow-logs-dev in westeurope",
    ):
        assert answer in words


def test_what_azure_refused_is_told_with_what_became_of_it_and_the_way_out() -> None:
    plan = documents.mixed()
    new = next(log for log in plan.flow_logs if not log.exists)
    old = next(log for log in plan.flow_logs if log.exists)
    unmade = frozenset({key(new.id), key(old.id), key(plan.foundation.workspace.id)})
    absent = unmade - {key(old.id)}
    done = made(plan, Refusals(refused=unmade, absent=absent))
    found = _page(documents.outputs(done))
    words = found.words
    assert f"{done.coverage.covered} of 7 security groups covered" in words
    assert done.coverage.covered < plan.coverage.covered
    assert "2 flow logs refused by Azure" in words
    assert "run scripts/deploy for the stack again" in words
    assert "There is no workspace: Azure refused it" in words
    logs = {row["name"][0]: row for row in found.rows("flowlogs")}
    assert logs[new.name]["change"][0].endswith("in the last update: it is not there")
    assert logs[old.name]["change"][0].endswith("it is as it was before")
    assert logs[new.name]["owner"] == ["refused by Azure"]
    assert f"dark: Azure refused flow log {new.name}" in words
    assert "Refused by Azure" not in _page(documents.outputs(plan)).words


def test_an_estate_without_security_groups_makes_a_page_too() -> None:
    nothing = document(make(hand.estate(), hand.settings(), State()))
    words = _page(nothing).words
    assert "0 network security groups found" in words
    assert "of 0 covered" not in words
    assert "None: every network in scope is recorded" in words


def test_after_the_end_of_nsg_flow_logs_the_page_says_so() -> None:
    text = page(source.read(json.dumps(document(documents.mixed())), "p"), date(2027, 10, 1))
    assert "Azure has deleted NSG flow logs on 30 September 2027" in Page(text).words


def test_what_watches_the_data_is_told_from_a_plan_and_from_outputs() -> None:
    found = documents.outputs(documents.mixed())
    watching = {"alerts": {"denied-burst": "/subscriptions/a"}, "savedQueries": {"flows": "/s"}}
    for source_ in (found, document(documents.mixed())):
        words = _page({**source_, **watching, "workbookId": "/subscriptions/w"}).words
        assert "1 saved query and a workbook in the workspace; 1 alert rule." in words
        assert "denied-burst" in words
        empty = {"alerts": {}, "savedQueries": {}, "workbookId": ""}
        assert "What watches" not in _page({**source_, **empty}).words


def test_outputs_and_plan_tell_the_same_of_what_both_know() -> None:
    plan = documents.mixed()
    rich, poor = _page(document(plan)), _page(documents.outputs(plan))
    for table, keys in {
        "groups": ("name", "region", "log", "level", "end"),
        "networks": ("name",),
        "flowlogs": ("name", "target", "owner", "level"),
    }.items():
        assert _shown(poor, table, keys) == _shown(rich, table, keys)
    states = [[row["state"][0] for row in found.rows("groups")] for found in (rich, poor)]
    assert states[0] == states[1]
    assert "not told by stack outputs" in poor.words
    assert "Adopted" not in poor.words


def _shown(found: Page, table: str, keys: tuple[str, ...]) -> list[list[list[str]]]:
    """Cells of some columns; outputs have lost the letter case of networks."""
    rows = [[row[key] for key in keys] for row in found.rows(table)]
    lower: list[list[list[str]]] = json.loads(json.dumps(rows).lower())
    return sorted(lower)


def test_adoptions_that_change_the_same_stand_together() -> None:
    found: Any = document(documents.mixed())
    adoption = found["adoptions"][0]
    log = next(log for log in found["flowLogs"] if log["id"] == adoption["id"])
    for number in range(30):
        name = f"fl-more-{number:02d}"
        renamed = {"id": f"{log['id']}{number}", "targetId": f"{log['targetId']}{number}"}
        found["flowLogs"].append({**log, **renamed, "name": name})
        found["adoptions"].append({**adoption, **renamed})
    words = _page(found).words
    assert "31 flow logs alike" in words
    assert "fl-more-00 on nsg-old0" in words
    assert "19 more" in words
    assert words.count("retentionPolicy") == 1


def test_the_page_allows_its_own_script_and_style_and_asks_for_nothing() -> None:
    found = _page(document(documents.mixed()))
    (style,), (_, script) = found.bodies["style"], found.bodies["script"]
    for kind, text in (("style", style), ("script", script)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in found.policy
    assert found.policy.startswith("default-src 'none'; ")
    assert "unsafe" not in found.policy
    addresses = [
        value
        for _, attributes in found.elements
        for name, value in attributes.items()
        if name in ("src", "href", "action", "data", "srcset", "poster")
    ]
    assert addresses
    assert all(address.startswith("#") for address in addresses)
    assert not re.search(r"@import|url\((?!#)|https?:", style)


def test_whatever_scrolls_can_be_scrolled_by_keyboard() -> None:
    found = _page(document(documents.mixed()))
    frames = [given for _, given in found.elements if given.get("class") == "scroll"]
    assert len(frames) > 5
    assert all(given["tabindex"] == "0" and given["aria-label"] for given in frames)


def test_names_that_look_like_html_stay_names() -> None:
    assert_texts_stay_texts(_page(document(documents.mixed())), _page(documents.hostile()))


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_colours_keep_the_contrast_of_wcag_aa(theme: str) -> None:
    """4.5 for text (WCAG 2.2, 1.4.3), 3 for the parts of a picture (1.4.11)."""
    style = (HERE / "style.css").read_text()
    light, dark, print_ = (
        dict(re.findall(r"--([\w-]+): (#\w{6})", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    )
    colours = {"light": light, "dark": dark, "print": print_}[theme]
    for ground in ("page", "card"):
        for ink in ("text", "soft", "link"):
            assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    states = set(colours) - {"page", "card", "text", "soft", "link", "line"}
    assert len(states) == 7
    for state in states:
        assert _contrast(colours[state], colours["page"]) >= 3, state


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start:end], 16) / 255 for start, end in pairwise((1, 3, 5, 7))]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("no JSON", "is not JSON"),
        ("[]", "is neither a plan nor stack outputs"),
        ('{"url": "x"}', "is neither a plan nor stack outputs"),
        ('{"version": 1}', "given.json is not whole (it has no 'adoptions'); give"),
        ('{"version": 2}', "document of version 2, this program knows 1"),
        ('{"contractVersion": 2}', "outputs are contract version 2, this reader knows 1"),
        ('{"contractVersion": 1}', "do not keep it"),
    ],
)
def test_what_is_no_source_is_refused_in_one_line(text: str, problem: str) -> None:
    with pytest.raises(SourceError) as refused:
        source.read(text, "given.json")
    assert problem in str(refused.value)
    assert str(refused.value).startswith("given.json")
    assert "\n" not in str(refused.value)


def test_a_target_without_a_flow_log_is_no_whole_document() -> None:
    found = document(documents.mixed())
    found["flowLogs"].pop()
    with pytest.raises(SourceError, match="names a target that has no flow log"):
        source.read(json.dumps(found), "plan.json")


def test_the_command_writes_the_page_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, output = tmp_path / "plan.json", tmp_path / "new" / "report.html"
    plan.write_text(json.dumps(document(documents.mixed())))
    assert report.main([str(plan), "--output", str(output)]) == 0
    assert capsys.readouterr().out == f"{output}\n"
    assert "<title>Flow logs of flow-logs/dev</title>" in output.read_text()


def test_a_problem_of_the_command_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (
        [str(tmp_path / "absent.json")],
        [str(_written(tmp_path)), "--output", str(tmp_path / "plan.json" / "report.html")],
    ):
        assert report.main(arguments) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert re.fullmatch(r"report: .+ cannot be (read|written): .+\n", printed.err)


def _written(folder: Path) -> Path:
    path = folder / "plan.json"
    path.write_text(json.dumps(document(documents.mixed())))
    return path
