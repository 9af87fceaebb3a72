"""The whole page as text: facts in, one HTML file out that needs nothing beside itself."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from pathlib import Path
from string import Template

from commands.replay.usage_document import Told
from commands.report import rows, sections
from commands.report.facts import Facts
from commands.report.fills import patterns
from commands.report.filters import framed
from commands.report.headline import headline
from commands.report.markup import element, written
from commands.report.rule_section import KEY, rule_section
from commands.report.rule_tables import findings, uses
from commands.report.tables import Table, data
from plan.text import in_words

HERE = Path(__file__).resolve().parent


def page(facts: Facts, made: date, told: Told | None = None) -> str:
    """The report; ``made`` is the day that it bears, ``told`` what there is on security rules.

    Its content security policy allows its own script and style, by their hashes, and nothing else:
    no request, no frame, no form target.
    """
    style = (HERE / "style.css").read_text(encoding="utf-8")
    script = (HERE / "script.js").read_text(encoding="utf-8")
    tables = [rows.groups(facts), rows.networks(facts), rows.flow_logs(facts)]
    on_rules = [table for table in (uses(told), findings(told)) if table.rows] if told else []
    return Template((HERE / "page.html").read_text(encoding="utf-8")).substitute(
        policy=_policy(script, style),
        title=_text(f"Flow logs of {facts.title}"),
        made=_text(_made(facts, made)),
        style=style,
        patterns=written(patterns()),
        more=f'<a href="#{KEY}">Security rules</a>\n' if told else "",
        main=_main(facts, tables, made, told, on_rules),
        data=data([*tables, *on_rules]),
        script=script,
    )


def _main(
    facts: Facts, tables: list[Table], made: date, told: Told | None, on_rules: list[Table]
) -> str:
    first = (
        headline(facts, told),
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
    rules = (rule_section(told), *map(framed, on_rules)) if told else ()
    parts = (*first, *map(framed, tables), *rules, *last)
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
