"""Faults that a test or a rehearsal asks for, from the file given to `--faults`.

The file is a JSON list. Each entry is an object:

    method    text, none = any: `GET`, `PUT`, `PATCH`, `POST`, `DELETE`
    path      text, required: glob on the path without the query, any letter case; `*` spans slashes
    after     integer, 0: so many matching requests pass first
    times     integer, always: how often the fault strikes then
    delay     number, 0: seconds to wait before the answer, 3600 at most
    status    integer, none: HTTP status of the refusal; without one, the request is only delayed
    code      text, `InternalServerError`: ARM error code
    message   text, `An error occurred.`
    headers   object of texts, none: sent along, such as `Retry-After`
    late      true or false, false: the write is accepted, and the operation that it starts fails
              with this error and leaves the resource `Failed`

A null is as good as left out. The first entry that strikes is the only one that does.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localazure.errors.base import InjectedFault
from localazure.server.files import FileProblem, read_json
from localazure.server.options import LONGEST
from localazure.state.file_shape import Misfit, Needed, check

_SHAPE: dict[str, Any] = {
    "method": str,
    "path": Needed(str),
    "after": int,
    "times": int,
    "delay": float,
    "status": int,
    "code": str,
    "message": str,
    "headers": {"*": str},
    "late": bool,
}


@dataclass(slots=True)
class Fault:
    """One entry of the file, and how many requests it has matched."""

    path: str
    method: str | None = None
    after: int = 0
    times: int | None = None
    delay: float = 0
    status: int | None = None
    code: str = "InternalServerError"
    message: str = "An error occurred."
    headers: dict[str, str] = field(default_factory=dict)
    late: bool = False
    seen: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Counts a request and says whether it is hit."""
        if self.method is not None and self.method != method:
            return False
        if not re.match(fnmatch.translate(self.path.casefold()), path.casefold()):
            return False
        self.seen += 1
        past = self.seen - self.after
        return past > 0 and (self.times is None or past <= self.times)

    def error(self) -> InjectedFault | None:
        """The refusal; none for a mere delay."""
        if self.status is None:
            return None
        return InjectedFault(self.status, self.code, self.message, self.headers)


class Faults:
    """The faults of a run, in the order of the file."""

    def __init__(self, faults: list[Fault]) -> None:
        self._faults = faults

    def strike(self, method: str, path: str) -> Fault | None:
        """The first fault that hits this request."""
        return next((fault for fault in self._faults if fault.strikes(method, path)), None)


def read_faults(path: Path) -> Faults:
    """Reads the file; raises FileProblem, in one line, that names the entry and the rule."""
    entries = read_json(path, "faults")
    if not isinstance(entries, list):
        raise FileProblem(path, "a faults file is a JSON list of objects")
    return Faults([_fault(path, number, entry) for number, entry in enumerate(entries, 1)])


def _fault(path: Path, number: int, entry: Any) -> Fault:
    if not isinstance(entry, dict):
        raise FileProblem(path, f"entry {number} must be an object with at least 'path'")
    for name in entry:
        if name not in _SHAPE:
            known = ", ".join(_SHAPE)
            raise FileProblem(path, f"entry {number} has an unknown key '{name}'; known: {known}")
    try:
        check(entry, _SHAPE)
    except Misfit as misfit:
        raise FileProblem(path, f"entry {number}: {misfit}") from None
    fault = Fault(**entry)
    if fault.status is not None and not 400 <= fault.status <= 599:
        raise FileProblem(path, f"entry {number}: 'status' must be 400 to 599")
    if fault.late and fault.status is None:
        raise FileProblem(path, f"entry {number}: 'late' needs a 'status'")
    if not 0 <= fault.delay <= LONGEST:
        raise FileProblem(path, f"entry {number}: 'delay' must be 0 to {LONGEST} seconds")
    fault.method = fault.method.upper() if fault.method is not None else None
    return fault
