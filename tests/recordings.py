"""Reads recorded ARM traffic: four public formats, one form."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml


@dataclass(frozen=True, slots=True)
class Exchange:
    """One recorded request and its answer."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    """Parsed JSON; none where there was none, or where the format does not keep it."""
    status: int
    headers: dict[str, str]
    """Of the answer, names in lower case."""
    answer: Any
    """Parsed JSON, or none."""


def read_recording(path: Path) -> list[Exchange]:
    """The exchanges of one file, in the order of time."""
    if path.suffix == ".yaml":
        return list(_vcr(path))
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    if "networkCallRecords" in document:
        return [_java(call) for call in document["networkCallRecords"]]
    if "Entries" in document:
        entries = [_dotnet(entry) for entry in document["Entries"]]
        return sorted(entries, key=lambda each: parsedate_to_datetime(each.headers["date"]))
    return [_parsed(interaction) for interaction in document["interactions"]]


def recordings(data: Path) -> list[Path]:
    """All files of recorded traffic under the folder of shared data."""
    return sorted(path for path in (data / "recordings").rglob("*") if path.is_file())


def _vcr(path: Path) -> Iterator[Exchange]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for each in yaml.load(path.read_text(encoding="utf-8"), Loader=loader)["interactions"]:
        request, response = each["request"], each["response"]
        yield _exchange(
            request["method"],
            request["uri"],
            _json(_unwrapped(request.get("body"))),
            response["status"]["code"],
            {name: values[0] for name, values in response["headers"].items()},
            _json((response.get("body") or {}).get("string")),
        )


def _java(call: dict[str, Any]) -> Exchange:
    response = call["Response"]
    headers = {
        name: value for name, value in response.items() if name not in ("StatusCode", "Body")
    }
    return _exchange(
        call["Method"],
        call["Uri"],
        None,
        int(response["StatusCode"]),
        headers,
        _json(response.get("Body")),
    )


def _dotnet(entry: dict[str, Any]) -> Exchange:
    return _exchange(
        entry["RequestMethod"],
        entry["RequestUri"],
        _json(entry["RequestBody"]),
        entry["StatusCode"],
        {name: values[0] for name, values in entry["ResponseHeaders"].items()},
        _json(entry["ResponseBody"]),
    )


def _parsed(interaction: dict[str, Any]) -> Exchange:
    request, response = interaction["request"], interaction["response"]
    headers = {
        name: value[0] if isinstance(value, list) else value
        for name, value in response["headers"].items()
    }
    answer = response.get("body")
    if isinstance(answer, dict) and set(answer) == {"data"}:
        answer = answer["data"]
    body, answer = request.get("body") or None, answer or None
    status = response["status"]["code"]
    return _exchange(request["method"], request["uri"], body, status, headers, answer)


def _exchange(
    method: str, uri: str, body: Any, status: int, headers: dict[str, str], answer: Any
) -> Exchange:
    parts = urlsplit(uri)
    lower = {name.lower(): value for name, value in headers.items()}
    return Exchange(method, parts.path, dict(parse_qsl(parts.query)), body, status, lower, answer)


def _unwrapped(body: Any) -> Any:
    """Bodies of some recordings are the text of bytes of the text of bytes."""
    while isinstance(body, bytes) or (isinstance(body, str) and body.startswith("b'")):
        body = body.decode() if isinstance(body, bytes) else ast.literal_eval(body)
    return body


def _json(text: Any) -> Any:
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None
