"""Deploys a stack as a pipeline does: `scripts/deploy STACK [--output FILE]`.

First the preview with the policy pack, since an update stops at the first resource that a policy
refuses and keeps what it had made by then. Then the update, with ``--continue-on-error``: what
Azure refuses never stops the rest, and another run makes what it no longer refuses.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from commands.preview import exit_code_of, options, preview, reviewed, tell
from commands.review.change_sections import by_action, error
from commands.review.changes import Change, changes, kind
from commands.review.obstacles import stopped
from commands.review.policy_pack import guard
from commands.review.refusals import refusal, ways_out
from commands.review.summary import flow_logs, joined
from commands.shared.engine import CUT, Engine, Run
from commands.shared.markdown import NAMED, code, details, more, names, plain, table
from estate.arm_id import name_of
from plan.after_refusals import REFUSED
from plan.model.flow_logs import NOTHING_RECORDED
from plan.text import count
from tools.command import run
from tools.engine.locate import cli
from tools.projects import REPOSITORY

ROWS = 50  # failures that are told; the rest is counted


def update(stack: str) -> Run:
    """Updates a stack; the engine's own words go to stderr as they come."""
    engine = Engine(cli(), REPOSITORY, os.environ)
    arguments = ("--continue-on-error", "--suppress-outputs", *guard(stack))
    return engine.operate("up", stack, *arguments, shown=True)


def deployment(stack: str, run: Run) -> str:
    """What an update did, what Azure refused, what waits for that and what stands, in Markdown."""
    cut = [f"**Not all is told**: {CUT}."] if run.cut else []
    done = changes(run.events, failed=run.failures)
    told = (*_done(done, run), *_failed(stack, run), *_waiting(run), *_dark(run))
    return joined([f"## {stack}: {_title(run, done)}", *cut, *told])


def _title(run: Run, done: Sequence[Change]) -> str:
    if not run.code:
        return "deployed" if run.changes else "nothing to deploy"
    if run.failures:
        return "deployed in part" if done else "nothing deployed"
    return "failed"


def _done(done: Sequence[Change], run: Run) -> Iterator[str]:
    standing = list(_standing(run))
    if done or standing:
        told = list(flow_logs(done)) or ["no flow log changed"]
        yield f"{'; '.join([*told, *standing])}."
    yield from by_action([change for change in done if change.kind != "flow log"])


def _standing(run: Run) -> Iterator[str]:
    """Where Azure refused something: flow logs that this stopped, and the coverage that is left."""
    if not run.failures or not run.outputs:
        return
    states = [log["state"] for log in run.outputs["flowLogs"].values()]
    if unmade := states.count("refused"):
        yield f"**{count(unmade, 'flow log')} not written**"
    yield _coverage(run.outputs)


def _coverage(outputs: Mapping[str, Any]) -> str:
    """Security groups are what is covered; without any, networks are."""
    found, networks = outputs["coverage"], outputs["networks"].values()
    if wanted := found["discovered"] - found["excluded"]:
        return f"{found['covered']:,} of {count(wanted, 'network security group')} covered"
    recorded = sum(state not in NOTHING_RECORDED for state in networks)
    return f"{recorded:,} of {count(len(networks), 'virtual network')} recorded"


def _failed(stack: str, run: Run) -> Iterator[str]:
    refused = {urn: refusal(said) for urn, said in run.failures.items()}
    if refused:
        yield f"### Not written ({len(refused):,})"
        rows = [(*_resource(urn), plain(found.text)) for urn, found in refused.items()]
        yield from table(("resource", "kind", "why"), rows, ROWS)
        yield from ways_out(refused.values(), stack)
    elif run.code:
        said = "\n".join(run.messages("error")) or run.stderr.strip()
        yield from error(said or "the engine gave no reason; see its log", stack)


def _resource(urn: str) -> tuple[str, str]:
    *_, types, name = urn.split("::")
    return code(name), kind(types.rsplit("$", 1)[-1])


def _waiting(run: Run) -> Iterator[str]:
    """What stands on something that was refused, a line each."""
    said = run.messages("warning")
    lines = [line.removesuffix(REFUSED) for line in said if line.endswith(REFUSED)]
    if lines:
        yield f"### Waiting for what Azure refused ({len(lines):,})"
        yield from (f"- {plain(line)}" for line in lines[:ROWS])
        yield from more(len(lines) - ROWS, "resource")


def _dark(run: Run) -> Iterator[str]:
    """What nothing records after a run that was refused something, by reason."""
    skipped = run.outputs["coverage"]["skipped"] if run.failures and run.outputs else []
    alike: dict[str, list[str]] = defaultdict(list)
    for group in skipped:
        alike[group["reason"]].append(name_of(group["id"]))
    rows = [(names(named, NAMED), plain(reason)) for reason, named in alike.items()]
    title = f"{count(len(skipped), 'network security group')} recorded by nothing"
    yield from details(title, table(("network security group", "why"), rows, ROWS))


def main(arguments: list[str]) -> int:
    """Exit code: 0 deployed as a whole, 1 refused, failed or deployed in part."""
    chosen = options("deploy", arguments, "Previews a stack with the policy pack, then deploys it.")
    if obstacles := stopped(chosen.stack, "deploy"):
        tell(obstacles, chosen.output)
        return 1
    outcome = preview(chosen.stack)
    if outcome.fails:
        tell(reviewed(outcome), chosen.output)
        return 1
    run = update(chosen.stack)
    tell(deployment(chosen.stack, run), chosen.output)
    return int(run.code != 0)


if __name__ == "__main__":
    run(partial(exit_code_of, main, "deploy"), "deploy")
