"""What a specification may say, the grid it makes, and the sentence for one that is wrong."""

import json
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suasion.examples.catalogue import FOLDER
from suasion.studies import load_study
from suasion.studies.runs import KEY
from suasion.studies.specification import Block, _parameters

BLOCK = {"family": "low", "sizes": [3], "methods": ["closed-form"]}


def study(**changes):
    return {"name": "s", "blocks": [{**BLOCK, **changes}]}


def axis(values):
    return st.lists(values, min_size=1, max_size=3, unique=True)


@settings(deadline=None)
@given(
    axis(st.integers(1, 9)),
    axis(st.sampled_from(["lp", "closed-form", "brute-force"])),
    axis(st.none() | st.integers(0, 5)),
    axis(st.integers(0, 9)),
    st.dictionaries(st.sampled_from(["sets", "denominator", "cost"]), axis(st.integers(2, 9))),
)
def test_the_grid_is_the_product_of_the_axes(sizes, methods, budgets, seeds, parameters):
    block = {
        **{"family": "density", "sizes": sizes, "methods": methods, "budgets": budgets},
        **{"seeds": seeds, "parameters": parameters},
    }
    runs = load_study({"name": "s", "blocks": [block]}).runs()
    points = {
        (r.size, r.method, r.budget, r.seed, *(r.parameters[name] for name in parameters))
        for r in runs
    }
    assert points == set(product(sizes, methods, budgets, seeds, *parameters.values()))
    assert len(runs) == len(points) == len({run.identity for run in runs})


def test_a_range_of_seeds_is_the_list_of_them():
    ranged = load_study(study(seeds={"first": 3, "count": 2}))
    assert [run.seed for run in ranged.runs()] == [3, 4]
    assert [run.seed for run in load_study(study(seeds={"count": 2})).runs()] == [0, 1]


def test_the_nearest_limit_counts_and_the_hard_limit_follows_it():
    methods = ["lp", {"method": "closed-form", "time_limit": 1}]
    document = {**study(time_limit=5, methods=methods), "time_limit": 50}
    document["blocks"].append({**BLOCK, "name": "other"})
    runs = load_study(document).runs()
    assert [run.options["time_limit"] for run in runs] == [5, 1, 50]
    assert [run.hard_limit for run in runs] == [40, 32, 130]
    document["hard_limit"] = 60
    assert {run.hard_limit for run in load_study(document).runs()} == {60}


def test_the_identity_of_a_run_is_its_whole_key_and_nothing_else():
    [run] = load_study(study()).runs()
    assert set(json.loads(run.identity)) == set(KEY)
    [longer] = load_study({**study(), "hard_limit": 1000}).runs()
    assert longer.identity == run.identity
    [gap] = load_study(study(methods=[{"method": "closed-form", "gap": 0.5}])).runs()
    assert gap.identity != run.identity


def test_a_parameter_that_is_a_list_is_an_axis_of_lists():
    lists = [["1/2"], ["1/3", "1/4"]]
    block = Block.model_construct(parameters=_parameters({"beliefs": lists, "adaptive": True}))
    assert block.points == [{"beliefs": one, "adaptive": True} for one in lists]


def test_files_lie_beside_the_specification(tmp_path):
    block = {"files": ["a.json", "deep/b.json"], "methods": ["auto"]}
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"name": "s", "blocks": [block]}))
    runs = load_study(spec).runs()
    assert [run.path for run in runs] == [str(tmp_path / f) for f in ("a.json", "deep/b.json")]
    assert [run.file for run in runs] == ["a.json", "deep/b.json"]
    assert {run.block for run in runs} == {"files"}


