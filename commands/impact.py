"""Says what a change of security rules would cut or open: `python -m commands.impact CHANGE`.

CHANGE is a file, or - for standard input: the JSON of `pulumi preview --json`, of
`terraform show -json PLAN` or `tofu show -json PLAN`, or a network security group as ARM has it.
The flows that were recorded are decided by the rules as they are and as they would be. Reads only.
Exit code 0: told; 1: what `--fail-on` names was found; 3: the change, the log-in or Azure did not
let it look.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from azure.core.exceptions import AzureError

from commands.checks.reading import unanswered
from commands.recorded.evidence import readable, tags_for, window_of
from commands.recorded.flows import recorded_flows
from commands.recorded.proof import Proof, ask
from commands.recorded.survey import Survey, survey
from commands.replay.impact_document import Impact, NotRecorded, document
from commands.replay.impact_summary import summary
from commands.replay.options import notes, parser, tell
from commands.shared import command_line
from commands.shared.command_line import NO_ANSWER
from estate.arm_id import key, subscription_of
from estate.cloud import Cloud, connect
from estate.errors import EstateError
from estate.security import AdminRules, admin_rules
from estate.waits import to_stderr
from rules.changed_rules import changed_rules
from rules.changes.admin_rules import changed_admin_rules
from rules.changes.apply import changed, unapplied
from rules.changes.model import Change, Unclear
from rules.changes.read import read_change
from rules.concerned import changed_groups, concerned, networks_of
from rules.evaluator import Evaluator
from rules.impact import effects
from rules.landscape import Landscape
from tools.command import complain, run
from wording import FlowLogsError, speaking_to

FOUND = 1  # exit code: what --fail-on names was found
MOST = 64_000_000  # bytes of a change that is read
FAILURES = ("cut", "opened", "unknown")
_TITLE = re.compile(r"\w[\w./ -]{0,78}\w|\w")


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the change, looks, prints the summary, and returns the exit code."""
    asked = _options().parse_args(arguments)
    with speaking_to(command_line.audience(asked)):
        try:
            found = _look(asked, datetime.now(UTC))
        except FlowLogsError as error:
            return _refuse(str(error))
        except AzureError as error:
            return _refuse(unanswered(error))
    tell(asked.json, lambda: document(found), summary(found).splitlines())
    return FOUND if any(_fails(found, kind) for kind in asked.fail_on) else 0


def _options() -> argparse.ArgumentParser:
    options = parser("impact", "Says what a change of rules would cut or open.", subject=False)
    options.add_argument("change", metavar="CHANGE", help="file with the change; - for stdin")
    options.add_argument(
        "--fail-on",
        choices=FAILURES,
        action="append",
        default=[],
        help="exit code 1 where a flow is cut, opened, or cannot be told; may be given repeatedly",
    )
    options.add_argument(
        "--title",
        type=_title,
        default="",
        help="name of the change, where a pull request has several: each keeps its own comment",
    )
    return options


def _title(text: str) -> str:
    """A title that fits into the comment of HTML by which a summary is found; empty for none."""
    if not text or (_TITLE.fullmatch(text) and "--" not in text):
        return text
    raise argparse.ArgumentTypeError(
        f"'{text}' must be 1 to 80 letters, digits, spaces and . _ / -, without '--'"
    )


def _look(asked: argparse.Namespace, now: datetime) -> Impact:
    given = asked.subscription or [os.environ.get("ARM_SUBSCRIPTION_ID", "")]
    change = read_change(_text(asked.change), subscription=given[0])
    named = {subscription_of(edit.id) for edit in change.edits}
    asked.subscription = sorted({*named, *(map(str.casefold, given))} - {""})
    if not asked.stack and not asked.subscription:
        raise EstateError("the change names no subscription; give it with --subscription ID")
    settings = command_line.settings_of(asked, os.environ)
    subscriptions = sorted({*settings.subscriptions, *asked.subscription})
    found = look(connect(settings.identity), subscriptions, change, now, asked.days)
    return replace(found, title=asked.title)


def look(
    cloud: Cloud, subscriptions: Sequence[str], change: Change, now: datetime, days: int
) -> Impact:
    """What a change would do in subscriptions (GUIDs). Raises EstateError and AzureError."""
    known = survey(cloud, subscriptions, to_stderr)
    window = window_of(now, days)
    after_bodies = changed(known.bodies, change.edits)
    deployed = readable(Landscape(known.bodies))
    proposed = readable(Landscape(after_bodies, base=deployed))
    admin = _admin_rules(cloud, known, change, list(concerned(deployed, proposed)))
    managed = changed_admin_rules(admin.by_network, change.edits)
    before = readable(Landscape(known.bodies, admin.by_network, base=deployed))
    after = readable(Landscape(after_bodies, managed.rules, base=proposed))
    subnets = list(concerned(before, after))
    groups = changed_groups(before, after)
    concerns = bool(subnets or groups)
    workspaces = known.workspaces if concerns else ()
    recorded = recorded_flows(cloud, workspaces, window, subnets, groups)
    tags = tags_for(cloud, known, [before, after])
    answers = ask(cloud, known.flow_logs if concerns else (), window, now)
    proof = Proof(answers)
    ways = Evaluator(before, tags.tags), Evaluator(after, tags.tags)
    replayed = tuple(effects(recorded.flows, *ways))
    return Impact(
        tool=change.tool,
        window=window,
        effects=replayed,
        rules=changed_rules(replayed, before, after),
        places=subnets,
        not_recorded=tuple(_not_recorded(known, proof, subnets)),
        unclear=tuple(_unclear(known, change, managed.unclear)),
        notes=notes(tags.unread, admin.unread, recorded.unread, answers.notes()),
    )


def _admin_rules(cloud: Cloud, known: Survey, change: Change, subnets: Sequence[str]) -> AdminRules:
    """Security admin rules of the networks concerned; of all where the change is of such rules."""
    if any("/securityadminconfigurations/" in key(edit.id) for edit in change.edits):
        everywhere = [id_ for id_ in known.bodies if id_.split("/")[-2] == "virtualnetworks"]
        return admin_rules(cloud, sorted(everywhere))
    return admin_rules(cloud, networks_of(subnets))


def _unclear(known: Survey, change: Change, managed: Sequence[Unclear]) -> Iterator[str]:
    for each in (*change.unclear, *managed):
        yield f"{each.origin}: {each.what}"
    for edit in unapplied(known.bodies, change.edits):
        yield f"{edit.origin}: {edit.id} is not among what was read, so its change is left out"


def _not_recorded(known: Survey, proof: Proof, subnets: Sequence[str]) -> Iterator[NotRecorded]:
    for subnet in subnets:
        place = known.place(subnet)
        if lack := proof.lack(subnet, place):
            yield NotRecorded(id=subnet, reason=lack, hours=proof.missing(place))


def _fails(found: Impact, kind: str) -> bool:
    if kind == "unknown":
        return bool(found.of("unknown") or found.not_recorded or found.unclear)
    return bool(found.of("cut" if kind == "cut" else "opened"))


def _text(path: str) -> str:
    """The change as text, in whatever encoding a shell wrote it. Raises EstateError and OSError."""
    data = sys.stdin.buffer.read(MOST + 1) if path == "-" else Path(path).read_bytes()
    if len(data) > MOST:
        raise EstateError(f"{path} is larger than {MOST:,} bytes, which no change of rules is")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise EstateError(f"{path} is no text; give the JSON that the tool prints") from error


def _refuse(line: str) -> int:
    complain("impact", line)
    return NO_ANSWER


if __name__ == "__main__":
    run(main, "impact", NO_ANSWER)
