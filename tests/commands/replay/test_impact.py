"""`commands.impact`: what a change would cut or open, by flows that were recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commands.recorded import rows
from commands.shared.markdown import COMMENT as LIMIT
from tests.commands.replay import shop
from tests.commands.replay.conftest import FLOWS, Told
from tests.rules.changes.documents import azurerm_rule, change, flat, plan, preview, state, step
from tests.servers import LocalAzure
from tools.projects import SAMPLE_ESTATE

pytestmark = pytest.mark.slow

Start = Callable[..., LocalAzure]
Run = Callable[..., Told]
NSG = "azure-native:network:NetworkSecurityGroup"
WITHOUT_HTTPS = shop.nsg("nsg-web", *shop.WEB_RULES[1:])
OPEN_APP = shop.nsg("nsg-app", shop.rule("AllowAll", 90, "Allow"))


def document(told: Told) -> dict[str, Any]:
    """The JSON that was printed."""
    found: dict[str, Any] = json.loads(told[1])
    return found


def ends(entries: list[dict[str, Any]]) -> list[tuple[str, str, int, str, str]]:
    """Source, destination, port, and the rules before and after."""
    return [
        (
            *(entry["source"], entry["destination"], entry["port"]),
            *((entry[when] or {}).get("rule", "") for when in ("before", "after")),
        )
        for entry in entries
    ]


def test_what_a_change_cuts_and_opens_has_ends_port_figures_and_rules(
    azure: Start, impact_of: Run
) -> None:
    azure()
    found = document(impact_of([WITHOUT_HTTPS, OPEN_APP], "--json", "-"))
    assert ends(found["cut"]) == [("203.0.113.9", shop.WEB, 443, "AllowHttps", "DenyAll")]
    assert ends(found["opened"]) == [("10.1.1.99", shop.APP, 22, "DenyAll", "AllowAll")]
    (cut,) = found["cut"]
    assert (cut["flows"], cut["bytes"], cut["protocol"]) == (48, 48_000, "TCP")
    assert cut["lastSeen"] == found["to"]
    assert (found["unchanged"], found["notRecorded"], found["unknown"]) == (2, [], [])


def test_a_preview_and_a_plan_of_the_same_change_give_the_same_answer(
    azure: Start, impact_of: Run
) -> None:
    azure()
    before, after = dict(_named(*shop.WEB_RULES)), dict(_named(*shop.WEB_RULES[1:]))
    names = {"resourceGroupName": "rg-shop", "networkSecurityGroupName": "nsg-web"}
    native = [
        state(
            NSG,
            "web",
            names | {"securityRules": [flat(name, rule) for name, rule in rules.items()]},
            shop.nsg_id("nsg-web"),
        )
        for rules in (before, after)
    ]
    planned = [
        {
            "id": shop.nsg_id("nsg-web"),
            "name": "nsg-web",
            "resource_group_name": "rg-shop",
            "security_rule": [azurerm_rule(name, rule) for name, rule in rules.items()],
        }
        for rules in (before, after)
    ]
    documents = (
        preview(step("update", *native)),
        plan(change("azurerm_network_security_group.web", ["update"], *planned)),
        [WITHOUT_HTTPS],
    )
    found = [document(impact_of(each, "--json", "-")) for each in documents]
    assert ends(found[0]["cut"]) == [("203.0.113.9", shop.WEB, 443, "AllowHttps", "DenyAll")]
    assert found[0] == found[1] == found[2]


def test_the_summary_says_first_what_was_not_recorded(azure: Start, impact_of: Run) -> None:
    azure(dark=(1,))
    code, text = impact_of([WITHOUT_HTTPS])
    assert code == 0
    assert "the recording of 1 of 1 subnet is incomplete" in text
    assert text.index("### Gaps in the recording") < text.index("### Would be cut")
    assert "subnet vnet-shop/web was not recorded from" in text


@pytest.mark.parametrize(
    ("kinds", "code"),
    [((), 0), (("opened",), 0), (("cut",), 1), (("unknown",), 0), (("opened", "cut"), 1)],
)
def test_the_exit_code_is_what_was_asked_for(
    azure: Start, impact_of: Run, kinds: tuple[str, ...], code: int
) -> None:
    azure()
    options = [word for kind in kinds for word in ("--fail-on", kind)]
    assert impact_of([WITHOUT_HTTPS], *options)[0] == code


def test_what_was_not_recorded_fails_where_the_unknown_does(azure: Start, impact_of: Run) -> None:
    azure(dark=(1,))
    narrower = shop.nsg("nsg-app", *shop.APP_RULES, shop.rule("New", 200, "Deny"))
    assert impact_of([narrower], "--fail-on", "cut", "--fail-on", "opened")[0] == 0
    assert impact_of([narrower], "--fail-on", "unknown")[0] == 1


def test_a_change_of_no_rule_in_effect_says_so_and_asks_for_no_flows(
    azure: Start, impact_of: Run
) -> None:
    there = azure()
    code, text = impact_of([shop.nsg("nsg-web", *shop.WEB_RULES)], "--fail-on", "unknown")
    assert (code, "no rule in effect changes" in text) == (0, True)
    assert not [each for each in there.requests() if each["path"].endswith("/query")]


def test_an_answer_over_the_limits_is_asked_for_in_parts(
    azure: Start, impact_of: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    azure(yesterday=[shop.from_internet(f"203.0.113.{number}") for number in (1, 2, 3)])
    whole = document(impact_of([WITHOUT_HTTPS], "--json", "-"))
    tied = [entry["source"] for entry in whole["cut"][1:]]
    assert tied == ["203.0.113.1", "203.0.113.2", "203.0.113.3"]
    monkeypatch.setattr(rows, "MOST", 8)  # one more than an hour has
    assert document(impact_of([WITHOUT_HTTPS], "--json", "-")) == whole


def test_a_workspace_that_refuses_is_said_and_its_hours_count_as_not_recorded(
    azure: Start, impact_of: Run, tmp_path: Path
) -> None:
    role = tmp_path / "role.json"
    actions = ["*/read"]
    denied = ["Microsoft.OperationalInsights/workspaces/query/read"]
    role.write_text(
        json.dumps({"Name": "Reader", "Actions": actions, "NotActions": denied}), encoding="utf-8"
    )
    azure(role=role)
    code, text = impact_of([WITHOUT_HTTPS])
    assert (code, text.count("\n")) == (3, 1)
    assert "workspaces/query/read" in text


def test_reader_is_enough_but_for_security_admin_rules_which_is_said(
    azure: Start, impact_of: Run, tmp_path: Path
) -> None:
    role = tmp_path / "role.json"
    role.write_text(json.dumps({"Name": "Reader", "Actions": ["*/read"]}), encoding="utf-8")
    azure(role=role)
    code, text = impact_of([WITHOUT_HTTPS])
    assert (code, "### Would be cut" in text) == (0, True)
    assert "security admin rules were not read" in text


@pytest.mark.parametrize(
    ("options", "first", "head"),
    [
        ((), "<!-- security rules, replayed -->", "## Security rules: "),
        (
            ("--title", "envs/prod"),
            "<!-- security rules, replayed: envs/prod -->",
            "## Security rules of envs/prod: ",
        ),
    ],
)
def test_each_title_has_a_first_line_by_which_its_comment_is_found(
    azure: Start, impact_of: Run, options: tuple[str, ...], first: str, head: str
) -> None:
    azure()
    lines = impact_of([WITHOUT_HTTPS], *options)[1].splitlines()
    assert (lines[0], lines[2].startswith(head)) == (first, True)


@pytest.mark.parametrize("title", ["a--b", "--> x", "`x`", " x", "x" * 81])
def test_a_title_that_is_no_name_is_one_line(
    impact_of: Run, capsys: pytest.CaptureFixture[str], title: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        impact_of([WITHOUT_HTTPS], f"--title={title}")
    assert ended.value.code == 3
    assert "must be 1 to 80 letters" in capsys.readouterr().err


def test_names_of_anybody_are_text(azure: Start, impact_of: Run) -> None:
    hostile = "x`|<img src=x>@team ##vso[task]"
    azure((shop.from_internet(rule=hostile),))
    before = shop.nsg("nsg-web", shop.rule("DenyAll", 4000, "Deny"))
    code, text = impact_of([before])
    assert code == 0
    assert "<img" not in text.replace("`x'", "")
    assert "##vso" not in text


def test_each_rule_that_changes_says_what_it_decided_and_what_does_then(
    azure: Start, impact_of: Run
) -> None:
    azure()
    change = [WITHOUT_HTTPS, shop.nsg("nsg-app", shop.APP_RULES[0])]
    found = {
        each["rule"]: each for each in document(impact_of(change, "--json", "-"))["changedRules"]
    }
    https, deny = found["AllowHttps"], found["DenyAll"]
    assert (https["change"], https["conversations"]) == ("removed", 1)
    assert [(each["access"], each["rule"]) for each in https["after"]] == [("denied", "DenyAll")]
    assert deny["conversations"] == 1
    assert [(each["access"], each["rule"]) for each in deny["after"]] == [
        ("allowed", "AllowVnetInBound")
    ]
    assert set(found) == {"AllowHttps", "DenyAll"}


def test_a_refusal_that_goes_is_no_silence(azure: Start, impact_of: Run) -> None:
    azure(FLOWS[:2])
    _, text = impact_of([shop.nsg("nsg-app", shop.APP_RULES[0])])
    assert "0 opened" in text.splitlines()[2]
    assert "`DenyAll` (Deny Inbound, 4000) | removed" in text
    assert "No recorded one gets in." in text


def test_a_security_admin_rule_concerns_the_networks_where_it_is_in_effect(
    monkeypatch: pytest.MonkeyPatch, impact_of: Run, local_azure: Callable[..., LocalAzure]
) -> None:
    """The sample estate's manager applies it to one network, in another subscription."""
    monkeypatch.setenv("ARM_METADATA_HOSTNAME", local_azure(SAMPLE_ESTATE).url)
    hub, prod = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
    manager = "providers/Microsoft.Network/networkManagers/avnm-contoso"
    rule = (
        f"/subscriptions/{hub}/resourceGroups/rg-hub-network/{manager}/securityAdminConfigurations"
        "/sac-baseline/ruleCollections/rc-management-ports/rules/DenyManagementFromInternet"
    )
    gone = change("azurerm_network_manager_admin_rule.ports", ["delete"], {"id": rule}, None)
    subscriptions = [word for each in (hub, prod) for word in ("--subscription", each)]
    found = document(impact_of(plan(gone), *subscriptions, "--json", "-"))
    (changed,) = found["changedRules"]
    assert (changed["rule"], changed["change"]) == ("DenyManagementFromInternet", "removed")
    assert found["places"]
    assert all("/vnet-shop-weu/" in place for place in found["places"])


