"""The same flow logs by the product's own component, as its program runs it."""

from __future__ import annotations

import sdk_debug_lines
from bench.synthetic import SETTINGS, planned, report_memory
from components.flow_logging import FlowLogging, FlowLoggingArgs

sdk_debug_lines.leave_out()
FlowLogging("flow-logging", FlowLoggingArgs(plan=planned(), identity=SETTINGS.identity))
report_memory()
