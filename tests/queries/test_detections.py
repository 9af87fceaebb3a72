"""Each detection finds what it is for, and neither what falls just short nor what is innocent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from plan.monitoring.alerts import DETECTIONS, Rule, alert_values
from plan.monitoring.query_values import values
from stack.settings.model import AlertSettings
from tests.estates_by_hand import settings
from tests.queries.conftest import Recording, vnet
from tests.queries.cost import estate, read
from tests.queries.detected import (
    HITS,
    IN,
    INSIDE,
    MB,
    OUT,
    OUTSIDE,
    WITHIN,
    at,
    between,
    called,
    each,
    over,
    to,
    tried,
)
from tests.queries.traffic import START, Flow
from tests.queries.workspace import NOW, Row

pytestmark = pytest.mark.slow

PROBE = "168.63.129.16"  # from where Azure's platform probes


def by_source(flows: Iterable[Flow], source: str) -> list[Flow]:
    """The flows of another source."""
    return [replace(flow, source=source) for flow in flows]


def before(hours: int, flows: Iterable[Flow]) -> list[Flow]:
    """The flows so many hours earlier."""
    return [replace(flow, start=flow.start - timedelta(hours=hours)) for flow in flows]


def sources(rows: list[Row]) -> set[object]:
    return {row["SourceAddress"] for row in rows}


def test_a_port_scan_is_many_ports_of_one_machine_with_nothing_behind(recorded: Recording) -> None:
    tries = over(range(1, 52), WITHIN)
    refused = [replace(flow, status="D", destination="203.0.113.9") for flow in tries]
    redirected = [replace(flow, sent=40_000) for flow in tries]
    workspace = recorded(
        [
            *tries,
            *(replace(flow, direction="I", mac="BB") for flow in tries),
            *by_source((replace(flow, type="ExternalPublic") for flow in refused), "10.0.0.9"),
            *by_source(tries[1:], "10.0.0.10"),
            *by_source(redirected, "10.0.0.11"),
            *over(range(1, 52), replace(IN, status="D")),
        ]
    )
    rows = workspace.rows("scanning-inside")
    assert {(row["SourceAddress"], row["Kind"], row["Ports"]) for row in rows} == {
        (INSIDE, "port scan", 51),
        ("10.0.0.9", "port scan", 51),
    }
    assert {row["Flows"] for row in rows} == {51}


def test_a_sweep_is_many_machines_inside_on_one_port(recorded: Recording) -> None:
    tries = to(range(10, 61), replace(WITHIN, port=22, status="D"))
    slow = [at(number % 2, flow) for number, flow in enumerate(tries)]
    polled = [replace(flow, status="A", sent=2000) for flow in tries]
    browsed = [replace(OUT, destination=f"203.0.113.{host}") for host in range(60)]
    workspace = recorded(
        [
            *tries,
            *by_source(slow, "10.0.0.9"),
            *by_source(tries[1:], "10.0.0.12"),
            *by_source(polled, "10.0.0.10"),
            *by_source(browsed, "10.0.0.11"),
            *by_source((replace(flow, status="A") for flow in tries), PROBE),
        ]
    )
    (row,) = workspace.rows("scanning-inside")
    found = (row["SourceAddress"], row["Kind"], row["Destinations"], row["DeniedFlows"])
    assert found == (INSIDE, "sweep", 51, 51)


def test_a_beacon_began_lately_and_calls_in_nearly_every_interval(recorded: Recording) -> None:
    gaps = called("10.0.0.9", [hour for hour in range(20) if hour % 6])
    uneven = [
        replace(flow, sent=9000 * (number % 3)) for number, flow in enumerate(called("10.0.0.10"))
    ]
    habit = called("10.0.0.11", range(60))
    young = called("10.0.0.12", range(10))
    heavy = [replace(flow, sent=200_000) for flow in called("10.0.0.13")]
    lasting = [replace(flow, flows=0) for flow in called("10.0.0.14")]
    innocent = [*gaps, *uneven, *habit, *young, *heavy, *lasting]
    clock = [flow for host in range(20, 24) for flow in called(f"10.0.0.{host}")]
    workspace = recorded(
        [
            *called(),
            *(replace(flow, destination=f"203.0.113.{flow.source[7:]}9") for flow in innocent),
            *(replace(flow, destination="203.0.113.30") for flow in clock),
        ]
    )
    (row,) = workspace.rows("beaconing")
    assert (row["SourceAddress"], row["Intervals"], row["Expected"], row["Flows"]) == (
        INSIDE,
        20,
        20,
        240,
    )


def test_a_beacon_of_ten_minute_rows_may_miss_one_interval_in_ten(recorded: Recording) -> None:
    calls = [
        replace(OUT, interval=10, start=START + timedelta(minutes=50 - 10 * number), sent=500)
        for number in range(80)
        if number % 11
    ]
    (row,) = recorded(calls).rows("beaconing")
    assert (row["Intervals"], row["Expected"], row["Minutes"]) == (72, 80, 10)
    fewer = [flow for number, flow in enumerate(calls) if number % 20]
    assert recorded(fewer).rows("beaconing") == []


def test_a_brute_force_is_short_flows_and_then_a_long_one(recorded: Recording) -> None:
    long = replace(IN, port=22, sent=5 * MB)
    going = replace(long, flows=0)
    tool = replace(IN, port=22, flows=300, sent=300 * 50_000)
    workspace = recorded(
        [
            *tried(),
            long,
            *by_source([*tried(), going], "198.51.100.8"),
            *by_source(tried(), "198.51.100.9"),
            *by_source([*tried(flows=19), long], "198.51.100.10"),
            *by_source([*tried(), at(5, long)], "198.51.100.11"),
            *by_source([*each((3, 2, 1), tool), long], "198.51.100.12"),
            *by_source([*tried(), replace(long, sent=90_000)], "198.51.100.13"),
            *by_source([*tried(), replace(going, sent=9000)], "198.51.100.14"),
            *by_source((replace(flow, port=443) for flow in [*tried(), long]), "198.51.100.15"),
            *by_source([*before(26, tried()), at(26, long)], "198.51.100.16"),
        ]
    )
    rows = workspace.rows("management-brute-force")
    assert sources(rows) == {OUTSIDE, "198.51.100.8"}
    assert {(row["Attempts"], row["Bytes"], row["DestinationAddress"]) for row in rows} == {
        (600, 5 * MB, "10.0.1.4")
    }


def test_unusual_is_what_a_machine_never_sent_before(recorded: Recording) -> None:
    days = range(24, 336, 24)

    def sent(source: str, before: int, now: int) -> list[Flow]:
        past = each(days, replace(OUT, source=source, sent=before * MB))
        return [*past, replace(OUT, source=source, sent=now * MB)]

    silent = each(days, replace(WITHIN, source="10.0.0.12"))
    web = replace(IN, destination="10.0.0.13", sent=7)
    workspace = recorded(
        [
            *sent(INSIDE, 100, 5000),
            *sent("10.0.0.9", 100, 900),
            *sent("10.0.0.10", 1000, 2900),
            *sent("10.0.0.11", 9000, 9000),
            *silent,
            replace(OUT, source="10.0.0.12", sent=2000 * MB),
            *each(days, replace(web, returned=100 * MB)),
            replace(web, returned=4000 * MB),
            replace(OUT, source="10.0.0.14", sent=9000 * MB),
            *each(days, replace(WITHIN, source="10.0.0.15")),
            replace(WITHIN, source="10.0.0.15", sent=9000 * MB),
        ]
    )
    rows = workspace.rows("outbound-volume")
    found = [(row["SourceAddress"], row["BytesSent"], row["BytesMostBefore"]) for row in rows]
    assert found == [
        (INSIDE, 5000 * MB, 100 * MB),
        ("10.0.0.13", 4000 * MB, 100 * MB),
        ("10.0.0.12", 2000 * MB, 0),
    ]
    assert [row["DestinationAddress"] for row in rows] == ["203.0.113.9", OUTSIDE, "203.0.113.9"]


def test_a_machine_spreads_to_whom_it_did_not_reach_before(recorded: Recording) -> None:
    share = replace(WITHIN, port=445)
    new = to(range(20, 26), share)
    workspace = recorded(
        [
            at(30, share),
            *new,
            *by_source(new[:4], "10.0.0.9"),
            *by_source([*(at(30, flow) for flow in to(range(40, 48), share)), *new], "10.0.0.10"),
            *by_source([*new, *(at(30, flow) for flow in new)], "10.0.0.11"),
            *by_source((replace(flow, port=443) for flow in new), "10.0.0.12"),
            *by_source(new, PROBE),
            *(
                replace(OUT, source="10.0.0.13", destination=f"203.0.113.{n}", port=22)
                for n in range(6)
            ),
        ]
    )
    (row,) = workspace.rows("spreading-inside")
    found = (row["SourceAddress"], row["Destinations"], row["KnownDestinations"], row["PortList"])
    assert found == (INSIDE, 6, 1, "[445]")
    assert {f'"10.0.1.{host}"' in row["DestinationList"] for host in range(20, 26)} == {True}


def test_subnets_that_never_talked_have_a_first_contact(recorded: Recording) -> None:
    known = [*each((30, 40), between("app", "web")), *each((30, 40), between("web", "data"))]
    refused = replace(WITHIN, status="D", destination="10.0.1.5")
    workspace = recorded(
        [
            *known,
            *HITS["first-contact"][1],
            between("web", "app"),
            between("app", "app"),
            between("app", "new"),
            at(30, between("dmz", "web")),
            between("app", "dmz", refused),
            # The source let it out; its end refused it.
            between("dmz", "data", replace(refused, status="A")),
            between("dmz", "data", replace(refused, direction="I", mac="BB")),
        ]
    )
    (row,) = workspace.rows("first-contact")
    assert (row["SourceSubnet"], row["DestinationSubnet"]) == ("rg/vnet/app", "rg/vnet/data")
    assert (row["SourceAddress"], row["DestinationAddress"], row["Bytes"]) == (
        INSIDE,
        "10.0.1.4",
        700,
    )


def test_what_was_refused_and_is_let_in_is_told_by_port(recorded: Recording) -> None:
    web = replace(IN, port=443)
    refused = each((30, 40), replace(web, status="D", flows=3, rule="Deny"))
    workspace = recorded(
        [
            *refused,
            web,
            *by_source([*refused, replace(web, flows=4)], "198.51.100.8"),
            *by_source([*refused[:1], web], "198.51.100.9"),
            *by_source([at(50, web), *refused, web], "198.51.100.10"),
            *by_source([*refused, replace(web, port=80)], "198.51.100.11"),
            *by_source([web, replace(web, status="D", flows=9)], "198.51.100.12"),
            *by_source(refused, "198.51.100.13"),
            *by_source([*refused, at(27, web), web], "198.51.100.14"),
        ]
    )
    (row,) = workspace.rows("denied-then-allowed")
    assert (row["DestinationAddress"], row["DestinationPort"], row["Sources"]) == (
        "10.0.1.4",
        443,
        2,
    )
    assert (row["DeniedFlows"], row["AllowedFlows"], row["Bytes"]) == (12, 4, 0)
    assert (row["SourceAddress"], "Deny (" in row["DeniedBy"]) == ("198.51.100.8", True)


@pytest.mark.parametrize("name", HITS)
def test_an_ignored_source_is_passed_over(name: str) -> None:
    source, flows = HITS[name]
    workspace = vnet(flows)
    assert sources(workspace.rows(name, values(name, settings()))) == {source}
    ignoring = settings(alerts=AlertSettings(ignored_sources=(f"{source}/32",)))
    assert workspace.rows(name, values(name, ignoring)) == []


@pytest.mark.parametrize("rule", DETECTIONS, ids=lambda rule: rule.name)
def test_an_alert_tells_of_a_finding_once(rule: Rule) -> None:
    """Asked as often as Azure does, on the rows that it looks back to."""
    flows = HITS[rule.query][1]
    hourly = rule.every == 60
    if rule.name == "outbound-volume":  # its past is by the hour
        flows = [*each(range(1, 30), replace(OUT, sent=100 * MB)), replace(OUT, sent=5000 * MB)]
    workspace = vnet(flows)
    steps = [timedelta(hours=number if hourly else 24 * number) for number in (-1, 0, 1)]
    chosen = {**values(rule.query, settings()), **alert_values(rule)}
    found = [bool(workspace.rows(rule.query, chosen, NOW + step)) for step in steps]
    assert found == [False, True, False]


def test_a_run_reads_the_rows_of_its_look_back_twice_at_most() -> None:
    """Once, but where DuckDB does again what `materialize` asks it to keep."""
    tables = estate(2, 30)
    times = {rule.name: read(tables, rule, "alert") / 60 for rule in DETECTIONS}
    assert set(times.values()) <= {1, 2}


def test_every_detection_has_flows_that_it_finds() -> None:
    assert set(HITS) == {rule.name for rule in DETECTIONS}
