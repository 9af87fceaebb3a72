"""Where the stand-in deploys to, and as whom."""

from __future__ import annotations

import socket

import grpc
import pytest
from pulumi.runtime.proto.provider_pb2 import InvokeRequest

from localazure.provider.structs import pack, unpack
from tests.localazure.provider.scripted_arm import Answer, ScriptedArm
from tests.localazure.provider.stand_in import (
    FLOW_LOG,
    SUBSCRIPTION,
    TIMEOUT,
    StandIn,
    failure,
    launch,
)

OTHER = "5a000000-0000-4000-8000-000000000002"


def refusal(stand_in: StandIn, **inputs: str) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        stand_in.configure(**inputs)
    message = failure(caught.value).message
    assert "\n" not in message
    return message


def invoke(stand_in: StandIn, token: str, **arguments: str) -> dict[str, object]:
    request = InvokeRequest(tok=token, args=pack(arguments))
    response = stand_in.stub.Invoke(request, timeout=TIMEOUT)
    return unpack(getattr(response, "return"))


def client(stand_in: StandIn) -> dict[str, object]:
    return invoke(stand_in, "azure-native:authorization:getClientConfig")


def test_it_promises_the_engine_what_the_real_provider_promises(
    shared_stand_in: StandIn, arm: ScriptedArm
) -> None:
    response = shared_stand_in.configure(metadataHost=arm.base, subscriptionId=SUBSCRIPTION)
    assert response.supportsPreview and response.supports_autonaming_configuration
    assert not response.acceptSecrets
    assert not response.acceptResources and not response.acceptOutputs


@pytest.mark.slow
def test_variables_serve_where_there_is_no_input(arm: ScriptedArm) -> None:
    variables = {
        "ARM_METADATA_HOSTNAME": arm.base,
        "ARM_SUBSCRIPTION_ID": SUBSCRIPTION,
        "ARM_TENANT_ID": "tenant",
        "ARM_CLIENT_ID": "client",
        "ARM_USE_OIDC": "true",
        "ARM_OIDC_TOKEN": "from-the-environment",
    }
    stand_in = StandIn(launch("127.0.0.1:1", **variables))
    try:
        stand_in.configure()
        assert client(stand_in)["subscriptionId"] == SUBSCRIPTION
        stand_in.read(FLOW_LOG, "/from/variables")
        stand_in.configure(subscriptionId=OTHER, oidcToken="from-the-program")
        told = client(stand_in)
        stand_in.read(FLOW_LOG, "/from/inputs")
    finally:
        stand_in.end()
    assert (told["subscriptionId"], told["tenantId"], told["clientId"]) == (
        OTHER,
        "tenant",
        "client",
    )
    tokens = {request.path: request.authorization for request in arm.requests}
    assert tokens["/from/variables"] == "Bearer from-the-environment"
    assert tokens["/from/inputs"] == "Bearer from-the-program"


@pytest.mark.parametrize(
    "host",
    ["", "management.example.com", "https://127.0.0.1:1", "http://localhost:1", "http://10.0.0.1"],
)
def test_any_other_cloud_is_refused(shared_stand_in: StandIn, host: str) -> None:
    message = refusal(shared_stand_in, metadataHost=host, subscriptionId=SUBSCRIPTION)
    assert "deploys to local Azure only" in message
    assert repr(host) in message and "ARM_METADATA_HOSTNAME=" in message


def test_a_cloud_that_leads_elsewhere_is_refused(shared_stand_in: StandIn) -> None:
    with ScriptedArm() as arm:
        elsewhere = {"resourceManager": "https://management.example.com/"}
        arm.script("GET", "/elsewhere/metadata/endpoints", Answer(200, elsewhere))
        message = refusal(
            shared_stand_in, metadataHost=f"{arm.base}/elsewhere", subscriptionId=SUBSCRIPTION
        )
    assert "'https://management.example.com'" in message


def test_nobody_there_is_said_on_one_line(shared_stand_in: StandIn) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{unused.getsockname()[1]}"
        message = refusal(shared_stand_in, metadataHost=host, subscriptionId=SUBSCRIPTION)
    assert message.startswith(f"no local Azure at {host}")


@pytest.mark.parametrize("missing", ["subscriptionId", "tenantId", "clientId"])
def test_an_oidc_login_needs_subscription_tenant_and_client(
    shared_stand_in: StandIn, arm: ScriptedArm, missing: str
) -> None:
    inputs = {"subscriptionId": SUBSCRIPTION, "tenantId": "t", "clientId": "c", "useOidc": "true"}
    told = {"subscriptionId": "Subscription ID", "tenantId": "Tenant ID", "clientId": "Client ID"}
    inputs[missing] = ""
    message = refusal(shared_stand_in, metadataHost=arm.base, **inputs)
    assert message == f"A {told[missing]} must be configured when authenticating with OIDC."


@pytest.mark.slow
def test_a_server_that_is_gone_is_said_on_one_line(own: StandIn) -> None:
    with ScriptedArm() as arm:
        own.configure(metadataHost=arm.base, subscriptionId=SUBSCRIPTION)
    with pytest.raises(grpc.RpcError) as caught:
        own.read(FLOW_LOG, "/gone")
    message = failure(caught.value).message
    assert message.startswith(f'GET "{arm.base}/gone?') and "is local Azure there" in message


def test_an_unknown_type_is_named(provider: StandIn) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        provider.check("azure-native:compute:VirtualMachine", {})
    message = failure(caught.value).message
    assert message.startswith("resource type azure-native:compute:VirtualMachine is not modelled")


def test_a_known_type_can_be_looked_up(provider: StandIn, arm: ScriptedArm) -> None:
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g"
    watcher = f"{group}/providers/Microsoft.Network/networkWatchers/w"
    arm.script("GET", watcher, Answer(200, {"id": watcher, "name": "w", "location": "westeurope"}))
    found = invoke(
        provider,
        "azure-native:network:getNetworkWatcher",
        resourceGroupName="g",
        networkWatcherName="w",
    )
    assert found["id"] == watcher and found["location"] == "westeurope"
    assert found["azureApiVersion"] == "2024-05-01"


def test_looking_up_what_is_not_there_fails(provider: StandIn) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        invoke(provider, "azure-native:resources:getResourceGroup", resourceGroupName="none")
    assert failure(caught.value).message.startswith(
        f"request failed /subscriptions/{SUBSCRIPTION}/resourceGroups/none: Status=404"
    )
