"""Environment for a CLI that runs against local Azure: `python -m localazure env --port N`.

Prints `export NAME=value` lines for a shell. The log-in they describe is an OIDC token that is good
for nothing but 127.0.0.1.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import urllib3

from localazure.provider.configuration import FIXED_TOKEN
from localazure.provider.install import install
from localazure.server.options import port
from tools.command import Parser, complain
from tools.engine import locate
from tools.setup.console import SetupError

_CHECKOUT = Path(__file__).resolve().parent.parent
DEFAULT_HOME = _CHECKOUT / ".local" / "pulumi"
_CLIENT_ID = "00000000-0000-0000-0000-000000000001"
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading an answer raises that is not local Azure's."""
_SUBSCRIPTIONS = "/subscriptions?api-version=2022-12-01"


class NoServerError(Exception):
    """Local Azure does not answer; the message is one line."""


def environment(port: int, home: Path = DEFAULT_HOME) -> dict[str, str]:
    """Variables for a CLI run against the server on a port.

    `home` becomes PULUMI_HOME, with the azure-native plugin and the stacks' state in it;
    it is made where it is missing. Raises NoServerError, or SetupError where no CLI is usable.
    """
    subscription = _first_subscription(port)
    cli = locate.cli()
    home = home.resolve()
    install(home)
    state = home / "state"
    state.mkdir(exist_ok=True)
    return {
        "ARM_METADATA_HOSTNAME": f"http://127.0.0.1:{port}",
        "ARM_SUBSCRIPTION_ID": subscription["subscriptionId"],
        "ARM_TENANT_ID": subscription["tenantId"],
        "ARM_CLIENT_ID": _CLIENT_ID,
        "ARM_USE_OIDC": "true",
        "ARM_OIDC_TOKEN": FIXED_TOKEN,
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": f"{state.as_uri()}?metadata=skip",  # no second file to cut in half
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PATH": _search_path(cli.parent, Path(sys.prefix) / "bin"),
    }


def _first_subscription(port: int) -> dict[str, str]:
    """The estate's first subscription, in the estate's order."""
    url = f"http://127.0.0.1:{port}{_SUBSCRIPTIONS}"
    headers = {"Authorization": f"Bearer {FIXED_TOKEN}"}
    try:
        response = urllib3.request("GET", url, headers=headers, retries=False, timeout=10)
        found = [_names(each) for each in json.loads(response.data)["value"]]
    except (*_BROKEN, urllib3.exceptions.HTTPError) as error:
        raise NoServerError(
            f"no local Azure on port {port}: start it with "
            f"python -m localazure serve --estate FILE --port {port}"
        ) from error
    if not found:
        raise NoServerError(f"local Azure on port {port} has no subscription: use another estate")
    return found[0]


def _names(subscription: Mapping[str, Any]) -> dict[str, str]:
    """Variables that describe a subscription. Raises an error of _BROKEN for another shape."""
    return {name: subscription[name].strip() for name in ("subscriptionId", "tenantId")}


def _search_path(*first: Path) -> str:
    """PATH with these folders in front, each named once."""
    rest = os.environ.get("PATH", os.defpath).split(os.pathsep)
    ahead = [str(folder) for folder in first]
    return os.pathsep.join([*ahead, *(folder for folder in rest if folder not in ahead)])


def main(arguments: list[str]) -> int:
    """Prints the export lines; exit code 1 with one line on stderr if it cannot."""
    parser = Parser(
        prog="python -m localazure env",
        description="Prints what a shell needs to run pulumi against local Azure.",
    )
    parser.add_argument("--port", type=port, required=True, help="where `serve` listens")
    parser.add_argument("--home", type=Path, default=DEFAULT_HOME, help="PULUMI_HOME to prepare")
    options = parser.parse_args(arguments)
    try:
        variables = environment(options.port, options.home)
    except (NoServerError, SetupError) as error:
        complain("localazure env", str(error))
        return 1
    except OSError as error:
        complain("localazure env", f"{error.filename}: {error.strerror}")
        return 1
    for name, value in variables.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0
