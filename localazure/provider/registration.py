"""Registers resource providers that a subscription does not have yet, as azcore does by itself.

Follows `NewRPRegistrationPolicy` in github.com/Azure/azure-sdk-for-go/sdk/azcore 1.22
(`arm/runtime/policy_register_rp.go`), which the real provider's client has in its pipeline: a
subscription is registered by whoever may, without a word to the user.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from localazure.provider.errors import Response, code_of

ATTEMPTS = 3
"""Writes that are tried before azcore gives up."""
LONGEST = 300.0
"""Seconds that a registration may take."""
QUERY = "api-version=2019-05-01"
REGISTERED = "registered"

_CODES = frozenset(
    {
        "missingsubscriptionregistration",
        "missingregistrationforresourceprovider",
        "subscription not registered",
        "subscriptionnotregistered",
    }
)


def missing_provider(url: str, response: Response) -> str:
    """Path of the resource provider that ARM wants registered first; empty for other answers."""
    if response.status != 409 or code_of(response).casefold() not in _CODES:
        return ""
    segments = urlsplit(url).path.strip("/").split("/")
    lower = [segment.casefold() for segment in segments]
    if lower[0] != "subscriptions" or "providers" not in lower:
        return ""
    last = len(lower) - 1 - lower[::-1].index("providers")
    return f"/subscriptions/{segments[1]}/providers/{segments[last + 1]}"
