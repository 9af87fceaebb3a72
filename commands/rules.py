"""Says how each security rule was used: `python -m commands.rules --stack STACK [--days 30]`.

Reads the rules of network security groups and the flows that were recorded, with `--stack NAME` or
`--subscription ID`. Reads only. Exit code 0: told; 3: the settings, the log-in or Azure did not let
it look.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime

from azure.core.exceptions import AzureError

from commands.checks.reading import unanswered
from commands.recorded.evidence import readable, tags_for, window_of
from commands.recorded.flows import recorded_flows
from commands.recorded.proof import Proof, ask
from commands.recorded.survey import survey
from commands.replay import usage_document, usage_text
from commands.replay.options import notes, parser, tell
from commands.replay.usage_document import Told
from commands.shared import command_line
from commands.shared.command_line import NO_ANSWER
from estate.cloud import Cloud, connect
from estate.security import admin_rules
from estate.waits import to_stderr
from rules.evaluator import Evaluator
from rules.findings import findings
from rules.landscape import Landscape
from rules.model import Flow
from rules.usage import usage
from stack.settings.model import Settings
from tools.command import complain, run
from wording import FlowLogsError, speaking_to


def main(arguments: Sequence[str] | None = None) -> int:
    """Looks, prints the rules, and returns the exit code."""
    options = parser("rules", "Says how each security rule was used. Reads only.")
    asked = options.parse_args(arguments)
    with speaking_to(command_line.audience(asked)):
        try:
            settings = command_line.settings_of(asked, os.environ)
            found = look(connect(settings.identity), settings, datetime.now(UTC), asked.days)
        except FlowLogsError as error:
            return _refuse(str(error))
        except AzureError as error:
            return _refuse(unanswered(error))
    tell(asked.json, lambda: usage_document.document(found), usage_text.lines(found))
    return 0


def look(cloud: Cloud, settings: Settings, now: datetime, days: int) -> Told:
    """The use of each rule of the settings' subscriptions. Raises EstateError and AzureError."""
    known = survey(cloud, settings.subscriptions, to_stderr)
    window = window_of(now, days)
    held = recorded_flows(cloud, known.workspaces, window)
    answers = ask(cloud, known.flow_logs, window, now)
    proof = Proof(answers)
    plain = readable(Landscape(known.bodies))
    admin = admin_rules(cloud, sorted(_managed(plain, held.flows)))
    landscape = readable(Landscape(known.bodies, admin.by_network, base=plain))
    tags = tags_for(cloud, known, [landscape])
    static = tuple(findings(landscape, settings.alerts.management_ports))
    shadowed = {each.rule: each.by for each in static if each.kind == "shadowed"}
    places = {
        group: {id_: known.place(id_) for id_ in landscape.places(group)}
        for group in landscape.groups
    }
    recorded = {group: proof.recorded(on) for group, on in places.items()}
    used = tuple(usage(Evaluator(landscape, tags.tags), held.flows, shadowed, recorded))
    return Told(
        window=window,
        used=used,
        findings=static,
        places={group: len(on) for group, on in places.items()},
        notes=notes(tags.unread, admin.unread, held.unread, answers.notes()),
    )


def _managed(landscape: Landscape, flows: Sequence[Flow]) -> set[str]:
    """Keys of networks where rows name a rule of a network manager."""
    found = set()
    for flow in flows:
        if any(each.kind == "security admin rule" for each in flow.deciding):
            for end in (flow.source, flow.destination):
                if place := landscape.place_of(end):
                    found.add(place.network)
    return found


def _refuse(line: str) -> int:
    complain("rules", line)
    return NO_ANSWER


if __name__ == "__main__":
    run(main, "rules", NO_ANSWER)
