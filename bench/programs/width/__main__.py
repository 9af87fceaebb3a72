"""The product's own program, with ``BENCH_WIDTH`` flow logs under way at one watcher."""

from __future__ import annotations

import os
import runpy

from components import flow_logging
from tools.projects import REPOSITORY

vars(flow_logging)["UPDATE_WIDTH"] = int(os.environ["BENCH_WIDTH"])
runpy.run_path(str(REPOSITORY / "__main__.py"), run_name="__main__")
