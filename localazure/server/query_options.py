"""Options of a request's query: what is not modelled is refused, never passed over.

`$filter` is read as far as ARM's own lists have it: `name eq 'value'`, joined by `and` (REST pages
"Resource Groups - List" and "Resources - List").
"""

from __future__ import annotations

import re
from collections.abc import Collection

from localazure.errors.base import NotModelled
from localazure.server.request import Request

ANY = frozenset({"*"})
"""Of endpoints whose addresses Azure itself makes, with signatures of its own."""
_ALWAYS = frozenset({"api-version"})
_CONDITION = re.compile(r"(\w+)\s+eq\s+'((?:[^']|'')*)'", re.IGNORECASE)


def check_options(request: Request, modelled: Collection[str]) -> None:
    """Raises NotModelled for an option that the endpoint does not know, in whatever letter case."""
    if modelled == ANY:
        return
    known = {name.casefold() for name in (*_ALWAYS, *modelled)}
    for name in request.query:
        if name.casefold() not in known:
            raise NotModelled(
                f"the query option '{name}' of {request.method} {request.words['path']}"
            )


def conditions(request: Request, names: Collection[str]) -> dict[str, str]:
    """Values in `$filter`, by those of `names`; raises NotModelled for any other filter."""
    text = request.query.get("$filter", "").strip()
    if not text:
        return {}
    spelled = {name.casefold(): name for name in names}
    values: dict[str, str] = {}
    for part in re.split(r"\s+and\s+", text, flags=re.IGNORECASE):
        match = _CONDITION.fullmatch(part.strip())
        name = spelled.get(match[1].casefold()) if match else None
        if match is None or name is None or name in values:
            raise NotModelled(f"the filter {text}")
        values[name] = match[2].replace("''", "'")
    return values