def test_the_shipped_studies_can_be_read():
    paths = list((FOLDER / "studies").iterdir())
    assert paths
    for path in paths:
        assert len(load_study(path).runs()) > 10


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "holds []; give a JSON object with name and blocks."),
        ({"blocks": [BLOCK]}, "name is missing; add it."),
        ({"name": "s"}, "blocks is missing; add it."),
        ({"name": "s", "blocks": []}, "blocks is empty; give at least one value."),
        ({"name": "", "blocks": [BLOCK]}, 'name is ""'),
        ({**study(), "block": []}, 'block is not a field; the fields are name, blocks, time_limit,'
            ' hard_limit (did you mean "blocks"?).'),
        (study(size=3), 'blocks[0].size is not a field'),
        (study(size=3), '(did you mean "sizes"?)'),
        (study(family="lwo"), 'blocks[0].family is "lwo"; choose from low'),
        (study(family="lwo"), 'did you mean "low"?'),
        (study(parameters={"cells": 2}), "blocks[0].parameters: "),
        (study(parameters={"denominator": [2, 1]}), "blocks[0].parameters: denominator is 1;"),
        (study(reduce=["set-covers"]), 'blocks[0].reduce[0] is "set-covers", which is no reduc'),
        (study(reduce=["set-covers"]), '(did you mean "set-cover"?)'),
        (study(family=3), "blocks[0].family is 3: input should be a valid string."),
        (study(sizes=[]), "blocks[0].sizes is empty; give at least one value."),
        (study(sizes=[3, "4"]), 'blocks[0].sizes[1] is "4": input should be a valid integer.'),
        (study(sizes=[3, 4, 3]), "blocks[0].sizes[2] is 3, which is there already; keep one."),
        (study(sizes=[0]), "blocks[0].sizes[0] is 0: input should be greater than or equal to 1."),
        (study(sizes=[True]), "blocks[0].sizes[0] is true"),
        (study(sizes=None), "blocks[0] has a family and no sizes; add sizes."),
        (study(files=["a"]), "blocks[0] needs either family (with sizes) or files"),
        (study(family=None), "blocks[0] needs either family (with sizes) or files"),
        (study(family=None, files=["a"]), "blocks[0] has files, which take no sizes"),
        (study(methods=[]), "blocks[0].methods is empty"),
        (study(methods=["pl"]), 'blocks[0].methods[0].method is "pl", which is no method'),
        (study(methods=[{"method": "lp", "gaps": 1}]), "blocks[0].methods[0].gaps is not a field;"
            " the fields are method, time_limit, gap, solver, exact, threads"),
        (study(methods=[{"method": "lp", "threads": 0}]), "blocks[0].methods[0].threads is 0"),
        (study(methods=["lp", "lp"]), 'blocks[0].methods[1] is {"method": "lp"}, which is there'),
        (study(methods="lp"), 'blocks[0].methods is "lp"'),
        (study(seeds=[]), "blocks[0].seeds is empty"),
        (study(seeds={"count": 0}), 'blocks[0].seeds is {"count": 0}; give a list of integers or'),
        (study(seeds=-1), "blocks[0].seeds is -1; give a list"),
        (study(budgets=[-1]), "blocks[0].budgets[0] is -1"),
        (study(parameters={"cost": []}), "blocks[0].parameters.cost is empty"),
        (study(parameters={"budget": 3}), "blocks[0].parameters holds budget, which has a field"),
        (study(time_limit=0), "blocks[0].time_limit is 0"),
        ({**study(), "time_limit": 1e999}, "has Infinity, which is not a number"),
        ({**study(), "hard_limit": 5}, "spec.json: hard_limit is 5 and a time limit is 60"),
        ({"name": "s", "blocks": [BLOCK, {**BLOCK, "sizes": [2, 3]}]},
            "blocks[1] repeats runs of blocks[0]; give the two blocks different names"),
        ({"name": "s", "blocks": [BLOCK, BLOCK]}, 'blocks[1] is {"family": "low", '),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_with_field_value_and_remedy(document, said, tmp_path):
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared below
        load_study(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert said in text
    assert "\n" not in text
    assert text.endswith((".", "?"))


def test_a_specification_that_is_no_json_is_one_sentence(tmp_path):
    path = tmp_path / "spec.json"
    path.write_text('{"name": NaN}')
    with pytest.raises(ValueError, match="has NaN, which is not a number"):
        load_study(path)
    with pytest.raises(ValueError, match="there is no such file"):
        load_study(tmp_path / "none.json")
