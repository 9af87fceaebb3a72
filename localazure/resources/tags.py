"""Tags of a write: what ARM refuses in them, and names that are one name in every letter case.

Microsoft, "Use tags to organize your Azure resources": names are case-insensitive for operations,
and the provider may keep the letters that it was given. A body with two names that differ in case
alone is accepted, and one tag is stored (azure-docs #57888); which of them is unconfirmed, here the
last. A later write in other letters takes the place of the tag, letters too, as in Azure but for
some types that are not modelled (azure-rest-api-specs #8982, azure-powershell #18133).

Limits are those of the same page. Not modelled: the 128 characters that storage accounts take of a
name, and reserved prefixes, whose refusals are not public.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from localazure.errors.tags import (
    InvalidTagName,
    InvalidTagNameCharacters,
    InvalidTags,
    InvalidTagValueLength,
)

MOST = 50
LONGEST_NAME = 512  # characters
LONGEST_VALUE = 256
_RESERVED = re.compile(r"[<>%&\\?/\x00-\x1f\x7f]")
_EXEMPT = ("hidden", "link")


def with_single_tags(body: Any) -> Any:
    """The body of a write as Azure stores its tags; anything that has none as it is."""
    tags = body.get("tags") if isinstance(body, dict) else None
    if not isinstance(tags, dict):
        return body
    last = {name.casefold(): name for name in tags}
    return {**body, "tags": {name: tags[name] for name in last.values()}}


def check_tags(body: Any) -> None:
    """Raises GatewayError for tags that no resource can have."""
    tags = body.get("tags") if isinstance(body, dict) else None
    if not isinstance(tags, dict):
        return
    reserved = [name for name in tags if _RESERVED.search(name) and not name.startswith(_EXEMPT)]
    if reserved:
        raise InvalidTagNameCharacters(reserved)
    if names := _longer(tags, LONGEST_NAME):
        raise InvalidTagName(names, LONGEST_NAME)
    if values := _longer(tags.values(), LONGEST_VALUE):
        raise InvalidTagValueLength(values, LONGEST_VALUE)
    if len(tags) > MOST:
        raise InvalidTags(len(tags), MOST)


def _longer(texts: Iterable[Any], most: int) -> list[str]:
    return [text for text in texts if isinstance(text, str) and len(text) > most]
