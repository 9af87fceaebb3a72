"""The ARM requests behind each call: their order, their bodies, and what becomes of the answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import grpc
import pytest

from localazure.provider.structs import unpack
from tests.localazure.provider.flow_log import (
    BODY,
    ID,
    ID_OF_ARM,
    INPUTS,
    MISSING,
    OUTPUTS,
    TARGET,
    resource,
)
from tests.localazure.provider.scripted_arm import Answer, ScriptedArm
from tests.localazure.provider.stand_in import (
    FLOW_LOG,
    SUBSCRIPTION,
    TIMEOUT,
    StandIn,
    failure,
)


def test_create_looks_writes_waits_and_looks_again(provider: StandIn, arm: ScriptedArm) -> None:
    operation = {"Azure-AsyncOperation": "BASE/operations/1?api-version=2024-05-01"}
    arm.script("GET", ID, MISSING, Answer(200, resource()))
    arm.script("PUT", ID, Answer(201, resource("Updating"), operation))
    arm.script("GET", "/operations/1", Answer(200, {"status": "InProgress"}))
    arm.script("GET", "/operations/1", Answer(200, {"status": "Succeeded"}))
    arm.script("GET", ID_OF_ARM, Answer(200, resource()))

    made, outputs = provider.create(FLOW_LOG, INPUTS)

    assert arm.made() == [
        f"GET {ID}",
        f"PUT {ID}",
        "GET /operations/1",
        "GET /operations/1",
        f"GET {ID}",
        f"GET {ID_OF_ARM}",
    ]
    assert made == ID_OF_ARM
    assert outputs == OUTPUTS
    assert arm.body_of("PUT") == BODY


def test_whole_numbers_travel_as_integers(provider: StandIn, arm: ScriptedArm) -> None:
    arm.script("PUT", ID, Answer(200, resource()))
    arm.script("GET", ID_OF_ARM, Answer(200, resource()))
    provider.create(FLOW_LOG, INPUTS)
    days = arm.body_of("PUT")["properties"]["retentionPolicy"]["days"]
    assert days == 90 and isinstance(days, int)


def test_every_request_carries_api_version_and_token(provider: StandIn, arm: ScriptedArm) -> None:
    arm.script("PUT", ID, Answer(200, resource()))
    provider.create(FLOW_LOG, INPUTS)
    asked = [request for request in arm.requests if request.path != "/metadata/endpoints"]
    assert {request.api_version for request in asked} == {"2024-05-01"}
    assert {request.authorization for request in asked} == {"Bearer local-azure"}


def test_a_token_with_an_api_version_uses_it(provider: StandIn, arm: ScriptedArm) -> None:
    provider.read("azure-native:network/v20230901:FlowLog", ID)
    assert arm.requests[-1].api_version == "2023-09-01"


def test_create_refuses_what_exists(provider: StandIn, arm: ScriptedArm) -> None:
    arm.script("GET", ID, Answer(200, resource()))
    with pytest.raises(grpc.RpcError) as caught:
        provider.create(FLOW_LOG, INPUTS)
    told = failure(caught.value)
    assert told.message == f"cannot create already existing resource '{ID}'"
    assert told.partial is None
    assert arm.made() == [f"GET {ID}"]


def test_a_refused_write_shows_code_and_message(provider: StandIn, arm: ScriptedArm) -> None:
    error = {"code": "NsgFlowLogCreationBlocked", "message": "Not any more.\nUse a network."}
    arm.script("PUT", ID, Answer(400, {"error": error}))
    with pytest.raises(grpc.RpcError) as caught:
        provider.create(FLOW_LOG, INPUTS)
    told = failure(caught.value)
    assert told.message == (
        'Status=400 Code="NsgFlowLogCreationBlocked" Message="Not any more.\nUse a network."'
    )
    assert told.partial is None


def test_a_failure_after_acceptance_keeps_the_resource(provider: StandIn, arm: ScriptedArm) -> None:
    operation = {"Azure-AsyncOperation": "BASE/operations/1?api-version=2024-05-01"}
    ended = {"status": "Failed", "error": {"code": "InternalServerError", "message": "Oh."}}
    arm.script("GET", ID, MISSING, Answer(200, resource("Failed")))
    arm.script("PUT", ID, Answer(201, resource("Updating"), operation))
    arm.script("GET", "/operations/1", Answer(200, ended))
    with pytest.raises(grpc.RpcError) as caught:
        provider.create(FLOW_LOG, INPUTS)
    told = failure(caught.value)
    assert told.message == 'Status=200 Code="InternalServerError" Message="Oh."'
    assert told.partial and told.partial.id == ID
    assert list(told.partial.reasons) == [told.message]
    assert unpack(told.partial.inputs) == INPUTS
    assert unpack(told.partial.properties)["provisioningState"] == "Failed"


PAGE = b"<html><title>Sign in</title>\xff</html>"
BROKEN = [PAGE, b"null", b"[]", b"7", b'"x"', b'{"id": 7, "properties": []}', b"[" * 9_999]


@pytest.mark.parametrize("body", BROKEN)
def test_whatever_comes_is_told_without_a_traceback(
    provider: StandIn, arm: ScriptedArm, body: bytes
) -> None:
    arm.script("GET", ID, Answer(200, body))
    arm.script("GET", ID_OF_ARM, Answer(200, body))
    arm.script("GET", "/operations/1", Answer(200, body))
    for path in (ID, "/operations/1"):
        operation = {"Azure-AsyncOperation": f"BASE{path}?api-version=2024-05-01"}
        arm.script("PUT", ID, Answer(201, body, operation if "operations" in path else {}))
        with suppress(grpc.RpcError):
            provider.read(FLOW_LOG, ID)
        with pytest.raises(grpc.RpcError) as caught:
            provider.create(FLOW_LOG, INPUTS)
        assert "calling application" not in failure(caught.value).message
    assert provider.process.poll() is None


def test_update_writes_and_looks(provider: StandIn, arm: ScriptedArm) -> None:
    arm.script("PUT", ID, Answer(200, resource()))
    arm.script("GET", ID, Answer(200, resource()))
    changed = {**INPUTS, "retentionPolicy": {"days": 30, "enabled": True}}
    provider.update(FLOW_LOG, changed, OUTPUTS)
    assert arm.made() == [f"PUT {ID}", f"GET {ID}"]
    assert arm.body_of("PUT")["properties"]["retentionPolicy"] == {"days": 30, "enabled": True}


def test_delete_follows_the_location(provider: StandIn, arm: ScriptedArm) -> None:
    arm.script("DELETE", ID_OF_ARM, Answer(202, None, {"Location": "BASE/results/1?x=y"}))
    arm.script("GET", "/results/1", Answer(202), Answer(204))
    provider.delete(FLOW_LOG, ID_OF_ARM)
    assert arm.made() == [f"DELETE {ID_OF_ARM}", "GET /results/1", "GET /results/1"]


def test_deleting_what_is_gone_is_no_error(provider: StandIn, arm: ScriptedArm) -> None:
    provider.delete(FLOW_LOG, ID)
    assert arm.made() == [f"DELETE {ID}"]


def test_a_failed_delete_is_told(provider: StandIn, arm: ScriptedArm) -> None:
    error = {"code": "AuthorizationFailed", "message": "No."}
    arm.script("DELETE", ID, Answer(403, {"error": error}))
    with pytest.raises(grpc.RpcError) as caught:
        provider.delete(FLOW_LOG, ID)
    assert failure(caught.value).message == 'Status=403 Code="AuthorizationFailed" Message="No."'


def test_refresh_of_what_is_gone_says_so(provider: StandIn) -> None:
    assert provider.read(FLOW_LOG, ID, INPUTS, OUTPUTS).id == ""


def test_refresh_without_drift_changes_nothing(provider: StandIn, arm: ScriptedArm) -> None:
    # Azure fills in Traffic Analytics that nobody asked for; that is no input.
    filled = {"networkWatcherFlowAnalyticsConfiguration": {"enabled": False}}
    answered = resource(flowAnalyticsConfiguration=filled)
    arm.script("GET", ID_OF_ARM, Answer(200, answered))
    state = {**OUTPUTS, "flowAnalyticsConfiguration": filled}
    found = provider.read(FLOW_LOG, ID_OF_ARM, INPUTS, state)
    assert unpack(found.inputs) == INPUTS
    assert unpack(found.properties) == state
    assert found.id == ID_OF_ARM


def test_refresh_carries_drift_into_the_inputs(provider: StandIn, arm: ScriptedArm) -> None:
    answered = {**resource(enabled=False, retentionPolicy={"days": 7, "enabled": True}), "tags": {}}
    arm.script("GET", ID_OF_ARM, Answer(200, answered))
    found = unpack(provider.read(FLOW_LOG, ID_OF_ARM, INPUTS, OUTPUTS).inputs)
    changed = {key for key in {*found, *INPUTS} if found.get(key) != INPUTS.get(key)}
    assert changed == {"enabled", "retentionPolicy", "tags"}
    assert found["enabled"] is False
    assert found["retentionPolicy"] == {"days": 7, "enabled": True}
    assert found["tags"] == {}


def test_import_makes_inputs_of_id_and_answer(provider: StandIn, arm: ScriptedArm) -> None:
    answered = {**resource(flowAnalyticsConfiguration={}), "identity": {"type": "None"}}
    arm.script("GET", ID_OF_ARM, Answer(200, answered))
    found = unpack(provider.read(FLOW_LOG, ID_OF_ARM).inputs)
    wanted = {key: value for key, value in INPUTS.items() if key != "azureApiVersion"}
    assert found == {**wanted, "identity": {"type": "None"}}


def test_import_of_another_types_id_is_refused(provider: StandIn, arm: ScriptedArm) -> None:
    arm.script("GET", TARGET, Answer(200, {"id": TARGET}))
    with pytest.raises(grpc.RpcError) as caught:
        provider.read(FLOW_LOG, TARGET)
    assert failure(caught.value).message.startswith(f"failed to parse '{TARGET}'")


@pytest.mark.slow
def test_cancel_ends_a_wait_and_keeps_the_resource(own: StandIn, arm: ScriptedArm) -> None:
    own.configure(metadataHost=arm.base, subscriptionId=SUBSCRIPTION)
    endless = {"Azure-AsyncOperation": "BASE/operations/1?api-version=2024-05-01"}
    arm.script("PUT", ID, Answer(201, resource("Updating"), endless))
    arm.script("GET", "/operations/1", Answer(200, {"status": "InProgress"}))
    with ThreadPoolExecutor() as pool:
        creating = pool.submit(own.create, FLOW_LOG, INPUTS)
        arm.wait_for("GET /operations/1")
        own.cancel()
        with pytest.raises(grpc.RpcError) as caught:
            creating.result(timeout=TIMEOUT)
    told = failure(caught.value)
    assert told.message == "resource created but read failed context canceled: context canceled"
    assert told.partial and told.partial.id == ID
    assert own.process.poll() is None
