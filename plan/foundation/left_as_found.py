"""Resources that a change of settings leaves as found: evidence, or what Azure cannot change."""

from __future__ import annotations

from collections.abc import Iterator

from estate.arm_id import resource_group_of
from plan.foundation.storage import converted
from plan.model.foundation import PlannedStorage, PlannedWorkspace
from plan.model.plan import Plan
from stack.settings.model import TAG
from wording import setting


def unused(plan: Plan) -> Iterator[str]:
    """One line for each storage account and workspace of the stack that its flow logs left."""
    for account in plan.foundation.storage_accounts:
        if not account.used:
            yield (
                f"no flow log uses storage account {account.name} ({account.location}) any more; "
                f"its data is kept. {_release(account, plan.owner)}"
            )
    if workspace := plan.foundation.former_workspace:
        yield (
            f"no flow log of this stack feeds workspace {workspace.name} ({workspace.location}) "
            f"any more; its rows are kept. {_release(workspace, plan.owner)}"
        )


def as_found(plan: Plan) -> Iterator[str]:
    """One line for each thing that keeps a region or a redundancy other than the settings ask."""
    home, wanted = plan.foundation.home, plan.foundation.location
    if home.location != wanted:
        yield (
            f"resource group {home.name} stays in {home.location}, since Azure moves none to "
            f"another region; {setting('location')} {wanted} goes for what is in it"
        )
    sku = plan.foundation.storage_sku
    for account in plan.foundation.storage_accounts:
        if account.sku != sku:
            yield (
                f"storage account {account.name} stays {account.sku}, since Azure adds and removes "
                f"zones by a conversion alone; new accounts are {sku}{_way(account)}"
            )


def leaving(plan: Plan) -> Iterator[str]:
    """A line for the stack's managed identity, where flow logs are to let go of it first."""
    identity = plan.foundation.identity
    if identity is not None and identity.untouched:
        yield (
            f"managed identity {identity.name} leaves in the next run, when no flow log in Azure "
            "has it any more"
        )


def _way(account: PlannedStorage) -> str:
    """The command that converts an account, where it is known."""
    target = converted(account.sku)
    if not target:
        return ""
    return (
        f". To convert it: az storage account migration start --account-name {account.name} "
        f"--resource-group {resource_group_of(account.id)} --sku {target} --name default"
    )


def _release(planned: PlannedStorage | PlannedWorkspace, owner: str) -> str:
    """The commands that take a resource out of the stack; nothing of it changes in Azure."""
    commands = [f"az tag update --resource-id {planned.id} --operation Delete --tags {TAG}={owner}"]
    if planned.urn:
        commands.insert(0, f"pulumi state delete --force --target-dependents '{planned.urn}'")
    return f"To take it out of this stack and keep it in Azure: {' && '.join(commands)}"
