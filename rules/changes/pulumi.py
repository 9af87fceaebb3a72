"""Reads what `pulumi preview --json` prints: a digest with a step for each resource that changes.

Shapes: pulumi/pulumi 3.259, pkg/display/json.go (the digest) and pkg/backend/display/json.go, which
writes ``[secret]`` for a secret and leaves out both halves of a replacement beside ``replace``, and
what stays the same; pkg/resource/stack/deployment.go has the text that stands for an unknown value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rules.changes.azurerm import LINKS, RESOURCES
from rules.changes.model import ChangeError, Planned, Unclear, Unknown
from rules.changes.steps import NATIVE, Action, Step, bridged, native, snake

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = "[secret]"
SIGNATURE = "4dabf18193072939515e22adb298388d"  # key of what is no plain value: secrets, assets

_ACTIONS: Mapping[str, Action] = {
    "create": "create",
    "create-replacement": "create",
    "update": "update",
    "replace": "replace",
    "delete": "delete",
    "delete-replaced": "delete",
}
"""Operation of the engine to action; the others write nothing in Azure (import, read, same)."""

_HALVES = ("create-replacement", "delete-replaced")
"""What `--show-replacement-steps` adds to a ``replace``."""

_NATIVE = re.compile(r"azure-native(?:_\w+_v\w+)?:(?:network|resources)(?:/v\w+)?:(\w+)")
_CLASSIC = re.compile(r"azure:(?:network|core)/\w+:(\w+)")
_DEPLOYMENT = re.compile(r"azure(?:-native)?:\w+(?:/\w+)?:(?:\w*Template)?Deployment(?:At\w+)?::")
_SUBSCRIPTION = ("azure-native:subscriptionId", "azure:subscriptionId")

_SINGULAR = {
    "securityRules": "security_rule",
    "subnets": "subnet",
    "routes": "route",
    "ipConfigurations": "ip_configuration",
    "addressSpaces": "address_space",
    "delegations": "delegation",
    "sources": "source",
    "destinations": "destination",
}
"""Lists whose name classic Pulumi has in the plural, to their name in azurerm."""


def read(document: Mapping[str, Any]) -> tuple[list[Planned], list[Unclear], int]:
    """What the steps plan, what they leave open, and how many are of other kinds.

    Raises ChangeError where the steps are not the engine's.
    """
    steps = document.get("steps") or []
    if not isinstance(steps, list) or not all(_is_step(step) for step in steps):
        raise ChangeError(
            "the steps of the preview are not as the engine writes them: "
            "give what `pulumi preview --json` prints, whole"
        )
    subscriptions = _Subscriptions(document.get("config"), steps)
    planned: list[Planned] = []
    unclear = list(_failures(document.get("diagnostics")))
    ignored = 0
    replaced = {step["urn"] for step in steps if step["op"] == "replace"}
    for step in steps:
        if step["urn"] in replaced and step["op"] in _HALVES:
            continue
        found = _step(step, subscriptions)
        if found is None:
            ignored += _counts(step)
            unclear += _opaque(step)
        else:
            planned += native(found) if found.type in NATIVE else bridged(found)
    return planned, unclear, ignored


def _is_step(step: Any) -> bool:
    if not isinstance(step, Mapping) or not isinstance(step.get("op"), str):
        return False
    states = [step.get(name) for name in ("oldState", "newState")]
    whole = all(state is None or isinstance(state, Mapping) for state in states)
    return whole and isinstance(step.get("urn"), str)


def _counts(step: Mapping[str, Any]) -> bool:
    """Whether a step of another kind changes something outside of the state."""
    state = step.get("newState") or step.get("oldState") or {}
    return step["op"] in _ACTIONS and bool(state.get("custom", True)) and _type(step) != "pulumi"


def _opaque(step: Mapping[str, Any]) -> Iterator[Unclear]:
    """What writes network resources by means that are not read."""
    if _counts(step) and _DEPLOYMENT.search(step["urn"]):
        what = "it deploys an ARM template, whose resources are not in the preview"
        yield Unclear(origin=step["urn"], what=what)


def _type(step: Mapping[str, Any]) -> str:
    """The type as steps name it; ``pulumi`` for the engine's own, empty for other kinds."""
    state = step.get("newState") or step.get("oldState") or {}
    token = state.get("type") or step["urn"].rpartition("::")[0].rpartition("$")[2]
    token = str(token).rpartition("::")[2]
    if token.startswith("pulumi:"):
        return "pulumi"
    if (match := _NATIVE.fullmatch(token)) and match[1] in NATIVE:
        return match[1]
    bridge = f"azurerm_{snake(match[1])}" if (match := _CLASSIC.fullmatch(token)) else ""
    return bridge if bridge in RESOURCES or bridge in LINKS else ""


