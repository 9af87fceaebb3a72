"""``FlowLogging`` for anybody's program: takes arguments, makes its own plan, tells the contract.

The SDK makes the schema from the annotations, which are real types here.
"""

import os
from typing import Any

import pulumi

from components import flow_logging
from decide import decide, tell
from package.arguments import FlowLoggingArgs, configuration
from package.results import Coverage, FlowLog, SecurityGroup, Workspace
from printable import printable
from stack.read_state import read_state
from stack.settings.model import Settings
from stack.settings.read import parse_settings
from wording import Audience, speaking_to


class FlowLogging(flow_logging.FlowLogging):
    """Keeps every part of an Azure network logged, and tells what is not; one in a stack."""

    finished: pulumi.Output[int]
    """Number of flow logs, known once the last of them is through: depend on it to come after."""
    contract_version: pulumi.Output[int]
    """Version of these outputs; a key is renamed in a new version alone."""
    workspace: pulumi.Output[Workspace]
    """The workspace."""
    workspace_customer_id: pulumi.Output[str]
    """GUID of the workspace."""
    storage_accounts: pulumi.Output[dict[str, list[str]]]
    """Region to ARM ids."""
    watchers: pulumi.Output[dict[str, dict[str, str]]]
    """Subscription id to region to the network watcher's ARM id."""
    flow_logs: pulumi.Output[dict[str, FlowLog]]
    """Target's ARM id, in lower case, to its flow log."""
    network_security_groups: pulumi.Output[dict[str, SecurityGroup]]
    """ARM id, in lower case, to where the security group stands."""
    networks: pulumi.Output[dict[str, str]]
    """ARM id, in lower case, of each virtual network to its state."""
    coverage: pulumi.Output[Coverage]
    """Counts, and what nothing records."""
    saved_queries: pulumi.Output[dict[str, str]]
    """Name to ARM id of the saved queries."""
    alerts: pulumi.Output[dict[str, str]]
    """Name to ARM id of the alert rules."""
    workbook_id: pulumi.Output[str]
    """ARM id of the workbook, empty where there is none."""
    tags: pulumi.Output[dict[str, str]]
    """Tags that the argument of this name has put on what is made here."""

    def __init__(
        self, name: str, args: FlowLoggingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Reads Azure, then registers everything.

        Raises SettingsError, StateError or EstateError, one line, before anything is registered.
        """
        with speaking_to(Audience.ARGUMENTS):
            settings = settings_of(args)
            plan = decide(settings, read_state(flow_logging.TOKEN), pulumi.log.info)
            built = flow_logging.FlowLoggingArgs(plan=plan, identity=settings.identity)
            super().__init__(name, built, opts)
            self._publish()
            tell(
                plan,
                lambda line: pulumi.log.info(printable(line), self),
                lambda line: pulumi.log.warn(printable(line), self),
            )

    def register_outputs(self, outputs: pulumi.Inputs) -> None:
        """Leaves the contract in the state: the next run spells ids as this one sent them."""
        self._outputs = flow_logging.outputs(self._plan, self.refusals)
        super().register_outputs({**outputs, **self._outputs})

    def _publish(self) -> None:
        outputs = self._outputs
        self.contract_version = pulumi.Output.from_input(outputs["contractVersion"])
        self.workspace = pulumi.Output.from_input(outputs["workspace"])
        self.storage_accounts = pulumi.Output.from_input(outputs["storageAccounts"])
        self.watchers = pulumi.Output.from_input(outputs["watchers"])
        self.flow_logs = pulumi.Output.from_input(outputs["flowLogs"])
        self.network_security_groups = pulumi.Output.from_input(outputs["networkSecurityGroups"])
        self.networks = pulumi.Output.from_input(outputs["networks"])
        self.coverage = pulumi.Output.from_input(outputs["coverage"])
        self.saved_queries = pulumi.Output.from_input(outputs["savedQueries"])
        self.alerts = pulumi.Output.from_input(outputs["alerts"])
        self.workbook_id = pulumi.Output.from_input(outputs["workbookId"])
        self.tags = pulumi.Output.from_input(outputs["tags"])


def settings_of(arguments: Any) -> Settings:
    """Settings from arguments, with the identity that this process's environment names.

    The name that tags and resource names carry is the project's and the stack's, so that it is
    neither that of the program's own stacks nor that of another project. Raises SettingsError.
    """
    owner = f"{pulumi.get_project()}/{pulumi.get_stack()}"
    return parse_settings(owner, configuration(arguments), os.environ)
