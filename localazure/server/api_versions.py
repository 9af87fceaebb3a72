"""API versions: required, of a known form, not older than the provider and not in the future.

Which dates Azure released is not modelled: from the oldest recorded call on every date is taken. A
version newer than the newest published specification here is answered by that one, and the header
`x-localazure-model` says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from localazure.errors.gateway import (
    InvalidApiVersionParameter,
    MissingApiVersionParameter,
    NoRegisteredProviderFound,
)
from localazure.server.request import Request

MODEL = "x-localazure-model"
_FORM = re.compile(r"(\d{4}-\d{2}-\d{2})(-(private)?preview|-alpha|-beta)?")


@dataclass(frozen=True, slots=True)
class Versions:
    """First and last version that is modelled, as dates `YYYY-MM-DD`."""

    first: str
    last: str

    def has(self, version: str) -> bool:
        """True if there may be such a version: it is a day from the first one on until today."""
        form = _FORM.fullmatch(version)
        try:
            day = date.fromisoformat(form[1] if form else "")
        except ValueError:
            return False
        return self.first[:10] <= day.isoformat() and day <= datetime.now(UTC).date()

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
SECURITY_INSIGHTS = Versions("2019-01-01-preview", "2025-09-01")
COMPUTE = Versions("2017-03-30", "2025-04-01")
MANAGED_IDENTITY = Versions("2015-08-31-preview", "2024-11-30")
RESOURCE_GRAPH = Versions("2018-09-01", "2024-04-01")


def check_version(request: Request, versions: Versions, provider_type: str | None) -> None:
    """Raises what ARM answers to a version that is missing or that there is not.

    `provider_type` is the type in its provider; none for ARM's own resources, which have an error
    of their own. Of a version newer than the model, the answer's header says which one it follows.
    """
    version = request.query.get("api-version")
    if not version:
        raise MissingApiVersionParameter
    if versions.has(version):
        if version[:10] > versions.last:
            request.headers[MODEL] = versions.last
        return
    if provider_type is None:
        raise InvalidApiVersionParameter(version, str(versions))
    raise NoRegisteredProviderFound(version, provider_type, str(versions))
