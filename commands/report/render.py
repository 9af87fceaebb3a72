"""The whole page as text: facts in, one HTML file out that needs nothing beside itself."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from pathlib import Path
from string import Template

from commands.report import rows, sections
from commands.report.facts import Facts
from commands.report.fills import patterns
from commands.report.filters import framed
from commands.report.headline import headline
from commands.report.markup import element, written
from commands.report.tables import Table, data
from plan.text import in_words

HERE = Path(__file__).resolve().parent


def page(facts: Facts, made: date) -> str:
    """The report; ``made`` is the day that it bears.

    Its content security policy allows its own script and style, by their hashes, and nothing else:
    no request, no frame, no form target.
    """
    style = (HERE / "style.css").read_text(encoding="utf-8")
    script = (HERE / "script.js").read_text(encoding="utf-8")
    tables = [rows.groups(facts), rows.networks(facts), rows.flow_logs(facts)]
    return Template((HERE / "page.html").read_text(encoding="utf-8")).substitute(
        policy=_policy(script, style),
        title=_text(f"Flow logs of {facts.title}"),
        made=_text(_made(facts, made)),
        style=style,
        patterns=written(patterns()),
        main=_main(facts, tables, made),
        data=data(tables),
        script=script,
    )


def _main(facts: Facts, tables: list[Table], made: date) -> str:
    first = (
        headline(facts),
        sections.coverage(facts),
        sections.end(facts, made),
        sections.refused(facts),
        sections.adopted(facts),
        sections.dark(facts),
    )
    last = (
        sections.cost(facts),
        sections.stored(facts),
        sections.watched(facts),
        sections.notes(facts),
        sections.glossary(),
    )
    parts = (*first, *map(framed, tables), *last)
    return "\n".join(written(part) for part in parts if part is not None)


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
