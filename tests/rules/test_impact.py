"""What a change of rules does to recorded flows, with answers that a network engineer knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from rules.concerned import concerned
from rules.evaluator import Evaluator
from rules.impact import Effect, effect
from rules.landscape import Landscape
from rules.model import Deciding, End, Flow
from rules.tags import ServiceTags
from tests.rules.scene import (
    Body,
    card,
    end,
    flow,
    group,
    id_of,
    landscape,
    network,
    peering,
    rule,
    subnet,
)
from tests.rules.two_subnets import APP, WEB, at, world

TAGS = ServiceTags({"storage": (ip_network("20.60.0.0/16"),)})


def recorded(
    source: End, destination: End, *by: Deciding, denied: bool = False, port: int = 443
) -> Flow:
    """A flow as it was recorded."""
    return replace(flow(source, destination, port), denied=denied, deciding=by)


def effect_of(found: Flow, before: Landscape, after: Landscape) -> Effect:
    """The effect of a change on a flow."""
    return effect(found, Evaluator(before, TAGS), Evaluator(after, TAGS))


def told(found: Effect) -> tuple[str, str, str]:
    """Outcome, and the rules before and after."""
    before, after = found.before, found.after
    return found.outcome, before.rule if before else "", after.rule if after else ""


def test_a_new_priority_puts_a_refusal_before_what_let_flows_in() -> None:
    allow, deny = rule(200, "Allow", name="Web"), rule(300, "Deny", name="Closed")
    first = {**deny, "properties": {**deny["properties"], "priority": 150}}
    before = world(group("nsg", allow, deny), app="nsg")
    after = world(group("nsg", allow, first), app="nsg")
    allowed = recorded(WEB, APP, at("Destination", "nsg", "Web"))
    assert told(effect_of(allowed, before, after)) == ("cut", "Web", "Closed")
    assert list(concerned(before, after)) == [f"{id_of('virtualNetworks', 'v')}/subnets/app"]


def test_two_narrower_rules_that_let_the_same_through_cut_nothing() -> None:
    deny = rule(4000, "Deny")
    wide = rule(200, "Allow", sourceAddressPrefix="10.0.0.0/24", destinationPortRange="443")
    halves = [
        rule(201, "Allow", sourceAddressPrefix="10.0.0.0/25", destinationPortRange="443"),
        rule(202, "Allow", sourceAddressPrefix="10.0.0.128/25", destinationPortRange="443"),
    ]
    before = world(group("nsg", wide, deny), app="nsg")
    after = world(group("nsg", *halves, deny), app="nsg")
    for address in ("10.0.0.4", "10.0.0.200"):
        allowed = recorded(end(address, "v/web"), APP)
        assert effect_of(allowed, before, after).outcome == "unchanged"
    only = world(group("nsg", halves[0], deny), app="nsg")
    assert effect_of(recorded(end("10.0.0.200", "v/web"), APP), before, only).outcome == "cut"


def test_a_group_on_the_interface_still_refuses_what_the_subnet_lets_in() -> None:
    open_, shut = group("nsg", rule(100, "Allow")), group("own", rule(100, "Deny", name="Own"))
    closed = group("nsg", rule(100, "Deny", name="Shut"))
    refused = recorded(WEB, APP, at("Destination", "nsg", "Shut"), denied=True)
    both = (
        world(closed, shut, app="nsg", app_card="own"),
        world(open_, shut, app="nsg", app_card="own"),
    )
    assert effect_of(refused, *both).outcome == "unchanged"
    alone = world(closed, app="nsg"), world(open_, app="nsg")
    assert told(effect_of(refused, *alone)) == ("opened", "Shut", "Allow100")


def test_who_leaves_an_application_security_group_loses_what_it_let_in() -> None:
    asg = {"id": id_of("applicationSecurityGroups", "servers")}
    rules = [
        rule(100, "Allow", name="ToServers", destinationApplicationSecurityGroups=[asg]),
        rule(200, "Deny", name="Rest"),
    ]
    member = world(group("nsg", *rules), app="nsg", asgs=["servers"])
    left = world(group("nsg", *rules), app="nsg")
    allowed = recorded(WEB, APP, at("Destination", "nsg", "ToServers"))
    assert told(effect_of(allowed, member, left)) == ("cut", "ToServers", "Rest")
    refused = recorded(WEB, APP, at("Destination", "nsg", "Rest"), denied=True)
    assert told(effect_of(refused, left, member)) == ("opened", "Rest", "ToServers")
    assert list(concerned(member, left)) == [f"{id_of('virtualNetworks', 'v')}/subnets/app"]


def test_a_security_admin_rule_cuts_over_the_head_of_a_group() -> None:
    nsg = group("nsg", rule(100, "Allow", name="Web"))
    ranges: dict[str, Any] = {"destinationPortRanges": ["443"]}
    deny = rule(10, "Deny", name="no-https", protocol="Tcp", **ranges)
    before, after = world(nsg, app="nsg"), world(nsg, app="nsg", admin={"v": [deny]})
    allowed = recorded(WEB, APP, at("Destination", "nsg", "Web"))
    assert told(effect_of(allowed, before, after))[::2] == ("cut", "no-https")
    assert effect_of(replace(allowed, port=80), before, after).outcome == "unchanged"


def test_what_a_security_admin_rule_of_somebody_refused_no_group_opens() -> None:
    shut, open_ = group("nsg", rule(100, "Deny")), group("nsg", rule(100, "Allow"))
    by = at("Destination", "manager", "closed", kind="security admin rule")
    refused = recorded(WEB, APP, by, denied=True)
    changes = world(shut, app="nsg"), world(open_, app="nsg")
    assert effect_of(refused, *changes).outcome == "unchanged"


@pytest.mark.parametrize("kind", ["encryption", "platform"])
def test_what_no_rule_refused_no_rule_opens(kind: str) -> None:
    shut, open_ = group("nsg", rule(100, "Deny")), group("nsg", rule(100, "Allow"))
    refused = recorded(WEB, APP, at("Destination", "nsg", "x", kind=kind), denied=True)
    changes = world(shut, app="nsg"), world(open_, app="nsg")
    assert effect_of(refused, *changes).outcome == "unchanged"


def test_a_flow_over_a_peering_is_cut_with_the_peering() -> None:
    def spoke(*peerings: Body) -> list[Body]:
        return [
            network("v", ["10.0.0.0/16"], {"app": subnet("10.0.1.0/24", "nsg")}, peerings),
            network("hub", ["10.9.0.0/16"], {"x": subnet("10.9.0.0/24")}, [peering("v")]),
            card("n-app", "v/app", "10.0.1.4"),
            card("n-hub", "hub/x", "10.9.0.4"),
            group("nsg"),
        ]

    before, after = landscape(*spoke(peering("hub"))), landscape(*spoke())
    found = recorded(end("10.9.0.4", "hub/x"), APP)
    assert told(effect_of(found, before, after)) == ("cut", "AllowVnetInBound", "DenyAllInBound")


def test_version_six_is_decided_by_its_own_prefixes() -> None:
    def with_rule(prefix: str) -> Landscape:
        rules = rule(100, "Allow", sourceAddressPrefix=prefix), rule(200, "Deny")
        subnets = {"app": subnet(["10.0.1.0/24", "fd00:1::/64"], "nsg")}
        return landscape(
            network("v", ["10.0.0.0/16", "fd00:1::/48"], subnets),
            card("n-app", "v/app", "fd00:1::4"),
            group("nsg", *rules),
        )

    found = recorded(end("2001:db8::1"), end("fd00:1::4", "v/app"))
    assert effect_of(found, with_rule("2001:db8::/32"), with_rule("0.0.0.0/0")).outcome == "cut"
    assert effect_of(found, with_rule("2001:db8::/32"), with_rule("::/0")).outcome == "unchanged"


def test_taking_a_refusal_away_opens_a_whole_network_of_sources() -> None:
    deny = rule(100, "Deny", name="NoInside", sourceAddressPrefix="10.0.0.0/8")
    before, after = world(group("nsg", deny), app="nsg"), world(group("nsg"), app="nsg")
    inside = recorded(WEB, APP, at("Destination", "nsg", "NoInside"), denied=True)
    assert told(effect_of(inside, before, after)) == ("opened", "NoInside", "AllowVnetInBound")
    elsewhere = recorded(end("10.77.0.4"), APP, at("Destination", "nsg", "NoInside"), denied=True)
    assert effect_of(elsewhere, before, after).outcome == "unchanged", "DenyAllInBound refuses it"


def test_a_group_that_goes_opens_what_it_refused() -> None:
    nsg = group("nsg", rule(100, "Deny", name="Shut"))
    refused = recorded(WEB, APP, at("Destination", "nsg", "Shut"), denied=True)
    before, after = world(nsg, app="nsg"), world(nsg)
    assert told(effect_of(refused, before, after)) == ("opened", "Shut", "")


def test_the_internet_without_any_group_cannot_be_told() -> None:
    nsg = group("nsg", rule(100, "Allow", name="Web"))
    from_outside = recorded(end("203.0.113.9"), APP, at("Destination", "nsg", "Web"))
    found = effect_of(from_outside, world(nsg, app="nsg"), world(nsg))
    assert (found.outcome, "Standard public address" in found.reason) == ("unknown", True)


def test_a_group_that_comes_cuts_what_nothing_refused() -> None:
    nsg = group("nsg", rule(100, "Allow", destinationPortRange="443"), rule(200, "Deny"))
    before, after = world(nsg), world(nsg, app="nsg")
    assert effect_of(recorded(WEB, APP), before, after).outcome == "unchanged"
    assert told(effect_of(recorded(WEB, APP, port=22), before, after)) == ("cut", "", "Deny200")


def test_an_address_without_a_machine_is_told_as_far_as_the_record_goes() -> None:
    gone = end("10.0.1.77", "v/app")
    shut, open_ = group("nsg", rule(100, "Deny")), group("nsg", rule(100, "Allow"))
    closing = world(open_, app="nsg"), world(shut, app="nsg")
    assert effect_of(recorded(WEB, gone), *closing).outcome == "cut"
    opening = world(shut, app="nsg"), world(open_, app="nsg")
    refused = recorded(WEB, gone, at("Destination", "nsg", "Deny100"), denied=True)
    found = effect_of(refused, *opening)
    assert (found.outcome, "10.0.1.77" in found.reason) == ("unknown", True)


def test_what_is_not_changed_is_not_told_even_where_it_cannot_be_decided() -> None:
    storage = rule(100, "Allow", sourceAddressPrefix="Sql", name="FromSql")
    others = rule(200, "Deny", destinationPortRange="22"), rule(300, "Deny")
    before = world(group("nsg", storage, *others), app="nsg")
    after = world(group("nsg", storage, others[1]), app="nsg")
    found = effect_of(recorded(end("20.1.1.1"), APP), before, after)
    assert found.outcome == "unchanged"


def test_both_ends_are_asked_and_either_cuts() -> None:
    out = rule(100, "Deny", "Outbound", name="NoWayOut")
    before, after = world(group("nsg"), web="nsg"), world(group("nsg", out), web="nsg")
    both = (at("Source", "nsg", "AllowVnetOutBound"), at("Destination", "", ""))
    assert told(effect_of(recorded(WEB, APP, *both), before, after)) == (
        "cut",
        "AllowVnetOutBound",
        "NoWayOut",
    )


def test_what_another_refused_is_not_opened_here() -> None:
    """Its destination is in nobody's networks that were read, and refused it."""
    shut = group("nsg", rule(100, "Deny", "Outbound"))
    open_ = group("nsg", rule(100, "Allow", "Outbound"))
    abroad = recorded(WEB, end("10.200.0.4", "theirs/x"), at("Destination", "", ""), denied=True)
    assert effect_of(abroad, world(shut, web="nsg"), world(open_, web="nsg")).outcome == "unchanged"


def test_rules_of_one_name_in_two_groups_are_told_apart() -> None:
    named = rule(100, "Deny", name="DenyAll")
    groups: Mapping[str, Body] = {each: group(each, named) for each in ("one", "two")}
    before = world(*groups.values(), web="one", app="two")
    after = world(group("one"), groups["two"], web="one", app="two")
    into_web = recorded(APP, WEB, at("Destination", "one", "DenyAll"), denied=True)
    into_app = recorded(WEB, APP, at("Destination", "two", "DenyAll"), denied=True)
    opened = effect_of(into_web, before, after)
    assert opened.outcome == "opened"
    assert opened.before
    assert opened.before.group == id_of("networkSecurityGroups", "one")
    assert effect_of(into_app, before, after).outcome == "unchanged"
