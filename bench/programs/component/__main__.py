"""The same flow logs by the product's own component."""

from __future__ import annotations

from bench.synthetic import SETTINGS, planned, report_memory
from components.flow_logging import FlowLogging, FlowLoggingArgs

FlowLogging("flow-logging", FlowLoggingArgs(plan=planned(), identity=SETTINGS.identity))
report_memory()
