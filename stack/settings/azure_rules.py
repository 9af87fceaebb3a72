"""Rules of Azure for tags, ids, names and addresses, checked before the first request.

Each function returns the rule that a value breaks, as the end of "it must be …", or None.

Sources: Microsoft Learn, "Use tags to organize your Azure resources" (limitations), "Naming rules
and restrictions for Azure resources", "Azure Monitor service limits".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

TAGS = 50  # of one resource
TAG_NAME = 128  # characters; 512, but 128 on a storage account, and all tags are on ours
TAG_VALUE = 256  # characters
TAG_RESERVED = ("microsoft", "azure", "windows")
EMAILS = 1000  # of one action group
ACTION_GROUPS = 5  # of one alert rule
_NOT_IN_A_TAG = re.compile(r"[<>%&\\?/\x00-\x1f\x7f-\x9f]")

_GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_GROUP = r"[\w.()-]{0,89}[\w()-]"  # letters of every script
_NAMES = {
    "Microsoft.OperationalInsights/workspaces": r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]",
    "Microsoft.Storage/storageAccounts": r"[A-Za-z0-9]{3,24}",
    "Microsoft.ManagedIdentity/userAssignedIdentities": r"[A-Za-z0-9][\w-]{2,127}",
    "Microsoft.Insights/actionGroups": r"[^:<>+/&%\\?|#\x00-\x1f\x7f]{0,259}"
    r"[^:<>+/&%\\?|#\x00-\x1f\x7f\s.]",
}
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*"
)
_MOST_OF_AN_EMAIL = 254  # characters (RFC 5321, 4.5.3.1.3)
_IN_A_SET = re.compile(r"\[!?\]?[^\]]*\]")  # of a glob; fnmatch takes one that never ends literally


def tag_name(name: str) -> str | None:
    """The rule that the name of a tag breaks."""
    if not name.strip():
        return "a name that is not empty"
    if _NOT_IN_A_TAG.search(name):
        return r"a name without < > % & \ ? / and control characters"
    if name.casefold().startswith(TAG_RESERVED):
        return f"a name that does not start with {', '.join(TAG_RESERVED)}, which Azure reserves"
    if len(name) > TAG_NAME:
        return f"a name of {TAG_NAME} characters at most, which is what storage accounts take"
    return None


def tag_value(value: str) -> str | None:
    """The rule that the value of a tag breaks."""
    return f"a text of {TAG_VALUE} characters at most" if len(value) > TAG_VALUE else None


def resource_id(value: str, resource_type: str) -> bool:
    """Whether a text is the ARM id of a resource of this type, in any letter case."""
    found = re.fullmatch(
        rf"/subscriptions/{_GUID}/resourceGroups/{_GROUP}/providers/"
        rf"{re.escape(resource_type)}/(?P<name>[^/]+)",
        value,
        re.IGNORECASE,
    )
    return found is not None and re.fullmatch(_NAMES[resource_type], found["name"]) is not None


def region(value: str) -> bool:
    """Whether a text can be the programmatic name of a region."""
    return re.fullmatch(r"[a-z0-9]+", value) is not None


def email(value: str) -> bool:
    """Whether a text has the form of an e-mail address."""
    return len(value) <= _MOST_OF_AN_EMAIL and _EMAIL.fullmatch(value) is not None


def source(value: str) -> str | None:
    """The rule that an address or network, which alerts are to pass over, breaks."""
    plain = "an IPv4 address or network in CIDR form, such as 10.0.0.0/8"
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return plain
    if network.version != 4:
        return f"{plain}; the queries compare IPv4 addresses alone"
    if network.prefixlen == 0:
        return f"{plain}; with all of them no alert would ever be raised"
    if value in (str(network), str(network.network_address)):
        return None
    if _bits_beyond(value):
        return f"{plain}, without bits beyond its prefix: {network}"
    return f"{plain}, written as {network}"


def everything(networks: Iterable[str]) -> bool:
    """Whether IPv4 addresses and networks leave none out."""
    parsed = (ipaddress.IPv4Network(value) for value in networks)
    return any(each.prefixlen == 0 for each in ipaddress.collapse_addresses(parsed))


def _bits_beyond(value: str) -> bool:
    try:
        ipaddress.ip_network(value)
    except ValueError:
        return True
    return False


_NAME_GLOBS = {
    "names": (r"[\w.-]", 80, "letters, digits, '_', '.' and '-'"),
    "resourceGroups": (r"[\w.()-]", 90, "letters, digits, '_', '.', '-' and parentheses"),
    "locations": (r"[a-z0-9]", 60, "letters and digits"),
}


def glob(field: str, value: str) -> str | None:
    """The rule that a glob of a filter's field breaks: one that no name can match."""
    sign, most, words = _NAME_GLOBS[field]
    rule = f"a name or glob that something can match: {words}, up to {most} characters"
    rest = _IN_A_SET.sub("?", value)
    fixed = rest.replace("*", "")
    if not rest or len(fixed) > most or re.sub(sign, "", fixed.replace("?", "")):
        return rule
    return None
