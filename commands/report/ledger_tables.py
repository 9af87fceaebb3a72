"""Rows of the two tables on the recording: a strip for each target, and the periods of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter

from commands.ledger.book import Entry
from commands.ledger.document import SIGNS, WORST, Ledger
from commands.report.tables import Axis, Cell, Column, Table
from commands.shared.states import LEVELS
from estate.arm_id import name_of, parent_of, resource_group_of
from plan.attachments import level_of
from recording.facts import State
from recording.hours import HOUR, Window
from recording.ledger import Period, hours_of

STRIPS, PERIODS, TARGET = "strips", "periods", "place"
CELLS = 96  # of a strip, about: as many as can be told from each other
SIZES = (1, 2, 3, 4, 6, 8, 12, 24)  # hours of a cell; beyond, whole days
TICKS = 8  # labels below which there is room for a date each
STEPS = (1, 3, 6, 12, 24, 48, 72, 168, 336)  # hours between two of them; beyond, whole days
LIMIT = 50_000  # rows of the table of periods, gaps before all
_NAME = Column(key="target", label="Target", kind="name")
_SUBSCRIPTION = Column(
    key="subscription", label="Subscription", kind="hidden", choice="Subscription"
)
_LEVEL = Column(key="level", label="Level", kind="hidden", choice="Level")
Naming = Callable[[str], str]


def cell_hours(window: Window) -> int:
    """Hours that one cell of a strip stands for."""
    for size in SIZES:
        if window.hours <= size * CELLS:
            return size
    return 24 * -(-window.hours // (24 * CELLS))


def edges(window: Window) -> list[int]:
    """Where cells begin and end, in hours of the window; days begin at midnight, UTC.

    The first cell and the last may be shorter than the others.
    """
    size = cell_hours(window)
    midnight = window.start.replace(hour=0)
    first = size - (window.start - midnight) // HOUR % size
    return [0, *range(first, window.hours, size), window.hours]


def ticks(window: Window) -> list[int]:
    """Hours of the window with a label: few, at equal distances, from midnight (UTC) on."""
    whole = 24 * -(-window.hours // (24 * TICKS))
    step = next((size for size in STEPS if window.hours <= size * TICKS), whole)
    first = -window.start.hour % min(step, 24)
    return list(range(first, window.hours, step))


def strip(periods: Sequence[Period], window: Window, marks: Sequence[int]) -> str:
    """A sign for each cell between marks: its worst hour, of which a gap is the worst."""
    cell_of = _cells(tuple(marks))
    rank = {state: number for number, state in enumerate(WORST)}
    found = [len(WORST) - 1] * (len(marks) - 1)
    for period in periods:
        first = cell_of[window.at(period.start)]
        last = cell_of[window.at(period.end) - 1]
        for cell in range(first, last + 1):
            found[cell] = min(found[cell], rank[period.state])
    return "".join(SIGNS[WORST[number]] for number in found)


def strips(ledger: Ledger, subscription: Naming) -> Table:
    """A row for each target: its strip, and hours of each state."""
    marks = edges(ledger.window)
    axis = Axis(
        start=ledger.window.start,
        edges=marks,
        ticks=ticks(ledger.window),
        signs={sign: state for state, sign in SIGNS.items()},
        periods=PERIODS,
        by=TARGET,
    )
    columns = (
        _NAME,
        Column(key="strip", label="Time (UTC)", kind="strip", axis=axis),
        *(Column(key=state, label=f"{state} h".capitalize(), kind="number") for state in SIGNS),
        Column(key="longest", label="Longest gap h", kind="number"),
        Column(key="state", label="State", kind="hidden", choice="Has hours that are"),
        _LEVEL,
        _SUBSCRIPTION,
        Column(key="logs", label="Flow logs", kind="hidden"),
        Column(key=TARGET, label="Id", kind="hidden"),
    )
    return Table(
        key=STRIPS,
        title="Targets, hour by hour",
        noun="targets",
        columns=columns,
        rows=[_strip(entry, ledger.window, marks, subscription) for entry in ledger.entries],
    )


def periods(ledger: Ledger, subscription: Naming) -> Table:
    """A row for each period of each target, up to a limit; in the order of the ledger."""
    columns = (
        _NAME,
        Column(key="from", label="From (UTC)"),
        Column(key="to", label="To (UTC)"),
        Column(key="hours", label="Hours", kind="number"),
        Column(key="state", label="State", kind="state", choice="State"),
        Column(key="cause", label="Cause", choice="Cause"),
        Column(key="by", label="By"),
        Column(key="evidence", label="Evidence"),
        _LEVEL,
        _SUBSCRIPTION,
        Column(key=TARGET, label="Id", kind="hidden", choice="Target", linked=True),
    )
    return Table(
        key=PERIODS,
        title="Periods of each target",
        noun="periods",
        columns=columns,
        rows=list(_rows(ledger, subscription)),
    )


def left_out(ledger: Ledger) -> int:
    """Number of periods that the table has no room for."""
    return max(0, sum(len(entry.periods) for entry in ledger.entries) - LIMIT)


def _rows(ledger: Ledger, subscription: Naming) -> Iterator[tuple[Cell, ...]]:
    for entry, kept in groupby(_kept(ledger), key=itemgetter(0)):
        name, hidden = _name(entry.id), _hidden(entry, subscription)
        for _, period in kept:
            yield (name, *_told(period, ledger.window), *hidden, (entry.id,))


def _kept(ledger: Ledger) -> Iterator[tuple[Entry, Period]]:
    """Periods that the table has room for: the worst state first, then in order."""
    room: dict[State, int] = {}
    number = dict.fromkeys(WORST, 0)
    for entry in ledger.entries:
        for period in entry.periods:
            number[period.state] += 1
    left = LIMIT
    for state in WORST:
        room[state] = min(left, number[state])
        left -= room[state]
    for entry in ledger.entries:
        for period in entry.periods:
            if room[period.state]:
                room[period.state] -= 1
                yield entry, period


def _strip(entry: Entry, window: Window, marks: Sequence[int], subscription: Naming) -> list[Cell]:
    hours = hours_of(entry.periods)
    gaps = (_hours(each) for each in entry.periods if each.state == "gap")
    return [
        _name(entry.id),
        (strip(entry.periods, window, marks),),
        *((str(hours[state]),) for state in SIGNS),
        (str(max(gaps, default=0)),),
        tuple(state for state in WORST if hours[state]),
        *_hidden(entry, subscription),
        tuple(map(name_of, entry.flow_logs)),
        (entry.id,),
    ]


def _told(period: Period, window: Window) -> tuple[Cell, ...]:
    end = f"{period.end:%Y-%m-%d %H:%M}"
    lasts = period.end == window.end and period.state in ("gap", "unknown")
    return (
        (f"{period.start:%Y-%m-%d %H:%M}",),
        (end, "and goes on") if lasts else (end,),
        (str(_hours(period)),),
        (period.state,),
        (period.cause,) if period.cause else (),
        (period.by,) if period.by else (),
        (period.evidence,) if period.evidence else (),
    )


def _hidden(entry: Entry, subscription: Naming) -> tuple[Cell, Cell]:
    """The cells of the level and the subscription."""
    return (LEVELS[level_of(entry.id)],), (subscription(entry.id),)


def _name(target: str) -> Cell:
    """The name of a target, a subnet's with its network's, and the resource group."""
    name = name_of(target)
    if level_of(target) == "subnet":
        name = f"{name_of(parent_of(target))}/{name}"
    return (name, resource_group_of(target))


def _hours(period: Period) -> int:
    return (period.end - period.start) // HOUR


@lru_cache(2)
def _cells(marks: tuple[int, ...]) -> list[int]:
    """The cell of each hour."""
    return [cell for cell, (start, end) in enumerate(pairwise(marks)) for _ in range(start, end)]
