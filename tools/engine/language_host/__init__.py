"""The language host `pulumi-language-python`: runs Python programs and plugins for the engine.

Speaks pulumirpc.LanguageRuntime (pulumi/pulumi, proto/pulumi/language.proto) and follows the
official host where a user notices a difference, with these limits: the `pip` toolchain only, no
type checker, no debugger, no program generation (`pulumi convert`). Policy packs and components
talk to the engine directly, so a pack's environment holds no PULUMI_CONFIG.
"""
