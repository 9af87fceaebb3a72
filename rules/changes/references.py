"""What the expressions of a Terraform configuration refer to, across modules.

Shapes: developer.hashicorp.com/terraform/internals/json-format (configuration representation);
``references`` lists each reference from its longest form to its shortest, and blocks that are
``dynamic`` are not there (hashicorp/terraform, internal/command/jsonconfig/expression.go).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_KEY = r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]"
_RESOURCE = re.compile(rf"((?:data\.)?[\w-]+\.[\w-]+)({_KEY})?(.*)", re.DOTALL)
_OUTPUT = re.compile(rf"module\.([\w-]+)({_KEY})?\.([\w-]+)(.*)", re.DOTALL)
_CALL = re.compile(rf"module\.([\w-]+)({_KEY})?")
_LAST_KEY = re.compile(rf"({_KEY})")
_DEPTH = 20  # hops through variables and outputs; more is a circle

_Where = tuple[str, str]
"""Address of a module instance (empty for the root) and the key of who refers (with brackets)."""


class References:
    """The configuration of a plan, with the instances that the plan has."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        configuration = _mapping(plan.get("configuration"))
        self._root = _mapping(configuration.get("root_module"))
        self._providers = _mapping(configuration.get("provider_config"))
        self._variables = _mapping(plan.get("variables"))
        self._instances: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self._modules: set[str] = set()
        for change in _list(plan.get("resource_changes")):
            module, name, own = _place(change)
            self._instances[module, name][own] = change["address"]
            self._modules.add(module)

    def computed(self, change: Mapping[str, Any], attribute: str) -> bool:
        """Whether the configuration does not set an attribute, so that the provider fills it.

        That is told of a new resource: one that is there keeps what it has. A ``dynamic`` block of
        a number to come looks the same.
        """
        resource = self._resource(change)
        return bool(resource) and attribute not in _mapping(resource.get("expressions"))

    def sources(self, change: Mapping[str, Any], path: tuple[str, ...]) -> tuple[str, ...]:
        """Addresses of the resources that a value may come from."""
        resource = self._resource(change)
        module, _, own = _place(change)
        node = _mapping(resource.get("expressions")).get(path[0])
        each = _mapping(resource.get("for_each_expression"))
        found: list[str] = []
        for expression in _expressions(node, path[1:], str(change.get("block", ""))):
            texts = _list(expression.get("references"))
            found += self._resolve(texts, (module, own), _list(each.get("references")), _DEPTH)
        return tuple(dict.fromkeys(found))

    def subscription(self, change: Mapping[str, Any]) -> str:
        """What the resource's provider is set to, if that is a constant or a variable's value."""
        name = str(self._resource(change).get("provider_config_key", ""))
        provider = _mapping(self._providers.get(name))
        expression = _mapping(_mapping(provider.get("expressions")).get("subscription_id"))
        value = expression.get("constant_value")
        for text in _list(expression.get("references")):
            variable = _mapping(self._variables.get(str(text).removeprefix("var.")))
            value = value or variable.get("value")
        return value if isinstance(value, str) else ""

    def _resource(self, change: Mapping[str, Any]) -> Mapping[str, Any]:
        module, name, _ = _place(change)
        for resource in _list(self._module(module).get("resources")):
            if _mapping(resource).get("address") == name:
                return _mapping(resource)
        return {}

    def _module(self, address: str) -> Mapping[str, Any]:
        module = self._root
        for match in _CALL.finditer(address):
            module = _mapping(_mapping(self._call(module, match[1])).get("module"))
        return module

    def _call(self, module: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        return _mapping(_mapping(module.get("module_calls")).get(name))

    def _resolve(
        self, texts: Iterable[Any], where: _Where, each: list[Any], hops: int
    ) -> list[str]:
        found: list[str] = []
        last = ""
        for text in texts if hops else ():
            if not isinstance(text, str) or last.startswith((f"{text}.", f"{text}[")):
                continue
            last = text
            found += self._one(text, where, each, hops - 1)
        return found

    def _one(self, text: str, where: _Where, each: list[Any], hops: int) -> list[str]:
        head = text.partition(".")[0]
        if head in ("local", "path", "terraform", "count", "self"):
            return []
        if head == "each":
            return [] if text == "each.key" else self._resolve(each, where, [], hops)
        if head == "var":
            return self._variable(text.split(".")[1].partition("[")[0], where, hops)
        if head == "module":
            match = _OUTPUT.match(text)
            return self._output(match, where, hops) if match else []
        match = _RESOURCE.match(text)
        return list(self._chosen(match, where)) if match else []

    def _variable(self, name: str, where: _Where, hops: int) -> list[str]:
        calls = list(_CALL.finditer(where[0]))
        if not calls:
            return []
        parent = where[0][: calls[-1].start()].rstrip(".")
        call = self._call(self._module(parent), calls[-1][1])
        expression = _mapping(_mapping(call.get("expressions")).get(name))
        each = _list(_mapping(call.get("for_each_expression")).get("references"))
        own = calls[-1][2] or where[1]
        return self._resolve(_list(expression.get("references")), (parent, own), each, hops)

    def _output(self, match: re.Match[str], where: _Where, hops: int) -> list[str]:
        call = f"{where[0]}.module.{match[1]}".lstrip(".")
        deeper = (module[len(call) :] for module in self._modules if module.startswith(call))
        keys = {found[0] if (found := _LAST_KEY.match(rest)) else "" for rest in deeper}
        own = match[2] or (where[1] if where[1] in keys else "")
        if own not in keys and len(keys) == 1:
            own = next(iter(keys))
        outputs = _mapping(self._module(call).get("outputs"))
        expression = _mapping(_mapping(outputs.get(match[3])).get("expression"))
        hint = found[1] if (found := _LAST_KEY.search(match[4])) else where[1]
        return self._resolve(_list(expression.get("references")), (call + own, hint), [], hops)

    def _chosen(self, match: re.Match[str], where: _Where) -> Iterator[str]:
        """The instance that is named, else the one with the same key, else all there are."""
        instances = self._instances.get((where[0], match[1]), {})
        own = match[2] or where[1]
        if own in instances:
            yield instances[own]
        elif not match[2]:
            yield from instances.values()


def _place(change: Mapping[str, Any]) -> tuple[str, str, str]:
    """Module instance, address of the resource in the module, and key with brackets, or empty."""
    module = str(change.get("module_address", ""))
    own = change["address"].removeprefix(f"{module}." if module else "")
    match = _RESOURCE.match(own)
    return (module, match[1], match[2] or "") if match else (module, own, "")


def _expressions(node: Any, path: tuple[str, ...], block: str) -> Iterator[Mapping[str, Any]]:
    """The expressions at a path: of the block with that name, else of every block."""
    if isinstance(node, list):
        blocks = [_mapping(each) for each in node]
        named = [b for b in blocks if block and _constant(b.get("name")) == block]
        for each in named or blocks:
            yield from _expressions(each, path, "")
    elif isinstance(node, Mapping):
        if path and path[0] in node:
            yield from _expressions(node[path[0]], path[1:], block)
        elif "references" in node:
            yield node


def _constant(expression: Any) -> Any:
    return _mapping(expression).get("constant_value")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
