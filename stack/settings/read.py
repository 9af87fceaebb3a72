"""Stack configuration as typed settings, and the identity that every request uses.

The only reader of the stack's configuration. What the schema in ``Pulumi.yaml`` cannot express
(ranges, choices, inner fields, unknown keys) is checked here, before the first request to Azure.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pulumi.runtime import config as stack_config

from estate.arm_id import key
from plan import naming
from stack.settings.declarations import read_all
from stack.settings.fields import Reader
from stack.settings.identity import read_identity
from stack.settings.mistakes import SettingsError, removable
from stack.settings.model import MAKE, Settings
from stack.settings.namespaces import refuse_misspelt, refuse_other_project
from wording import PROJECT, setting, to_set


def read_settings(project: str, stack: str) -> Settings:
    """The stack's configuration, as the engine handed it to this process, checked.

    Raises SettingsError for a project of another name, an unknown key, a wrong value or a missing
    subscription.
    """
    refuse_other_project(project)
    secret_keys = frozenset(stack_config.get_config_secret_keys_env())
    return parse_settings(stack, stack_config.get_config_env(), os.environ, secret_keys)


def parse_settings(
    stack: str,
    config: Mapping[str, Any],
    variables: Mapping[str, str],
    secret_keys: frozenset[str] = frozenset(),
) -> Settings:
    """Settings from full configuration keys (``flow-logs:location``) and their texts.

    Objects and lists come as JSON text, as the engine sends them; ``variables`` is the environment.
    Raises SettingsError.
    """
    refuse_misspelt(config)
    identity = read_identity(config, variables, secret_keys)
    own = {key: value for key, value in config.items() if key.startswith(f"{PROJECT}:")}
    settings = Settings(stack=stack, identity=identity, **read_all(Reader(own)))
    settings = replace(
        settings,
        subscriptions=settings.subscriptions or (identity.subscription_id.casefold(),),
        workspace_id=_given_workspace(settings),
        flow_log_identity=_flow_log_identity(settings),
    )
    _check_together(settings)
    return settings


def _given_workspace(settings: Settings) -> str:
    """The id of a given workspace; empty for that of the workspace which the stack makes itself."""
    own = naming.workspace_id(settings.identity.subscription_id, settings.stack)
    return "" if key(settings.workspace_id) == key(own) else settings.workspace_id


def _flow_log_identity(settings: Settings) -> str:
    """``MAKE`` for the id of the identity that the stack makes itself, too."""
    own = naming.identity_id(settings.identity.subscription_id, settings.stack)
    given = settings.flow_log_identity
    return MAKE if key(given) == key(own) else given


def _check_together(settings: Settings) -> None:
    """Raises SettingsError for values that are right each by itself but not together."""
    if settings.nsg_flow_logs == "disable" and settings.existing_flow_logs != "adopt":
        raise SettingsError(
            f"{setting('nsgFlowLogs')} is 'disable' while existingFlowLogs is 'leave'; only "
            f"adopted flow logs can be switched off: {to_set('existingFlowLogs', 'adopt')}"
        )
    _check_idle(settings)
    if settings.flow_log_identity == MAKE and settings.storage_accounts:
        raise SettingsError(
            f"{setting('flowLogIdentity')} is {MAKE!r} together with {setting('storageAccounts')}; "
            "the role on a given account is its owner's to assign, to an identity that is there: "
            f"az identity create, then {to_set('flowLogIdentity', 'ID')}"
        )
    if settings.workspace_id and settings.ingestion_filter:
        raise removable(
            f"{setting('ingestionFilter')} is set together with {setting('workspaceId')}; a "
            "workspace has one transformation rule, which of a given workspace is its owner's to "
            "set",
            "ingestionFilter",
        )
    if not settings.workspace_id and settings.location in settings.regions_without_workspaces:
        raise SettingsError(
            f"{setting('location')} is {settings.location!r}, which has no Log Analytics "
            f"workspaces; choose another region, or give one elsewhere by {setting('workspaceId')}"
        )


def _check_idle(settings: Settings) -> None:
    """Raises SettingsError for a setting that does nothing beside the others."""
    if settings.existing_workspaces == "move" and settings.existing_flow_logs != "adopt":
        raise removable(
            f"{setting('existingWorkspaces')} is 'move' while existingFlowLogs is 'leave', and "
            f"only adopted flow logs are moved; adopt them ({to_set('existingFlowLogs', 'adopt')})"
            ", or leave it out",
            "existingWorkspaces",
        )
    if not settings.disable_for.empty and settings.nsg_flow_logs != "disable":
        raise removable(
            f"{setting('disableFor')} is set while nsgFlowLogs is {settings.nsg_flow_logs!r}, and "
            f"nothing is switched off; disable ({to_set('nsgFlowLogs', 'disable')}), or leave it "
            "out",
            "disableFor",
        )
