"""A cloud behind a gateway, and what its errors must be like."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from estate.cloud import Cloud, connect
from estate.identity import Identity
from tests.front import Front

DEV = "00000000-0000-4000-8000-000000000003"


def cloud_behind(front: Front, say: Callable[[str], None] = print) -> Cloud:
    """Local Azure as it is seen through the gateway."""
    variables = {"ARM_METADATA_HOSTNAME": front.url, "ARM_OIDC_TOKEN": "secret"}
    return connect(Identity(subscription_id=DEV, variables=variables), say)


def line_of(error: pytest.ExceptionInfo[Exception], front: Front, path: str) -> str:
    """The error's one line, which names host and path, and neither a query nor a token."""
    text = str(error.value)
    assert "\n" not in text
    assert f"127.0.0.1:{front.server_port}" in text
    assert path in text
    for hidden in ("##vso", "secret", "api-version"):
        assert hidden not in text
    return text
