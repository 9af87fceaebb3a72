"""What becomes of existing flow logs, and the targets of new ones: the record of a selection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from estate.arm_id import key
from estate.model import FlowLog
from plan.attachments import Attachment
from plan.flow_logs.standard import records


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What becomes of the existing flow logs, and the targets of new ones.

    ``external``, ``adopted``, ``created`` are by the target's key. ``uncounted`` holds targets
    whose flow log is not taken as coverage (security groups in migration). ``refused`` says why an
    attachment, ``dead`` why a network without security group gets no flow log.
    """

    external: Mapping[str, FlowLog] = field(default_factory=dict)
    adopted: Mapping[str, FlowLog] = field(default_factory=dict)
    created: Mapping[str, str] = field(default_factory=dict)
    uncounted: frozenset[str] = frozenset()
    refused: Mapping[Attachment, str] = field(default_factory=dict)
    dead: Mapping[str, str] = field(default_factory=dict)
    blind: Mapping[str, str] = field(default_factory=dict)

    def recorders(self, attachment: Attachment) -> tuple[str, ...]:
        """Keys of the targets whose flow logs record an attachment, nearest first."""
        if key(attachment.subnet_id) in self.blind:
            return ()
        return tuple(target for target in map(key, attachment.recorders) if self.records(target))

    def without(
        self,
        refused: Mapping[str, str],
        held: Mapping[str, FlowLog],
        places: Iterable[Attachment],
    ) -> Selection:
        """The choice where Azure refused flow logs (target to name); ``held`` are there before."""
        left = replace(
            self,
            external={**self.external, **held},
            adopted={own: log for own, log in self.adopted.items() if own not in refused},
            created={own: full for own, full in self.created.items() if own not in refused},
        )
        why = {
            own: f"Azure refused flow log {name}, or what it waits for"
            for own, name in refused.items()
        }
        lost = {
            place: why[target]
            for place in places
            for target in map(key, place.recorders)
            if target in why and not left.recorders(place)
        }
        return replace(left, refused={**self.refused, **lost}, dead={**self.dead, **why})

    def records(self, target: str) -> bool:
        """Whether the flow log on a target (key) counts as coverage."""
        if target in self.uncounted:
            return False
        if target in self.created or target in self.adopted:
            return True
        return target in self.external and records(self.external[target])
