"""Catalogues of controls and the places in them that ask for what a rule checks.

CIS numbers: the compliance definitions that Prowler publishes for CIS Microsoft Azure Foundations.
NIST controls: Azure's built-in initiative for NIST SP 800-53 R5.1.1, where it lists the audits
"Flow logs should be configured for every network security group" (c251913d) and "Audit flow logs
configuration for every virtual network" (4c3c6c5f). No rule claims PCI DSS: Azure's initiative
lists such audits under 10.2.1.2, which asks for the actions of administrators; flow logs hold none.
"""

from __future__ import annotations

from flowlog_guard.rule import Framework

CIS = "CIS Microsoft Azure Foundations"


def cis(version: str, *controls: str) -> Framework:
    """Controls of one version of the benchmark."""
    return Framework(CIS, version, controls)


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

NIST_GENERATED = Framework("NIST SP 800-53", "R5.1.1", ("AU-12",))
"""Audit records are generated."""

NIST_CONFIGURED = Framework("NIST SP 800-53", "R5.1.1", ("AC-4", "AU-3", "AU-12", "CM-6", "SI-4"))
"""Both audits together: AC-4, AU-12, CM-6, SI-4 for NSGs, AU-3, AU-12 for virtual networks."""
