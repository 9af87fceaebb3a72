"""What network security rules decide: rules, places, flows and verdicts, without any I/O.

ARM bodies go in (``landscape``), verdicts come out (``evaluator``); findings, usage and impact
stand on both. Nothing here reads Azure, files or a clock.
"""
