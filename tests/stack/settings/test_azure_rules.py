"""Values that Azure would refuse on every resource in mid-run, or take without effect."""

from __future__ import annotations

import inspect
import json

import pulumi_azure_native as azure_native
import pytest

from stack.settings.identity import ARGUMENTS, SECRETS
from stack.settings.mistakes import SettingsError
from stack.settings.read import parse_settings

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
WORKSPACE = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/law-contoso"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stcontoso"
VARIABLES = {"ARM_SUBSCRIPTION_ID": SUBSCRIPTION}


def refusal(**settings: object) -> str:
    """The one line for settings of the program."""
    texts = {
        f"flow-logs:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in settings.items()
    }
    return refused(texts)


def refused(config: dict[str, str]) -> str:
    """The one line for full configuration keys."""
    with pytest.raises(SettingsError) as raised:
        parse_settings("dev", {"flow-logs:location": "westeurope", **config}, VARIABLES)
    line = str(raised.value)
    assert "\n" not in line
    assert "pulumi config " in line
    return line


@pytest.mark.parametrize("sign", "<>%&\\?/\t\x7f")
def test_a_tag_name_with_a_reserved_character_is_refused(sign: str) -> None:
    for settings in (
        {"tags": {f"cost{sign}center": "1"}},
        {"include": {"tags": {f"x{sign}": ["1"]}}},
    ):
        line = refusal(**settings)
        assert r"a name without < > % & \ ? / and control characters" in line


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({"": "x"}, "a name that is not empty"),
        ({"n" * 129: "x"}, "128 characters at most, which is what storage accounts take"),
        ({"cost": "x" * 257}, "flow-logs:tags.cost is 'xxx"),
        ({"cost": "x" * 257}, "256 characters at most"),
        ({"Microsoft.Cost": "x"}, "does not start with microsoft, azure, windows"),
        ({"azureCost": "x"}, "which Azure reserves"),
        ({"Env": "x", "env": "y"}, "has 'Env' and 'env', which are one tag"),
        ({f"t{n}": "x" for n in range(50)}, "50 tags; Azure takes 50 on a resource, our own"),
        ({"a'b/\"c": "x"}, """'flow-logs:tags["a'\\''b/\\"c"]'"""),
    ],
)
def test_what_no_resource_takes_as_tags_is_refused(tags: dict[str, str], said: str) -> None:
    assert said in refusal(tags=tags)


def test_what_every_resource_takes_as_tags_is_taken() -> None:
    """Limits included, and what the portal alone refuses (azure-docs #5647, #11340)."""
    tags = {f"t{n}": "" for n in range(46)}
    tags |= {"n" * 128: "x" * 256, "cost:center+*#": "a/b <c> & d?", "größe 漢字": "é"}
    config = {"flow-logs:location": "westeurope", "flow-logs:tags": json.dumps(tags)}
    assert parse_settings("dev", config, VARIABLES).tags == tags
    assert len(tags) == 49


IDS = [
    "/{}/x",
    "{}\n",
    "{}?a=b",
    "{}%2F",
    "{}#a",
    "{} ",
    "{}/",
    " {}",
    "{}/tables/t",
]


@pytest.mark.parametrize("form", IDS)
def test_an_id_with_more_than_an_id_is_refused(form: str) -> None:
    assert "it must be the ARM id of a Micro" in refusal(workspaceId=form.format(WORKSPACE))
    accounts = {"westeurope": [form.format(ACCOUNT)]}
    assert "storageAccounts.westeurope[0] is" in refusal(storageAccounts=accounts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SUBSCRIPTION, "contoso"),
        ("/rg/", "/rg./"),
        ("/rg/", "/r g/"),
        ("/rg/", "/r%67/"),
        ("resourceGroups", "groups"),
        ("OperationalInsights", "Insights"),
        ("law-contoso", "law_contoso"),
        ("law-contoso", "law"),
        ("law-contoso", "l" * 64),
    ],
)
def test_an_id_with_a_wrong_segment_is_refused(old: str, new: str) -> None:
    assert "flow-logs:workspaceId is" in refusal(workspaceId=WORKSPACE.replace(old, new))


def test_an_id_is_taken_in_any_letter_case() -> None:
    config = {
        "flow-logs:location": "westeurope",
        "flow-logs:workspaceId": WORKSPACE.upper().replace("/RG/", "/Größe(1)_a.b-c/"),
        "flow-logs:storageAccounts": json.dumps({"West Europe": [ACCOUNT.lower()]}),
    }
    found = parse_settings("dev", config, VARIABLES)
    assert found.storage_accounts == {"westeurope": (ACCOUNT.lower(),)}


