"""A flow log as the rules read it, whatever provider declares it."""

from __future__ import annotations

from dataclasses import dataclass

from flowlog_guard.properties import MISSING, Reading, read
from flowlog_guard.property_paths import Spelling


@dataclass(frozen=True, slots=True)
class FlowLog:
    """Inputs and options of a flow log; values are read one by one, as a rule needs them."""

    name: str
    spelling: Spelling
    properties: object
    ignored_changes: tuple[str, ...] = ()
    """Property paths of the option `ignoreChanges`."""

    def read(self, path: str) -> Reading:
        """The value at one of the spelling's paths."""
        return read(self.properties, path)

    @property
    def target(self) -> Reading:
        """The id of what is logged."""
        target = self.read(self.spelling.target)
        return self.read(self.spelling.older_target) if target.value is MISSING else target
