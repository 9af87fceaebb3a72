"""Assignments of policies, with parameters, messages and roles: no Pulumi, no Azure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from guardrail.definitions import (
    AUDITS,
    CONFIGURE_ANCHOR,
    CONFIGURE_ID,
    CONFIGURE_MESSAGE,
    CONFIGURE_ROLE,
    CONFIGURE_VERSION,
    INITIATIVE_ID,
    INITIATIVE_ROLES,
    INITIATIVE_VERSION,
    MEMBERS,
)
from guardrail.model import PROJECT, Assignment, Grant, GuardrailError, Message, Settings, Step
from outputs import FlowLogOutputs

_PREFIX = "flow-logs"
_LONGEST = 24  # characters of an assignment's name at a management group (azure-docs PR #68799)
_WATCHER_GROUP = "NetworkWatcherRG"


def audits(settings: Settings) -> tuple[Assignment, ...]:
    """Assignments that report, the same for both effects.

    They stay beside those that deploy, which call a flow log that is switched off compliant.
    """
    return tuple(
        Assignment(
            name=assignment_name(audit.name),
            title=audit.title,
            definition_id=audit.definition_id,
            version=audit.version,
            messages=(_message(settings, audit.message, audit.anchor),),
        )
        for audit in AUDITS
    )


def deployments(settings: Settings, source: FlowLogOutputs) -> tuple[Assignment, ...]:
    """Assignments that make flow logs, one per region, as the source stack's outputs say.

    Raises GuardrailError where there is no region, or none of the source's accounts in one.
    """
    regions = settings.regions or tuple(sorted(source.storage_accounts))
    if not regions:
        raise GuardrailError(
            f"{settings.source} has no storage account, so there is no region to deploy in; run "
            f"'pulumi up' there first, or name some: pulumi config set --path "
            f"{PROJECT}:regions[0] westeurope"
        )
    make = _into_stack if settings.destination == "stack" else _into_subscriptions
    return tuple(make(settings, source, region) for region in regions)


def assignment_name(what: str) -> str:
    """A name within what a management group takes; the same for the same text."""
    name = f"{_PREFIX}-{what}"
    if len(name) <= _LONGEST:
        return name
    tail = hashlib.sha256(what.encode()).hexdigest()[:4]
    return f"{name[: _LONGEST - len(tail) - 1]}-{tail}"


def _into_subscriptions(settings: Settings, source: FlowLogOutputs, region: str) -> Assignment:
    """The built-in initiative: storage and workspace are its own, in each subscription.

    ``updateFlowlog`` is False: True would move every flow log, ours too, into those.
    """
    return Assignment(
        name=assignment_name(region),
        title=f"Make flow logs in {region}",
        definition_id=INITIATIVE_ID,
        version=INITIATIVE_VERSION,
        parameters={
            "location": region,
            "resourceGroupName": settings.resource_group,
            "retentionDays": str(settings.retention_days),
            "timeIntervalInMin": str(settings.interval),
            "workspaceRegion": source.workspace.location,
            "updateFlowlog": "False",
        },
        messages=tuple(
            _message(settings, member.message, member.anchor, member.reference)
            for member in MEMBERS
        ),
        region=region,
        selects_region=True,
        grants=tuple(Grant(scope=settings.scope, role=role) for role in INITIATIVE_ROLES),
        steps=tuple(Step(name=member.name, reference=member.reference) for member in MEMBERS),
    )


def _into_stack(settings: Settings, source: FlowLogOutputs, region: str) -> Assignment:
    """The single policy that takes storage and workspace as parameters: those of the source."""
    accounts = source.storage_accounts.get(region)
    if not accounts:
        raise GuardrailError(
            f"{PROJECT}:regions has {region!r}, where {settings.source} has no storage account; it "
            f"has some in {', '.join(sorted(source.storage_accounts))}. Take the region out, or "
            f"set {PROJECT}:destination to subscription"
        )
    used = (accounts[0], source.workspace.id)
    return Assignment(
        name=assignment_name(region),
        title=f"Make flow logs in {region}",
        definition_id=CONFIGURE_ID,
        version=CONFIGURE_VERSION,
        parameters={
            "vnetRegion": region,
            "storageId": accounts[0],
            "timeInterval": str(settings.interval),
            "workspaceResourceId": source.workspace.id,
            "workspaceRegion": source.workspace.location,
            "networkWatcherRG": _WATCHER_GROUP,
            "networkWatcherName": _watcher(source, region),
            "retentionDays": str(settings.retention_days),
        },
        messages=(_message(settings, CONFIGURE_MESSAGE, CONFIGURE_ANCHOR),),
        region=region,
        grants=tuple(_configure_grants(settings, used)),
        steps=(Step(name="flow-log"),),
    )


def _configure_grants(settings: Settings, used: tuple[str, ...]) -> Iterator[Grant]:
    """On the scope and on what the parameters name (``assignPermissions`` in the definition)."""
    yield Grant(scope=settings.scope, role=CONFIGURE_ROLE)
    for resource_id in used:
        if not resource_id.casefold().startswith(f"{settings.scope.casefold()}/"):
            yield Grant(scope=resource_id, role=CONFIGURE_ROLE)


def _watcher(source: FlowLogOutputs, region: str) -> str:
    """An id of which the policy takes the last part alone: Azure's own name of a watcher."""
    subscription = source.workspace.id.split("/")[2]
    group = f"/subscriptions/{subscription}/resourceGroups/{_WATCHER_GROUP}"
    return f"{group}/providers/Microsoft.Network/networkWatchers/NetworkWatcher_{region}"


def _message(settings: Settings, text: str, anchor: str, reference: str | None = None) -> Message:
    return Message(
        text=f"{text} What to do: {settings.documentation}#{anchor}", reference=reference
    )
