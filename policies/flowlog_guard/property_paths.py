"""Paths of a flow log's properties in each provider, and their names in a program.

Sources: the Python SDKs `pulumi-azure-native` 3.29 (`network.FlowLog`) and `pulumi-azure` 6.40
(`network.NetworkWatcherFlowLog`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Expression:
    """Code that stands for a value only the user's program knows, such as `workspace.id`."""

    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Spelling:
    """Dotted paths of the checked properties of one provider's flow log."""

    enabled: str
    target: str
    older_target: str
    """What older programs set in its place."""
    storage: str
    version: str
    retention: str
    retention_enabled: str
    retention_days: str
    analytics: str
    analytics_enabled: str
    interval: str
    workspace: str
    workspace_guid: str
    workspace_region: str
    customer_id: Expression
    """Where the provider's workspace resource keeps its GUID."""

    def paths(self) -> Iterator[str]:
        """Every checked path."""
        values = (getattr(self, field.name) for field in fields(self))
        return (value for value in values if isinstance(value, str))


_ANALYTICS = "flowAnalyticsConfiguration.networkWatcherFlowAnalyticsConfiguration"

AZURE_NATIVE = Spelling(
    enabled="enabled",
    target="targetResourceId",
    older_target="targetResourceId",
    storage="storageId",
    version="format.version",
    retention="retentionPolicy",
    retention_enabled="retentionPolicy.enabled",
    retention_days="retentionPolicy.days",
    analytics=_ANALYTICS,
    analytics_enabled=f"{_ANALYTICS}.enabled",
    interval=f"{_ANALYTICS}.trafficAnalyticsInterval",
    workspace=f"{_ANALYTICS}.workspaceResourceId",
    workspace_guid=f"{_ANALYTICS}.workspaceId",
    workspace_region=f"{_ANALYTICS}.workspaceRegion",
    customer_id=Expression("workspace.customerId"),
)

AZURE_CLASSIC = Spelling(
    enabled="enabled",
    target="targetResourceId",
    older_target="networkSecurityGroupId",
    storage="storageAccountId",
    version="version",
    retention="retentionPolicy",
    retention_enabled="retentionPolicy.enabled",
    retention_days="retentionPolicy.days",
    analytics="trafficAnalytics",
    analytics_enabled="trafficAnalytics.enabled",
    interval="trafficAnalytics.intervalInMinutes",
    workspace="trafficAnalytics.workspaceResourceId",
    workspace_guid="trafficAnalytics.workspaceId",
    workspace_region="trafficAnalytics.workspaceRegion",
    customer_id=Expression("workspace.workspaceId"),
)

Setting = bool | int | str | Expression
Fix = Mapping[str, Setting]
"""Dotted property paths and what to set them to."""


def spell(fix: Fix) -> str:
    """The lines to copy: TypeScript and YAML in one line where they are the same, then Python."""
    tree = _nest(fix)
    typescript = ", ".join(f"{key}: {_typescript(value)}" for key, value in tree.items())
    yaml = ", ".join(f"{key}: {_yaml(value)}" for key, value in tree.items())
    python = ", ".join(f"{_snake(key)}={_python(value)}" for key, value in tree.items())
    if typescript == yaml:
        return f"  TypeScript, YAML: {yaml}\n  Python: {python}"
    return f"  TypeScript: {typescript}\n  YAML: {yaml}\n  Python: {python}"


_Tree = dict[str, "Setting | _Tree"]


def _nest(fix: Fix) -> _Tree:
    root: _Tree = {}
    for path, setting in fix.items():
        *parents, last = path.split(".")
        node = root
        for key in parents:
            child = node.setdefault(key, {})
            assert isinstance(child, dict), f"{path} runs through a value"
            node = child
        node[last] = setting
    return root


def _typescript(value: Setting | _Tree) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_typescript(v)}" for k, v in value.items()) + "}"
    return _scalar(value)


def _yaml(value: Setting | _Tree) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_yaml(v)}" for k, v in value.items()) + "}"
    return f'"${{{value.code}}}"' if isinstance(value, Expression) else _scalar(value)


def _python(value: Setting | _Tree) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{_snake(k)}": {_python(v)}' for k, v in value.items()) + "}"
    if isinstance(value, Expression):
        return _snake(value.code)
    return str(value) if isinstance(value, bool) else _scalar(value)


def _scalar(value: Setting) -> str:
    if isinstance(value, Expression):
        return value.code
    if isinstance(value, str):
        return f'"{value}"'
    return str(value).lower()


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", name)
