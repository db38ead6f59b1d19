"""Who may import whom, read from the source; and what importing the package does not load."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import suasion

ROOT = Path(suasion.__file__).parent
BACKEND_LIBRARIES = {"pulp", "cvxpy", "highspy"}
HEAVY = ("numba", "cvxpy", "pulp", "highspy", "matplotlib", "scipy.stats", "pydantic", "typer")

# Room -> the rooms of the package that it may import.
ALLOWED = {
    "errors": {"errors"},
    "models": {"errors", "models"},
    "results": {"errors", "models", "results"},
    "oracles": {"errors", "models", "oracles"},
    "generate": {"errors", "models", "generate"},
    "tree_exports": {"errors", "models", "tree_exports"},
    "solvers": {"errors", "models", "results", "solvers"},
    "reductions": {"errors", "models", "results", "reductions"},
    "io": {"errors", "models", "results", "solvers", "reductions", "io"},
    # Named instances are files read by io.
    "examples": {"errors", "models", "io", "examples"},
}
# The rooms at the top, and the package's front door.
ANYTHING = {*ALLOWED, "cli", "plots", "studies", "__init__"}


def room(path):
    """The room of a file: the folder or module right inside the package."""
    return Path(path).parts[0].removesuffix(".py")


def imported(source, path):
    """Names imported anywhere in the file, relative imports resolved, as dotted names."""
    package = ["suasion", *Path(path).parts[:-1]]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [] if not node.level else package[: len(package) - node.level + 1]
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{module}.{alias.name}"
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield import_by_name(node)


def import_by_name(call):
    """The name given to `import_module`, up to its first computed part."""
    name = call.args[0]
    if isinstance(name, ast.JoinedStr):
        name = name.values[0]
    return str(name.value) if isinstance(name, ast.Constant) else "?"


def target_room(name):
    """The room that `suasion.<...>` lies in; names of the package itself are its `__init__`."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ANYTHING else "__init__"


def wrong_arrows(source, path):
    """Sentences about the imports of one file that its room does not allow."""
    here, found = room(path), []
    for name in imported(source, path):
        library = name.split(".")[0]
        if library == "suasion":
            there = target_room(name)
            version_only = name == "suasion.__version__"
            if there not in ALLOWED.get(here, ANYTHING) and not version_only:
                found.append(f"{path} imports {name}: {here} -> {there}")
        elif library in BACKEND_LIBRARIES and not path.startswith("solvers/backends/"):
            found.append(f"{path} imports {library}, which only solvers/backends may")
        elif (
            here == "models"
            and library not in sys.stdlib_module_names
            and not (library == "numpy" or name.startswith("scipy.sparse"))
        ):
            found.append(f"{path} imports {name}; models take numpy, scipy.sparse and no more")
    return found


def files():
    return sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", files())
def test_imports_follow_the_arrows(path):
    assert wrong_arrows((ROOT / path).read_text(), path) == []


def test_every_room_is_known():
    assert {room(path) for path in files()} <= ANYTHING


def test_the_checker_reads_imports():
    path = "solvers/program_policies.py"
    found = set(imported((ROOT / path).read_text(), path))
    assert "suasion.models.binary.policy.MessagingPolicy" in found
    assert "suasion.solvers.backends.optimise" in found  # inside a function
    assert "dataclasses.dataclass" in found


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("models/binary.py", "from suasion.solvers import solve"),
        ("models/binary.py", "from suasion.results import Result"),
        ("models/binary.py", "import scipy.stats"),
        ("models/binary.py", "from scipy import stats"),
        ("models/binary.py", "def f():\n    import numba"),
        ("models/binary.py", "from suasion import solve"),
        ("models/binary.py", "from ..solvers import solve"),
        ("models/program.py", "import highspy"),
        ("errors.py", "from suasion.models.binary.instance import BinaryPersuasion"),
        ("results.py", "from suasion.solvers.options import Options"),
        ("results.py", "from suasion import io"),
        ("solvers/threshold/dp.py", "from suasion.reductions.base import Reduction"),
        ("solvers/threshold/dp.py", "import suasion.plots"),
        ("solvers/messaging.py", "import pulp"),
        ("solvers/messaging.py", "if True:\n    from cvxpy import Variable"),
        ("reductions/set_cover.py", "from suasion.solvers import solve"),
        (
            "reductions/set_cover.py",
            "from importlib import import_module\nimport_module('suasion.solvers.messaging')",
        ),
        ("oracles.py", "from suasion.results import Result"),
        ("generate.py", "from suasion.solvers import solve"),
        ("io.py", "from suasion.cli import main"),
        ("solvers/__init__.py", "import importlib\nimportlib.import_module('suasion.io')"),
        ("cli.py", "import highspy"),
        ("plots.py", "import cvxpy as cp"),
    ],
)
def test_the_checker_fails_on_a_wrong_arrow(path, source):
    assert len(wrong_arrows(source, path)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("models/program.py", "import math\nimport numpy as np\nfrom scipy import sparse"),
        ("models/program.py", "from scipy.sparse import csr_array"),
        ("models/policy.py", "from suasion.models.binary.instance import BinaryPersuasion"),
        ("models/policy.py", "from .binary import BinaryPersuasion"),
        ("models/policy.py", "from suasion.errors import InputError"),
        ("results.py", "from suasion.models.binary import instance as binary"),
        ("solvers/backends/highs.py", "import highspy"),
        ("solvers/messaging.py", "from suasion.results import Result"),
        ("reductions/set_cover.py", "from suasion.models.queries.selection import QuerySelection"),
        ("cli.py", "from suasion.solvers import solve\nimport typer"),
        ("io.py", "from suasion.reductions import set_cover"),
    ],
)
def test_the_checker_passes_right_arrows(path, source):
    assert wrong_arrows(source, path) == []


def test_importing_the_package_loads_nothing_heavy():
    code = f"import sys, suasion; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_solving_small_questions_loads_nothing_heavy_either():
    code = (
        "import sys, suasion\n"
        "pair = suasion.BinaryPersuasion(['1/2', '1/2'], ['1/5', '2/5'])\n"
        "suasion.solve(pair, exact=True)\n"
        "suasion.solve(suasion.QuerySelection(pair, suasion.ThresholdOracle(), 1))\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
