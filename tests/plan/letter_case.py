"""The same estate in the letter case of another Azure service."""

from __future__ import annotations

import re
from dataclasses import replace

from estate.model import Estate


def upper(found: Estate) -> Estate:
    """Ids as another Azure service writes them; watchers and flow logs as listed afresh."""

    def loud(text: str) -> str:
        return re.sub(r"resourceGroups|providers|subnets", lambda m: m[0].upper(), text)

    return replace(
        found,
        security_groups=tuple(replace(g, id=loud(g.id)) for g in found.security_groups),
        networks=tuple(
            replace(
                net,
                id=loud(net.id),
                subnets=tuple(replace(sub, id=loud(sub.id)) for sub in net.subnets),
            )
            for net in found.networks
        ),
        watchers=tuple(replace(w, id=loud(w.id)) for w in found.watchers),
        flow_logs=tuple(replace(log, id=loud(log.id)) for log in found.flow_logs),
    )
