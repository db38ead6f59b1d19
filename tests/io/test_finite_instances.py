import json

import jsonschema
import pytest

from suasion import load
from suasion.io import schema

TYPE = {"weight": "1/2", "belief": ["1/2", "1/2"], "receiver_utility": [[1, 0], [0, 1]]}
DOCUMENT = {
    "kind": "finite-persuasion",
    "states": ["low", "high"],
    "actions": ["wait", "buy"],
    "types": [TYPE, TYPE],
    "sender_utility": [[0, 1], [0, 1]],
}


def with_type(**fields):
    return {**DOCUMENT, "types": [TYPE, TYPE | fields]}


def test_a_document_is_read_with_its_names():
    instance = load(DOCUMENT)
    assert instance.states == ("low", "high")
    assert instance.actions == ("wait", "buy")
    assert instance.labels == ("0", "1")
    assert instance.rational
    assert instance.to_dict() == DOCUMENT


def test_types_may_have_sender_utilities_state_beliefs_and_labels():
    document = with_type(
        sender_utility=[[0, 2], [0, "5/2"]], state_belief=["1/4", "3/4"], label="keen"
    )
    instance = load(document)
    assert instance.sender_utilities.tolist() == [[[0, 1], [0, 1]], [[0, 2], [0, 2.5]]]
    assert instance.state_beliefs.tolist() == [[0.5, 0.5], [0.25, 0.75]]
    assert instance.labels == ("0", "keen")
    assert load(json.loads(json.dumps(instance.to_dict()))) == instance


@pytest.mark.parametrize("document", [DOCUMENT, with_type(state_belief=[0.25, 0.75], label="b")])
def test_the_schema_accepts_documents(document):
    jsonschema.validate(document, schema())


@pytest.mark.parametrize(
    "document",
    [
        with_type(weigth=1),
        with_type(belief=["half", 0.5]),
        with_type(receiver_utility=[1, 0]),
        {k: v for k, v in DOCUMENT.items() if k != "sender_utility"},
        {**DOCUMENT, "states": 2},
    ],
)
def test_the_schema_and_the_reader_reject_the_same(document):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema())
    with pytest.raises(ValueError, match=r"\.$"):
        load(document)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (with_type(weight="1/3"), "weights sum to 5/6, not exactly 1"),
        (with_type(weight=-1), "types[1].weight is -1, outside [0, inf)"),
        (with_type(weight=None), "types[1].weight is None, which is not a number"),
        (with_type(weight=True), "types[1].weight is True, not a number"),
        (with_type(belief=["1/2", "1/3"]), "types[1].belief sum to 5/6"),
        (with_type(belief=[2, -1]), "types[1].belief[0] is 2, outside [0, 1]"),
        (with_type(belief=[1, "x"]), "types[1].belief[1] is 'x', which is not a number"),
        (with_type(belief=[1, 0, 0]), "types[1].belief has 3 entries and types[0].belief has 2"),
        (with_type(belief=1), "types[1].belief is 1; give a list of numbers."),
        (with_type(state_belief=[]), "types[1].state_belief has 0 entries"),
        (with_type(state_belief=[1, 1]), "types[1].state_belief sum to 2"),
        (with_type(receiver_utility=[[1, 0], [0]]), "types[1].receiver_utility[1] has 1 entries"),
        (with_type(receiver_utility=[[1, 0]]), "types[1].receiver_utility has 1 x 2 entries"),
        (with_type(receiver_utility=[[1, "1/0"], [0, 1]]), "[0][1] is '1/0', which is not"),
        (with_type(receiver_utility={"a": 1}), "give one list per state."),
        (
            with_type(sender_utility=[[0, 1e300], [0, 1]]),
            "types[1].sender_utility[0][1] is 1e+300",
        ),
        (with_type(label=3), "types[1].label is 3"),
        (with_type(label="0"), "types[1].label is '0' again (first at 0)"),
        (with_type(wieght=1), "types[1].wieght is not a field; the fields are weight, belief"),
        ({**DOCUMENT, "types": []}, "types is empty; give at least one type."),
        ({**DOCUMENT, "types": [3]}, "types[0] is 3; give an object of named fields."),
        (
            {**DOCUMENT, "states": ["low"]},
            "states has 1 entries for 2 states; give one per state.",
        ),
        ({**DOCUMENT, "actions": ["a", "a"]}, "actions[1] is 'a' again (first at 0)"),
        ({**DOCUMENT, "sender_utility": [[1, 2]]}, "sender_utility has 1 x 2 entries per type"),
        ({**DOCUMENT, "sender_utility": [[1e300, 2]] * 2}, "sender_utility[0][0] is 1e+300"),
        ({**DOCUMENT, "beliefs": [1]}, "beliefs is not a field; the fields are kind, states"),
    ],
)
def test_bad_documents_get_one_sentence_with_field_and_value(document, said):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the sentence is compared below)
        load(document)
    assert said in str(caught.value)
    assert str(caught.value).endswith(".")
