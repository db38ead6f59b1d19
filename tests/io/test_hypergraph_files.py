"""Files that list sets are set covers, of the numbers or of the lines as they say."""

import gzip
import json

import pytest
from command_line import run

from suasion import load, solve

# Lines {1, 2}, {2, 3}, {4}: two numbers hit all, all three lines are needed.
LISTED = "1 2\n2 3\n4\n"


def read(folder, name, text, choice=None):
    path = folder / name
    path.write_text(text)
    return load(path, choice)


HYPERGRAPHS = {
    "PACE": ("g.hgr", f"c sets\np hs 4 3\n{LISTED}c end\n"),
    "PACE by another name": ("sets.txt", f"p hs 4 3\n{LISTED}"),
    "hMETIS": ("g.hgr", f"% sets\n3 4\n{LISTED}"),
    "transactions": ("sets.dat", LISTED),
    "transactions with gaps": ("sets.dat", "0 20\n20 30\n4000\n"),
}


@pytest.mark.parametrize("name", HYPERGRAPHS)
@pytest.mark.parametrize(("choice", "value"), [("hit", 2), ("cover", 3)])
def test_numbers_hit_all_lines_and_lines_cover_all_numbers(tmp_path, name, choice, value):
    assert solve(read(tmp_path, *HYPERGRAPHS[name], choice)).value == value


def test_a_hitting_set_says_what_it_is_and_other_lists_do_not(tmp_path):
    found = read(tmp_path, *HYPERGRAPHS["PACE"])
    assert solve(found).value == 2
    assert found.labels == ("1", "2", "3", "4")
    with pytest.raises(ValueError, match=r"g\.hgr: lists sets and .* --format hit .* or --format"):
        read(tmp_path, *HYPERGRAPHS["hMETIS"])
    with pytest.raises(ValueError, match=r"g\.hgr: format is .row., and this file lists sets"):
        read(tmp_path, *HYPERGRAPHS["PACE"], "row")


def test_lists_may_be_packed(tmp_path):
    path = tmp_path / "g.HGR.gz"
    path.write_bytes(gzip.compress(f"3 4\n{LISTED}".encode()))
    assert solve(load(path, "hit")).value == 2
    assert solve(load(path, "cover")).value == 3


def test_numbers_that_are_on_no_line_cannot_be_covered(tmp_path):
    found = read(tmp_path, "g.hgr", "p hs 5 1\n1 2\n", "cover")
    assert solve(found).status == "infeasible"


@pytest.mark.parametrize(
    ("fmt", "rows", "choice", "costs"),
    [
        ("1", "7 1 2\n8 2 3\n9 4\n", "cover", [7, 8, 9]),
        ("1", "7 1 2\n8 2 3\n9 4\n", "hit", [1, 1, 1, 1]),
        ("10", f"{LISTED}5\n6\n7\n0.5\n", "hit", [5, 6, 7, 0.5]),
        ("11", "7 1 2\n8 2 3\n9 4\n5\n6\n7\n8\n", "hit", [5, 6, 7, 8]),
        ("11", "7 1 2\n8 2 3\n9 4\n5\n6\n7\n8\n", "cover", [7, 8, 9]),
    ],
)
def test_weights_of_hmetis_are_costs_of_what_is_chosen(tmp_path, fmt, rows, choice, costs):
    found = read(tmp_path, "g.hgr", f"3 4 {fmt}\n{rows}", choice)
    assert list(found.costs) == costs
    lines = [[0, 1], [1, 2], [3]]
    assert found.sets.nested() == (lines if choice == "cover" else [[0], [0, 1], [1], [2]])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("g.hgr", "p hs 3 2\n1 2\n", "line 1 promises 2 lines and 1 follow"),
        ("g.hgr", "p hs 3 1\n1 4\n", "line 2: '4' is no node; they are numbered 1 to 3"),
        ("g.hgr", "p hs 3 1\n0 1\n", "line 2: '0' is no node"),
        ("g.hgr", "p hs 3 1\n1 1\n", "line 2 lists 0 twice|line 2 lists 1 twice"),
        ("g.hgr", "p hs 3\n1 2\n", "line 1 is 'p hs 3'; write 'p hs NODES LINES'"),
        ("g.hgr", "% nothing\n", "has no header; begin it with the numbers of lines and nodes"),
        ("g.hgr", "1 2 3\n1 2\n", "line 1 is '1 2 3'; begin with 'LINES NODES'"),
        ("g.hgr", "1 2\n1 2\n1 2\n", "line 1 promises 1 lines and 2 follow"),
        ("g.hgr", "1 2 1\nx 1 2\n", "line 2: a cost is 'x'; give a number >= 0"),
        ("g.hgr", "1 2 10\n1 2\n5\n-6\n", "line 4: a cost is '-6'; give a number >= 0"),
        ("sets.dat", "1 2\n2 b\n", "line 2: an item is 'b'; give an integer >= 0"),
        ("sets.dat", "1 2\n3 3\n", "line 2 lists 3 twice; list it once"),
    ],
)
def test_malformed_lists_get_one_sentence_with_the_line(tmp_path, name, text, said):
    with pytest.raises(ValueError, match=said) as raised:
        read(tmp_path, name, text, "hit")
    assert str(raised.value).startswith(str(tmp_path / name))
    assert str(raised.value).endswith(".")


def test_a_graph_is_no_set_cover_until_it_is_reduced(tmp_path):
    path = tmp_path / "g.graph"
    # By rows of the OR-Library these would be 2 elements and 1 set.
    path.write_text("2 1\n2\n1\n")
    with pytest.raises(
        ValueError, match="is the name of a graph's file; make it a set cover with"
    ):
        load(path)
    done = run("reduce", path, "--via", "vertex-cover", "--json")
    assert json.loads(done.stdout)["target"]["universe"] == 1
