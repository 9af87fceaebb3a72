"""`commands.rules`: hits of each rule, and *unused* only where all was recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.replay import shop
from tests.commands.replay.conftest import Told
from tests.servers import LocalAzure

pytestmark = pytest.mark.slow

Start = Callable[..., LocalAzure]
Run = Callable[..., Told]


def by_name(told: Told) -> dict[tuple[str, str], dict[str, Any]]:
    """Rules of somebody's out of the JSON, by group and name."""
    listed = json.loads(told[1])["rules"]
    return {
        (rule["group"].rpartition("/")[2], rule["rule"]): rule
        for rule in listed
        if not rule["default"]
    }


def test_two_groups_with_a_rule_of_one_name_have_their_own_hits(
    azure: Start, rules_of: Run
) -> None:
    azure()
    found = by_name(rules_of("--json", "-"))
    web, app = found["nsg-web", "DenyAll"], found["nsg-app", "DenyAll"]
    assert (web["flows"], web["sources"], app["flows"], app["sources"]) == (48, 1, 48, 1)
    assert found["nsg-web", "AllowOldPort"]["verdict"] == "unused"
    allowed = found["nsg-app", "AllowWeb"]
    assert (allowed["verdict"], allowed["proposal"]["ports"]) == ("wider", ["8080"])


def test_a_rule_of_a_dark_network_is_not_unused_but_since_when(azure: Start, rules_of: Run) -> None:
    azure(dark=(1,))
    document = rules_of("--json", "-")
    old = by_name(document)["nsg-web", "AllowOldPort"]
    assert (old["verdict"], old["flows"]) == ("unknown", 0)
    assert json.loads(document[1])["from"] < old["recordedSince"]
    assert "subnet vnet-shop/web was not recorded from" in old["reason"]
    assert f"unused since {old['recordedSince'][:10]}" in rules_of()[1]


def test_a_flow_log_with_a_filter_proves_nothing(azure: Start, rules_of: Run) -> None:
    log = next(body for body in shop.estate() if body["id"].endswith("/flowLogs/fl-shop"))
    log["properties"]["enabledFilteringCriteria"] = "srcIP=10.0.0.0/8"
    azure(changes={"fl_shop": log})
    old = by_name(rules_of("--json", "-"))["nsg-web", "AllowOldPort"]
    assert (old["verdict"], "leaves flows out" in old["reason"]) == ("unknown", True)


def test_a_group_on_nothing_has_unused_rules_and_says_why(azure: Start, rules_of: Run) -> None:
    lonely = shop.nsg("nsg-app", shop.rule("Web", 100, "Allow"))
    lonely["id"] = shop.nsg_id("nsg-lonely")
    azure(changes={"nic_app": lonely})
    found = by_name(rules_of("--json", "-"))["nsg-lonely", "Web"]
    assert (found["verdict"], found["reason"]) == ("unused", "the group is attached to nothing")


def test_a_shadowed_rule_and_an_open_port_are_told_without_any_flow(
    azure: Start, rules_of: Run
) -> None:
    rules = (
        shop.rule(
            "AllowSsh", 100, "Allow", sourceAddressPrefix="Internet", destinationPortRange="22"
        ),
        shop.rule("AllowAll", 200, "Allow"),
        shop.rule("Late", 300, "Deny", destinationPortRange="80"),
    )
    azure((), changes={"nsg_web": shop.nsg("nsg-web", *rules)})
    late = by_name(rules_of("--json", "-"))["nsg-web", "Late"]
    assert (late["verdict"], [each["rule"] for each in late["by"]]) == ("shadowed", ["AllowAll"])
    text = rules_of()[1]
    assert "SHADOWED" in text
    assert "management port 22" in text


def test_the_text_has_a_line_for_each_rule_and_counts(azure: Start, rules_of: Run) -> None:
    azure()
    code, text = rules_of()
    assert code == 0
    assert "110 Inbound  Allow AllowOldPort" in text
    assert text.strip().splitlines()[-1].startswith("5 rules: ")


def test_the_document_is_written_beside_the_text(
    azure: Start, rules_of: Run, tmp_path: Path
) -> None:
    azure()
    path = tmp_path / "rules.json"
    code, text = rules_of("--json", str(path))
    assert (code, "nsg-web" in text) == (0, True)
    assert {"from", "to", "rules", "findings", "notes"} <= set(json.loads(path.read_text()))


def test_wrong_use_is_one_line(rules_of: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        rules_of("--days", "0")
    assert ended.value.code == 3
    assert "must be a whole number from 1 to 730" in capsys.readouterr().err
