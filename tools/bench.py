"""Finds and runs the benchmarks: each is a module in benchmarks/ with a `main()` that prints a table."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Sequence

from tools.places import BENCHMARKS, ROOT, VENV_PYTHON, surroundings
from tools.table import table

START = "import sys; from benchmarks.{name} import main; sys.exit(main())"


def benchmarks() -> dict[str, str]:
    """Name and first line of each benchmark."""
    found = {}
    for path in sorted(BENCHMARKS.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            found[path.stem] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def run_benchmark(arguments: Sequence[str]) -> int:
    """Runs one by name, passing the rest on; without a name lists them."""
    known = benchmarks()
    if not arguments:
        print(table(("./run bench", "what it measures"), list(known.items())))
        return 0
    name, *rest = arguments
    if name not in known:
        print(f"There is no benchmark {name!r}. Known: {', '.join(known) or 'none yet'}.", file=sys.stderr)
        return 2
    command = [str(VENV_PYTHON), "-c", START.format(name=name), *rest]
    paths = f"{ROOT / 'src'}:{ROOT}"
    return subprocess.run(
        command, cwd=ROOT, env={**surroundings(), "PYTHONPATH": paths}, check=False
    ).returncode
