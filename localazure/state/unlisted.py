"""Resources that Azure has and does not list: ids from the file of `--unlisted`.

Resource Graph has done so, without an error and with totals to match (Azure/azure-powershell
#12747, Azure/azure-sdk-for-net #14403). The file is a JSON list of globs on ids, any letter case,
`*` spans slashes. It is read at every question, so that a test can write it while the server runs;
a file that is not there leaves out nothing. What is left out is in no row of Resource Graph, not as
a part of another row either (a subnet of its network, an interface of its group), and in no list of
ARM; asked for by its id, it is there.
"""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path
from typing import Any

from localazure.server.files import FileProblem, read_json


class Unlisted:
    """The globs as the file has them at this moment."""

    def __init__(self, path: Path | None = None) -> None:
        """Raises FileProblem, in one line, for a file that is there and cannot be used."""
        self._path = path
        self.globs()

    def globs(self) -> tuple[str, ...]:
        """The globs, in lower case. Raises FileProblem."""
        if self._path is None or not self._path.exists():
            return ()
        content = read_json(self._path, "unlisted")
        if not isinstance(content, list) or not all(isinstance(each, str) for each in content):
            raise FileProblem(self._path, "an unlisted file is a JSON list of globs on ids")
        return tuple(each.casefold() for each in content)

    def listed(self, content: Any) -> Any:
        """A list, or anything that holds some, without what is left out."""
        if not (globs := self.globs()):
            return content
        return _without(content, re.compile("|".join(map(fnmatch.translate, globs))))


def _without(value: Any, hidden: re.Pattern[str]) -> Any:
    if isinstance(value, list):
        return [_without(each, hidden) for each in value if not _is_hidden(each, hidden)]
    if isinstance(value, dict):
        return {name: _without(inner, hidden) for name, inner in value.items()}
    return value


def _is_hidden(value: Any, hidden: re.Pattern[str]) -> bool:
    id_ = value.get("id") if isinstance(value, dict) else None
    return isinstance(id_, str) and hidden.match(id_.casefold()) is not None
