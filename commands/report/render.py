"""The whole page as text: facts in, one HTML file out that needs nothing beside itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from xml.etree.ElementTree import Element

from commands.ledger.document import Ledger
from commands.replay.usage_document import Told
from commands.report import rows, sections
from commands.report.answers import answers
from commands.report.facts import Facts
from commands.report.fills import patterns
from commands.report.filters import framed
from commands.report.headline import headline
from commands.report.ledger_section import KEY as RECORDING
from commands.report.ledger_section import ledger_section
from commands.report.ledger_tables import periods, strips
from commands.report.markup import element, written
from commands.report.rule_section import KEY as RULES
from commands.report.rule_section import rule_section
from commands.report.rule_tables import findings, uses
from commands.report.tables import Table, data
from plan.text import in_words

HERE = Path(__file__).resolve().parent


def page(facts: Facts, made: date, told: Told | None = None, ledger: Ledger | None = None) -> str:
    """The report; ``made`` is the day that it bears.

    ``told`` is what there is on security rules, ``ledger`` on the recording. Its content security
    policy allows its own script and style, by their hashes, and nothing else: no request, no frame,
    no form target.
    """
    style = (HERE / "style.css").read_text(encoding="utf-8")
    script = (HERE / "script.js").read_text(encoding="utf-8")
    first = [rows.groups(facts), rows.networks(facts), rows.flow_logs(facts)]
    added = [*_on_recording(facts, ledger), *_on_rules(told)]
    main = (
        *_first(facts, made, told, ledger),
        *map(framed, first),
        *(shown for part in added for shown in part.elements()),
        *_last(facts),
    )
    return Template((HERE / "page.html").read_text(encoding="utf-8")).substitute(
        policy=_policy(script, style),
        title=_text(f"Flow logs of {facts.title}"),
        made=_text(_made(facts, made)),
        style=style,
        patterns=written(patterns()),
        more="".join(f'<a href="#{part.key}">{part.label}</a>\n' for part in added),
        main="\n".join(written(part) for part in main if part is not None),
        data=data([*first, *(table for part in added for table in part.tables)]),
        script=script,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What a file beside the source adds: a section (``key`` is its id) and its tables."""

    key: str
    label: str
    section: Element
    tables: list[Table]

    def elements(self) -> Iterator[Element]:
        yield self.section
        yield from map(framed, self.tables)


def _on_recording(facts: Facts, ledger: Ledger | None) -> Iterator[_Part]:
    if ledger:
        tables = [make(ledger, facts.subscription) for make in (strips, periods)]
        yield _Part(
            key=RECORDING,
            label="Recording",
            section=ledger_section(ledger),
            tables=[table for table in tables if table.rows],
        )


def _on_rules(told: Told | None) -> Iterator[_Part]:
    if told:
        yield _Part(
            key=RULES,
            label="Security rules",
            section=rule_section(told),
            tables=[table for table in (uses(told), findings(told)) if table.rows],
        )


def _first(
    facts: Facts, made: date, told: Told | None, ledger: Ledger | None
) -> Iterator[Element | None]:
    yield headline(facts, told, ledger)
    yield sections.coverage(facts)
    yield sections.end(facts, made)
    yield sections.refused(facts)
    yield sections.adopted(facts)
    yield sections.dark(facts)


def _last(facts: Facts) -> Iterator[Element | None]:
    yield answers(facts)
    yield sections.cost(facts)
    yield sections.stored(facts)
    yield sections.watched(facts)
    yield sections.notes(facts)
    yield sections.glossary()


def _made(facts: Facts, made: date) -> str:
    source = "stack outputs"
    if facts.planned:
        source = "the plan of a run; stack outputs tell what an update has made of it"
    return f"Made on {in_words(made)} from {source}."


def _policy(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src 'sha256-{_hash(script)}'; "
        f"style-src 'sha256-{_hash(style)}'; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _text(text: str) -> str:
    """Escaped text."""
    return written(element("x", text))[3:-4]
