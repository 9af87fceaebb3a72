"""Azure Policy's deployments of flow logs to networks, switched on by `--azure-policy`.

It deploys to a network that was written, and for a remediation task to every network in the scope
of the task's assignment (Microsoft: "Remediate non-compliant resources"). Azure takes some minutes;
here it is done before the next request is answered. A management group holds every subscription.
The identity of an assignment has the rights that it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from localazure.authorization.rights import Rights
from localazure.errors.base import ArmError
from localazure.network.flow_logs import FlowLogs
from localazure.policy.assigned import Assigned, assigned
from localazure.policy.deployed_flow_logs import Rule, Values, flow_log_name
from localazure.policy.policy_assignments import ASSIGNMENTS
from localazure.policy.remediations import REMEDIATIONS
from localazure.server.request import Request
from localazure.state.arm_id import TENANT, ArmId, key, parse, parse_resource
from localazure.state.azure import Azure
from localazure.state.store import Resource
from localazure.state.subresources import NETWORKS

_API_VERSION = "2022-09-01"
"""That of the flow log in each of the templates."""


class AzurePolicy:
    """Notices writes and does what assignments say once they are through; off, it does nothing."""

    def __init__(self, azure: Azure, *, acts: bool, remediated: Iterable[str] = ()) -> None:
        """`remediated` are ids of assignments that are brought about at the start."""
        self._azure = replace(azure, rights=Rights())
        self._acts = acts
        self._assignments = list(remediated)
        self._networks: dict[str, None] = {}
        self._tasks: list[str] = []

    def notice(self, request: Request) -> None:
        """Remembers an accepted write that Azure Policy answers to."""
        if not self._acts or request.method not in ("PUT", "PATCH"):
            return
        if key(request.id.type) == key(REMEDIATIONS):
            self._tasks.append(str(request.id))
        elif key(request.id.type).startswith(key(NETWORKS)):
            self._networks[key("/".join(str(request.id).split("/")[:9]))] = None

    def work(self) -> None:
        """Deploys what is owed; networks that are still being written come later."""
        store = self._azure.store
        for id_ in list(self._networks):
            network = store.find(id_)
            if network is None or _is_settled(network):
                del self._networks[id_]
            if network is not None and _is_settled(network):
                self._deploy(self._all_assigned(), [network])
        while self._assignments:
            self._deploy(self._of(self._assignments.pop()), self._everything())
        while self._tasks:
            self._remediate(self._tasks.pop())

    def _remediate(self, task_id: str) -> None:
        task = self._azure.store.find(task_id)
        if task is None:
            return
        properties = task["properties"]
        reference = properties.get("policyDefinitionReferenceId")
        policies = self._of(properties["policyAssignmentId"])
        wanted = [each for each in policies if reference is None or each.reference == reference]
        done, failed = self._deploy(wanted, self._everything())
        properties["provisioningState"] = "Failed" if failed else "Succeeded"
        properties["deploymentStatus"] = {
            "totalDeployments": done + failed,
            "successfulDeployments": done,
            "failedDeployments": failed,
        }

    def _all_assigned(self) -> Iterator[Assigned]:
        for assignment in self._azure.store.of_type(ASSIGNMENTS, TENANT):
            yield from assigned(self._azure.store, assignment)

    def _of(self, assignment_id: str) -> Iterator[Assigned]:
        assignment = self._azure.store.find(assignment_id)
        return iter(()) if assignment is None else assigned(self._azure.store, assignment)

    def _everything(self) -> list[Resource]:
        return list(self._azure.store.of_type(NETWORKS, TENANT))

    def _deploy(
        self, policies: Iterable[Assigned], networks: Iterable[Resource]
    ) -> tuple[int, int]:
        """Numbers of deployments that succeeded and that failed."""
        done = failed = 0
        everything = list(networks)
        for policy in policies:
            for network in everything:
                if policy.covers(network["id"]) and self._is_wanted(policy, network):
                    made = self._made(policy.rule, policy.values, network)
                    done, failed = done + made, failed + (not made)
        return done, failed

    def _is_wanted(self, policy: Assigned, network: Resource) -> bool:
        if not policy.rule.applies(network, policy.values):
            return False
        store = self._azure.store
        present = network["properties"].get("flowLogs", [])
        log = store.find(present[0]["id"]) if present else None
        return log is None or not policy.rule.complies(store, network, log, policy.values)

    def _made(self, rule: Rule, values: Values, network: Resource) -> bool:
        """Writes the flow log as the template does, and says whether Azure took it."""
        properties = rule.properties(self._azure.store, network, values)
        if properties is None:
            return False
        id_ = _flow_log_id(rule, values, network)
        asked = {"targetResourceId": network["id"], **properties}
        body = {"location": network["location"], "properties": asked}
        version = {"api-version": _API_VERSION}
        try:
            FlowLogs().answer(Request("PUT", id_, version, body, "", self._azure))
        except ArmError:
            return False
        return True


def _flow_log_id(rule: Rule, values: Values, network: Resource) -> ArmId:
    """The network's first flow log where it has one, else one below the watcher that is meant."""
    present = network["properties"].get("flowLogs", [])
    if present:
        return parse(present[0]["id"])
    group, watcher = rule.watcher(network, values)
    subscription = parse_resource(network["id"]).subscription
    return parse(
        f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/"
        f"networkWatchers/{watcher}/flowLogs/{flow_log_name(network)}"
    )


def _is_settled(network: Resource) -> bool:
    return bool(network["properties"]["provisioningState"] in ("Succeeded", "Failed"))