def _step(step: Mapping[str, Any], subscriptions: _Subscriptions) -> Step | None:
    kind = _type(step)
    if kind in ("", "pulumi"):
        return None
    old, new = step.get("oldState") or {}, step.get("newState") or {}
    action = _ACTIONS.get(step["op"], "none")
    if old.get("retainOnDelete") and action in ("delete", "replace"):
        action = "create" if action == "replace" else "none"
    names = (lambda name: name) if kind in NATIVE else _attribute
    return Step(
        origin=step["urn"],
        type=kind,
        action=action,
        before=_values(old, names),
        after=_values(new or old, names),
        before_id=_id(old),
        after_id=_after_id(step["op"], old, new),
        subscription=subscriptions.of(step),
    )


def _after_id(op: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if op in ("replace", "create", "create-replacement"):
        return _id({"id": new.get("importID")})
    return _id(new) or _id({"id": new.get("importID")}) or _id(old)


def _id(state: Mapping[str, Any]) -> str:
    found = state.get("id")
    return found if isinstance(found, str) and found.startswith("/") else ""


def _attribute(name: str) -> str:
    return _SINGULAR.get(name) or snake(name)


def _values(state: Mapping[str, Any], names: Any) -> dict[str, Any]:
    """A state's inputs; an unknown one with the resources that its property depends on."""
    inputs, sources = state.get("inputs"), state.get("propertyDependencies")
    if not isinstance(inputs, Mapping):
        return {}
    by_name = sources if isinstance(sources, Mapping) else {}
    return {
        names(name): _value(value, _texts(by_name.get(name)), names)
        for name, value in inputs.items()
        if not name.startswith("__")
    }


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _value(value: Any, sources: tuple[str, ...], names: Any) -> Any:
    if isinstance(value, Mapping):
        if SIGNATURE in value:
            return Unknown(secret=True)
        return {names(name): _value(inner, sources, names) for name, inner in value.items()}
    if isinstance(value, list):
        return [_value(inner, sources, names) for inner in value]
    if isinstance(value, str) and UNKNOWN in value:
        return Unknown(sources=sources if value == UNKNOWN else ())
    return Unknown(secret=True) if value == SECRET else value


class _Subscriptions:
    """Where new resources go: what their provider is set to, or the stack's configuration."""

    def __init__(self, config: Any, steps: list[Mapping[str, Any]]) -> None:
        settings = config if isinstance(config, Mapping) else {}
        found = (settings.get(name) for name in _SUBSCRIPTION)
        self._default = next((each for each in found if isinstance(each, str)), "")
        self._providers: dict[str, str] = {}
        for step in steps:
            inputs = (step.get("newState") or step.get("oldState") or {}).get("inputs")
            given = inputs.get("subscriptionId") if isinstance(inputs, Mapping) else None
            if _type(step) == "pulumi" and isinstance(given, str) and UNKNOWN not in given:
                self._providers[step["urn"]] = given

    def of(self, step: Mapping[str, Any]) -> str:
        """The subscription of a step; empty where the document does not tell."""
        state = step.get("newState") or step.get("oldState") or {}
        provider = str(state.get("provider") or step.get("provider") or "").rpartition("::")[0]
        return self._providers.get(provider, self._default)


def _failures(diagnostics: Any) -> Iterator[Unclear]:
    """A preview that failed may lack steps."""
    for each in diagnostics if isinstance(diagnostics, list) else ():
        if isinstance(each, Mapping) and each.get("severity") == "error":
            message = " ".join(str(each.get("message", "")).split())
            what = f"the preview ended in an error, so that steps may be missing: {message}"
            yield Unclear(origin=str(each.get("urn") or "the preview"), what=what)
            return
