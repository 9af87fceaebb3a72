"""Serves the policy pack `flowlog-guard` to the Pulumi engine."""

from __future__ import annotations

from flowlog_guard import build_policies
from flowlog_guard.observations import Record
from flowlog_guard.server import serve

if __name__ == "__main__":
    shared = Record()
    serve("flowlog-guard", build_policies(shared), shared)
