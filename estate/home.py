"""Places beside the networks where discovery looks: what the stack makes or was given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Ids that the stack makes or was given: where discovery looks beside the networks.

    ``group_id`` is the stack's own resource group; ``storage_account_ids`` are given accounts;
    ``former_workspace_id`` is the workspace that the stack made, if it was given another since;
    ``identity_id`` is the managed identity of its flow logs, empty where they have none.
    ``sentinel`` asks what there is of Microsoft Sentinel in the workspace, ``lifecycle`` for the
    lifecycle rules of the accounts in the stack's own group.
    """

    group_id: str
    workspace_id: str
    former_workspace_id: str = ""
    storage_account_ids: tuple[str, ...] = ()
    sentinel: bool = False
    identity_id: str = ""
    lifecycle: bool = False
