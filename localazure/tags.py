"""Names of tags, which are one name in every letter case.

Microsoft, "Use tags to organize your Azure resources": names are case-insensitive for operations,
and the provider may keep the letters that it was given. A body with two names that differ in case
alone is accepted, and one tag is stored (azure-docs #57888); which of them is unconfirmed, here the
last. A later write in other letters takes the place of the tag, letters too, as in Azure but for
some types that are not modelled (azure-rest-api-specs #8982, azure-powershell #18133).
"""

from __future__ import annotations

from typing import Any


def with_single_tags(body: Any) -> Any:
    """The body of a write as Azure stores its tags; anything that has none as it is."""
    tags = body.get("tags") if isinstance(body, dict) else None
    if not isinstance(tags, dict):
        return body
    last = {name.casefold(): name for name in tags}
    return {**body, "tags": {name: tags[name] for name in last.values()}}
