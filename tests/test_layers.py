"""Who may import whom, read from the source; and what importing the package does not load."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import networkx
import pytest

import suasion

ROOT = Path(suasion.__file__).parent
BACKEND_LIBRARIES = {"pulp", "cvxpy", "highspy"}
HEAVY = (
    "numba",
    "pandas",
    "cvxpy",
    "pulp",
    "highspy",
    "matplotlib",
    "scipy.stats",
    "pydantic",
    "typer",
    "sklearn",
)

TABLED = re.compile(r"[a-z_]+(\.[a-z_]+)*:\w+")

# Room -> the rooms of the package that it may import. A family of models is a room of its own.
BASE = {"errors", "version", "user_code"}
ALLOWED = {
    "errors": set(),
    "version": set(),
    "user_code": {"errors"},
    "support": {"version"},
    "moved": set(),
    "models/numbers": {"errors"},
    "models/programs": {"errors", "models/table", "models/numbers"},
    "models/binary": {"errors", "models/table", "models/numbers", "models/programs"},
    "models/finite": {
        *("errors", "models/table", "models/numbers", "models/programs"),
        "models/binary",
    },
    "models/queries": {
        *("errors", "models/table", "models/numbers", "models/programs"),
        *("models/binary", "models/finite"),
    },
    "models/simulation": {
        *("errors", "models/table", "models/numbers", "models/programs"),
        *("models/finite", "models/queries"),
    },
    "models/set_cover": {"errors", "models/table", "models/numbers", "models/programs"},
    "models": {"errors"},
    "models/table": {"errors"},
    "results": {"errors", "models"},
    "oracles": {"errors", "models"},
    "generate": {"errors", "models", "user_code"},
    "solvers": {*BASE, "models", "results"},
    "reductions": {"errors", "models", "results", "user_code"},
    "testing": {"errors", "models", "results", "solvers", "oracles"},
    "io": {"errors", "models", "results", "solvers", "reductions"},
    "surveys": {"errors", "models", "results", "solvers", "user_code"},
    # Named instances are files read by io.
    "examples": {"errors", "models", "io"},
}
# The rooms at the top, and the package's front door.
ANYTHING = {*ALLOWED, "cli", "plots", "reports", "studies", "__init__"}


def room(path):
    """The room of a file: the folder or module right inside the package, or a family of models."""
    parts = [part.removesuffix(".py") for part in Path(path).parts]
    return placed(parts)


def placed(parts):
    family = "/".join(parts[:2])
    return family if family in ALLOWED else parts[0]


def may_import(here, there):
    """Whether a room may import another; what may import models may import every family."""
    if here == there or here not in ALLOWED:
        return True
    return there in ALLOWED[here] or there.split("/")[0] in ALLOWED[here]


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
        elif isinstance(node, ast.Constant) and TABLED.fullmatch(str(node.value)):
            # "module:function" in a table, imported when used.
            named = str(node.value).replace(":", ".")
            yield named if named.startswith("suasion.") else ".".join([*package, named])


def import_by_name(call):
    """The name given to `import_module`, up to its first computed part."""
    name = call.args[0]
    if isinstance(name, ast.JoinedStr):
        name = name.values[0]
    return str(name.value) if isinstance(name, ast.Constant) else "?"


def target_room(name):
    """The room that `suasion.<...>` lies in; names of the package itself are its `__init__`."""
    parts = name.split(".")[1:]
    return placed(parts) if parts and (parts[0] in ANYTHING) else "__init__"


def wrong_arrows(source, path):
    """Sentences about the imports of one file that its room does not allow."""
    here, found = room(path), []
    for name in imported(source, path):
        library = name.split(".")[0]
        if library == "suasion":
            there = target_room(name)
            if not may_import(here, there):
                found.append(f"{path} imports {name}: {here} -> {there}")
        elif library == "sklearn" and here != "surveys":
            found.append(f"{path} imports {library}, which only surveys may")
        elif library in BACKEND_LIBRARIES and not path.startswith("solvers/backends/"):
            found.append(f"{path} imports {library}, which only solvers/backends may")
        elif (
            here.split("/")[0] == "models"
            and library not in sys.stdlib_module_names
            and not (library == "numpy" or name.startswith("scipy.sparse"))
            and not (library == "pandas" and path == "models/table.py")
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


def graph_of(sources):
    """Who imports whom, file by file: module -> modules, for a mapping of path to source."""
    modules = {module(path): path for path in sources}
    arrows = networkx.DiGraph()
    arrows.add_nodes_from(modules)
    for name, path in modules.items():
        for found in imported(sources[path], path):
            there = found if found in modules else found.rpartition(".")[0]
            computed = found.endswith(".")
            if there in modules and there != name and not computed:
                arrows.add_edge(name, there)
    return arrows


def module(path):
    return ".".join(["suasion", *Path(path).with_suffix("").parts]).removesuffix(".__init__")


def folders_of(arrows):
    """Who imports whom, folder by folder; a folder and those inside it are one house."""
    packages = {module(path) for path in files() if path.endswith("__init__.py")}
    rooms = networkx.DiGraph()
    for one, other in arrows.edges:
        pair = [name if name in packages else name.rpartition(".")[0] for name in (one, other)]
        if not any(f"{a}.".startswith(f"{b}.") for a, b in (pair, pair[::-1])):
            rooms.add_edge(*pair)
    return rooms


def circles(arrows):
    """Groups of two or more in which each leads to each."""
    groups = networkx.strongly_connected_components(arrows)
    return [sorted(group) for group in groups if len(group) > 1]


def test_no_files_and_no_folders_import_each_other_in_a_circle():
    arrows = graph_of({path: (ROOT / path).read_text() for path in files()})
    assert len(arrows.edges) > 500
    assert circles(arrows) == []
    assert circles(folders_of(arrows)) == []


def test_a_circle_is_found_wherever_the_import_stands():
    sources = {
        "models/binary/policy.py": "from suasion.models.binary.envelope import Envelope",
        "models/binary/envelope.py": "def f():\n    from suasion.models.binary import policy",
        "models/binary/instance.py": "from suasion.models.binary.policy import MessagingPolicy",
    }
    names = ["suasion.models.binary.envelope", "suasion.models.binary.policy"]
    assert circles(graph_of(sources)) == [names]


def defined(source):
    """What a file defines beside names that it hands on."""
    found = []
    for node in ast.parse(source).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        handed = isinstance(node, ast.Import | ast.ImportFrom)
        listed = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        if not (docstring or handed or listed):
            found.append(ast.unparse(node).splitlines()[0])
    return found


@pytest.mark.parametrize("path", [path for path in files() if path.endswith("/__init__.py")])
def test_faces_define_nothing_but_names(path):
    assert defined((ROOT / path).read_text()) == []


def test_a_face_that_defines_something_is_noticed():
    assert defined('"""A face."""\nfrom os import path\n__all__ = ["path"]') == []
    assert defined("def solve():\n    return 1") == ["def solve():"]
    assert defined("LIMIT = 3") == ["LIMIT = 3"]


def test_the_checker_reads_imports():
    path = "solvers/one_program.py"
    found = set(imported((ROOT / path).read_text(), path))
    assert "suasion.models.programs.program.Program" in found
    assert "suasion.solvers.backends.optimise.optimise" in found  # inside a function
    assert "dataclasses.dataclass" in found


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("models/binary.py", "from suasion.solvers.solve import solve"),
        ("models/binary.py", "from suasion.results import Result"),
        ("models/binary.py", "import scipy.stats"),
        ("models/binary.py", "from scipy import stats"),
        ("models/binary.py", "def f():\n    import numba"),
        ("models/binary/policy.py", "def f():\n    import pandas"),
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
        ("reductions/set_cover.py", "from suasion.solvers.solve import solve"),
        (
            "reductions/set_cover.py",
            "from importlib import import_module\nimport_module('suasion.solvers.solve.x')",
        ),
        ("oracles.py", "from suasion.results import Result"),
        ("generate.py", "from suasion.solvers.solve import solve"),
        ("io.py", "from suasion.cli import main"),
        ("solvers/__init__.py", "import importlib\nimportlib.import_module('suasion.io')"),
        ("cli.py", "import highspy"),
        ("cli.py", "from sklearn.linear_model import LogisticRegression"),
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
        ("models/table.py", "def to_frame():\n    import pandas"),
        ("models/binary/policy.py", "from suasion.models.binary.instance import BinaryPersuasion"),
        ("models/binary/policy.py", "from .instance import BinaryPersuasion"),
        ("models/policy.py", "from suasion.errors import InputError"),
        ("results.py", "from suasion.models.binary import instance as binary"),
        ("solvers/backends/highs.py", "import highspy"),
        ("solvers/messaging.py", "from suasion.results import Result"),
        ("reductions/set_cover.py", "from suasion.models.queries.selection import QuerySelection"),
        ("surveys/beliefs.py", "def f():\n    from sklearn.base import clone"),
        ("cli.py", "from suasion.solvers.solve import solve\nimport typer"),
        ("io.py", "from suasion.reductions.table import set_cover"),
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
        "suasion.solve(suasion.QuerySelection(pair, suasion.ThresholdQueries(), 1))\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
