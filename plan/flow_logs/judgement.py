"""How the security groups and networks in scope stand: planned, without the run, or in part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from estate.arm_id import key
from estate.model import Estate, FlowLog
from plan.closed_subscriptions import closed
from plan.flow_logs.coverage import Coverage, as_found, by_network
from plan.flow_logs.selected import Selection
from plan.flow_logs.standard import Standard
from plan.model.flow_logs import CoverageState, Covered, PlannedFlowLog
from plan.model.plan import EstateCoverage, Judged
from plan.scope import Scope, in_scope
from stack.settings.model import Settings


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Judges one selection and the flow logs that follow from it.

    ``failed`` are flow logs of the stack that are not set up, by target's key.
    """

    estate: Estate
    settings: Settings
    scope: Scope
    standard: Standard
    selection: Selection
    flow_logs: Sequence[PlannedFlowLog]
    failed: Mapping[str, FlowLog]

    def coverage(self) -> EstateCoverage:
        """Where everything in scope stands once the plan is carried out, and without it."""
        groups, networks = self.judged(frozenset())
        return EstateCoverage(
            security_groups=groups,
            networks=networks,
            excluded=self.scope.excluded,
            before=self._before(),
            judge=self.judged,
        )

    def judged(self, unmade: frozenset[str]) -> Judged:
        """Security groups and networks where the flow logs on the targets ``unmade`` are not made.

        Targets are keys. A flow log that exists is judged as Azure holds it.
        """
        refused = {
            key(log.target_id): log for log in self.flow_logs if key(log.target_id) in unmade
        }
        existing = {key(log.id): log for log in self.estate.flow_logs}
        held = {
            target: existing[key(log.id)]
            for target, log in refused.items()
            if key(log.id) in existing
        }
        names = {target: log.name for target, log in refused.items()}
        left = self.selection.without(names, held, self.scope.places) if names else self.selection
        made = [log for log in self.flow_logs if key(log.target_id) not in unmade]
        return self._judged(Coverage(left, made, self.standard, self.failed, self._closed))

    def _before(self) -> Mapping[str, CoverageState]:
        """States by key as they are without this run, of the same groups and networks."""
        ignored = self.settings.nsg_flow_logs == "ignore"
        uncounted = self.selection.uncounted if ignored else frozenset[str]()
        coverage = as_found(
            self.estate, uncounted, self.selection.blind, self.standard, self._closed
        )
        groups, networks = self._judged(coverage)
        return {key(covered.id): covered.state for covered in (*groups, *networks)}

    def _judged(self, coverage: Coverage) -> Judged:
        attached = self.scope.attached
        groups = tuple(
            coverage.security_group(group, attached.get(key(group.id), ()))
            for group in self.scope.wanted
        )
        return groups, self._networks(coverage)

    def _networks(self, coverage: Coverage) -> tuple[Covered, ...]:
        attachments = by_network(self.scope.places)
        include, exclude = self.settings.include, self.settings.exclude
        return tuple(
            coverage.network(network, attachments.get(key(network.id), []))
            for network in sorted(self.estate.networks, key=lambda network: key(network.id))
            if key(network.id) in attachments or in_scope(network, include, exclude)
        )

    @property
    def _closed(self) -> Mapping[str, str]:
        return closed(self.estate.subscriptions)
