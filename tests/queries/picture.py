"""A picture of the workbook: its own queries, run on the sample traffic, drawn as a page.

    python -m tests.queries.picture docs/images/workbook.png

The portal draws it in its own manner; what is in it is what the queries answer.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from commands.report.markup import element, written
from plan.monitoring.workbook_detections import DETECTIONS
from plan.monitoring.workbook_panel import Panel
from plan.monitoring.workbook_panels import TABS
from queries import library
from tests.queries.sample import attacks, sample
from tests.queries.workspace import Row, Workspace
from tools.lint.kql.workbook import workbook_queries

WIDTH, HEIGHT = 1500, 2392  # CSS pixels
ROWS, COLUMNS = 6, 7  # of a table in the picture
_TIMEOUT = 60  # seconds
_STYLE = """
body { font: 13px "Segoe UI", "DejaVu Sans", sans-serif; margin: 24px; background: #faf9f8;
  color: #201f1e; }
h1 { font-size: 22px; margin: 0 0 10px; }
.pill { background: #deecf9; border-radius: 12px; padding: 4px 12px; margin-right: 8px; }
nav { margin: 18px 0; border-bottom: 1px solid #c8c6c4; }
nav span { padding: 6px 14px; display: inline-block; }
nav span:first-child { border-bottom: 3px solid #0078d4; font-weight: 600; }
main { display: grid; grid-template-columns: 1fr 1fr; gap: 18px; }
section { background: #fff; border: 1px solid #e1dfdd; padding: 12px 14px; overflow: hidden; }
h2 { font-size: 15px; margin: 0 0 8px; }
table { border-collapse: collapse; width: 100%; font-size: 12px; }
th, td { text-align: left; padding: 3px 6px; border-bottom: 1px solid #edebe9;
  max-width: 118px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
td.number, th.number { text-align: right; }
.bar { background: #0078d4; height: 14px; display: inline-block; vertical-align: middle; }
svg { width: 100%; height: 190px; }
"""


def page(workspace: Workspace, attacked: Workspace) -> str:
    """The workbook as HTML, every panel with its first rows; detections are of ``attacked``."""
    texts = workbook_queries()
    panels = [
        _panel(panel, _rows(panel, workspace, attacked, texts[f"workbook {panel.query}"]))
        for _, listed in TABS.values()
        for panel in listed
    ]
    pills = ("Time: last day", "Subscription: All", "Region: All")
    body = element(
        "body",
        element("h1", "Flow logs of prod"),
        element("div", *(element("span", pill, class_="pill") for pill in pills)),
        element("nav", *(element("span", label) for label, _ in TABS.values())),
        element("main", *panels),
    )
    head = element("head", element("meta", charset="utf-8"), element("style", _STYLE))
    return "<!DOCTYPE html>" + written(element("html", head, body, lang="en"))


def _rows(panel: Panel, workspace: Workspace, attacked: Workspace, text: str) -> list[Row]:
    return (attacked if panel in DETECTIONS else workspace).run(text)


def _panel(panel: Panel, rows: Sequence[Row]) -> Element:
    title = element("h2", library()[panel.query].title)
    if panel.visualization == "timechart":
        return element("section", title, _chart(rows))
    if panel.visualization == "map":
        return element("section", title, _bars(rows, panel.column))
    return element("section", title, _table(rows))


def _table(rows: Sequence[Row]) -> Element:
    columns = list(rows[0])[:COLUMNS] if rows else []
    head = element("tr", *(_cell("th", name, rows[0][name]) for name in columns))
    lines = (
        element("tr", *(_cell("td", _shown(name, row[name]), row[name]) for name in columns))
        for row in rows[:ROWS]
    )
    return element("table", head, *lines)


def _cell(tag: str, text: str, value: Any) -> Element:
    number = isinstance(value, (int, float))
    return element(tag, text, class_="number" if number else "text")


def _bars(rows: Sequence[Row], column: str) -> Element:
    """Countries as bars: the picture has no map to put them on."""
    most = max(row["Bytes"] for row in rows)
    lines = (
        element(
            "tr",
            element("td", row[column]),
            element("td", element("span", class_="bar", style=_wide(row["Bytes"] / most))),
            element("td", _shown("Bytes", row["Bytes"]), class_="number"),
        )
        for row in rows[:8]
    )
    return element("table", *lines)


def _wide(share: float) -> str:
    return f"width: {max(2, round(420 * share))}px"


def _chart(rows: Sequence[Row]) -> Element:
    """Allowed and denied flows by the hour, as two lines."""
    lines = (
        element("polyline", points=_points(rows, name), fill="none", stroke=colour)
        for name, colour in (("AllowedFlows", "#107c10"), ("DeniedFlows", "#d13438"))
    )
    svg = element("svg", *lines, viewBox="0 0 640 190", stroke_width="3")
    return element("div", svg, "green: allowed flows, red: denied flows, by the hour")


def _points(rows: Sequence[Row], name: str) -> str:
    most = max(max(row["AllowedFlows"], row["DeniedFlows"]) for row in rows)
    step = 620 / max(1, len(rows) - 1)
    return " ".join(
        f"{10 + at * step:.0f},{180 - 165 * row[name] / most:.0f}" for at, row in enumerate(rows)
    )


def _shown(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%d %b %H:%M}"
    if isinstance(value, float):
        return f"{value:.4f}"
    if name.endswith("Port"):
        return str(value)
    if isinstance(value, int):
        return _amount(value) if name.startswith("Bytes") else f"{value:,}"
    return str(value or "").rsplit("/", 1)[-1]


def _amount(size: int) -> str:
    amounts: Iterable[tuple[int, str]] = ((10**9, "GB"), (10**6, "MB"), (10**3, "KB"))
    for unit, word in amounts:
        if size >= unit:
            return f"{size / unit:,.1f} {word}"
    return f"{size} B"


def draw(html: str, target: Path, browser: str) -> None:
    """Takes a picture of a page with headless Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "workbook.html"
        source.write_text(html, encoding="utf-8")
        flags = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
        size = f"--window-size={WIDTH},{HEIGHT}"
        command = [browser, *flags, size, f"--screenshot={target}", source.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT)


def main(arguments: Sequence[str]) -> int:
    """Draws the picture into the file that is named."""
    browser = shutil.which("chromium")
    if browser is None or len(arguments) != 1:
        print("it needs chromium on PATH, and the file to draw to", file=sys.stderr)
        return 1
    draw(page(sample(), attacks()), Path(arguments[0]).absolute(), browser)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