@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        ({"West Europe": [ACCOUNT], "westeurope": [f"{ACCOUNT}2"]}, "which are one region"),
        ({"westeurope": [ACCOUNT, ACCOUNT.upper()]}, "twice; letter case does not count"),
        ({"west/europe": [ACCOUNT]}, "has the region 'west/europe'; it must be the name of an"),
        ({"": [ACCOUNT]}, "has the region ''"),
    ],
)
def test_a_region_and_an_account_are_given_once(accounts: object, said: str) -> None:
    assert said in refusal(storageAccounts=accounts)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"regionsWithoutWorkspaces": ["west/europe"]}, "regionsWithoutWorkspaces[0] is"),
        ({"regionsWithoutTrafficAnalytics": [""]}, "regionsWithoutTrafficAnalytics[0] is ''"),
        ({"include": {"names": [""]}}, "include.names[0] is ''; it must be a name or glob that"),
        ({"include": {"names": ["rg/nsg-*"]}}, "a name or glob that something can match"),
        ({"include": {"names": ["nsg *"]}}, "a name or glob that something can match"),
        ({"include": {"names": ["*" + "n" * 81]}}, "up to 80 characters"),
        ({"exclude": {"resourceGroups": ["/subscriptions/*"]}}, "exclude.resourceGroups[0] is"),
        ({"exclude": {"locations": ["west-europe"]}}, "exclude.locations[0] is 'west-europe'"),
        ({"include": {"names": ["nsg-[a"]}}, "include.names[0]"),
    ],
)
def test_what_nothing_can_match_is_refused(settings: dict[str, object], said: str) -> None:
    assert said in refusal(**settings)


def test_globs_are_taken() -> None:
    wanted = {
        "names": ["*", "nsg-[a-c]?", "[!d]*", "NSG_1.x"],
        "resourceGroups": ["rg-(prod)*", "größe"],
        "locations": ["West *", "*"],
        "tags": {"env": ["", "a/b*"]},
    }
    config = {"flow-logs:location": "westeurope", "flow-logs:include": json.dumps(wanted)}
    assert parse_settings("dev", config, VARIABLES).include.locations == ("west*", "*")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"retentionDays": "9" * 5000}, "(5,002 characters); it must be a whole number from 1"),
        ({"retentionDays": "٩٠"}, "a whole number from 1 to 365"),
        ({"retentionDays": "NaN"}, "a whole number from 1 to 365"),
        ({"retentionDays": "90.5"}, "a whole number from 1 to 365"),
        ({"retentionDays": "90\n"}, "a whole number from 1 to 365"),
        ({"alerts": '{"deniedFlowsThreshold": NaN}'}, "it must be an object with enabled"),
        ({"alerts": '{"deniedFlowsThreshold": 1e999}'}, "a whole number from 1"),
        ({"include": "[" * 100_000}, "(100,002 characters); it must be an object with tags"),
        ({"protectData": "True"}, "true or false"),
        ({"protectData": "1"}, "true or false"),
    ],
)
def test_what_is_no_number_or_truth_is_refused(settings: dict[str, object], said: str) -> None:
    assert said in refusal(**settings)


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("flowlogs:retentionDays", "flow-logs:retentionDays"),
        ("flow_logs:retentionDays", "flow-logs:retentionDays"),
        ("Flow-Logs:retentionDays", "flow-logs:retentionDays"),
        ("flow-log:retentionDays", "flow-logs:retentionDays"),
        ("azure_native:clientId", "azure-native:clientId"),
        ("azurenative:clientId", "azure-native:clientId"),
    ],
)
def test_a_misspelt_namespace_is_refused(key: str, meant: str) -> None:
    line = refused({key: "1"})
    assert line.startswith(f"{key} is under '{key.split(':')[0]}', which nothing reads")
    assert line.endswith(f"pulumi config rm {key} && pulumi config set {meant} VALUE")


def test_the_namespaces_of_others_are_theirs() -> None:
    others = ("azure:environment", "flow-logs-guardrail:effect", "pulumi:tags", "shop:size")
    config = {"flow-logs:location": "westeurope", **dict.fromkeys(others, "x")}
    assert parse_settings("dev", config, VARIABLES).location == "westeurope"


def test_the_providers_arguments_are_the_sdks() -> None:
    taken = inspect.signature(azure_native.Provider._internal_init).parameters
    names = set(taken) - {"__self__", "resource_name", "opts", "__props__"}
    assert {_snake(name) for name in ARGUMENTS} == names


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("clientid", "hush", "is no argument of the provider; known are "),
        ("clientid", "hush", "(did you mean clientId?)"),
        ("useOidc", "hush", "is neither true nor false"),
        ("auxiliaryTenantIds", "hush", "is no list of texts"),
    ],
)
def test_an_argument_that_the_provider_does_not_take_is_refused_unshown(
    key: str, value: str, said: str
) -> None:
    line = refused({f"azure-native:{key}": value})
    assert said in line
    assert value not in line


def test_credentials_are_secret_whether_encrypted_or_not() -> None:
    config = {"flow-logs:location": "westeurope", "azure-native:clientSecret": "hush"}
    secret = frozenset({"azure-native:clientId"})
    found = parse_settings("dev", config, VARIABLES, secret).identity
    assert found.secret_arguments == SECRETS | {"clientId"}
