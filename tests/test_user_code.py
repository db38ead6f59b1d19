"""A user's own method, family and reduction are named "module:function" wherever names are."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import run

import suasion
from suasion import BinaryPersuasion, InputError, SetCover, WrongKindError, solve
from suasion.generate import generate
from suasion.reductions import reduced
from suasion.studies import load_study, read_results, run_study

NEWS = BinaryPersuasion(["1/2", "1/2"], ["1/5", "3/5"])


def test_solve_runs_a_users_method():
    result = solve(NEWS, "users_own:silence", exact=True)
    assert (result.method, result.value, result.status) == ("silence", 0.5, "feasible")
    assert result.report.version == ""
    assert result.report.seconds > 0


def test_a_discretized_continuum_is_bracketed_by_a_users_method_too():
    both = suasion.DiscretizedPersuasion(NEWS, BinaryPersuasion.one("3/5"), 0.1)
    result = solve(both, "users_own:silence")
    assert (result.value, result.bound) == (0.5, 1.0)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("no_such_module:f", '^method is "no_such_module:f", and there is no module "no_such'),
        ("users_own:silense", "and the module has no such name; name a function"),
        ("users_own:NUMBER", "and the module has a int of that name"),
        (":f", 'there is no module ""'),
    ],
)
def test_what_is_not_there_is_one_sentence(name, sentence):
    with pytest.raises(InputError, match=sentence):
        solve(NEWS, name)


def test_a_method_returns_a_result():
    with pytest.raises(WrongKindError, match='what "users_own:forgetful" returned is a float'):
        solve(NEWS, "users_own:forgetful")


def test_a_module_that_imports_what_is_missing_keeps_its_traceback(tmp_path, monkeypatch):
    (tmp_path / "needs_more.py").write_text("import not_installed_anywhere\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="not_installed_anywhere"):
        solve(NEWS, "needs_more:f")


def test_the_command_line_finds_modules_in_the_current_folder(tmp_path):
    suasion.save(NEWS, tmp_path / "news.json")
    (tmp_path / "my_module.py").write_text("from users_own import silence as quiet\n")
    code = (
        "import sys\n"
        f"sys.path[:] = [p for p in sys.path if p not in ('', {str(tmp_path)!r})]\n"
        f"sys.path.append({str(__file__).rsplit('/', 1)[0]!r})\n"
        "from suasion.cli import app\n"
        "app(['solve', 'news.json', '--method', 'my_module:quiet', '--json'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["method"] == "silence"


def test_generate_draws_a_users_family():
    assert generate("users_own:sceptics", 2, seed=1, top=2).beliefs == [0.2]
    with pytest.raises(InputError, match='family users_own:sceptics is "topp"'):
        generate("users_own:sceptics", 2, topp=2)


def test_a_users_reduction_joins_a_chain():
    chain = reduced(SetCover(2, [[0], [1]]), ["users_own:Doubled", "set-cover"])
    assert len(chain.target.oracle) == 4
    assert solve(chain.target).status == "optimal"


def test_a_study_names_what_a_user_wrote(tmp_path, monkeypatch):
    monkeypatch.chdir(Path(__file__).parent)  # where the processes of the study look
    block = {"family": "users_own:sceptics", "sizes": [1, 2], "parameters": {"top": [2, 3]}}
    methods = ["users_own:silence", "closed-form"]
    study = load_study({"name": "mine", "blocks": [{**block, "methods": methods}]})
    out = tmp_path / "mine.jsonl"
    run_study(study, out)
    records = read_results(out)
    assert [r["error"] for r in records] == [None] * 8
    assert {r["ran"] for r in records} == {"silence", "closed-form"}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("family", "users_own:sceptic"),
        ("methods", ["users_own:silense"]),
        ("reduce", ["users_own:Doubles"]),
    ],
)
def test_a_study_says_at_once_what_is_not_there(field, wrong):
    block = {"family": "low", "sizes": [1], "methods": ["lp"], field: wrong}
    with pytest.raises(InputError, match=r'is "users_own:.*the module has no such name'):
        load_study({"name": "mine", "blocks": [block]})


def test_an_instance_comes_from_standard_input(tmp_path):
    text = json.dumps(NEWS.to_dict())
    done = run_with_input(["solve", "-", "--json"], text)
    assert json.loads(done.stdout)["status"] == "optimal"
    assert run_with_input(["verify", "-"], text).exit_code == 0
    picture = tmp_path / "news.svg"
    assert run_with_input(["plot", "-", "-o", picture], text).exit_code == 0
    assert picture.exists()
    wrong = run_with_input(["solve", "-"], '{"kind": "nothing"}')
    assert wrong.exit_code == 2
    assert "kind is" in wrong.stderr


def run_with_input(words, text):
    from typer.testing import CliRunner

    from suasion.cli import app

    return CliRunner().invoke(app, [str(word) for word in words], input=text)


def test_the_version_is_told():
    done = run("--version")
    assert (done.exit_code, done.stdout) == (0, f"suasion {suasion.__version__}\n")
