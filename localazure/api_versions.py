"""API versions: required, of a known form, and within what the provider has had.

Inside the range every date is taken: which dates Azure released is not modelled. The ranges run
from the oldest recorded call to the newest published specification of each provider.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from localazure.errors.gateway import (
    InvalidApiVersionParameter,
    MissingApiVersionParameter,
    NoRegisteredProviderFound,
)

_FORM = re.compile(r"\d{4}-\d{2}-\d{2}(-preview|-beta)?")


@dataclass(frozen=True, slots=True)
class Versions:
    """First and last version, both included, as dates `YYYY-MM-DD`."""

    first: str
    last: str

    def has(self, version: str) -> bool:
        return bool(_FORM.fullmatch(version)) and self.first <= version[:10] <= self.last

    def __str__(self) -> str:
        return f"{self.first}, {self.last}"


RESOURCES = Versions("2014-04-01", "2025-04-01")
SUBSCRIPTION = Versions("2019-03-01-preview", "2021-10-01")
AUTHORIZATION = Versions("2015-06-01", "2022-05-01")
POLICY = Versions("2015-10-01", "2025-01-01")
POLICY_INSIGHTS = Versions("2018-07-01", "2024-10-01")
MANAGEMENT = Versions("2017-08-31", "2023-04-01")
NETWORK = Versions("2018-01-01", "2025-09-01")
STORAGE = Versions("2015-06-15", "2025-06-01")
WORKSPACES = Versions("2015-11-01", "2025-07-01")
INSIGHTS = Versions("2015-04-01", "2025-01-01")
COMPUTE = Versions("2017-03-30", "2025-04-01")
RESOURCE_GRAPH = Versions("2018-09-01", "2024-04-01")


def check_version(version: str | None, versions: Versions, provider_type: str | None) -> None:
    """Raises what ARM answers to a version that is missing or that there is not.

    `provider_type` is the type in its provider; none for ARM's own resources, which have an error
    of their own.
    """
    if not version:
        raise MissingApiVersionParameter
    if versions.has(version):
        return
    if provider_type is None:
        raise InvalidApiVersionParameter(version, str(versions))
    raise NoRegisteredProviderFound(version, provider_type, str(versions))