def test_a_long_summary_is_cut_with_counts(azure: Start, impact_of: Run) -> None:
    many = [
        shop.from_internet(f"198.51.{number // 250}.{number % 250 + 1}") for number in range(900)
    ]
    azure(many, days=1)
    code, text = impact_of([WITHOUT_HTTPS])
    assert (code, len(text) < LIMIT) == (0, True)
    assert "more rows" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("", "empty"),
        ("[1, 2]", "no change"),
        ("{", "no JSON"),
        ('{"resources": [], "$schema": "x/deploymentTemplate.json#"}', "template"),
    ],
)
def test_what_is_no_change_is_one_line(impact_of: Run, change: str, said: str) -> None:
    code, text = impact_of(change)
    assert (code, text.count("\n")) == (3, 1)
    assert said in text


def test_a_subscription_that_is_not_visible_is_one_line(azure: Start, impact_of: Run) -> None:
    azure()
    elsewhere = json.loads(
        json.dumps(WITHOUT_HTTPS).replace(
            shop.SUBSCRIPTION, "0" * 8 + "-0000-4000-8000-000000000077"
        )
    )
    code, text = impact_of([elsewhere])
    assert (code, text.count("\n")) == (3, 1)
    assert "is not visible" in text


def _named(*rules: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(rule["name"], rule["properties"]) for rule in rules]
