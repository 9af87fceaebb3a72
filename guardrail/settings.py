"""The guardrail's configuration as typed settings; the only reader of it.

Every wrong value is one line that names key, value, rule and way out.
"""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, get_args

import pulumi
from pulumi.runtime import config as stack_config

from guardrail.model import PROJECT, Destination, Effect, GuardrailError, Settings

_SUBSCRIPTION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MANAGEMENT_GROUP = re.compile(r"[\w\-.()]{1,90}", re.ASCII)  # Microsoft.Management naming rule
_RESOURCE_GROUP = re.compile(r"[\w\-.()]{0,89}[\w\-()]")  # Microsoft.Resources naming rule
_MOST = 200  # characters of a value in a message
_GROUPS = "/providers/Microsoft.Management/managementGroups"
_INITIATIVES_OWN = "nwtarg"
_SCOPE = re.compile(
    r"/providers/Microsoft\.Management/managementGroups/[\w\-.()]{1,90}/?"
    rf"|/subscriptions/{_SUBSCRIPTION.pattern}(/resourceGroups/[\w\-.()]{{1,90}}"
    r"(/providers(/[\w\-.()]+){3,})?)?/?",
    re.IGNORECASE,
)
_STACK = re.compile(r"([\w.-]+/){0,2}[\w.-]+", re.ASCII)


def read_settings() -> Settings:
    """The stack's configuration, as the engine handed it to this process, checked.

    Raises GuardrailError.
    """
    stack, organization = pulumi.get_stack(), pulumi.get_organization()
    return parse_settings(stack, organization, stack_config.get_config_env(), os.environ)


def parse_settings(
    stack: str, organization: str, config: Mapping[str, Any], variables: Mapping[str, str]
) -> Settings:
    """Settings from full configuration keys and their texts; lists come as JSON text.

    Raises GuardrailError.
    """
    _refuse_misspelt(config)
    reader = _Reader(config)
    settings = Settings(
        scope=_scope(reader),
        effect=reader.choice("effect", get_args(Effect)),
        source=_source(reader) or f"{organization}/flow-logs/{stack}",
        destination=reader.choice("destination", get_args(Destination)),
        regions=_regions(reader),
        excluded_scopes=_excluded(reader),
        retention_days=reader.integer("retentionDays", 90, 1, 365),
        interval=int(reader.choice("trafficAnalyticsInterval", ("60", "10"))),
        resource_group=_resource_group(reader),
        remediation=reader.integer("remediation", 1, 0, 9999),
        documentation=reader.text("documentation") or "docs/guardrail.md",
    )
    reader.refuse_unknown()
    _check_provider(settings, config, variables)
    return settings


