"""What the summary of a preview tells, refuses and cuts, without an engine."""

from __future__ import annotations

import pytest

from commands.review.outcome import Outcome
from commands.review.summary import summary
from commands.shared.engine import Run
from commands.shared.markdown import COMMENT as LIMIT
from estate.model import TrafficAnalytics
from tests import estates_by_hand as hand
from tests.commands.events import said, step, violation
from tests.commands.review.summaries import outcome, plan_of, section

NSG = hand.group_id("nsg-web")
OFF = TrafficAnalytics(enabled=False)


def test_adoption_comes_first_and_field_by_field() -> None:
    theirs = hand.flow_log(
        "theirs",
        hand.network_id("vnet-app"),
        retention_days=7,
        analytics=OFF,
        written_by="netops on 2026-01-02",
    )
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}), hand.security_group("nsg-web"), theirs
    )
    found = outcome(
        step("create", "other", new={}),
        step("import", "theirs", new={}),
        step("update", "theirs", {"a": 1}, {"a": 2}),
        plan=plan_of(estate, existing_flow_logs="adopt"),
    )
    text = summary(found)
    assert text.index("### Adopted, field by field (1 flow log)") < text.index("### Changes")
    adopted = section(text, "Adopted")
    assert "| `theirs` | `vnet-app` | retentionPolicy | `7 days` | `90 days` |" in adopted
    assert "Traffic Analytics | `off` | `on`" in adopted
    assert "netops on 2026-01-02" in adopted
    assert "- **created**: 1 flow log\n- **adopted**: 1 flow log" in section(text, "Changes")
    assert "changed" not in section(text, "Changes")


def test_kinds_are_told_in_words() -> None:
    kinds = ("network:FlowLog", "operationalinsights:SavedSearch", "network/v20240501:FlowLog")
    events = [
        step("create", str(number), new={}, kind=f"azure-native:{kind}")
        for number, kind in enumerate((*kinds, *kinds))
    ]
    text = summary(outcome(*events))
    assert "- **created**: 4 flow logs, 2 saved searches" in text
    assert "flow logs: 4 created;" in text


def test_what_changes_alike_is_one_row_with_a_count_and_the_values() -> None:
    before, after = ({"retentionPolicy": {"days": days, "enabled": True}} for days in (90, 120))
    events = [step("update", f"vnet-{number}", before, after) for number in range(7)]
    rows = [line for line in summary(outcome(*events)).splitlines() if "retentionPolicy" in line]
    (row,) = rows
    assert row.startswith("| 7 flow logs: `vnet-0`, ")
    assert row.endswith("and 2 more | retentionPolicy.days | `90` | `120` |")


def test_a_refusal_names_policy_resources_and_the_way_out() -> None:
    events = [
        violation("flow-log-retention", name, f"Keep it.\nflow log '{name}': days is 7.\n  fix")
        for name in ("one", "two")
    ]
    found = outcome(*events, said("preview failed"), code=1)
    text = summary(found)
    assert found.fails
    assert text.splitlines()[2] == "## prod: refused"
    refused = section(text, "Refused")
    assert "`flow-log-retention`: `one`, `two`" in refused
    assert refused.count("Keep it.") == 1
    assert "`flow-logs:retentionDays` in `Pulumi.prod.yaml`" in refused
    assert "preview failed" not in text


@pytest.mark.parametrize(
    ("stack", "told"),
    [
        ("prod", "`Pulumi.prod.yaml`; the limits are in `policies/config/prod.json`."),
        (
            "contoso/flow-logs/first",
            "`Pulumi.first.yaml`; the limits are in `policies/config/first.json` (does not exist "
            "yet; the pack's defaults apply).",
        ),
    ],
)
def test_a_refusal_names_a_file_of_the_pack_only_where_it_is_or_says_to_make_it(
    stack: str, told: str
) -> None:
    event = violation("flow-log-retention", "one", "days is 7")
    assert told in summary(Outcome(stack, Run(1, "", "", [event]), None))


def test_advice_and_what_was_not_evaluated_are_told_and_do_not_fail() -> None:
    found = outcome(
        violation("flow-log-coverage", "", "An NSG is not covered.", "advisory"),
        violation("flow-log-not-evaluated", "", "not known yet: location", "advisory"),
        violation("other", "one", "can't run policy 'other' during preview: x", "advisory"),
    )
    text = summary(found)
    assert not found.fails
    assert "An NSG is not covered." in section(text, "Advised")
    unknown = section(text, "Not evaluated")
    assert "not known yet: location" in unknown
    assert "`other`: `one`" in unknown


@pytest.mark.parametrize("operation", ["delete", "replace", "import-replacement"])
def test_a_flow_log_that_azure_never_makes_again_may_not_go(operation: str) -> None:
    gone = {"targetResourceId": NSG}
    found = outcome(step(operation, "nsg-log", gone, gone if operation != "delete" else None))
    assert found.fails
    text = summary(found)
    assert "## prod: refused" in text
    assert "1 flow log on network security groups would be gone for ever" in text
    assert "`nsg-log`" in text


def test_a_flow_log_that_is_let_go_stays_in_azure_and_one_on_a_network_may_go() -> None:
    found = outcome(
        step("delete", "nsg-log", {"targetResourceId": NSG, "retainOnDelete": True}),
        step("delete", "vnet-log", {"targetResourceId": hand.network_id("vnet")}),
    )
    assert not found.fails
    changes = section(summary(found), "Changes")
    assert "- **released (stays in Azure)**: 1 flow log\n- **deleted**: 1 flow log" in changes
    assert "| deleted | flow log | `vnet-log` |" in changes


