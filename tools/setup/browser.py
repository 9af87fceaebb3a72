"""A browser for the tests of the report: Debian's Chromium and ChromeDriver.

Installed without asking only as root on a machine with apt-get; elsewhere those tests skip and say
so, and nothing else needs a browser.
"""

from __future__ import annotations

import os
import shutil

from tools.setup.console import SetupError, progress
from tools.setup.processes import run

COMMANDS = ("chromium", "chromedriver")
_PACKAGES = ("chromium", "chromium-driver")
_OPTIONS = (  # so that no wait is long where there is no network, or another apt-get
    "-o=Acquire::Retries=1",
    "-o=Acquire::http::Timeout=20",
    "-o=DPkg::Lock::Timeout=60",
)
_ENVIRONMENT = {"DEBIAN_FRONTEND": "noninteractive"}


def prepare() -> None:
    """Installs the browser where it is missing and this machine can; never an error."""
    if all(map(shutil.which, COMMANDS)) or not _may_install():
        return
    progress("installing Chromium for the tests in a browser (a minute, once) ...")
    try:
        _install()
    except SetupError as error:
        progress(f"{error}; the tests in a browser are skipped")


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install() -> None:
    """With the package lists that are here, which a fresh machine has not."""
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *_OPTIONS, *_PACKAGES]
    try:
        run("installing Chromium", install, _ENVIRONMENT)
    except SetupError:
        run("updating apt's lists", ["apt-get", "update", *_OPTIONS], _ENVIRONMENT)
        run("installing Chromium", install, _ENVIRONMENT)
