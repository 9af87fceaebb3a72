"""Storage that Azure cannot write to, that loses evidence, or that costs more than it should."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from commands.checks.account_reading import CONTAINERS, Account, Rule
from commands.checks.finding import Check, Finding, not_known
from estate.model import FlowLog
from plan.attachments import level_of
from plan.foundation.lifecycle import RULE
from plan.foundation.storage import RETENTIONS_PER_ACCOUNT, SKUS, newer
from plan.text import count, listed
from wording import setting

RULES_PER_ACCOUNT = 100  # lifecycle rules (vnet-flow-logs-manage)
NEARLY = 0.9  # share of a limit from which it is told

_SILENT = "the flow log still says Succeeded, and its data is lost"
MISSING = Check(
    name="storage-missing",
    severity="error",
    title="storage accounts that are gone",
    why=f"a flow log whose account is gone has nowhere to write; {_SILENT}",
)
REGION = Check(
    name="storage-region",
    severity="error",
    title="storage in another region than what it records",
    why="flow logs are written in the region of their target alone; Azure refuses the next change",
)
KIND = Check(
    name="storage-kind",
    severity="error",
    title="storage of a kind that flow logs cannot use",
    why="Azure writes flow logs to Standard accounts and applies retention on general-purpose v2 "
    "alone; elsewhere they fail or are kept for ever",
)
FIREWALL = Check(
    name="storage-firewall",
    severity="error",
    title="storage firewalls that keep Azure out",
    why=f"Azure writes flow logs from outside your networks; {_SILENT}",
)
CLOSED = Check(
    name="storage-public-access",
    severity="error",
    title="storage that Azure cannot reach",
    why=f"with public network access disabled Azure itself is kept out; {_SILENT}",
)
PERIMETER = Check(
    name="storage-perimeter",
    severity="warning",
    title="storage behind a network security perimeter",
    why="a perimeter overrides the account's own firewall and does not honour its exception for "
    f"trusted Microsoft services; what its rules do not let in is kept out: {_SILENT}",
)
CUSTOMER_KEY = Check(
    name="storage-customer-key",
    severity="note",
    title="storage encrypted with a key of your own",
    why="when such a key is rotated or its vault closes, flow logs may stop without any error; "
    "Azure's pages ask to switch them off and on then",
)
KEY = Check(
    name="storage-shared-key",
    severity="warning",
    title="NSG flow logs on accounts without a shared key",
    why="flow logs on security groups are written with the account's key; without it they may "
    "fall silent (flow logs on networks do without)",
)
PUBLIC = Check(
    name="storage-public-blobs",
    severity="warning",
    title="storage whose blobs can be made public",
    why="flow logs show who talks to whom; one setting on a container would show them to anybody",
)
IMMUTABLE = Check(
    name="storage-immutable",
    severity="warning",
    title="storage whose blobs are immutable",
    why="Azure adds to the blob of an hour each minute; whether an immutability policy, even one "
    "with protected append writes, or a legal hold lets it is not documented, and if not, all but "
    "the first minute is lost",
)
VERSIONS = Check(
    name="storage-versions",
    severity="warning",
    title="storage that keeps a copy of every rewrite",
    why="the blob of an hour is rewritten each minute, and each time the old one is kept and "
    "billed: sixty copies",
)
DELETES = Check(
    name="storage-rule-deletes",
    severity="error",
    title="lifecycle rules that delete evidence too early",
    why="a rule for the whole account deletes flow logs before their own retention ends",
)
FOREIGN = Check(
    name="storage-rule-foreign",
    severity="warning",
    title="lifecycle rules of somebody else",
    why="the retention of flow logs is a lifecycle rule that Azure writes, and it overwrites the "
    "rules that it finds; which one then holds is chance",
)
LIMIT = Check(
    name="storage-rule-limit",
    severity="warning",
    title="storage with hardly any room for retention rules",
    why=f"an account holds {RULES_PER_ACCOUNT} lifecycle rules, which is about "
    f"{RETENTIONS_PER_ACCOUNT} flow logs with retention; the next one is kept for ever or refused",
)
CHECKS = (
    *(MISSING, REGION, KIND, FIREWALL, CLOSED, PERIMETER, CUSTOMER_KEY, KEY, PUBLIC, IMMUTABLE),
    VERSIONS,
    *(DELETES, FOREIGN, LIMIT),
)


def missing(account_id: str, logs: Sequence[FlowLog]) -> Finding:
    """The finding for an account that flow logs write to and Azure does not have."""
    return MISSING.found(
        account_id or "no storage account",
        f"it is gone, and {_named(logs)} would write to it",
        f"pulumi up where the flow log is the stack's, made or adopted; else {_another(logs[0])}",
    )


def judge(account: Account, logs: Sequence[FlowLog]) -> Iterator[Finding]:
    """Findings on an account that these flow logs write to."""
    yield from _place(account, logs)
    yield from _reach(account, logs)
    yield from _blobs(account, logs)
    yield from _rules(account, logs)


def _place(account: Account, logs: Sequence[FlowLog]) -> Iterator[Finding]:
    if strangers := [log for log in logs if log.location != account.location]:
        yield REGION.found(
            account.id,
            f"it is in {account.location}, {_named(strangers)} in {strangers[0].location}",
            _another(strangers[0]),
        )
    if account.kind == "StorageV2" and newer(account.sku):
        yield not_known(account.id, "its redundancy", account.sku)
    elif account.kind != "StorageV2" or account.sku not in SKUS:
        yield KIND.found(
            account.id,
            f"it is {account.kind} {account.sku}",
            _another(logs[0])
            if account.kind == "BlockBlobStorage" or not account.sku.startswith("Standard")
            else f"az storage account update --name {account.name} --upgrade-to-storagev2 "
            "--access-tier Hot",
        )


def _reach(account: Account, logs: Sequence[FlowLog]) -> Iterator[Finding]:
    access = account.public_network_access.casefold()
    if access == "securedbyperimeter":
        yield PERIMETER.found(
            account.id,
            "its public network access is SecuredByPerimeter",
            "let the subscriptions of its flow logs in by an access rule of the perimeter, or open "
            f"the account to Azure: az storage account update --name {account.name} "
            "--public-network-access Enabled --default-action Deny --bypass AzureServices",
        )
    elif access not in ("enabled", "disabled"):
        yield not_known(account.id, "its publicNetworkAccess", account.public_network_access)
    elif access == "disabled":
        yield CLOSED.found(
            account.id,
            "public network access is disabled",
            f"az storage account update --name {account.name} --public-network-access Enabled "
            "--default-action Deny --bypass AzureServices",
        )
    elif account.default_action.casefold() not in ("allow", "deny"):
        yield not_known(account.id, "its firewall's default action", account.default_action)
    elif account.default_action.casefold() == "deny" and not account.trusts_azure:
        yield FIREWALL.found(
            account.id,
            "its firewall has no exception for trusted Microsoft services",
            f"az storage account update --name {account.name} --bypass AzureServices",
        )
    on_groups = [log for log in logs if level_of(log.target_id) == "networkSecurityGroup"]
    if on_groups and not account.shared_key:
        yield KEY.found(
            account.id,
            f"shared key access is off, and {_named(on_groups)} records a security group",
            f"az storage account update --name {account.name} --allow-shared-key-access true, or "
            "move the flow log to its network (docs/migration.md)",
        )


def _blobs(account: Account, logs: Sequence[FlowLog]) -> Iterator[Finding]:
    if account.public_blobs:
        yield PUBLIC.found(
            account.id,
            "its containers may be opened to anybody",
            f"az storage account update --name {account.name} --allow-blob-public-access false",
        )
    if account.key_source.casefold() != "microsoft.storage":
        yield CUSTOMER_KEY.found(
            account.id,
            f"its keys come from {account.key_source}",
            "after each rotation look at the doctor's table for flow logs that fall silent",
        )
    if account.immutable:
        yield IMMUTABLE.found(account.id, account.immutable, _another(logs[0]))
    kept = ["versioning is on"] if account.versioning else []
    if account.soft_delete_days:
        kept.append(f"overwritten blobs are kept for {account.soft_delete_days} days (soft delete)")
    if kept:
        yield VERSIONS.found(
            account.id,
            " and ".join(kept),
            f"az storage account blob-service-properties update --account-name {account.name} "
            "--enable-versioning false --enable-delete-retention false",
        )


def _rules(account: Account, logs: Sequence[FlowLog]) -> Iterator[Finding]:
    for rule in account.rules:
        after = rule.deletes_after
        kept = _kept([log for log in logs if log.retention_enabled] if _ours(rule) else logs)
        if after is not None and _on_flow_logs(rule) and after < kept:
            yield DELETES.found(
                account.id,
                f"lifecycle rule {rule.name} deletes after {after:g} days, its flow logs are to be "
                f"kept {'for ever' if kept > 365 else f'{kept} days'}",
                "take it out, or let it name containers without flow logs: az storage account "
                f"management-policy update --account-name {account.name} --set policy.rules=…",
            )
    if foreign := [rule for rule in account.rules if _foreign(rule)]:
        told = [f"{rule.name}{_moves(rule)}" for rule in foreign]
        yield FOREIGN.found(
            account.id,
            f"lifecycle rule {listed(told)} is somebody else's",
            f"take it out (az storage account management-policy update --account-name "
            f"{account.name}), or {_another(logs[0])}",
        )
    retained = sum(log.retention_enabled for log in logs)
    full = max(len(account.rules) / RULES_PER_ACCOUNT, retained / RETENTIONS_PER_ACCOUNT)
    if full >= NEARLY:
        yield LIMIT.found(
            account.id,
            f"it has {count(len(account.rules), 'lifecycle rule')} and "
            f"{count(retained, 'flow log')} with retention",
            f"set {setting('storageAccountsPerRegion')} higher, which moves flow logs that the "
            f"stack made; for others {_another(logs[0])}",
        )


def _moves(rule: Rule) -> str:
    return f" (moves blobs to {rule.tier})" if rule.tier else ""


def _foreign(rule: Rule) -> bool:
    """Not for blobs of flow logs alone. How Azure names its own rules is not documented."""
    return not rule.prefixes or not all(_is_flow_logs(prefix) for prefix in rule.prefixes)


def _ours(rule: Rule) -> bool:
    """Whether a rule is this program's, which ends the records of flow logs without retention."""
    return rule.name == RULE


def _on_flow_logs(rule: Rule) -> bool:
    """Whether a rule takes in every flow log, by no prefix or that of a container."""
    return not rule.prefixes or any(prefix.rstrip("/") in CONTAINERS for prefix in rule.prefixes)


def _is_flow_logs(prefix: str) -> bool:
    return prefix.split("/", 1)[0] in CONTAINERS


def _kept(logs: Sequence[FlowLog]) -> int:
    """The longest retention in days; 0 and off are for ever."""
    days = [log.retention_days if log.retention_enabled else 0 for log in logs]
    return max((found or 10**6 for found in days), default=0)


def _another(log: FlowLog) -> str:
    """The way out where an account cannot serve: adopted flow logs keep theirs, so by hand."""
    return (
        f"point the flow log at another account in {log.location}: az network watcher flow-log "
        f"update --location {log.location} --name {log.name} --storage-account ID (where the stack "
        f"made it: {setting('storageAccounts')})"
    )


def _named(logs: Sequence[FlowLog]) -> str:
    return f"flow log {listed([log.name for log in logs])}"
