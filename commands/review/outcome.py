"""Outcome of a preview, and whether it must fail."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from commands.review.changes import Change, changes
from commands.shared.engine import CUT, Run, Violation
from commands.shared.volume import UNMEASURED, Volume
from plan.views.document_types import PlanDocument

Verdict = Literal["failed", "refused", "changes", "no changes"]

NOT_EVALUATED = "flow-log-not-evaluated"  # the pack's own list of what a preview could not know
_CANNOT_RUN = "can't run policy"  # what the SDK reports for a policy that met an unknown value
_NO_REASON = "preview failed"  # the engine's own line beside violations


@dataclass(frozen=True)
class Outcome:
    """One preview of a stack; ``plan`` is the plan's document, if it came to one.

    ``volume`` is what its flow logs write so far, where that was asked.
    """

    stack: str
    run: Run
    plan: PlanDocument | None
    volume: Volume = UNMEASURED

    @cached_property
    def changes(self) -> list[Change]:
        """What changes in Azure."""
        return changes(self.run.events)

    @property
    def errors(self) -> list[str]:
        """Why the preview failed, or is not told whole; empty where only policies refused."""
        said = [text for text in self.run.messages("error") if text != _NO_REASON]
        if not said and self.run.code and not self.refused:
            said = [self.run.stderr.strip() or self.run.stdout.strip()]
        return [*said, CUT] if self.run.cut else said

    @property
    def _violations(self) -> list[Violation]:
        """In an order of their own, since the engine has none."""
        return sorted(self.run.violations, key=lambda found: (found.policy, found.urn))

    @property
    def refused(self) -> list[Violation]:
        """What mandatory policies refuse."""
        return [found for found in self._violations if found.level == "mandatory"]

    @property
    def not_evaluated(self) -> list[Violation]:
        """What policies could not decide in a preview."""
        return [found for found in self._violations if _undecided(found)]

    @property
    def advised(self) -> list[Violation]:
        """What advisory policies say, beside what was not evaluated."""
        return [
            found
            for found in self._violations
            if found.level != "mandatory" and not _undecided(found)
        ]

    @property
    def lost(self) -> list[Change]:
        """Flow logs on security groups that would go, though Azure makes no new ones."""
        return [change for change in self.changes if change.loses_evidence]

    @property
    def verdict(self) -> Verdict:
        """In one word or two."""
        if self.errors:
            return "failed"
        if self.refused or self.lost:
            return "refused"
        return "changes" if self.changes else "no changes"

    @property
    def fails(self) -> bool:
        """Whether a pipeline must stop here."""
        return self.run.code != 0 or self.verdict in ("failed", "refused")


def _undecided(found: Violation) -> bool:
    cannot = found.message.startswith(_CANNOT_RUN)
    return found.level != "mandatory" and (found.policy == NOT_EVALUATED or cannot)
