"""Identity of the run at Azure: the object id in the access token."""

from __future__ import annotations

import base64
import json

from estate.cloud import Cloud


def identity(cloud: Cloud) -> str:
    """The identity's object id, lower case; empty where the token does not say it.

    The claim ``oid`` of an access token (Microsoft identity platform, "Access token claims
    reference"); read here to compare, not to trust. Raises AzureError where there is no log-in.
    """
    return claimed(cloud.credential.get_token(cloud.scope).token)


def claimed(token: str) -> str:
    """The claim ``oid`` of a JWT; empty where the text is none or lacks it."""
    parts = token.split(".")
    if len(parts) != 3:
        return ""
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except ValueError:
        return ""
    return str(claims.get("oid", "")).casefold() if isinstance(claims, dict) else ""
