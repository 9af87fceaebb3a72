"""Runs the Pulumi CLI on a project and reads what the engine said, event by event.

The CLI's own ``--json`` drops policy violations, so the engine's event log is read
(``--event-log``, which the CLI offers with ``PULUMI_DEBUG_COMMANDS``).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import Any

from printable import printable

CUT = (
    "the engine's log of this run stops in the middle of a line, so what came after is not told "
    "here; see that the disk is not full, and run it again"
)
UNCHANGED = ("same", "read", "refresh")
TIMEOUT = 1800  # seconds; longer than any run of the sizes that one stack should have
_MARKUP = re.compile(r"<\{%[^%]*%\}>")


@dataclass(frozen=True)
class Violation:
    """What a policy said of a resource; ``level`` is mandatory or advisory."""

    policy: str
    level: str
    urn: str
    message: str


@dataclass(frozen=True)
class Run:
    """One run of the CLI: its exit code, its text, and the engine's events."""

    code: int
    stdout: str
    stderr: str
    events: Sequence[Mapping[str, Any]] = field(repr=False, default=())
    cut: bool = False
    """Whether the log of events stops in the middle of a line, after a kill or on a full disk."""

    @property
    def steps(self) -> list[tuple[str, str]]:
        """(operation, URN) of every resource, in order."""
        found = (event.get("resourcePreEvent") for event in self.events)
        return [(step["metadata"]["op"], step["metadata"]["urn"]) for step in found if step]

    @property
    def changes(self) -> Counter[str]:
        """Operation to number of resources, for what changes; the engine's own summary."""
        summaries = (event.get("summaryEvent") for event in self.events)
        counted: Counter[str] = Counter()
        for summary in summaries:
            if summary:
                counted.update(summary.get("resourceChanges") or {})
        return Counter({op: n for op, n in counted.items() if op not in UNCHANGED and n})

    @property
    def violations(self) -> list[Violation]:
        """What policies refused or advised."""
        found = (event.get("policyEvent") for event in self.events)
        return [
            Violation(
                policy=event["policyName"],
                level=event["enforcementLevel"],
                urn=event.get("resourceUrn", ""),
                message=_plain(event["message"]),
            )
            for event in found
            if event
        ]

    @property
    def failures(self) -> dict[str, str]:
        """URN of each resource that an update could not write, to Azure's words."""
        found = (event.get("diagnosticEvent") for event in self.events)
        return {
            event["urn"]: _plain(event["message"])
            for event in found
            if event and event["severity"] == "error" and event.get("urn")
        }

    @property
    def outputs(self) -> Mapping[str, Any]:
        """The outputs that an update gave its stack; empty where it did not come to them."""
        found = (event.get("resOutputsEvent") for event in self.events)
        steps = [step["metadata"] for step in found if step]
        stacks = [step["new"] or {} for step in steps if step["type"] == "pulumi:pulumi:Stack"]
        return (stacks[-1].get("outputs") or {}) if stacks else {}

    def messages(self, severity: str) -> list[str]:
        """What the program and the engine logged at a severity (info, warning, error)."""
        found = (event.get("diagnosticEvent") for event in self.events)
        return [
            _plain(event["message"]) for event in found if event and event["severity"] == severity
        ]


@dataclass(frozen=True)
class Engine:
    """The Pulumi CLI for one project folder, in one environment."""

    cli: Path
    project: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str) -> Run:
        """A command without events, such as ``stack init dev``."""
        done = subprocess.run(
            [str(self.cli), *arguments, "--non-interactive"],
            cwd=self.project,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def show(self, *arguments: str) -> Run:
        """A command that prints to stderr as it goes, for as long as it takes; no stdout is kept.

        Ctrl-C reaches the CLI too, which ends what it has begun and frees its lock on the state, so
        it is waited for.
        """
        said: list[str] = []
        with subprocess.Popen(
            [str(self.cli), *arguments, "--non-interactive"],
            cwd=self.project,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as cli:
            streams = ((cli.stdout or (), list[str]()), (cli.stderr or (), said))
            readers = [Thread(target=_echo, args=stream, daemon=True) for stream in streams]
            for reader in readers:
                reader.start()
            while cli.returncode is None:
                with suppress(KeyboardInterrupt):
                    for reader in readers:
                        reader.join()
                    cli.wait()
        return Run(cli.returncode, "", "".join(said))

    def operate(self, operation: str, stack: str, *arguments: str, shown: bool = False) -> Run:
        """``preview``, ``up``, ``refresh`` or ``destroy`` of a stack, with its events.

        ``shown`` prints to stderr as it goes.
        """
        confirm = () if operation == "preview" else ("--yes", "--skip-preview")
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "events"
            engine = replace(
                self, environment={**self.environment, "PULUMI_DEBUG_COMMANDS": "true"}
            )
            start = engine.show if shown else engine.run
            done = start(operation, "--stack", stack, *confirm, "--event-log", str(log), *arguments)
            text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        events, cut = read_events(text)
        return Run(done.code, done.stdout, done.stderr, events, cut)

    def outputs(self, stack: str) -> dict[str, Any]:
        """The outputs of a stack."""
        shown = self.run("stack", "output", "--json", "--stack", stack).stdout
        found: dict[str, Any] = json.loads(shown)
        return found


def read_events(text: str) -> tuple[list[Mapping[str, Any]], bool]:
    """The events of a log as far as it goes, and whether it stops in the middle of one."""
    events: list[Mapping[str, Any]] = []
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            return events, True
        if not isinstance(event, dict):
            return events, True
        events.append(event)
    return events, False


def _echo(lines: Iterable[str], kept: list[str]) -> None:
    """Prints lines to stderr as they come: they quote Azure, and a pipeline's log must not act."""
    for line in lines:
        kept.append(line)
        with suppress(OSError):
            print(printable(line.rstrip("\n")), file=sys.stderr, flush=True)


def _plain(message: str) -> str:
    """A message without the engine's colour markup."""
    return _MARKUP.sub("", message).strip()
