"""A server on the sample estate, one per module."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.localazure.contoso import ESTATE
from tests.servers import LocalAzure


@pytest.fixture(scope="module")
def azure(local_azure: Callable[..., LocalAzure]) -> LocalAzure:
    """Local Azure on the sample estate; tests of a module share it and what they write."""
    return local_azure(ESTATE)
