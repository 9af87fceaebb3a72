"""How rules were used: hits of either group at an end, and unused only where all was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from rules.evaluator import Evaluator
from rules.landscape import Landscape
from rules.model import Deciding, End, Flow, Rule
from rules.tags import ServiceTags
from rules.usage import Recorded, Usage, usage
from tests.rules.scene import end, flow, group, rule
from tests.rules.two_subnets import APP, WEB, at, world

SEEN = datetime(2026, 3, 2, 11, tzinfo=UTC)
ALL = Recorded(since=datetime(2026, 2, 1, tzinfo=UTC), whole=True)
DARK = Recorded(since=SEEN, whole=False, reason="subnet v/app was not recorded from … to …")


def used(
    scene: Landscape,
    flows: Iterable[Flow],
    recorded: Recorded = ALL,
    shadowed: Mapping[Rule, tuple[Rule, ...]] | None = None,
) -> dict[str, Usage]:
    """Usage by the rule's name, of somebody's rules."""
    by_group = dict.fromkeys(scene.groups, recorded)
    found = usage(Evaluator(scene, ServiceTags()), flows, shadowed or {}, by_group)
    return {each.rule.name: each for each in found if not each.rule.default}


def seen(
    source: End, destination: End, *by: Deciding, port: int = 443, denied: bool = False
) -> Flow:
    """A flow that was recorded, with its rules."""
    counted = tuple(replace(each, flows=3, bytes=300, last_seen=SEEN) for each in by)
    found = flow(source, destination, port)
    return replace(found, flows=3, bytes=300, last_seen=SEEN, deciding=counted, denied=denied)


def test_hits_go_to_the_rule_that_rows_name() -> None:
    scene = world(group("nsg", rule(100, "Allow", name="Web"), rule(200, "Deny")), app="nsg")
    found = used(scene, [seen(WEB, APP, at("Destination", "nsg", "Web"))])
    web = found["Web"]
    assert (web.verdict, web.flows, web.bytes, web.sources) == ("wider", 3, 300, 1)
    assert (web.last_hit, found["Deny200"].verdict) == (SEEN, "unused")


def test_a_second_group_at_an_end_has_its_hits_too() -> None:
    groups = (
        group("nsg", rule(100, "Allow", name="Subnet")),
        group("own", rule(100, "Allow", name="Own")),
    )
    scene = world(*groups, app="nsg", app_card="own")
    found = used(scene, [seen(WEB, APP, at("Destination", "own", "Own"))])
    assert (found["Subnet"].flows, found["Own"].flows) == (3, 3)


def test_what_the_first_group_refused_never_came_to_the_second() -> None:
    groups = (
        group("nsg", rule(100, "Deny", name="Subnet")),
        group("own", rule(100, "Allow", name="Own")),
    )
    scene = world(*groups, app="nsg", app_card="own")
    found = used(scene, [seen(WEB, APP, at("Destination", "nsg", "Subnet"), denied=True)])
    assert (found["Subnet"].verdict, found["Own"].verdict) == ("used", "unused")


def test_a_rule_without_hits_is_not_unused_where_a_place_was_dark() -> None:
    scene = world(group("nsg", rule(100, "Allow", name="Web")), app="nsg")
    found = used(scene, [], DARK)["Web"]
    assert (found.verdict, found.recorded_since, found.reason) == ("unknown", SEEN, DARK.reason)


def test_a_rule_that_may_have_met_a_flow_is_not_unused() -> None:
    asg = {"id": "/subscriptions/s/x/applicationSecurityGroups/a"}
    rules = rule(100, "Allow", name="Members", destinationApplicationSecurityGroups=[asg])
    scene = world(group("nsg", rules), app="nsg")
    found = used(scene, [seen(WEB, end("10.0.1.99", "v/app"))])["Members"]
    assert (found.verdict, "10.0.1.99" in found.reason) == ("unknown", True)


def test_a_proposal_names_what_was_seen_and_only_where_all_was_recorded() -> None:
    scene = world(group("nsg", rule(100, "Allow", name="Wide")), app="nsg")
    flows = [seen(WEB, APP, at("Destination", "nsg", "Wide"), port=port) for port in (443, 8443)]
    found = used(scene, flows)["Wide"]
    assert found.verdict == "wider"
    assert found.proposal
    assert (found.proposal.ports, found.proposal.sources) == (("443", "8443"), ("10.0.0.0/24",))
    assert used(scene, flows, DARK)["Wide"].verdict == "used"


def test_strangers_who_came_in_are_not_proposed_as_sources() -> None:
    ssh = rule(100, "Allow", name="Ssh", destinationPortRange="22")
    scene = world(group("nsg", ssh), app="nsg")
    flows = [seen(end("203.0.113.9"), APP, at("Destination", "nsg", "Ssh"), port=22)]
    assert used(scene, flows)["Ssh"].verdict == "used"


def test_a_narrow_rule_is_not_wider_than_used() -> None:
    narrow = rule(
        100, "Allow", name="Narrow", sourceAddressPrefix="10.0.0.4/32", destinationPortRange="443"
    )
    scene = world(group("nsg", narrow), app="nsg")
    found = used(scene, [seen(WEB, APP, at("Destination", "nsg", "Narrow"))])["Narrow"]
    assert (found.verdict, found.proposal) == ("used", None)


def test_a_shadowed_rule_says_by_which() -> None:
    scene = world(group("nsg", rule(100, "Allow"), rule(200, "Deny", name="Late")), app="nsg")
    (late,) = (
        each for tables in scene.groups.values() for each in tables.rules if each.name == "Late"
    )
    first = next(iter(scene.groups.values())).rules[0]
    found = used(scene, [], ALL, {late: (first,)})["Late"]
    assert (found.verdict, [each.name for each in found.by]) == ("shadowed", ["Allow100"])