class _Reader:
    """Reads keys one by one, and knows which were never asked for."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        start = f"{PROJECT}:"
        own = {key: value for key, value in config.items() if key.startswith(start)}
        self._values = {key.removeprefix(start): value for key, value in own.items()}
        self._known: set[str] = set()

    def text(self, key: str) -> str:
        """The value as text; empty where it is not set."""
        self._known.add(key)
        value = self._values.get(key)
        return "" if value is None else str(value)

    def choice(self, key: str, choices: tuple[Any, ...]) -> Any:
        """One of some texts, the first where it is not set."""
        value = self.text(key) or choices[0]
        if value not in choices:
            raise _wrong(key, value, f"one of {', '.join(choices)}")
        return value

    def integer(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number from ``least`` to ``most``."""
        value = self.text(key) or str(default)
        if not re.fullmatch(r"-?[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise _wrong(key, value, f"a whole number from {least} to {most}")
        return int(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.text(key) or "[]"
        try:
            parsed = json.loads(value)
        except (ValueError, RecursionError):
            parsed = None
        if not isinstance(parsed, list) or not all(isinstance(item, str) for item in parsed):
            raise _wrong(key, value, "a list of texts")
        return tuple(parsed)

    def refuse_unknown(self) -> None:
        """Raises GuardrailError for the first key, by name, that no setting has."""
        for key in sorted(set(self._values) - self._known):
            raise GuardrailError(
                f"{PROJECT}:{key} is not a setting of this program; known are "
                f"{', '.join(sorted(self._known))}. Remove it: pulumi config rm {PROJECT}:{key}"
            )


def _wrong(key: str, value: str, rule: str) -> GuardrailError:
    return GuardrailError(
        f"{PROJECT}:{key} is {_shown(value)}; it must be {rule}. Set it with: "
        f"pulumi config set {PROJECT}:{key} VALUE"
    )


def _shown(value: str) -> str:
    text = repr(value)
    return text if len(text) <= _MOST else f"{text[:_MOST]}… ({len(text):,} characters)"


def _refuse_misspelt(keys: Iterable[str]) -> None:
    """Raises GuardrailError for a key under a name close to ours, which nothing would read."""
    for key in sorted(keys):
        namespace, _, name = key.partition(":")
        letters = re.sub("[^a-z]", "", namespace.casefold())
        near = get_close_matches(letters, [PROJECT.replace("-", "")], 1, cutoff=0.8)
        if near and namespace != PROJECT:
            raise GuardrailError(
                f"{key} is under {namespace!r}, which nothing reads; it must be under {PROJECT}. "
                f"Move it: pulumi config rm {shlex.quote(key)} && "
                f"pulumi config set {shlex.quote(f'{PROJECT}:{name}')} VALUE"
            )


def _source(reader: _Reader) -> str:
    name = reader.text("source")
    if name and not _STACK.fullmatch(name):
        raise _wrong("source", name, "the name of a stack: organization/project/stack")
    return name


def _scope(reader: _Reader) -> str:
    group, subscription = reader.text("managementGroupId"), reader.text("subscriptionId")
    if bool(group) is bool(subscription):
        raise GuardrailError(
            f"{PROJECT}:managementGroupId and {PROJECT}:subscriptionId are "
            f"{'both' if group else 'neither'} set; set the one that is to be guarded: "
            f"pulumi config set {PROJECT}:managementGroupId NAME"
        )
    if group and not _MANAGEMENT_GROUP.fullmatch(group):
        raise _wrong("managementGroupId", group, "the name of a management group, not its id")
    if subscription and not _SUBSCRIPTION.fullmatch(subscription):
        raise _wrong("subscriptionId", subscription, "the id of a subscription (a GUID)")
    return f"{_GROUPS}/{group}" if group else f"/subscriptions/{subscription.casefold()}"


def _regions(reader: _Reader) -> tuple[str, ...]:
    listed = reader.texts("regions")
    found = tuple(dict.fromkeys(name.replace(" ", "").casefold() for name in listed))
    for name in found:
        if not re.fullmatch(r"[a-z0-9]+", name):
            raise _wrong("regions", name, "a list of Azure regions, such as westeurope")
    return found


def _excluded(reader: _Reader) -> tuple[str, ...]:
    listed = reader.texts("excludedScopes")
    for scope in listed:
        if not _SCOPE.fullmatch(scope):
            raise _wrong(
                "excludedScopes", scope, f"a list of ARM ids (/subscriptions/… or {_GROUPS}/…)"
            )
    return tuple(scope.rstrip("/") for scope in listed)


def _resource_group(reader: _Reader) -> str:
    """Not the initiative's own default: it makes ``nwtarg-<subscription>``, and looks for storage
    and workspace in ``nwtarg``, so that they never comply (definitions 1c46fa74, 69f5d115).
    """
    name = reader.text("resourceGroup") or "flow-logs-policy"
    if name == _INITIATIVES_OWN or not _RESOURCE_GROUP.fullmatch(name):
        raise _wrong("resourceGroup", name, f"the name of a resource group, not {_INITIATIVES_OWN}")
    return name


def _check_provider(
    settings: Settings, config: Mapping[str, Any], variables: Mapping[str, str]
) -> None:
    """A task of remediation goes to the subscription that the provider works in."""
    configured = config.get("azure-native:subscriptionId") or variables.get("ARM_SUBSCRIPTION_ID")
    own, guarded = str(configured or ""), settings.subscription_id
    if guarded is not None and own.casefold() != guarded:
        raise GuardrailError(
            f"{PROJECT}:subscriptionId is {guarded}, the provider works in {own or 'none'}; they "
            f"must be one: pulumi config set azure-native:subscriptionId {guarded}"
        )
