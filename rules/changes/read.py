"""Reads a document that says how network security resources would be changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from printable import printable
from rules.changes import arm, pulumi, terraform
from rules.changes.model import Change, ChangeError
from rules.changes.settle import settled

_KINDS = (
    "give what `pulumi preview --json` or `terraform show -json tfplan` prints, "
    "or network security groups as ARM has them"
)
_DEEPEST = 200
"""Levels of a document; those of Pulumi and Terraform have a tenth."""


def read_change(text: str, *, subscription: str = "") -> Change:
    """A change, from the text of a document.

    ``subscription`` is where new resources go if the document does not tell. Raises ChangeError.
    """
    try:
        return _read(_parsed(text), subscription)
    except ChangeError as error:
        raise ChangeError(printable(str(error))) from None


def _read(document: Any, subscription: str) -> Change:
    if arm.is_template(document):
        raise ChangeError(
            "the document is an ARM template, whose expressions only Azure resolves: deploy it "
            "with `az deployment group what-if`, or give the groups as they would be, as ARM "
            "has them"
        )
    if isinstance(document, Mapping):
        _refuse_relatives(document)
        if _is_preview(document):
            planned, open_, ignored = pulumi.read(document)
            edits, unclear = settled(planned, subscription)
            unclear = (*open_, *unclear)
            return Change(tool="Pulumi", edits=edits, unclear=unclear, ignored=ignored)
        if "resource_changes" in document or "format_version" in document:
            planned, open_, ignored = terraform.read(document)
            edits, unclear = settled(planned, subscription)
            unclear = (*open_, *unclear)
            return Change(tool="Terraform", edits=edits, unclear=unclear, ignored=ignored)
    if isinstance(document, (Mapping, list)) and arm.is_bodies(document):
        edits, unclear = settled(arm.read(document), subscription)
        return Change(tool="ARM", edits=edits, unclear=unclear)
    raise ChangeError(f"the document is {_what(document)}, and no change: {_KINDS}")


def _is_preview(document: Mapping[str, Any]) -> bool:
    """An empty digest has no steps."""
    return isinstance(document.get("steps"), list) or "changeSummary" in document


def _refuse_relatives(document: Mapping[str, Any]) -> None:
    """Documents of the same tools that say something else."""
    preview = "run `pulumi preview --json` and give what it prints"
    if "resourcePlans" in document:
        raise ChangeError(f"the document is an update plan of Pulumi, not a preview: {preview}")
    if "deployment" in document and "version" in document:
        raise ChangeError(f"the document is a state of Pulumi, not a preview: {preview}")
    if "sequence" in document and "timestamp" in document:
        raise ChangeError(
            "the document is a stream of Pulumi's events: run `pulumi preview --json` with "
            "PULUMI_ENABLE_STREAMING_JSON_PREVIEW unset and give what it prints"
        )


def _parsed(text: str) -> Any:
    try:
        document = json.loads(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))
    except RecursionError:
        raise ChangeError(f"the document is nested too deep: {_KINDS}") from None
    except ValueError as error:
        raise ChangeError(_no_json(text, error)) from None
    if _too_deep(document):
        raise ChangeError(f"the document is nested too deep: {_KINDS}")
    return document


def _no_json(text: str, error: ValueError) -> str:
    if not text.strip():
        return f"the document is empty: {_KINDS}"
    first = text.lstrip().partition("\n")[0]
    if '"@level"' in first:
        return (
            "the document is a log of Terraform's, line by line: run `terraform plan -out=tfplan` "
            "and then `terraform show -json tfplan`, and give what that prints"
        )
    if first.startswith("{") and '"sequence"' in first:
        return (
            "the document is a stream of Pulumi's events: run `pulumi preview --json` with "
            "PULUMI_ENABLE_STREAMING_JSON_PREVIEW unset and give what it prints"
        )
    line = getattr(error, "lineno", 1)
    return f"the document is no JSON from line {line} on, or is cut off there: {_KINDS}"


def _too_deep(document: Any) -> bool:
    level = [document]
    for _ in range(_DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
    return bool(level)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _what(document: Any) -> str:
    if isinstance(document, Mapping):
        return f"an object of {', '.join(list(document)[:3])[:80] or 'nothing'}"
    if isinstance(document, list):
        return "a list of other things"
    return "a single value"
