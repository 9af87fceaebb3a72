"""The doctor's way out for a flow log without a target, tried until its finding is gone."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from commands import doctor
from tests.localazure.contoso import ESTATE, HUB, NETWORK, PROD, WATCHER, flow_log, resource
from tests.servers import LocalAzure

NETWORK_ID = resource(PROD, "rg-prod-shop", "virtualNetworks", "vnet-shop-weu")
OLD = f"{NETWORK_ID}/subnets/snet-old"
LOG = f"{WATCHER}/flowLogs/log-old"
SUBNET = {"properties": {"addressPrefix": "10.255.0.0/24"}}


def orphans(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Subject to way out of the findings on flow logs without a target."""
    doctor.main(["--subscription", PROD.rpartition("/")[2], "--json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    found = [each for each in findings if each["check"] == "flow-log-without-target"]
    return {each["subject"]: each["wayOut"] for each in found}


def test_a_flow_log_whose_subnet_is_gone_is_listed_until_its_way_out_is_taken(
    local_azure: Callable[..., LocalAzure],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    azure = local_azure(ESTATE, orphans=True)
    monkeypatch.setenv("ARM_METADATA_HOSTNAME", azure.url)
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", HUB.rpartition("/")[2])
    assert azure.call("PUT", OLD, SUBNET, NETWORK).status == 201
    assert azure.call("PUT", LOG, flow_log(OLD), NETWORK).status == 201
    assert orphans(capsys) == {}

    assert azure.call("DELETE", OLD, version=NETWORK).status == 202
    (way_out,) = orphans(capsys).values()
    assert "az network watcher flow-log delete --location westeurope --name log-old" in way_out
    assert "make subnet snet-old in vnet-shop-weu again, delete the flow log, then" in way_out
    assert azure.call("DELETE", LOG, version=NETWORK).code == "SubnetNotFoundForFlowLog"

    assert azure.call("PUT", OLD, SUBNET, NETWORK).status == 201
    assert azure.call("DELETE", LOG, version=NETWORK).status == 202
    assert azure.call("DELETE", OLD, version=NETWORK).status == 202
    assert orphans(capsys) == {}
    assert azure.call("GET", LOG, version=NETWORK).status == 404
