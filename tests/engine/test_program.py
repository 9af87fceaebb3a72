"""Plain commands of the real CLI on a program that our language host runs."""

from __future__ import annotations

import json
import shutil
import sys

from printable import printable
from tests.engine.project import COMPONENTS, Project, diagnostics
from tools.projects import REPOSITORY


def test_a_stack_lives_from_preview_to_destroy(project: Project) -> None:
    project.write(COMPONENTS + "[Thing(f'thing{i}') for i in range(3)]\npulumi.export('made', 3)")
    preview = project.run("preview")
    up = project.run("up", "--yes")
    again = project.run("preview", "--expect-no-changes")
    refresh = project.run("refresh", "--yes")
    outputs = project.run("stack", "output", "--json")
    destroy = project.run("destroy", "--yes")
    runs = [preview, up, again, refresh, outputs, destroy]
    assert [run.returncode for run in runs] == [0] * 6, "\n".join(run.stdout for run in runs)
    assert "+ 4 to create" in preview.stdout
    assert "+ 4 created" in up.stdout
    assert json.loads(outputs.stdout) == {"made": 3}
    assert "- 4 deleted" in destroy.stdout
    assert not any("warning" in run.stdout for run in runs)


def test_config_and_secrets_reach_the_program(project: Project) -> None:
    project.run("config", "set", "region", "westeurope")
    project.run("config", "set", "--secret", "key", "hidden words")
    project.write(
        "import pulumi\nconfig = pulumi.Config()\n"
        "pulumi.export('region', config.require('region'))\n"
        "pulumi.export('key', config.require_secret('key'))\n"
        "pulumi.export('organization', pulumi.get_organization())\n"
        "pulumi.export('stack', f'{pulumi.get_project()}/{pulumi.get_stack()}')\n"
    )
    up = project.run("up", "--yes", "--skip-preview")
    shown = json.loads(project.run("stack", "output", "--json").stdout)
    assert up.returncode == 0
    assert "hidden words" not in up.stdout
    assert shown == {
        "region": "westeurope",
        "key": "[secret]",
        "organization": "organization",
        "stack": "tiny/dev",
    }


def test_the_program_prints_and_imports_from_its_own_folder(project: Project) -> None:
    (project.folder / "helper.py").write_text("print('printed by the helper')\n")
    project.write("import helper, sys\nprint('to stderr', file=sys.stderr)\n")
    printed = diagnostics(project.run("preview").stdout)
    assert printed.count("printed by the helper") == 1
    assert printed.count("to stderr") == 1


def test_an_exception_shows_one_traceback_of_the_users_code(project: Project) -> None:
    (project.folder / "helper.py").write_text("def divide(number):\n    return 1 / number\n")
    project.write("import helper\nhelper.divide(0)\n")
    failed = project.run("preview")
    printed = diagnostics(failed.stdout)
    assert failed.returncode != 0
    assert printed.count("Traceback") == 1
    assert printed.count("ZeroDivisionError: division by zero") == 1
    assert printed.count("error:") == 1
    assert 'helper.py", line 2, in divide' in printed
    assert "asyncio" not in printed and "pulumi-language-python-exec" not in printed


def test_a_syntax_error_shows_its_place_only(project: Project) -> None:
    project.write("import (\n")
    printed = diagnostics(project.run("preview").stdout)
    assert '__main__.py", line 1' in printed
    assert "Traceback" not in printed


def test_a_run_error_is_one_line(project: Project) -> None:
    project.write("import pulumi\nraise pulumi.RunError('this value is wrong')\n")
    failed = project.run("preview")
    assert failed.returncode != 0
    assert diagnostics(failed.stdout).strip().splitlines() == [
        "pulumi:pulumi:Stack (tiny-dev):",
        "    error: this value is wrong",
    ]


def test_nothing_is_added_to_an_error_that_the_program_has_shown(project: Project) -> None:
    project.write("import pulumi, sys\npulumi.log.error('shown by me')\nsys.exit(32)\n")
    failed = project.run("preview")
    assert failed.returncode != 0
    assert diagnostics(failed.stdout).strip().splitlines()[1:] == ["    error: shown by me"]


def test_another_exit_code_is_named(project: Project) -> None:
    project.write("import sys\nsys.exit(3)\n")
    failed = project.run("preview")
    assert failed.returncode != 0
    assert "program exited with non-zero exit code: 3" in diagnostics(failed.stdout)


def test_a_missing_program_is_one_line(project: Project) -> None:
    failed = project.run("preview")
    assert failed.returncode != 0
    assert "unable to find main python program `__main__.py`" in diagnostics(failed.stdout)


def test_a_missing_virtual_environment_says_what_to_do(project: Project) -> None:
    project.configure("toolchain: pip, virtualenv: nowhere")
    project.write("import pulumi\n")
    failed = project.run("preview")
    errors = [line for line in failed.stdout.splitlines() if "error:" in line]
    assert failed.returncode != 0
    assert len(errors) == 1
    assert f"{project.folder}/nowhere does not exist" in errors[0]
    assert "Run 'pulumi install'" in errors[0]
    assert "Traceback" not in failed.stdout


def test_without_an_environment_the_named_python_runs(project: Project) -> None:
    project.configure("toolchain: pip")
    project.write("import pulumi, sys\npulumi.export('prefix', sys.prefix)\n")
    up = project.run("up", "--yes", "--skip-preview", PULUMI_PYTHON_CMD=sys.executable)
    assert up.returncode == 0, up.stdout
    assert json.loads(project.run("stack", "output", "--json").stdout) == {"prefix": sys.prefix}


def test_a_python_without_the_sdk_says_what_to_do(project: Project) -> None:
    bare = project.folder / "bare"
    assert project.run("version").returncode == 0
    (bare / "bin").mkdir(parents=True)
    (bare / "bin" / "python").symlink_to(sys.executable)
    (bare / "pyvenv.cfg").write_text(f"home = {sys.base_prefix}/bin\n")
    project.configure("virtualenv: bare")
    project.write("import pulumi\n")
    failed = project.run("preview")
    assert failed.returncode != 0
    assert "run 'pulumi install'" in failed.stdout
    assert "Traceback" not in failed.stdout


HOSTILE = ("##<{%reset%}>vso[task.debug]x", "red <{%fg 99%}> vnet", "late %}> vnet", "cut <{% vnet")


def test_a_name_that_looks_like_the_engines_colours_is_shown_as_it_is(project: Project) -> None:
    """The engine leaves its colours out, so that the rest joins, and ends where it knows none."""
    shutil.copy(REPOSITORY / "printable.py", project.folder)
    project.write(
        "import pulumi\nfrom printable import printable\n"
        f"for name in {HOSTILE!r}:\n    pulumi.log.warn(printable(name))\n"
    )
    for colour in ("never", "always"):
        preview = project.run("preview", "--color", colour)
        assert preview.returncode == 0, preview.stdout
        for name in HOSTILE:
            assert printable(name) in preview.stdout
        assert "##vso[" not in preview.stdout
