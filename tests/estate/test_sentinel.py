"""What discovery asks of Microsoft Sentinel: nothing, unless it is wanted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from estate.cloud import connect
from estate.discover import read_estate
from estate.home import Home
from estate.identity import Identity
from estate.model import Estate
from tests.e2e.changing import NAMES, ONE, estate
from tests.servers import LocalAzure

GROUP = f"/subscriptions/{ONE}/resourceGroups/flow-logs-dev"
HOME = Home(group_id=GROUP, workspace_id=NAMES["WORKSPACE"], sentinel=True)
SENTINEL = f"{NAMES['WORKSPACE']}/providers/Microsoft.SecurityInsights"
RULE = f"{SENTINEL}/alertRules/flow-logs-dev-external-fan-out"


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAzure]:
    """An Azure whose central workspace is onboarded, with a rule in it."""
    path: Path = tmp_path_factory.mktemp("sentinel") / "estate.json"
    rule = {"id": RULE, "kind": "Scheduled", "properties": {}}
    path.write_text(json.dumps([*estate(), rule]), encoding="utf-8")
    server = LocalAzure(path)
    yield server
    server.stop()


def read(azure: LocalAzure, home: Home) -> Estate:
    variables = {"ARM_METADATA_HOSTNAME": azure.url, "ARM_OIDC_TOKEN": "local"}
    cloud = connect(Identity(subscription_id=ONE, variables=variables))
    return read_estate(cloud, [ONE], home, progress=lambda _: None)


def asked(azure: LocalAzure, call: Callable[[], Any]) -> list[str]:
    """Paths of Sentinel's that a call asks for."""
    before = len(azure.requests())
    call()
    paths = [each["path"] for each in azure.requests()[before:]]
    return [path for path in paths if "SecurityInsights" in path]


def test_an_onboarded_workspace_shows_its_rules(azure: LocalAzure) -> None:
    found = read(azure, HOME)
    assert found.sentinel
    assert RULE in [one.id for one in found.installed]


def test_nothing_is_asked_that_is_not_wanted(azure: LocalAzure) -> None:
    assert asked(azure, lambda: read(azure, replace(HOME, sentinel=False))) == []


@pytest.mark.parametrize("name", ["log-central", "absent"])
def test_without_sentinel_its_rules_are_not_asked_for(azure: LocalAzure, name: str) -> None:
    state = f"{SENTINEL}/onboardingStates/default"
    azure.call("DELETE", state, version="2024-09-01")
    home = replace(HOME, workspace_id=HOME.workspace_id.replace("log-central", name))
    assert not read(azure, home).sentinel
    paths = asked(azure, lambda: read(azure, home))
    assert [path.rpartition("SecurityInsights/")[2] for path in paths] == [
        "onboardingStates/default"
    ]
