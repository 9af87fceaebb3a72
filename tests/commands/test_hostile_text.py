"""Whatever Azure's names, tags and words hold, no log, summary or page does more than show it.

Each test puts one kind of hostile text into every text of a plan, an outcome or a finding, but for
the words that are this program's own, and reads what is printed as a pipeline and GitHub do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any, cast, get_args

import pytest
from markdown_it.token import Token

from commands import doctor, preflight
from commands.checks import doctor_checks, preflight_checks, recording
from commands.checks.doctor_checks import Examination
from commands.checks.finding import WORST_FIRST, Check, Finding
from commands.checks.recording import Proof
from commands.deploy import deployment
from commands.report import source
from commands.report.render import page
from commands.review import obstacles
from commands.review.outcome import Outcome
from commands.review.summary import summary
from commands.shared.engine import Run
from commands.shared.markdown import COMMENT as LIMIT
from commands.shared.volume import Volume
from decide import printed, tell
from estate.arm_id import key
from plan.flow_logs.migration import RETIREMENT_DAY
from plan.model.flow_logs import CoverageState, FlowLogState, Stage
from plan.views.document import document
from plan.views.document_types import PlanDocument
from stack.settings.model import TargetLevel
from tests import estates_by_hand as hand
from tests.commands.events import said, step, violation
from tests.commands.report import documents
from tests.commands.report.reading import Page
from tests.commands.shared.test_markdown import GITHUB
from tests.test_printable import COMMAND, acts

BAIT = (
    "##vso[task.setvariable variable=evil]x",
    "##[error]evil",
    "::set-output name=evil::x",
    " \u00a0::add-mask::evil",
    "evil\n::error::x\r\n##vso[task.complete]x\n# x\n\n- x\n<b>x</b>",
    "\x1b[31mevil\x1b]0;x\x07\x9b2j",
    "evil\u202e\u2066x\u200f\u2028::error::x",
    "evil\ud800",
    "##<{%reset%}>vso[task.debug]evil<{%fg 99%}>x%}><{%",
    "<img src=x onerror=evil()><script>evil()</script><!-- <details> -->",
    "'\"><svg onload=evil()>&lt;b&gt;",
    "[evil](https://evil.test) ![x](https://evil.test/x.png) <https://evil.test>",
    "https://evil.test www.evil.test mailto:a@evil.test @evil/admins #12 gh-12 !12",
    "evil | x \\| x ` x `` x ``` x ~~~ x * x _x_ \\` <b>x</b>",
    "evil (pulumi up `<b>x</b>` ##vso[task.debug]x), https://evil.test",
    "# evil",
    "- evil",
    "+ evil",
    "12. evil",
    "--- evil",
    "> evil",
)
"""In small letters, as keys of ids are."""

OWN = {RETIREMENT_DAY, ""}.union(*map(get_args, (CoverageState, FlowLogState, TargetLevel, Stage)))
"""Texts that a document takes from a list of this program's."""

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_LINKED = re.compile(r"(?:https?|ftp)://|www\.|mailto:|@\w|(?:#|gh-|!)\d", re.IGNORECASE)
_HTML = re.compile(
    r"<!-- flow-logs preview of prod -->|<details><summary>[\w, ]+</summary>|</details>"
)
_BLOCKS = {"ordered_list_open", "blockquote_open", "hr", "code_block"}

pytestmark = pytest.mark.parametrize("bait", BAIT, ids=ascii)


