"""One JSON line per request, so that a test can count reads and writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO

from localazure.server.files import not_written


class RequestLog:
    """Appends `{"method", "path", "query", "status", "code"}` to a file; without one, does nothing.

    `code` is the ARM error code, null for a success. A line is in the file before the client has
    its answer.
    """

    def __init__(self, path: Path | None) -> None:
        self._file: IO[str] | None = None
        if path is None:
            return
        try:
            self._file = path.open("a", encoding="utf-8", buffering=1)
        except OSError as error:
            raise not_written(path, "log", error) from None

    def write(self, method: str, path: str, query: str, status: int, code: str | None) -> None:
        if self._file is not None:
            line = {"method": method, "path": path, "query": query, "status": status, "code": code}
            self._file.write(json.dumps(line) + "\n")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
