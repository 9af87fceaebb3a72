"""A real browser for tests: Chromium, driven by the W3C WebDriver protocol of ChromeDriver."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

TIMEOUT = 60  # seconds for one command; they take milliseconds
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # key of an element's id, WebDriver section 12
TAB, ENTER = "\ue004", "\ue007"  # WebDriver section 17.4.2
_PORT = re.compile(r"started successfully on port (\d+)")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def installed() -> tuple[str, str] | None:
    """Paths of Chromium and ChromeDriver, or None where one is missing."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@dataclass(frozen=True)
class Browser:
    """One window; ``url`` is that of the WebDriver session."""

    url: str

    def open(self, address: str) -> None:
        """Loads a page and waits until it has."""
        self._ask("POST", "url", {"url": address})

    def run(self, script: str, *arguments: object) -> Any:
        """What the body of a function returns in the page."""
        return self._ask("POST", "execute/sync", {"script": script, "args": arguments})

    def run_async(self, script: str) -> Any:
        """What a script hands to its last argument, a callback."""
        return self._ask("POST", "execute/async", {"script": script, "args": []})

    def click(self, selector: str) -> None:
        """A click by the pointer; fails where something else lies over the element."""
        self._ask("POST", f"element/{self._find(selector)}/click", {})

    def type(self, selector: str, keys: str) -> None:
        """Keys into an element."""
        self._ask("POST", f"element/{self._find(selector)}/value", {"text": keys})

    def press(self, *keys: str) -> None:
        """Keys to whatever has the focus."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._ask("POST", "actions", {"actions": [{"type": "key", "id": "k", "actions": actions}]})

    def texts(self, selector: str) -> list[str]:
        """The visible text of each element."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll(arguments[0])].map(each => each.innerText)",
            selector,
        )
        return found

    def resize(self, width: int, height: int) -> None:
        """Sets the size of the view in CSS pixels, as of a phone where it is narrow."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.devtools("Emulation.setDeviceMetricsOverride", **size)

    def media(self, kind: str = "", scheme: str = "light") -> None:
        """Shows the page as on paper (``print``) and in a colour scheme."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.devtools("Emulation.setEmulatedMedia", media=kind, features=features)

    def devtools(self, command: str, **parameters: object) -> Any:
        """A command of the DevTools protocol."""
        return self._ask("POST", "goog/cdp/execute", {"cmd": command, "params": parameters})

    def screenshot(self, path: Path, whole: bool = False) -> None:
        """A PNG of the view, or of the whole page."""
        shot = self.devtools("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def pdf(self) -> bytes:
        """The page as it would be printed on A4."""
        printed: str = self._ask("POST", "print", {"page": {"width": 21.0, "height": 29.7}})
        return base64.b64decode(printed)

    def log(self) -> list[str]:
        """What the console said since it was last asked: errors, refusals of the policy."""
        entries = self._ask("POST", "se/log", {"type": "browser"})
        return [entry["message"] for entry in entries]

    def _find(self, selector: str) -> str:
        by = {"using": "css selector", "value": selector}
        found: str = self._ask("POST", "element", by)[ELEMENT]
        return found

    def _ask(self, method: str, command: str, body: Any) -> Any:
        answer = requests.request(method, f"{self.url}/{command}", json=body, timeout=TIMEOUT)
        value = answer.json()["value"]
        assert answer.ok, f"{command}: {value['error']}: {value['message']}"
        return value


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A browser with an empty profile in ``folder``, where downloads land too; ended at exit."""
    found = installed()
    assert found, "no chromium and chromedriver on PATH"
    binary, driver = found
    with subprocess.Popen(
        [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            base = f"http://127.0.0.1:{_port(process)}/session"
            session = _start(base, binary, folder)
            try:
                yield Browser(f"{base}/{session}")
            finally:
                requests.delete(f"{base}/{session}", timeout=TIMEOUT)
        finally:
            process.terminate()


def _port(driver: subprocess.Popen[str]) -> str:
    assert driver.stdout
    for line in driver.stdout:
        if found := _PORT.search(line):
            return found.group(1)
    raise AssertionError("chromedriver ended without naming its port")


def _start(base: str, binary: str, folder: Path) -> str:
    options = {
        "binary": binary,
        "args": [*_FLAGS, f"--user-data-dir={folder / 'profile'}"],
        "prefs": {"download.default_directory": str(folder)},
    }
    wanted: Any = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
    body = {"capabilities": {"alwaysMatch": wanted}}
    answer = requests.post(base, json=body, timeout=TIMEOUT)
    assert answer.ok, answer.text
    session: str = answer.json()["value"]["sessionId"]
    return session
