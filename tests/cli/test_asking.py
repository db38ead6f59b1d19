import json
import signal
import subprocess
import sys
import time

import pytest
from instances import binary_questions
from typer.testing import CliRunner

from suasion.cli import app
from suasion.examples.catalogue import catalogue
from suasion.generate import generate
from suasion.io import load, save

KEYS = {"status", "value", "questions", "types", "weight", "policy"}


def run(*words, **options):
    return CliRunner().invoke(app, ["ask", *(str(word) for word in words)], **options)


def test_a_simulated_receiver_of_each_type_ends_at_her_type(example):
    for label, value, acts in (("bad news", 0.4, "below"), ("good news", 0.8, "above")):
        found = run(example("news-one-query"), "--type", label, "--json")
        assert found.exit_code == 0
        document = json.loads(found.stdout)
        assert set(document) == KEYS
        assert document["status"] == "optimal"
        assert document["value"] == pytest.approx(value)
        assert document["questions"] == [{"query": 1, "cutoff": 0.4, "answer": acts}]
        assert document["types"] == [("bad news", "good news").index(label)]
        assert document["weight"] == 0.5
        assert document["policy"]["messages"][0]["acts"] == [label]
        assert found.stderr == ""


def test_a_person_is_asked_in_words_and_asked_again_when_unclear(example):
    found = run(example("news-one-query"), input="perhaps\n\nY\n")
    assert found.exit_code == 0
    question = " ".join(found.stderr.split())
    assert (
        'Question 1 of 1: Suppose the sender says "m" with probability 1 in state 1 and 0.428571 '
        'in state 0. Shown "m", would you act? [y/n]'
    ) in question
    assert found.stderr.count("Please answer y or n.") == 2
    assert "threshold >= 0.4? acts" in found.stdout
    assert "1 of 2 types possible, weight 0.5: good news" in found.stdout
    assert "probability of action 0.8, with this policy:" in found.stdout


def test_questions_to_a_person_leave_the_json_clean(example):
    found = run(example("news-one-query"), "--json", input="n\n")
    assert json.loads(found.stdout)["types"] == [0]
    assert found.stdout.count("\n") == 1
    assert "would you act?" in found.stderr


def test_a_tree_asks_a_person_only_what_follows(example):
    found = run(example("adaptive-costs"), "--json", input="y\n")
    document = json.loads(found.stdout)
    assert found.exit_code == 0
    assert [question["query"] for question in document["questions"]] == [3]
    assert document["types"] == [3, 4]
    assert "Question 1 (at most 3)" in found.stderr


def test_partition_answers_are_numbered_and_numbers_in_labels_do_not_confuse(example):
    found = run(example("heart-questions"), "--json", input="4\n2\n1\n0\n")
    assert found.exit_code == 0
    assert "Question 1 of 3: pain" in found.stderr
    assert "  2) pain = 3\n" in found.stderr
    assert "Please answer a number from 0 to 3." in found.stderr
    asked = json.loads(found.stdout)["questions"]
    assert [question["name"] for question in asked] == ["pain", "slope", "fca"]
    assert [question["answer"] for question in asked] == [2, 1, 0]


def test_a_survey_in_words_can_be_answered_in_words(tmp_path):
    table = tmp_path / "survey.csv"
    table.write_text("bought,age,city\nyes,old,A\nno,young,A\nno,old,B\n")
    target = tmp_path / "survey.json"
    built = ["build", table, "--outcome", "bought", "-o", target]
    assert CliRunner().invoke(app, [str(word) for word in built]).exit_code == 0
    found = run(target, input="Old\nA\n")
    assert found.exit_code == 0
    assert "  0) old\n  1) young\n" in found.stderr
    assert "age: answer 0 (old)" in found.stdout
    assert "1 of 3 types possible, weight 0.3333: old|A" in found.stdout


def test_answers_without_words_list_their_types(example):
    found = run(example("not-contiguous"), input="1\n")
    assert "  0) types 0, 2\n  1) type 1\n" in found.stderr
    assert "1 of 3 types possible, weight 0.25: 1\n" in found.stdout


def test_a_table_lists_only_who_is_left(example):
    found = run(example("not-contiguous"), input="0\n")
    everyone, some = (line.split() for line in found.stdout.splitlines()[-2:])
    assert everyone[3:] == ["everyone", "1", "0.24"]
    # Of the types that are left, two thirds have threshold 0.6; 0.24 + 0.48 = 0.72.
    assert some[3:] == ["thresholds", ">=", "0.6", "0.666667", "0.48"]


@pytest.mark.parametrize("word", [[], ["--json"]])
@pytest.mark.parametrize("typed", ["", "x\n"])
def test_the_end_of_input_exits_with_130_and_prints_nothing(example, word, typed):
    found = run(example("news-one-query"), *word, input=typed)
    assert found.exit_code == 130
    assert found.stdout == ""
    assert "suasion: interrupted" in found.stderr
    assert "Traceback" not in found.stderr