def test_an_error_of_the_program_is_the_whole_story() -> None:
    found = outcome(said("flow-logs:retentionDays is '700'; it must be ..."), code=1)
    assert found.fails
    assert summary(found).splitlines()[2:] == [
        "## prod: failed",
        "",
        "```text",
        "flow-logs:retentionDays is '700'; it must be ...",
        "```",
    ]


def test_coverage_before_and_after_and_what_stays_dark_with_the_reason() -> None:
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}),
        hand.network("vnet-hub", {"GatewaySubnet": None}),
        hand.security_group("nsg-web"),
        hand.security_group("nsg-idle"),
    )
    text = summary(outcome(step("create", "vnet-app", new={}), plan=plan_of(estate)))
    assert "1 of 2 network security groups covered, 0 now" in text
    coverage = section(text, "Coverage")
    assert "| recorded | 0 | 1 | 0 | 1 |" in coverage
    assert "| dark | 1 | 0 | 2 | 1 |" in coverage
    dark = section(text, "Not recorded (2)")  # one of the two has nothing to record
    assert "| 1 security group: `nsg-idle` | `contoso-prod` | it is on no subnet" in dark
    assert (
        "| 1 virtual network: `vnet-hub` | `contoso-prod` | no network security group that" in dark
    )


def test_security_groups_that_lose_their_records_are_named() -> None:
    theirs = hand.flow_log("theirs", NSG)
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}), hand.security_group("nsg-web"), theirs
    )
    plan = plan_of(estate)
    plan["networkSecurityGroups"][0]["state"] = "dark"
    text = summary(outcome(step("delete", "x", {}), plan=plan))
    assert "**Recorded now and no longer then**: 1 network security group: `nsg-web`" in text


def test_migration_tells_stages_and_who_goes_dark_when_nsg_flow_logs_end() -> None:
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}),
        hand.security_group("nsg-web"),
        hand.flow_log("theirs", NSG),
    )
    text = summary(outcome(step("create", "x", new={}), plan=plan_of(estate)))
    assert "1 would go dark on 30 September 2027" in text
    migration = section(text, "Migration")
    assert "| nsg only | 1 | recorded by its NSG flow log alone" in migration
    assert "**Dark on 30 September 2027**, when Azure deletes them: `nsg-web`" in migration


def test_an_unchanged_estate_gives_a_few_lines() -> None:
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}),
        hand.security_group("nsg-web"),
        *(hand.security_group(f"nsg-idle-{number}") for number in range(500)),
    )
    text = summary(outcome(step("same", "vnet-app", {}, {}), plan=plan_of(estate)))
    assert text.splitlines()[2] == "## prod: no changes"
    assert len(text.splitlines()) == 5
    assert "1 of 501 network security groups covered" in text


def test_a_large_estate_is_cut_with_counts_and_fits_a_comment() -> None:
    long = "x" * 60
    groups = [hand.security_group(f"nsg-{number}-{long}") for number in range(1500)]
    logs = [
        hand.flow_log(f"log-{number}-{long}", hand.network_id(f"vnet-{number}"), version=1)
        for number in range(300)
    ]
    networks = [
        hand.network(f"vnet-{number}", {"a": f"nsg-{number}-{long}"}) for number in range(300)
    ]
    plan = plan_of(hand.estate(*networks, *groups, *logs), existing_flow_logs="adopt")
    events = [
        *(step("create", f"vnet-{number}-{long}", new={}) for number in range(1500)),
        *(step("delete", f"old-{number}-{long}", {}) for number in range(1500)),
        *(
            step("update", f"log-{number}-{long}", {"p": number}, {"p": -number - 1})
            for number in range(1500)
        ),
        *(
            violation("p", f"n-{number}", f"wrong in its own way {number} {long * 40}")
            for number in range(1500)
        ),
    ]
    text = summary(outcome(*events, code=1, plan=plan))
    assert len(text) <= LIMIT
    for title in ("Adopted", "Changes (4,500)", "Refused", "Coverage", "Not recorded (1,200)"):
        assert f"### {title}" in text
    assert "more findings" in text
    assert text.count("```") % 2 == 0
    assert "1,200 security groups: `nsg-1000-x" in section(text, "Not recorded")


HOSTILE = "@contoso/all | <img src=x> [a](http://x) `code` *b*\n# title"


def test_names_and_texts_from_azure_say_nothing_in_markdown() -> None:
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}), hand.security_group("nsg-web")
    )
    plan = plan_of(estate)
    plan["networkSecurityGroups"].append(
        {**plan["networkSecurityGroups"][0], "name": HOSTILE, "state": "dark", "reason": HOSTILE}
    )
    plan["notes"] = [HOSTILE]
    found = outcome(
        step("update", "a", {"tags": {"x": HOSTILE}}, {"tags": {"x": "b"}}),
        violation("flow-log-retention", "a", HOSTILE),
        plan=plan,
    )
    text = summary(found)
    outside = "".join(part for number, part in enumerate(text.split("`")) if number % 2 == 0)
    for harmful in ("@contoso", "<img", "[a](", "*b*", "\n# title"):
        assert harmful not in outside
