"""The program: read settings and state, read the estate, plan, build, export."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pulumi

from components.flow_logging import FlowLogging, FlowLoggingArgs
from estate.cloud import connect
from estate.discover import missing, read_estate
from estate.model import EstateError
from plan import contract, naming, removal, report
from plan.configuration import SettingsError
from plan.document import document
from plan.make import make
from plan.model import Plan
from settings import read_settings
from state import StateError, read_state

PLAN_FILE = "FLOW_LOGS_PLAN_FILE"  # environment variable: where to leave the plan as a document
ALREADY_SHOWN = 32  # exit code by which the engine knows that the error has been printed


def main() -> None:
    """One run of the engine, preview or update."""
    settings = read_settings(pulumi.get_stack())
    state = read_state()
    cloud = connect(settings.identity)
    estate = read_estate(cloud, settings.subscriptions, naming.home(settings), pulumi.log.info)
    plan = make(estate, settings, state)
    if gone := missing(cloud, plan.to_confirm):
        plan = make(estate.without(gone), settings, state)
    leaves = removal.leaving(plan, state)
    removal.check_removals(leaves, missing(cloud, leaves.values()), settings.remove_at_most)
    if path := os.environ.get(PLAN_FILE):
        leave(plan, Path(path))
    for line in (report.summary(plan), *report.adoptions(plan), *report.migration(plan)):
        pulumi.log.info(line)
    for line in report.warnings(plan):
        pulumi.log.warn(line)
    logging = FlowLogging("flow-logging", FlowLoggingArgs(plan=plan, identity=settings.identity))
    for name, value in contract.stack_outputs(plan).items():
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
except (SettingsError, StateError, EstateError) as error:
    pulumi.log.error(str(error))
    sys.exit(ALREADY_SHOWN)
