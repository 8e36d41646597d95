"""Own points: the user's numbers, or a refusal that says what was expected, what came and where."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.datasets import DATASETS, Dataset
from core.datasets.points import Points
from core.experiment import Experiment
from core.frame import measure
from core.run import run
from core.spec import SpecError
from core.state import start


def parse(kind: str, fields: dict[str, Any]) -> Dataset:
    return DATASETS.parse({"kind": kind} | fields, "data")


def refusal(kind: str, fields: dict[str, Any]) -> str:
    with pytest.raises(SpecError) as caught:
        parse(kind, fields)
    return str(caught.value)


POINTS = {"x": [[0, 1], [2, 3], [4, 5]], "y": [0, 1, 2]}
SOME = "expected a list, without repeats, of some of x1, x2, x1^2, x2^2, x1*x2, sin(x1), sin(x2)"
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"x": "no"}, "data.x: expected a list of rows, got text"),
    ({"x": None}, "data.x: expected an array of numbers, got null"),
    ({"x": {"a": 1}}, "data.x: expected a list of rows, got an object"),
    ({"x": []}, "data.x: expected 1 to 2000 rows, got 0"),
    ({"x": [[0]] * 2001}, "data.x: expected 1 to 2000 rows, got 2001"),
    ({"x": [0, 1, 2]}, "data.x: expected a list of numbers at row 0, got a number (rows of one number: [[1], [2]])"),
    ({"x": [[], [], []]}, "data.x: expected 1 to 256 numbers in every row, got 0 in row 0"),
    ({"x": [[0] * 257] * 3}, "data.x: expected 1 to 256 numbers in every row, got 257 in row 0"),
    ({"x": [[0] * 256] * 782}, "data.x: expected at most 200000 numbers in all, got 200192"),
    ({"x": [[0, 1], [2], [4, 5]]}, "data.x: expected 2 numbers in every row, as in row 0, got 1 in row 1"),
    ({"x": [[0, 1], [2, 3], 4]}, "data.x: expected a list of numbers at row 2, got a number (rows of one number: [[1], [2]])"),
    ({"x": [[0, 1], [2, "3"], [4, 5]]}, "data.x: expected a number at row 1, column 1, got text"),
    ({"x": [[0, 1], [2, True], [4, 5]]}, "data.x: expected a number at row 1, column 1, got true or false"),
    ({"x": [[0, 1], [[[2]], 3], [4, 5]]}, "data.x: expected a number at row 1, column 0, got a list"),
    ({"x": [[0, 1], [2, math.nan], [4, 5]]}, "data.x: expected a finite number at row 1, column 1, got NaN"),
    ({"x": [[0, 1], [2, 3], [-math.inf, 5]]}, "data.x: expected a finite number at row 2, column 0, got infinity"),
    ({"x": [[0, 10**5000]] * 3}, "data.x: expected a number between -1e+15 and 1e+15 at row 0, column 1, got a larger one"),
    ({"y": 3}, "data.y: expected a list of entries, one for each row of x, got a number"),
    ({"y": [0, 1]}, "data.y: expected 3 entries, one for each row of x, got 2"),
    ({"y": [0, 1, math.nan]}, "data.y: expected a finite number at row 2, got NaN"),
    ({"y": [[0], [1, 2], [3]]}, "data.y: expected 1 number in every row, as in row 0, got 2 in row 1"),
    ({"y": [0, [1], 2]}, "data.y: expected a number at row 1, got a list"),
    ({"y": [[0], 1, [2]]}, "data.y: expected a list of numbers at row 1, got a number (rows of one number: [[1], [2]])"),
    ({"y": [0, 1, 2], "task": "binary"}, "data.y: expected a whole number from 0 to 1 at row 2, got 2"),
    ({"y": [0, 1, 1.5], "task": "classes"}, "data.y: expected a whole number from 0 to 99 at row 2, got 1.5"),
    ({"y": [0, -1, 1], "task": "classes"}, "data.y: expected a whole number from 0 to 99 at row 1, got -1"),
    ({"y": [0, 1000, 1], "task": "classes"}, "data.y: expected a whole number from 0 to 99 at row 1, got 1000"),
    ({"y": [[0, 1]] * 3, "task": "classes"}, "data.y: expected 1 number in every row, got 2 in row 0"),
    ({"y": [0, 1, 0.5], "task": "counts"}, "data.y: expected a whole number at least 0 at row 2, got 0.5"),
    ({"y": [0, 1, -3], "task": "counts"}, "data.y: expected a whole number at least 0 at row 2, got -3"),
    ({"task": "ranking"}, "data.task: expected one of binary, classes, regression, counts, got \"ranking\""),
    ({"features": []}, f"data.features: {SOME}, got []"),
    ({"features": ["x3"]}, f"data.features: {SOME}, got [\"x3\"]"),
    ({"features": ["x1"], "x": [[0], [1], [2]]},
     "data.features: expected rows of two numbers, got 1: these are functions of x1 and x2"),
    ({"test_fraction": 1}, "data.test_fraction: expected a number at least 0 and at most 0.9, got 1"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "message"), REFUSED)
def test_points_say_what_was_expected_what_came_and_where(fields: dict[str, Any], message: str) -> None:
    text = refusal("points", POINTS | fields)
    assert text == message or text.startswith(message + " (")
    assert len(text) < 300


def test_points_need_both_x_and_y() -> None:
    assert refusal("points", {"y": [1]}).startswith("data.x: points needs this field")
    assert refusal("points", {"x": [[1]]}).startswith("data.y: points needs this field")


def test_nesting_fifty_thousand_deep_is_refused_without_following_it() -> None:
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    assert "expected a number at row 0, column 0, got a list" in refusal("points", {"x": deep, "y": [1]})
    assert "got a list" in refusal("points", {"x": [[1]], "y": [deep]})


def test_points_are_the_users_own_numbers() -> None:
    numbers = parse("points", POINTS).make()
    assert not numbers.x.flags.writeable
    assert not numbers.y.flags.writeable
    assert numbers.x.tolist() == POINTS["x"]
    assert numbers.y.tolist() == [[0], [1], [2]]
    wide = parse("points", POINTS | {"y": [[1, 2], [3, 4], [5, 6]]}).make()
    assert wide.y.tolist() == [[1, 2], [3, 4], [5, 6]]
    labels = parse("points", POINTS | {"y": [[2], [0], [2.0]], "task": "classes"})
    assert labels.make().y.tolist() == [2, 0, 2]
    assert labels.class_names == ("0", "1", "2")
    assert parse("points", {"x": [[1]], "y": [0], "task": "classes"}).class_names == ("0", "1")
    assert Points(x=np.array([[1, 2]]), y=np.array([3]), task="counts").make().y.tolist() == [[3]]  # type: ignore[arg-type]
    assert parse("points", POINTS).domain() == ((-0.4, 4.4), (0.6, 5.4))
    assert parse("points", {"x": [[3]], "y": [0]}).domain() == ((2, 4),)


def test_the_largest_points_are_taken_and_hash_once() -> None:
    fields = {"x": np.arange(200_000).reshape(2000, 100).tolist(), "y": list(range(2000))}
    data = parse("points", fields)
    assert data.make().x.shape == (2000, 100)
    assert {data: 1}[parse("points", fields)] == 1
    assert vars(data)["_hash"] == hash(parse("points", fields))


def test_points_are_equal_when_their_numbers_are() -> None:
    one, other = (
        parse("points", POINTS | {"x": [[0.0, 1], [2, 3], [4, 5]]}),
        parse("points", POINTS | {"x": [[-0.0, 1], [2, 3], [4, 5]]}),
    )
    assert one == other
    assert hash(one) == hash(other)
    assert one != parse("points", POINTS | {"y": [0, 1, 3]})
    assert one != parse("points", POINTS | {"task": "classes"})
    assert one != parse("points", POINTS | {"test_fraction": 0.5})
    assert one != "points"


def test_points_of_two_numbers_have_the_planes_features() -> None:
    """The same functions, under the same names, as every other two-dimensional set; left out, the numbers themselves."""
    names = ["x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)", "x2", "x1"]
    data, planar = parse("points", POINTS | {"features": names}), parse("circle", {"count": 30, "features": names})
    raw = planar.make().x
    np.testing.assert_array_equal(data.inputs(raw), planar.inputs(raw))
    assert data.input_names() == tuple(names)
    assert data.input_shape() == (7,)
    assert data.feature_names == ("x1", "x2")
    assert data.domain() == parse("points", POINTS).domain()
    assert DATASETS.parse(data.document(), "data") == data != parse("points", POINTS)
    plain = parse("points", POINTS)
    assert plain.inputs(raw) is raw
    assert plain == parse("points", POINTS | {"features": ["x1", "x2"]})
    assert plain.document()["features"] == ["x1", "x2"]
    assert parse("points", {"x": [[1], [2]], "y": [0, 1]}).document()["features"] is None


def test_a_circle_of_own_points_is_separated_by_its_squares_alone() -> None:
    """What a linear network cannot do with x1 and x2, it does with x1² and x2²."""
    circle = parse("circle", {"count": 60, "noise": 0.0}).make()
    own = {"kind": "points", "x": circle.x.tolist(), "y": circle.y.tolist(), "task": "binary"}
    found = {}
    for features in (["x1", "x2"], ["x1^2", "x2^2"]):
        experiment = Experiment.parse({
            "data": own | {"features": features}, "layers": [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
            "loss": {"kind": "binary_cross_entropy"}, "optimizer": {"kind": "adam", "learning_rate": 0.3},
        })  # fmt: skip
        found[features[0]] = list(run(experiment, start(experiment), 300, 300))[-1][0].metrics["train_accuracy"]
    assert found["x1"] < 0.8 < 1.0 == found["x1^2"]


@pytest.mark.parametrize("label", [0, 1])
def test_accuracy_of_a_loss_of_signs_is_told_at_0_though_all_labels_are_alike(label: int) -> None:
    experiment = Experiment.parse({
        "data": {"kind": "points", "x": [[1], [2], [3]], "y": [label] * 3, "task": "binary"},
        "layers": [{"kind": "dense", "units": 1}], "loss": {"kind": "hinge"},
    })  # fmt: skip
    params = ({"W": np.array([[0.1]]), "b": np.zeros(1)},)  # answers 0.1, 0.2 and 0.3: all of them +1
    assert measure(experiment, replace(start(experiment), params=params)).metrics["train_accuracy"] == label
