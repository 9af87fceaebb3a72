"""The ledger of a target: recorded, quiet, gap with its cause, unknown with its reason."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from recording.facts import Event, Facts, Stop
from recording.hours import HOUR, Window
from recording.ledger import Period, hours_of, periods

START = datetime(2026, 10, 1, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(days=10))
ALL = WINDOW.all
DELETE = "Microsoft.Network/networkWatchers/flowLogs/delete"


def hours(first: int, last: int) -> int:
    """A mask of hours from one to another, which is left out."""
    return (1 << last) - (1 << first)


def facts(rows: int, **more: Any) -> Facts:
    """A target that records, beside another that always does."""
    given: dict[str, Any] = {"processed": 0, "beside": ALL, "readable": ALL, "logged": ALL}
    return Facts(rows=rows, **{**given, **more})


def event(hour: int, what: str = "flow log deleted", **more: Any) -> Event:
    """Something that somebody did in the middle of an hour."""
    given: dict[str, Any] = {"operation": DELETE, "resource": "log", "by": "eve@contoso.com"}
    return Event(at=START + hour * HOUR + HOUR / 2, what=what, **{**given, **more})


def states(found: list[Period]) -> list[tuple[int, int, str, str]]:
    """First and last hour, state and cause."""
    return [
        ((each.start - START) // HOUR, (each.end - START) // HOUR, each.state, each.cause)
        for each in found
    ]


def test_a_network_with_quiet_days_is_quiet_while_the_activity_log_knows_of_nothing() -> None:
    silent = facts(ALL & ~hours(20, 70) & ~hours(120, 190))
    assert states(periods(silent, WINDOW)) == [
        (0, 20, "recorded", ""),
        (20, 70, "quiet", ""),
        (70, 120, "recorded", ""),
        (120, 190, "quiet", ""),
        (190, 240, "recorded", ""),
    ]


def test_a_silence_as_never_before_is_not_called_quiet_nor_a_gap() -> None:
    (_, silence, _) = periods(facts(ALL & ~hours(20, 120)), WINDOW)
    assert (silence.state, "no traffic or no recording" in silence.evidence) == ("unknown", True)


def test_a_long_silence_that_the_activity_log_does_not_reach_is_not_called_quiet() -> None:
    silent = facts(ALL & ~hours(20, 70) & ~hours(120, 190), logged=hours(100, 240))
    found = states(periods(silent, WINDOW))
    assert found[1] == (20, 70, "unknown", "")
    assert found[3] == (120, 190, "quiet", "")


def test_traffic_elsewhere_does_not_hide_what_somebody_switched_off() -> None:
    off = facts(ALL & ~hours(20, 120), events=[event(19), event(119, on=True, off=False)])
    (_, gap, _) = periods(off, WINDOW)
    assert states([gap]) == [(20, 120, "gap", "flow log deleted")]
    assert (gap.by, DELETE in gap.evidence) == ("eve@contoso.com", True)


def test_a_quiet_night_before_a_deletion_stays_quiet() -> None:
    off = facts(ALL & ~hours(20, 120) & ~hours(150, 210), events=[event(30)])
    assert states(periods(off, WINDOW))[1:3] == [
        (20, 30, "quiet", ""),
        (30, 120, "gap", "flow log deleted"),
    ]


def test_what_was_undone_before_the_silence_is_not_its_cause() -> None:
    rows = ALL & ~hours(60, 70)
    assert states(periods(facts(rows, events=[event(50)]), WINDOW))[1] == (60, 70, "quiet", "")


def test_a_network_whose_flow_log_came_late_has_a_gap_before() -> None:
    late = facts(
        hours(100, 240), events=[event(99, "flow log created", on=True, off=False, made=True)]
    )
    assert states(periods(late, WINDOW))[0] == (0, 100, "gap", "no flow log until one was created")


def test_before_the_first_row_nothing_is_known_without_an_event() -> None:
    (first, *_) = periods(facts(hours(100, 240), beside=0), WINDOW)
    assert (first.state, first.evidence) == ("unknown", "before the first row")


def test_a_stop_with_a_known_cause_is_a_gap_though_others_recorded() -> None:
    capped = Stop(hours=hours(30, 40), cause="daily cap reached", evidence="_LogOperation")
    found = states(periods(facts(ALL & ~hours(28, 40), stops=[capped]), WINDOW))
    assert found[1:3] == [(28, 30, "quiet", ""), (30, 40, "gap", "daily cap reached")]


def test_rows_that_came_late_fill_their_hours_whatever_stopped_them() -> None:
    capped = Stop(hours=hours(30, 40), cause="daily cap reached", evidence="_LogOperation")
    assert states(periods(facts(ALL, stops=[capped]), WINDOW)) == [(0, 240, "recorded", "")]


def test_traffic_analytics_own_word_makes_an_hour_quiet() -> None:
    alone = facts(ALL & ~hours(20, 30), beside=0, processed=hours(20, 25))
    assert states(periods(alone, WINDOW))[1:3] == [
        (20, 25, "quiet", ""),
        (25, 30, "unknown", ""),
    ]


def test_a_long_silence_of_everything_is_a_gap_without_a_known_cause() -> None:
    found = states(periods(facts(ALL & ~hours(20, 80), beside=0), WINDOW))
    assert found[1] == (20, 80, "gap", "not known")


def test_what_cannot_be_read_is_unknown_with_the_reason() -> None:
    unread = facts(0, readable=0, beside=0, reason="workspace log: Forbidden")
    (only,) = periods(unread, WINDOW)
    assert (only.state, only.evidence) == ("unknown", "workspace log: Forbidden")


@given(
    st.integers(0, ALL),
    st.integers(0, ALL),
    st.integers(0, ALL),
    st.integers(0, ALL),
    st.lists(st.integers(-5, 250), max_size=4),
)
def test_periods_are_in_order_without_a_hole_and_only_rows_are_recorded(
    rows: int, beside: int, processed: int, logged: int, at: list[int]
) -> None:
    known = facts(rows, beside=beside, processed=processed, logged=logged)
    known = replace(known, events=[event(hour, on=hour % 2 == 0) for hour in at])
    found = periods(known, WINDOW)
    assert found[0].start == WINDOW.start
    assert found[-1].end == WINDOW.end
    assert all(one.end == other.start for one, other in itertools.pairwise(found))
    counted = hours_of(found)
    assert counted["recorded"] == rows.bit_count()
    assert sum(counted.values()) == WINDOW.hours


def test_a_gap_ends_where_its_cause_was_undone() -> None:
    """Its rows began to come again later, since there was no traffic at first."""
    back = event(79, "flow log created", on=True, off=False, made=True)
    known = facts(ALL & ~hours(20, 100), events=[event(19), back])
    assert states(periods(known, WINDOW))[1:3] == [
        (20, 80, "gap", "flow log deleted"),
        (80, 100, "quiet", ""),
    ]


def test_the_first_rows_take_a_while_and_the_gap_lasts_until_they_come() -> None:
    back = event(79, "flow log created", on=True, off=False, made=True)
    known = facts(ALL & ~hours(20, 82), events=[event(19), back])
    assert states(periods(known, WINDOW))[1] == (20, 82, "gap", "flow log deleted")


def test_what_was_switched_off_before_the_window_stays_off_in_it() -> None:
    back = event(50, "flow log changed", on=True, off=False)
    known = facts(hours(52, 240), events=[event(-30, "flow log disabled"), back])
    assert states(periods(known, WINDOW))[0] == (0, 52, "gap", "flow log disabled")


def test_after_a_change_the_silence_of_everything_is_a_gap_with_that_cause() -> None:
    renewed = event(20, "key of the storage account renewed", certain=False, on=True)
    dark = ALL & ~hours(21, 80)
    found = periods(facts(dark, beside=dark, events=[renewed]), WINDOW)
    assert states(found)[1] == (21, 80, "gap", renewed.what)
    (_, short, _) = periods(
        facts(ALL & ~hours(21, 30), beside=ALL & ~hours(21, 30), events=[renewed]), WINDOW
    )
    assert (short.state, short.cause) == ("unknown", renewed.what)


def test_a_usual_silence_of_everything_is_no_gap() -> None:
    """As at two weekends of an estate that nobody uses then."""
    dark = ALL & ~hours(20, 70) & ~hours(120, 180)
    found = states(periods(facts(dark, beside=dark), WINDOW))
    assert [each[2] for each in found if each[2] != "recorded"] == ["unknown", "unknown"]


def test_a_silence_with_a_cause_makes_no_other_usual() -> None:
    off = [event(19), event(70, on=True, off=False)]
    found = states(periods(facts(ALL & ~hours(20, 70) & ~hours(120, 180), events=off), WINDOW))
    assert found[1] == (20, 70, "gap", "flow log deleted")
    assert found[3] == (120, 180, "unknown", "")


def test_a_workspace_that_cannot_be_read_hides_no_deletion() -> None:
    unread = facts(0, readable=0, reason="workspace log: not found", events=[event(100)])
    assert states(periods(unread, WINDOW)) == [
        (0, 100, "unknown", ""),
        (100, 240, "gap", "flow log deleted"),
    ]


def test_a_target_without_a_flow_log_is_a_gap_as_far_as_the_log_shows() -> None:
    bare = facts(0, logged=hours(100, 240), now="no flow log is on it")
    assert states(periods(bare, WINDOW)) == [
        (0, 100, "unknown", ""),
        (100, 240, "gap", "no flow log is on it"),
    ]


def test_a_change_that_may_be_why_is_named_but_not_taken_for_the_cause() -> None:
    maybe = event(19, "storage account changed", certain=False)
    (_, long, _) = periods(facts(ALL & ~hours(20, 120), events=[maybe]), WINDOW)
    assert (long.state, long.cause, long.by) == ("unknown", maybe.what, maybe.by)
    (_, night, _) = periods(facts(ALL & ~hours(20, 30), events=[maybe]), WINDOW)
    assert night.state == "quiet"


def test_late_rows_say_how_late() -> None:
    late = facts(ALL, late=hours(5, 9), delay=390)
    found = periods(late, WINDOW)
    assert [each.state for each in found] == ["recorded"] * 3
    assert found[1].evidence == "rows, which came up to 6 hours late"
