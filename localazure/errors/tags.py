"""ARM's refusals of tags in a write, the same for every resource type.

Codes and words: Azure/azure-powershell, Az.Migrate, which repeats ARM's before it asks.
"""

from __future__ import annotations

from collections.abc import Sequence

from localazure.errors.base import GatewayError


class InvalidTagNameCharacters(GatewayError):
    """Quoted in a public issue too (coreos/tectonic-installer #596), 400."""

    code = "InvalidTagNameCharacters"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"The tag names '{', '.join(names)}' have reserved characters '<,>,%,&,\\,?,/' or"
            " control characters. These characters are only allowed for tags that start with the"
            " prefix 'hidden, link'."
        )


class InvalidTagName(GatewayError):
    """400: a name that is too long."""

    code = "InvalidTagName"

    def __init__(self, names: Sequence[str], most: int) -> None:
        super().__init__(
            f"Tag key too large. Following tag key '{', '.join(names)}' exceeded the maximum"
            f" length. Maximum allowed length for tag key - '{most}' characters."
        )


class InvalidTagValueLength(GatewayError):
    """400: a value that is too long."""

    code = "InvalidTagValueLength"

    def __init__(self, values: Sequence[str], most: int) -> None:
        super().__init__(
            f"Tag value too large. Following tag value '{', '.join(values)}' exceeded the maximum"
            f" length. Maximum allowed length for tag value - '{most}' characters."
        )


class InvalidTags(GatewayError):
    """400: more tags than a resource can have."""

    code = "InvalidTags"

    def __init__(self, number: int, most: int) -> None:
        super().__init__(
            f"Too many tags specified. Requested tag count - '{number}'. Maximum number of tags"
            f" allowed - '{most}'."
        )
