"""Reads what `terraform show -json PLAN` prints, and the same of OpenTofu.

Shapes: developer.hashicorp.com/terraform/internals/json-format (plan and change representation;
``after`` leaves out what is unknown, ``after_unknown`` and ``after_sensitive`` mark places with
true).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules.changes import kinds
from rules.changes.azurerm import LINKS, RESOURCES
from rules.changes.model import ChangeError, Planned, Unclear, Unknown
from rules.changes.references import References
from rules.changes.steps import Action, Step, bridged

_ACTIONS: Mapping[frozenset[str], Action] = {
    frozenset({"create"}): "create",
    frozenset({"create", "forget"}): "create",
    frozenset({"update"}): "update",
    frozenset({"delete"}): "delete",
    frozenset({"create", "delete"}): "replace",
}
"""Actions, in any order, to what is written; the others write nothing (no-op, read, forget)."""

_SHOW = "`terraform plan -out=tfplan` and then `terraform show -json tfplan`"


def read(document: Mapping[str, Any]) -> tuple[list[Planned], list[Unclear], int]:
    """What the plan's changes plan, what they leave open, and how many are of other kinds.

    Raises ChangeError where the document is no plan, or one of a format to come.
    """
    changes = _changes(document)
    references = References(document)
    planned: list[Planned] = []
    unclear = list(_deferred(document.get("deferred_changes")))
    ignored = 0
    for change in changes:
        action = _action(change)
        known = change["type"] in RESOURCES or change["type"] in LINKS
        if known:
            planned += bridged(_step(change, action, references))
        elif action != "none":
            ignored += 1
            unclear += _opaque(change)
    return planned, unclear, ignored


def _opaque(change: Mapping[str, Any]) -> Iterator[Unclear]:
    """What writes network resources by means that are not read."""
    inner = change["change"]
    values = inner.get("after") or inner.get("before") or {}
    origin, kind = change["address"], change["type"]
    if kind.startswith("azapi_") and kinds.decides(str(values.get("type", ""))):
        what = f"{kind} is not read: declare it with azurerm for its effect to be known"
        yield Unclear(origin=origin, what=what)
    elif kind.startswith("azurerm_") and kind.endswith("template_deployment"):
        what = "it deploys an ARM template, whose resources are not in the plan"
        yield Unclear(origin=origin, what=what)


def _deferred(deferred: Any) -> Iterator[Unclear]:
    """Changes that this plan leaves to a later one, since too much is unknown."""
    for each in deferred if isinstance(deferred, list) else ():
        change = each.get("resource_change") if isinstance(each, Mapping) else None
        if isinstance(change, Mapping) and (
            change.get("type") in RESOURCES or change.get("type") in LINKS
        ):
            what = "its change is deferred to a later plan"
            yield Unclear(origin=str(change.get("address")), what=what)


def _changes(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    version = str(document.get("format_version", "1"))
    if version.partition(".")[0] not in ("0", "1"):
        raise ChangeError(
            f"the plan is of format {version[:20]}, and formats 0 and 1 are known: "
            "make it with an older Terraform, or get a newer release of this program"
        )
    if document.get("errored") is True:
        raise ChangeError(
            "the plan ended in an error, so that changes are missing: plan again, with no error"
        )
    if "resource_changes" not in document:
        state = "values" in document and "planned_values" not in document
        what = "a state of Terraform, and no plan" if state else "a plan without resource_changes"
        raise ChangeError(f"the document is {what}: give what {_SHOW} print")
    changes = document["resource_changes"]
    if not isinstance(changes, list) or not all(_is_change(change) for change in changes):
        raise ChangeError(
            f"resource_changes of the plan are not as Terraform writes them: give what {_SHOW} "
            "print, whole"
        )
    return changes


def _is_change(change: Any) -> bool:
    if not isinstance(change, Mapping) or not isinstance(change.get("change"), Mapping):
        return False
    inner = change["change"]
    sides = (inner.get("before"), inner.get("after"))
    return (
        all(isinstance(change.get(name), str) for name in ("address", "type"))
        and isinstance(inner.get("actions"), list)
        and all(side is None or isinstance(side, Mapping) for side in sides)
    )


def _action(change: Mapping[str, Any]) -> Action:
    actions = frozenset(str(action) for action in change["change"]["actions"])
    return _ACTIONS.get(actions, "none")


def _step(change: Mapping[str, Any], action: Action, references: References) -> Step:
    inner = change["change"]
    before, after = inner.get("before") or {}, inner.get("after") or {}
    unknown, sensitive = inner.get("after_unknown"), inner.get("after_sensitive")
    sides = sensitive if isinstance(sensitive, Mapping) else {}
    hidden = sensitive is True
    values = {n: _shown(value, hidden or sides.get(n)) for n, value in after.items()}
    marks = unknown if isinstance(unknown, Mapping) else {}
    for name, mark in marks.items():
        filled = mark is True and action != "update" and references.computed(change, name)
        if _any(mark) and not filled:
            values[name] = _merged(values.get(name), mark, change, (name,), references)
    importing = inner.get("importing") or {}
    imported = importing.get("id") if isinstance(importing, Mapping) else None
    return Step(
        origin=change["address"],
        type=change["type"],
        action=action,
        before=before,
        after=values,
        before_id=_id(before.get("id")),
        after_id=_id(values.get("id")) or _id(imported),
        subscription=references.subscription(change),
    )


def _id(value: Any) -> str:
    return value if isinstance(value, str) and value.startswith("/") else ""


def _any(mark: Any) -> bool:
    """Whether anything below a mark is unknown."""
    if isinstance(mark, Mapping):
        return any(_any(inner) for inner in mark.values())
    if isinstance(mark, list):
        return any(_any(inner) for inner in mark)
    return mark is True


def _shown(value: Any, sensitive: Any) -> Any:
    """A value with the sensitive places as secrets: the document has them, no message may."""
    if sensitive is True:
        return Unknown(secret=True)
    if isinstance(value, Mapping) and isinstance(sensitive, Mapping):
        return {name: _shown(inner, sensitive.get(name)) for name, inner in value.items()}
    if isinstance(value, list) and isinstance(sensitive, list):
        marks = [*sensitive, *([False] * (len(value) - len(sensitive)))]
        return [_shown(inner, mark) for inner, mark in zip(value, marks, strict=False)]
    return value


def _merged(
    value: Any,
    mark: Any,
    change: Mapping[str, Any],
    path: tuple[str, ...],
    references: References,
) -> Any:
    """A value with ``Unknown`` where the marks say so; ``path`` has names alone, no positions."""
    if mark is True:
        return Unknown(sources=references.sources(change, path))
    if isinstance(mark, Mapping):
        found = dict(value) if isinstance(value, Mapping) else {}
        hint = found.get("name")
        within = {**change, "block": hint} if isinstance(hint, str) and len(path) == 1 else change
        for name, inner in mark.items():
            if _any(inner):
                found[name] = _merged(found.get(name), inner, within, (*path, name), references)
        return found
    if isinstance(mark, list):
        items = list(value) if isinstance(value, list) else []
        items += [None] * (len(mark) - len(items))
        for place, inner in enumerate(mark):
            if _any(inner):
                items[place] = _merged(items[place], inner, change, path, references)
        return items
    return value
