"""The recording in the report as a file: what it tells of each hour, and what it refuses."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.ledger.document import SIGNS, WORST, document
from commands.report import __main__ as report
from commands.report import from_ledger, ledger_tables, source
from commands.report.fills import MARKS
from commands.report.render import page
from plan.views.document import document as plan_document
from recording.hours import HOUR, Window
from recording.ledger import Period
from tests.commands.report import documents, ledgers
from tests.commands.report.reading import Page, assert_texts_stay_texts

DAY = date(2026, 11, 24)


def _page(found: Any) -> Page:
    facts = source.read(json.dumps(plan_document(documents.mixed())), "plan.json")
    ledger = from_ledger.read(json.dumps(found), "ledger.json")
    return Page(page(facts, DAY, None, ledger))


def test_what_was_written_is_what_is_read() -> None:
    for told in (ledgers.mixed(), ledgers.large(20)):
        written = document(told)
        assert document(from_ledger.read(json.dumps(written), "ledger.json")) == written


def test_each_target_has_a_strip_and_its_hours() -> None:
    rows = {row["target"][0]: row for row in _page(ledgers.as_json()).rows("strips")}
    figures = ("recorded", "quiet", "gap", "unknown", "longest")
    assert {name: tuple(row[key][0] for key in figures) for name, row in rows.items()} == {
        "vnet-app": ("720", "0", "0", "0", "0"),
        "vnet-hub": ("708", "0", "12", "0", "12"),
        "vnet-hub/db": ("100", "9", "0", "611", "0"),
        "vnet-old": ("663", "8", "1", "48", "1"),
    }
    assert rows["vnet-old"]["state"] == ["gap", "unknown", "quiet", "recorded"]
    assert rows["vnet-app"]["state"] == ["recorded"]
    assert rows["vnet-hub/db"]["level"] == ["subnet"]
    assert rows["vnet-hub"]["logs"] == ["fl-vnet-hub"]
    assert rows["vnet-hub"]["subscription"] == ["contoso-prod"]


def test_strips_share_an_axis_whose_cells_begin_at_midnight() -> None:
    found = _page(ledgers.as_json())
    axis = found.data["tables"]["strips"]["columns"][1]["axis"]
    assert axis["start"] == "2026-10-25T10:00:00Z"
    assert (axis["edges"][:3], axis["edges"][-1]) == ([0, 6, 14], 720)
    rows = {row["target"][0]: row["strip"][0] for row in found.rows("strips")}
    assert {len(strip) for strip in rows.values()} == {len(axis["edges"]) - 1}
    assert rows["vnet-app"] == "#" * len(rows["vnet-app"])
    assert rows["vnet-old"].startswith("-!" + "?" * 6 + "#")  # an hour of gap in a cell of eight
    assert rows["vnet-hub"].count("!") == 3  # 333 to 345 touches cells from 326, 334 and 342 on


def test_periods_have_cause_person_and_evidence() -> None:
    rows = _page(ledgers.as_json()).rows("periods")
    (deleted,) = (row for row in rows if row["by"])
    assert [deleted[key][0] for key in ("from", "to", "hours", "state")] == [
        "2026-11-08 07:00",
        "2026-11-08 19:00",
        "12",
        "gap",
    ]
    assert deleted["cause"] == [ledgers.SWITCHED_OFF]
    assert deleted["by"] == [ledgers.ANA]
    assert deleted["evidence"] == [ledgers.LOG]
    assert len(rows) == sum(len(entry.periods) for entry in ledgers.mixed().entries)


def test_what_was_not_read_comes_before_any_figure_and_none_is_left_out() -> None:
    given_ = ledgers.as_json()
    given_["notes"] = [f"not read: workspace logs-{number}: 403" for number in range(40)]
    words = _page(given_).words.split("Recording, hour by hour What could not be read", 1)[1]
    assert all(note in words for note in given_["notes"])
    assert words.index("logs-39: 403") < words.index("From 2026-10-25 10:00 to 2026-11-24 10:00")
    assert words.index("UTC, 720 hours") < words.index("gap: 13 hours")


def test_counts_lead_to_their_targets() -> None:
    found = _page(ledgers.as_json())
    words = found.words
    assert "2 of 4 targets with a gap, 2 with hours unknown" in words
    assert "gap: 13 hours (0.45 %), 2 targets" in words
    assert "recorded: 2,191 hours (76.08 %), 4 targets" in words
    assert "logs-a on 2026-11-24 10:00 UTC: 1,234 rows" in words
    links = [given_["href"] for tag, given_ in found.elements if tag == "a"]
    assert "#strips?state=gap" in links
    assert "#recording" in links


def test_a_share_is_whole_only_where_it_is() -> None:
    """One hour of gap in 10,000 targets is no full record."""
    given_ = document(ledgers.large(1, days=90))
    long_ = {**given_["targets"][0]}
    one = {**long_["periods"][0], "to": "2026-08-26T11:00:00Z", "state": "gap"}
    rest = {**one, "from": one["to"], "to": given_["to"], "state": "recorded"}
    hours = {"recorded": 2159, "quiet": 0, "gap": 1, "unknown": 0}
    one_hour = {**long_, "periods": [one, rest], "hours": hours}
    full = {**rest, "from": given_["from"]}
    whole = {**long_, "periods": [full], "hours": {**hours, "recorded": 2160, "gap": 0}}
    words = _page({**given_, "targets": [one_hour, *[whole] * 99]}).words
    assert "gap: 1 hour (0.01 %)" in words
    assert "recorded: 215,999 hours (99.99 %)" in words
    assert "recorded: 216,000 hours (100.00 %)" in _page({**given_, "targets": [whole] * 100}).words


def test_the_four_states_are_explained_and_have_a_pattern_each() -> None:
    words = _page(ledgers.as_json()).words
    assert "A gap is a time in which it was not." in words
    assert "An unknown hour is evidence of neither: count it as not proven." in words
    assert len({MARKS[state] for state in SIGNS}) == 4


def test_beyond_the_limit_gaps_stay_and_the_page_says_what_it_leaves_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ledger_tables, "LIMIT", 4)
    found = _page(ledgers.as_json())
    assert [row["state"][0] for row in found.rows("periods")] == [
        "gap",
        "unknown",
        "gap",
        "unknown",
    ]
    assert "7 periods are in the ledger's file alone" in found.words
    monkeypatch.setattr(ledger_tables, "LIMIT", 11)
    assert "ledger's file alone" not in _page(ledgers.as_json()).words


@pytest.mark.parametrize(
    ("hours", "size"), [(1, 1), (24, 1), (96, 1), (7 * 24, 2), (720, 8), (2160, 24), (8760, 96)]
)
def test_cells_are_from_an_hour_to_days_long_as_fits(hours: int, size: int) -> None:
    window = Window(ledgers.END - hours * HOUR, ledgers.END)
    assert ledger_tables.cell_hours(window) == size
    marks = ledger_tables.edges(window)
    assert (marks[0], marks[-1]) == (0, hours)
    assert all(0 < end - start <= size for start, end in pairwise(marks))


@given(st.data())
def test_a_cell_shows_the_worst_of_its_hours(data: st.DataObject) -> None:
    """Held against a cell by cell count of hours."""
    hours = data.draw(st.integers(1, 400))
    start = datetime(2026, 1, 1, data.draw(st.integers(0, 23)), tzinfo=UTC)
    window = Window(start, start + hours * HOUR)
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, hours - 1)), max_size=20)) - {hours})
    states = data.draw(st.lists(st.sampled_from(WORST), min_size=21, max_size=21))
    periods = [
        Period(start=window.moment(one), end=window.moment(other), state=state)
        for (one, other), state in zip(pairwise([0, *cuts, hours]), states, strict=False)
    ]
    marks = ledger_tables.edges(window)
    by_hour = [each.state for each in periods for _ in range((each.end - each.start) // HOUR)]
    expected = [min(by_hour[one:other], key=WORST.index) for one, other in pairwise(marks)]
    assert ledger_tables.strip(periods, window, marks) == "".join(SIGNS[one] for one in expected)


def test_without_a_ledger_the_page_says_nothing_of_it() -> None:
    facts = source.read(json.dumps(plan_document(documents.mixed())), "plan.json")
    found = Page(page(facts, DAY))
    assert set(found.data["tables"]) == {"groups", "networks", "flowlogs"}
    assert "hour by hour" not in found.text


def test_no_target_at_all_makes_a_page_too() -> None:
    found = _page({**ledgers.as_json(), "targets": [], "notes": [], "workspaces": []})
    assert "0 of 0 targets with a gap" in found.words
    assert "strips" not in found.data["tables"]
    assert "What could not be read" not in found.text


def test_texts_of_a_ledger_that_look_like_html_stay_texts() -> None:
    assert_texts_stay_texts(_page(ledgers.as_json()), _page(ledgers.hostile()))


def test_the_command_takes_a_ledger_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, ledger, output = (tmp_path / name for name in ("plan.json", "l.json", "report.html"))
    plan.write_text(json.dumps(plan_document(documents.mixed())))
    ledger.write_text(json.dumps(ledgers.as_json()))
    arguments = [str(plan), "--output", str(output), "--ledger", str(ledger)]
    assert report.main(arguments) == 0
    assert len(Page(output.read_text()).rows("strips")) == 4
    output.unlink()
    capsys.readouterr()
    ledger.write_text("{}")
    assert report.main(arguments) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith(
        f"report: {ledger} is no ledger of the recording: from is missing"
    )
    assert (printed.out, printed.err.count("\n"), output.exists()) == ("", 1, False)


def test_standard_input_is_one_of_them_alone(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["-", "--ledger", "-"], ["plan.json", "--rules", "-", "--ledger", "-"]):
        with pytest.raises(SystemExit) as ended:
            report.main(arguments)
        assert ended.value.code == 2
        assert "standard input is the source, the rules or the ledger" in capsys.readouterr().err
