"""What a type checker knows about the package."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import suasion

USER = Path(__file__).parent / "typing" / "user.py"
needs_mypy = pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed")


def checked(tmp_path, source):
    """What `mypy --strict` says of a user's file, far from the package's own settings."""
    file = tmp_path / "user.py"
    file.write_text(source)
    packages = Path(suasion.__file__).parents[1]
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", file.name],
        cwd=tmp_path,
        env={"MYPYPATH": str(packages), "MYPY_CACHE_DIR": str(tmp_path / "cache"), "PATH": ""},
        capture_output=True,
        text=True,
    )


@needs_mypy
def test_a_users_file_is_checked_strictly_and_knows_what_solve_returns(tmp_path):
    done = checked(tmp_path, USER.read_text())
    assert done.stdout.startswith("Success"), done.stdout + done.stderr


@needs_mypy
def test_a_users_mistake_is_found(tmp_path):
    wrong = (
        "import suasion\n"
        "news = suasion.BinaryPersuasion([1], [0.4])\n"
        "suasion.solve(news).require().uncovered(news)\n"
        "suasion.solve(news, time_limit='10 s')\n"
        "suasion.QuerySelection(news, suasion.ThresholdQueries()).budget = 3\n"
    )
    lines = checked(tmp_path, wrong).stdout.splitlines()
    assert [line.split(":")[1] for line in lines if ": error: " in line] == ["3", "4", "5"]


def test_the_package_says_that_it_is_typed():
    assert (Path(suasion.__file__).parent / "py.typed").exists()
