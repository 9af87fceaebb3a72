"""The same flow logs by the product's own component, as its program runs it."""

from __future__ import annotations

import sdk_debug_lines
from bench.synthetic import SETTINGS, planned, report_memory
from components.flow_logging import FlowLogging, FlowLoggingArgs
from components.registration_window import collect_rarely

sdk_debug_lines.leave_out()
plan = planned()
collect_rarely()
FlowLogging("flow-logging", FlowLoggingArgs(plan=plan, identity=SETTINGS.identity))
report_memory()
