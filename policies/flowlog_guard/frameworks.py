"""Catalogues of controls and the places in them that ask for what a rule checks.

CIS numbers: the compliance definitions that Prowler publishes for CIS Microsoft Azure Foundations.
NIST SP 800-53 R5.1.1: AC-4, AU-3, AU-12, CM-6 and SI-4 are where Azure's built-in initiative lists
its flow-log audits (c251913d, 4c3c6c5f); AU-6 (review, analysis and reporting) and AU-11 (retention
of audit records) ask by their titles for what the rules check. No rule claims PCI DSS: Azure's
initiative lists such audits under 10.2.1.2, the actions of administrators, and flow logs hold none.
"""

from __future__ import annotations

from flowlog_guard.rule import Framework

CIS = "CIS Microsoft Azure Foundations"


def cis(version: str, *controls: str) -> Framework:
    """Controls of one version of the benchmark."""
    return Framework(CIS, version, controls)


def nist(*controls: str) -> Framework:
    """Controls of NIST SP 800-53 R5.1.1."""
    return Framework("NIST SP 800-53", "R5.1.1", controls)


RETENTION = (
    cis("6.0", "7.5", "7.8"),
    cis("5.0", "7.5", "7.8"),
    cis("4.0", "8.5", "8.8"),
    cis("3.0", "7.5"),
    cis("2.1", "6.5"),
    cis("2.0", "6.5"),
)
"""Flow logs are kept for 90 days or more (NSG; from 4.0 on virtual network too)."""

CAPTURED = (
    cis("6.0", "6.1.1.5", "6.1.1.6"),
    cis("5.0", "6.1.1.5", "6.1.1.7"),
    cis("4.0", "7.1.1.5", "7.1.1.7"),
    cis("3.0", "6.1.5"),
    cis("2.1", "5.1.5"),
    cis("2.0", "5.1.6"),
)
"""Flow logs are captured and sent to Log Analytics."""
