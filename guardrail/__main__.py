"""The program: read settings, read the outputs of the flow-logs stack, assign, export.

A mistake of the user's is a ``pulumi.RunError``, which the language host prints as one line.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from guardrail.assignments import audits, deployments
from guardrail.component import Guardrail
from guardrail.model import Assignment, Settings
from guardrail.settings import read_settings
from outputs import parse_outputs


async def planned(settings: Settings) -> tuple[Assignment, ...]:
    """All assignments, once the outputs of the source stack are there, if they are needed."""
    if settings.effect == "audit":
        return audits(settings)
    found = await pulumi.StackReference(settings.source).outputs.future()
    return (*audits(settings), *deployments(settings, parse_outputs(found or {})))


async def build(settings: Settings) -> Mapping[str, Any]:
    """The outputs of the guardrail."""
    guardrail = Guardrail("guardrail", settings, await planned(settings))
    return {"assignments": guardrail.assignments, "identities": guardrail.identities}


def main() -> None:
    """One run of the engine, preview or update."""
    settings = read_settings()
    built: pulumi.Output[Any] = pulumi.Output.from_input(asyncio.ensure_future(build(settings)))
    pulumi.export("scope", settings.scope)
    pulumi.export("assignments", built["assignments"])
    pulumi.export("identities", built["identities"])


main()
