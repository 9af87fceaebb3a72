"""Deploys a stack as a pipeline does: `scripts/deploy STACK [--output FILE]`.

First the preview with the policy pack, since an update stops at the first resource that a policy
refuses and keeps what it had made by then. Then the update, with ``--continue-on-error``: what
Azure refuses never stops the rest, and another run makes what it no longer refuses.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial

from commands.changes import changes
from commands.engine import CUT, Engine, Run
from commands.markdown import code, plain, table
from commands.pack import guard
from commands.preview import exit_code_of, options, preview, reviewed, tell
from commands.refusals import refusal, ways_out
from commands.sections import by_action, error
from commands.stopped import stopped
from commands.summary import flow_logs, joined
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
    """What an update did and what Azure refused, in Markdown."""
    cut = [f"**Not all is told**: {CUT}."] if run.cut else []
    return joined([f"## {stack}: {_title(run)}", *cut, *_done(run), *_failed(stack, run)])


def _title(run: Run) -> str:
    if not run.code:
        return "deployed" if run.changes else "nothing to deploy"
    return "deployed in part" if run.failures else "failed"


def _done(run: Run) -> Iterator[str]:
    done = changes(run.events, failed=run.failures)
    if done:
        yield f"{'; '.join(flow_logs(done)) or 'no flow log changed'}."
    yield from by_action([change for change in done if change.kind != "flow log"])


def _failed(stack: str, run: Run) -> Iterator[str]:
    refused = {urn.rsplit("::", 1)[-1]: refusal(said) for urn, said in run.failures.items()}
    if refused:
        yield f"### Not written ({len(refused):,})"
        rows = [(code(name), plain(found.text)) for name, found in refused.items()]
        yield from table(("resource", "why"), rows, ROWS)
        yield from ways_out(refused.values(), stack)
    elif run.code:
        said = "\n".join(run.messages("error")) or run.stderr.strip()
        yield from error(said or "the engine gave no reason; see its log", stack)


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