def baited(value: Any, bait: str) -> Any:
    """The same tree with the bait for every text of Azure's, and at the end of every id."""
    if isinstance(value, str):
        if value.casefold().startswith("/subscriptions/"):
            return value + bait.replace("/", "")
        return value if value in OWN else bait
    if isinstance(value, Mapping):
        ids = {name: baited(name, bait) for name in value if name.startswith("/")}
        return {ids.get(name, name): baited(inner, bait) for name, inner in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return type(value)(baited(inner, bait) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        inner = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        return replace(value, **{name: baited(each, bait) for name, each in inner.items()})
    return value


def shows(lines: Iterable[str]) -> None:
    """Asserts that lines hold the bait, and that no log and no terminal acts on one of them."""
    told = list(lines)
    assert any("evil" in line for line in told)
    assert [line for line in told if acts(line)] == []


def shows_in_markdown(text: str) -> None:
    """Asserts that nothing in Markdown but its own titles and tables comes of the bait."""
    shows(text.split("\n"))
    tokens = GITHUB.parse(text)
    titles = [inner for token, inner in pairwise(tokens) if token.type == "heading_open"]
    assert not [title.content for title in titles if "evil" in title.content]
    for token in _tokens(tokens):
        assert token.type not in ("link_open", "image", *_BLOCKS), token.content
        assert token.type != "bullet_list_open" or token.level == 0
        assert token.type != "fence" or token.info == "text"
        if token.type in ("html_block", "html_inline"):
            assert all(map(_HTML.fullmatch, token.content.strip().split("\n"))), token.content
        if token.type == "text":
            assert not _LINKED.search(token.content)


def _tokens(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _tokens(token.children or ())


def _plan(bait: str) -> dict[str, Any]:
    """The document of a plan as it comes out of the file, all but the stack's name baited."""
    plan = json.loads(json.dumps(document(documents.mixed())))
    plan["flowLogs"][0]["shortfall"] = plan["notes"] = ["note"]
    return {**baited(plan, bait), "stack": plan["stack"]}


def _events(bait: str) -> list[dict[str, Any]]:
    """One of each operation, on resources with hostile names and inputs."""
    inputs = {"targetResourceId": hand.group_id(bait.replace("/", "")), "tags": {bait: bait}}
    after = {**inputs, "tags": {bait: f"{bait}{'x' * 300}", f"{bait} ": [bait]}}
    return [
        step(operation, f"{bait}{number}", inputs, after)
        for number, operation in enumerate(("create", "import", "update", "delete", "replace"))
    ]


def _outcome(bait: str, events: list[dict[str, Any]], code: int) -> Outcome:
    plan = _plan(bait)
    volume = Volume({key(log["id"]): 1.0 for log in plan["flowLogs"]}, (bait,))
    return Outcome("prod", Run(code, "", bait, events), cast(PlanDocument, plan), volume)


def test_what_the_program_prints(bait: str) -> None:
    lines: list[str] = []
    plan = baited(documents.mixed(), bait)
    tell(replace(plan, notes=(bait,), removals=(bait,)), lines.append, lines.append)
    printed(lines.append)(bait)
    assert len(lines) > 10
    shows(lines)


@pytest.mark.parametrize("create", [True, False], ids=["changes", "and losses"])
def test_the_summary_of_a_preview(bait: str, create: bool) -> None:
    events = _events(bait)
    found = _outcome(bait, events[:1] if create else events, 0)
    assert found.verdict == ("changes" if create else "refused")
    shows_in_markdown(summary(found))


def test_the_summary_of_a_refused_preview(bait: str) -> None:
    found = _outcome(
        bait,
        [
            *_events(bait),
            violation("flow-log-retention", bait, f"flow log '{bait}': {bait}\n{bait}"),
            violation(bait, bait, bait),
            violation(bait, "", bait, "advisory"),
            violation("flow-log-not-evaluated", bait, bait, "advisory"),
        ],
        1,
    )
    assert found.refused
    shows_in_markdown(summary(found))


@pytest.mark.parametrize("told", [True, False], ids=["events", "stderr"])
def test_the_summary_of_a_failed_preview(bait: str, told: bool) -> None:
    events = [said(bait), said(bait), said(f"no stack named {bait}")] if told else []
    found = _outcome(bait, events, 255)
    assert found.verdict == "failed"
    shows_in_markdown(summary(found))


def test_a_summary_that_is_too_long_is_cut_between_lines(bait: str) -> None:
    plan = cast(PlanDocument, _plan(bait))
    unread = tuple(f"{bait} {'x' * number}" for number in range(300))
    new = [step("create", f"{number}", new={}) for number in range(2)]
    errors = [said(f"{bait}{number}") for number in range(2)]
    text = summary(Outcome("prod", Run(0, "", "", new + errors), plan, Volume({}, unread)))
    assert len(text) <= LIMIT
    assert text.endswith("\n")
    shows_in_markdown(text)


def test_the_summary_of_a_deployment(bait: str) -> None:
    refused = f'Status=400 Code="{bait}" Message="{bait}"'
    events = [*_events(bait), said(refused, name=bait), said(bait, name=f"{bait}2")]
    shows_in_markdown(deployment("prod", Run(255, "", "", events, cut=True)))
    shows_in_markdown(deployment("prod", Run(255, "", bait, [])))


def test_what_stops_a_run_before_it_begins(bait: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(obstacles, "obstacles", lambda *_: [f"error: {bait}: {bait}.", bait])
    shows_in_markdown(obstacles.stopped("prod", "deploy"))


@pytest.mark.parametrize("of", ["plan", "outputs"])
def test_the_report(bait: str, of: str) -> None:
    mixed = documents.mixed()
    plain = document(mixed) if of == "plan" else documents.outputs(mixed)
    hostile = {**baited(plain, bait), "notes": [bait], "alerts": {bait: bait}}
    one, other = (
        Page(page(source.read(json.dumps(found), "plan.json"), date(2026, 11, 24)))
        for found in (plain, hostile)
    )
    shows(other.text.split("\n"))
    assert {tag for tag, _ in other.elements} <= {tag for tag, _ in one.elements} | {"li", "ul"}
    assert other.bodies["style"] == one.bodies["style"]
    assert other.bodies["script"][1:] == one.bodies["script"][1:]
    for _, attributes in other.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        assert attributes.get("href", "#").startswith("#")
    shows(text for text in other.data["texts"] if text)


def _findings(bait: str) -> list[Finding]:
    """On a name, on an id, and with a way out of its own, of each severity."""
    subjects = (bait, hand.group_id(bait.replace("/", "")), f"/subscriptions/{bait}")
    return [
        Check(name="check", severity=severity, title="title", why="why").found(subject, bait, way)
        for severity in WORST_FIRST
        for subject, way in zip(subjects, (bait, f"{bait}x", ""), strict=True)
    ]


def _proof(bait: str) -> Proof:
    name = bait.replace("/", "")
    target = f"{hand.network_id(name)}/subnets/{name}"
    log_id = hand.flow_log(name, target).id
    return Proof(target_id=target, flow_log_id=log_id, state="silent", workspace_id=bait)


def _looked(bait: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Callable[[list[str]], int], ...]:
    """Doctor and preflight, as they are once they have looked at Azure."""
    seen = Examination(_findings(bait), [_proof(bait)], {hand.SUBSCRIPTION: bait}, {"flow log": 1})
    report = preflight_checks.Report(_findings(bait), {hand.SUBSCRIPTION: bait})
    for command in (doctor, preflight):
        monkeypatch.setattr(command, "connect", lambda _: None)
    monkeypatch.setattr(doctor_checks, "look", lambda *_, **__: seen)
    monkeypatch.setattr(preflight_checks, "look", lambda *_, **__: report)
    return doctor.main, preflight.main


def test_doctor_and_preflight(
    bait: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--subscription", hand.SUBSCRIPTION]
    for command in _looked(bait, monkeypatch):
        assert command(asked) == 2
        shows(capsys.readouterr().out.split("\n"))
        assert command([*asked, "--json"]) == 2
        text = capsys.readouterr().out
        assert text.isascii()
        assert not COMMAND.search(text)
        assert json.loads(text)["subscriptions"] == {hand.SUBSCRIPTION: bait}
        assert {found["what"] for found in json.loads(text)["findings"]} == {bait}


def test_the_proof_of_recording(bait: str) -> None:
    shows_in_markdown("\n".join(recording.table([_proof(bait)], NOW)))
