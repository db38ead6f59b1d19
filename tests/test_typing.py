"""What a type checker knows about the package."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import suasion

USER = Path(__file__).parent / "typing" / "user.py"
FILES = ("user.py", "wrong.py")
needs_mypy = pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed")


WRONG = (
    "import suasion\n"
    "news = suasion.BinaryPersuasion([1], [0.4])\n"
    "suasion.solve(news).require().uncovered(news)\n"
    "suasion.solve(news, time_limit='10 s')\n"
    "suasion.QuerySelection(news, suasion.ThresholdQueries()).budget = 3\n"
)


@needs_mypy
def test_a_users_file_is_checked_strictly_and_a_mistake_is_found(tmp_path):
    # Far from the package's own settings; both at once, for most of the time is the package.
    (tmp_path / "user.py").write_text(USER.read_text())
    (tmp_path / "wrong.py").write_text(WRONG)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", *FILES],
        cwd=tmp_path,
        env={
            "MYPYPATH": str(Path(suasion.__file__).parents[1]),
            "MYPY_CACHE_DIR": str(tmp_path / "cache"),
            "PATH": "",
        },
        capture_output=True,
        text=True,
    )
    found = [line.split(":") for line in done.stdout.splitlines() if ": error: " in line]
    where = [(file, line) for file, line, *_ in found]
    assert where == [("wrong.py", "3"), ("wrong.py", "4"), ("wrong.py", "5")], done.stdout


def test_the_package_says_that_it_is_typed():
    assert (Path(suasion.__file__).parent / "py.typed").exists()
