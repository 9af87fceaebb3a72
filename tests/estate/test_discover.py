"""Discovery over real HTTP: whole, whatever the size and spelling, or not at all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.estates import synthetic
from estate.arm_id import key
from estate.cloud import Cloud, connect
from estate.discover import missing, others, read_estate
from estate.errors import EstateError
from estate.home import Home
from estate.identity import Identity
from estate.model import Estate
from plan import naming
from tools.projects import SAMPLE_ESTATE

HUB, PROD, DEV = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
OTHER = "00000000-0000-4000-8000-0000000000dd"


def _connect(url: str) -> Cloud:
    variables = {"ARM_METADATA_HOSTNAME": url, "ARM_OIDC_TOKEN": "local"}
    return connect(Identity(subscription_id=HUB, variables=variables))


def _read(url: str, *subscriptions: str) -> Estate:
    home = Home(
        group_id=naming.home_group_id(subscriptions[0], "dev"),
        workspace_id=naming.workspace_id(subscriptions[0], "dev"),
    )
    return read_estate(_connect(url), subscriptions, home, progress=lambda line: None)


@pytest.fixture(scope="module")
def sample(local_azure: Callable[..., Any]) -> Estate:
    """The sample estate, read once."""
    return _read(local_azure(SAMPLE_ESTATE).url, HUB, PROD, DEV)


def test_everything_in_the_file_is_found(sample: Estate) -> None:
    resources = json.loads(SAMPLE_ESTATE.read_text())
    types = Counter(found.get("type", "").casefold() for found in resources)
    assert len(sample.security_groups) == types["microsoft.network/networksecuritygroups"]
    assert len(sample.networks) == types["microsoft.network/virtualnetworks"]
    assert len(sample.watchers) == types["microsoft.network/networkwatchers"]
    assert len(sample.flow_logs) == types["microsoft.network/networkwatchers/flowlogs"]


def test_a_scale_set_is_known_by_its_own_id_and_the_group_of_its_profile(sample: Estate) -> None:
    (scale_set,) = (found for found in sample.interfaces if found.kind == "scaleSet")
    assert "virtualmachinescalesets" in key(scale_set.id)
    assert "networksecuritygroups" in key(scale_set.security_group_id)
    assert scale_set.subnet_ids


def test_a_poor_flow_log_is_read_as_it_is(sample: Estate) -> None:
    (poor,) = (found for found in sample.flow_logs if found.version == 1)
    assert (poor.retention_days, poor.retention_enabled) == (7, True)
    assert poor.analytics.enabled is False
    assert poor.watcher_id.rsplit("/", 1)[-1] == "NetworkWatcher_westeurope"


def test_a_subscription_that_is_not_listed_is_not_looked_into(
    local_azure: Callable[..., Any],
) -> None:
    found = _read(local_azure(SAMPLE_ESTATE).url, DEV)
    assert {group.subscription_id for group in found.security_groups} == {DEV}


def test_more_rows_than_a_page_holds_are_all_read_in_few_requests(
    local_azure: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "large.json"
    path.write_text(json.dumps(synthetic(networks=300, nsgs=2500, subscriptions=2, regions=3)))
    server = local_azure(path)
    subscriptions = [f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2)]
    found = _read(server.url, *subscriptions)
    assert len({key(group.id) for group in found.security_groups}) == 2500
    queries = [sent for sent in server.requests() if "resourcegraph" in str(sent).casefold()]
    assert len(queries) == 3 + 1 + 1 + 1  # groups in 3 pages, networks, interfaces, scale sets


def test_side_by_side_no_query_is_asked_beyond_the_quota(
    local_azure: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "large.json"
    path.write_text(json.dumps(synthetic(networks=2100, nsgs=2100, subscriptions=1, regions=1)))
    server = local_azure(path, quota="5/1")
    found = _read(server.url, "00000000-0000-4000-8000-000000000001")
    assert (len(found.security_groups), len(found.networks)) == (2100, 2100)
    queries = [sent for sent in server.requests() if "resourcegraph" in str(sent).casefold()]
    assert [sent["status"] for sent in queries] == [200] * 8


def test_an_invisible_subscription_stops_the_run(local_azure: Callable[..., Any]) -> None:
    with pytest.raises(EstateError, match=f"subscription {OTHER} is not visible"):
        _read(local_azure(SAMPLE_ESTATE).url, DEV, OTHER)


def test_a_subscription_of_another_tenant_stops_the_run(
    local_azure: Callable[..., Any], tmp_path: Path
) -> None:
    resources = json.loads(SAMPLE_ESTATE.read_text())
    for found in resources:
        if found["id"] == f"/subscriptions/{DEV}":
            found["tenantId"] = OTHER
    path = tmp_path / "two-tenants.json"
    path.write_text(json.dumps(resources))
    with pytest.raises(EstateError, match="cannot cross tenants"):
        _read(local_azure(path).url, HUB, DEV)


def test_only_what_answers_404_is_missing(local_azure: Callable[..., Any], sample: Estate) -> None:
    cloud = _connect(local_azure(SAMPLE_ESTATE).url)
    there = [log.id for log in sample.flow_logs]
    gone = f"{sample.watchers[0].id}/flowLogs/no-such"
    assert missing(cloud, [*there, gone]) == {gone}


def test_lost_is_only_what_azure_says_is_not_there(
    local_azure: Callable[..., Any], tmp_path: Path
) -> None:
    role = tmp_path / "role.json"
    reader = {"Name": "part", "Actions": ["*/read"], "AssignableScopes": [f"/subscriptions/{DEV}"]}
    role.write_text(json.dumps(reader))
    cloud = _connect(local_azure(SAMPLE_ESTATE, role=role).url)
    account = "providers/Microsoft.Storage/storageAccounts/stgone"
    in_group, in_none, unseen, nowhere = (
        f"/subscriptions/{place}/{account}"
        for place in (
            f"{DEV}/resourceGroups/rg-test",
            f"{DEV}/resourceGroups/rg-gone",
            f"{PROD}/resourceGroups/rg-gone",
            f"{OTHER}/resourceGroups/rg-gone",
        )
    )
    found = others(cloud, [in_group, in_none, unseen, nowhere])
    assert found.lost == {in_group, in_none}
    assert found.workspaces == ()


def test_a_throttled_query_is_asked_again_when_its_headers_say(
    local_azure: Callable[..., Any], tmp_path: Path
) -> None:
    faults = tmp_path / "faults.json"
    throttled = {
        "method": "POST",
        "path": "*/Microsoft.ResourceGraph/resources",
        "times": 2,
        "status": 429,
        "code": "RateLimiting",
        "message": "Please provide below info when asking for support: throttled",
        "headers": {"x-ms-user-quota-resets-after": "00:00:01"},
    }
    faults.write_text(json.dumps([throttled]))
    found = _read(local_azure(SAMPLE_ESTATE, faults=faults).url, DEV)
    assert found.security_groups
