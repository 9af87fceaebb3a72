"""The program: read settings and state, read the estate, plan, build, export."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pulumi

import sdk_debug_lines
from components import flow_logging
from components.flow_logging import FlowLogging, FlowLoggingArgs
from components.registration_window import collect_rarely
from decide import decide, tell
from plan.model.plan import Plan
from plan.views.document import PLAN_FILE, document
from printable import printable
from stack.read_state import read_state
from stack.settings.mistakes import SettingsError
from stack.settings.read import read_settings
from wording import FlowLogsError

ALREADY_SHOWN = 32  # exit code by which the engine knows that the error has been printed


def main() -> None:
    """One run of the engine, preview or update."""
    sdk_debug_lines.leave_out()
    settings = read_settings(pulumi.get_project(), pulumi.get_stack())
    plan = decide(settings, read_state(), pulumi.log.info)
    if path := os.environ.get(PLAN_FILE):
        leave(plan, Path(path))
    tell(plan, pulumi.log.info, pulumi.log.warn)
    collect_rarely()
    logging = FlowLogging("flow-logging", FlowLoggingArgs(plan=plan, identity=settings.identity))
    for name, value in flow_logging.outputs(plan, logging.refusals).items():
        pulumi.export(name, value)
    pulumi.export("workspaceCustomerId", logging.workspace_customer_id)


def leave(plan: Plan, path: Path) -> None:
    """Writes the plan as a document. Raises SettingsError where the file cannot be written."""
    try:
        path.write_text(json.dumps(document(plan)), encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"{PLAN_FILE} is {path}: {error.strerror}; name a file in a folder that exists"
        ) from error


try:
    main()
except FlowLogsError as error:
    pulumi.log.error(printable(str(error)))
    sys.exit(ALREADY_SHOWN)
