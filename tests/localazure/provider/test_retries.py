"""Which refusals are tried again, how often, and which end a write at once."""

from __future__ import annotations

import grpc
import pytest

from tests.localazure.provider.flow_log import ID, ID_OF_ARM, INPUTS, resource
from tests.localazure.provider.scripted_arm import Answer, ScriptedArm
from tests.localazure.provider.stand_in import (
    FLOW_LOG,
    StandIn,
    failure,
)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_throttling_is_tried_again(provider: StandIn, arm: ScriptedArm, status: int) -> None:
    busy = Answer(status, {"error": {"code": "RetryableError", "message": "Later."}})
    arm.script("PUT", ID, busy, busy, busy, Answer(200, resource()))
    arm.script("GET", ID_OF_ARM, Answer(200, resource()))
    provider.create(FLOW_LOG, INPUTS)
    assert arm.made().count(f"PUT {ID}") == 4


def test_the_fourth_refusal_is_final(provider: StandIn, arm: ScriptedArm) -> None:
    arm.script("PUT", ID, Answer(429, {"error": {"code": "TooMany", "message": "Later."}}))
    with pytest.raises(grpc.RpcError) as caught:
        provider.create(FLOW_LOG, INPUTS)
    assert failure(caught.value).message == 'Status=429 Code="TooMany" Message="Later."'
    assert arm.made().count(f"PUT {ID}") == 4


@pytest.mark.parametrize(("code", "tries"), [("AnotherOperationInProgress", 2), ("Conflict", 1)])
def test_of_the_conflicts_only_a_running_operation_is_waited_for(
    provider: StandIn, arm: ScriptedArm, code: str, tries: int
) -> None:
    conflict = Answer(409, {"error": {"code": code, "message": "Busy."}})
    arm.script("PUT", ID, conflict, Answer(200, resource()))
    if tries == 1:
        with pytest.raises(grpc.RpcError):
            provider.create(FLOW_LOG, INPUTS)
    else:
        provider.create(FLOW_LOG, INPUTS)
    assert arm.made().count(f"PUT {ID}") == tries


def test_an_answer_that_asks_for_too_long_a_wait_is_final(
    provider: StandIn, arm: ScriptedArm
) -> None:
    body = {"error": {"code": "SubscriptionRequestsThrottled", "message": "Slow down."}}
    arm.script("PUT", ID, Answer(429, body, {"Retry-After": "121"}))
    with pytest.raises(grpc.RpcError):
        provider.create(FLOW_LOG, INPUTS)
    assert arm.made().count(f"PUT {ID}") == 1
