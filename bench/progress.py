"""How far a comparison is, and about how long the rest takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """One run of a variant on so many flow logs."""

    variant: str
    size: int


@dataclass
class Progress:
    """Steps that are planned, in order, and the seconds of those that are done."""

    steps: Sequence[Step]
    _seconds: list[tuple[Step, float]] = field(default_factory=list)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def done(self, step: Step, seconds: float) -> str:
        """The line that tells of a step, to be printed when it is done."""
        self._seconds.append((step, seconds))
        left = self.steps[len(self._seconds) :]
        rest = sum(map(self._estimate, left))
        told = f"{step.size} flow logs, {step.variant}: {seconds:.2f} s"
        position = f"{len(self._seconds)} of {len(self.steps)}"
        return f"{told} ({position}, about {_minutes(rest)} to go)" if left else told

    def _estimate(self, step: Step) -> float:
        """Seconds: as measured last for this variant, or for any, in proportion to the size."""
        own = [pair for pair in self._seconds if pair[0].variant == step.variant]
        known, seconds = min(
            reversed(own or self._seconds), key=lambda pair: abs(pair[0].size - step.size)
        )
        return seconds * max(1.0, step.size / max(1, known.size, _SMALL))


_SMALL = 250
"""Flow logs below which a run takes about the same time, whatever their number."""


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.0f} minutes"