def test_ctrl_c_while_asking_exits_with_130(example):
    command = [sys.executable, "-c", "from suasion.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "ask", str(example("news-one-query"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    seen = ""
    while "[y/n]" not in seen:
        seen += process.stderr.read(1)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "suasion: interrupted" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("none", [], "there is no such file"),
        ("news-one-query", ["--type", "god news"], 'did you mean "good news"'),
        ("news", ["--type", "god news"], 'did you mean "good news"'),
        ("news-one-query", ["--noise", "0.1"], "--noise needs a simulated receiver"),
        ("news-one-query", ["--failure", "0.1"], "--failure needs a simulated receiver"),
        ("news-one-query", ["--type", "bad news", "--noise", "-1"], "--noise is -1.0; give"),
        ("news-one-query", ["--type", "bad news", "--noise", "nan"], "--noise is nan; give"),
        ("not-contiguous", ["--type", "1", "--noise", "0.1"], "--noise moves a simulated belief"),
        ("news-one-query", ["--method", "dpp"], 'did you mean "dp"'),
    ],
)
@pytest.mark.parametrize("json_word", [[], ["--json"]])
def test_bad_input_is_one_sentence_and_status_2(tmp_path, example, name, words, said, json_word):
    path = tmp_path / "none.json" if name == "none" else example(name)
    found = run(path, *words, *json_word)
    assert found.exit_code == 2
    assert found.stdout == ""
    assert said in found.stderr
    assert found.stderr.count("\n") == 1


def test_answers_that_clash_are_one_sentence_and_status_2(example):
    found = run(example("heart-cuts"), "--json", input="n\ny\n")
    assert found.exit_code == 2
    assert found.stdout == ""
    last = found.stderr.splitlines()[-1]
    assert "suasion: the receiver acts at threshold >= " in last
    assert "no type is left." in last


def test_the_same_seed_simulates_the_same_receiver(example):
    path = example("heart-cuts")
    label = load(path).persuasion.labels[0]
    outcomes = [
        run(path, "--type", label, "--noise", "0.5", "--seed", seed, "--json").stdout
        for seed in (*range(8), 0)
    ]
    assert outcomes[0] == outcomes[-1]
    assert len(set(outcomes)) > 1


def test_failures_answer_partition_queries_too(example):
    words = ["--type", "0", "--failure", "1", "--json"]
    answers = {
        json.loads(run(example("not-contiguous"), *words, "--seed", s).stdout)["questions"][0][
            "answer"
        ]
        for s in range(20)
    }
    assert answers == {0, 1}


@pytest.mark.parametrize("words", [[], ["--type", "good news"]])
def test_a_messaging_file_asks_nothing_and_prints_the_policy(example, words):
    found = run(example("news"), *words, "--json")
    document = json.loads(found.stdout)
    assert found.exit_code == 0
    assert found.stderr == ""
    assert (document["questions"], document["types"], document["weight"]) == ([], [0, 1], 1.0)
    assert document["value"] == pytest.approx(0.475)
    text = run(example("news")).stdout
    assert "Asked 0 queries." in text
    assert "everyone" in text


def test_no_answer_from_the_solver_exits_with_3(example, monkeypatch):
    from suasion import Result, Status
    from suasion.cli import asking

    none = Result(Status.NO_ANSWER, "dp")
    monkeypatch.setattr(asking, "solve", lambda problem, method, seed: none)
    found = run(example("news-one-query"), "--json")
    assert found.exit_code == 3
    document = json.loads(found.stdout)
    assert set(document) == KEYS
    assert (document["status"], document["value"]) == ("no_answer", None)
    assert "no_answer" in run(example("news-one-query")).stdout


def test_many_cuts_are_shortened(tmp_path):
    path = tmp_path / "many.json"
    save(generate("thresholds", 60, receivers="low", budget=20), path)
    found = run(path, "--type", "7")
    assert found.exit_code == 0
    assert "... and 4 more (--json has all)." in found.stdout


BINARY = [e.name for e in catalogue() if e.kind == "binary-persuasion"]


@pytest.mark.parametrize("entry", BINARY + binary_questions())
def test_text_fits_80_columns(example, entry):
    path = example(entry)
    problem = load(path)
    label = getattr(problem, "persuasion", problem).labels[0]
    found = run(path, "--type", label)
    assert found.exit_code == 0
    assert max(len(line.rstrip()) for line in found.stdout.splitlines()) <= 80
    asked = run(path, input="0\n" * 30 if "questions" in entry else "n\n" * 30)
    assert max(len(line.rstrip()) for line in asked.stderr.splitlines() or [""]) <= 80


def test_a_finite_instance_has_nobody_to_ask(example):
    found = run(example("matching"))
    assert found.exit_code == 2
    assert "has no queries to ask; try suasion solve." in found.stderr


def test_help_shows_an_example():
    assert "Example: suasion ask" in CliRunner().invoke(app, ["ask", "--help"]).stdout
