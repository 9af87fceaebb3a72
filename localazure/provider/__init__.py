"""A stand-in for the azure-native provider (SDK 3.29.0) that deploys to local Azure.

It speaks the engine's ResourceProvider protocol as the real provider does and turns every call
into ARM requests over HTTP: look, write, poll, look again. The behaviour follows the sources of
github.com/pulumi/pulumi-azure-native, version 3 (`provider/pkg/{provider,azure,convert}`); each
module names the file it follows.

Left out, compared with the real provider: types that `resource_types` does not list, logging in
(it sends one fixed token, and only to 127.0.0.1), the patterns and lengths that Azure's API
descriptions give for names, arrays that Azure compares as sets (`x-ms-identifiers`), default values
that the API descriptions name, and custom timeouts.
"""

from __future__ import annotations

VERSION = "3.29.0"
"""The SDK version stood in for; the plugin folder and the plugin's answer both carry it."""
