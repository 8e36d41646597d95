"""Every data set, walked through the catalogue: documented, deterministic, of the shapes it promises, split without loss."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest

from core.datasets import DATASETS, Dataset
from core.datasets.base import balanced, proportional
from core.datasets.functions import Line
from tests import cases

ORDER = list(DATASETS.members)
# small, odd and full variants of each, as fields beside the defaults
CASES = {kind: [fields for case in cases.DATA if case.kind == kind for fields in case.variants] for kind in ORDER}
DATA = [pytest.param(kind, fields, id=f"{kind}-{number}") for kind, rows in CASES.items() for number, fields in enumerate(rows)]


def parse(kind: str, fields: dict[str, Any]) -> Dataset:
    return DATASETS.parse({"kind": kind} | fields, "data")


def test_the_catalogue_offers_every_kind_in_order_and_each_has_a_row_of_cases() -> None:
    assert list(dict.fromkeys(case.kind for case in cases.DATA)) == ORDER
    assert all(CASES[cases.row("data", kind).kind] for kind in ORDER), "each has variants"


@pytest.mark.parametrize("kind", ORDER)
def test_a_member_is_documented_down_to_each_field(kind: str) -> None:
    cls = DATASETS[kind]
    assert cls.__doc__
    assert not cls.__doc__.startswith(cls.__name__ + "("), "the docstring is the one that dataclass makes up"
    entry = next(e for e in DATASETS.describe() if e["kind"] == kind)
    for part in ("title", "help", "source", "licence"):
        assert entry[part], part
    assert entry["task"] in ("binary", "classes", "regression", "counts")
    assert entry["dimensions"] == (None if kind == "points" else len(cls.raw_names))
    for field in entry["fields"]:
        assert field["help"], field
        assert field["symbol"], field
        if field["type"] in ("number", "integer"):
            assert field["low"] < field["high"], field
    names = [field["name"] for field in entry["fields"]]
    assert {"seed", "test_fraction"} <= set(names)
    assert json.loads(json.dumps(entry)) == entry


@pytest.mark.parametrize("kind", [k for k in ORDER if k != "points"])
def test_the_common_fields_have_the_bounds_of_the_contract(kind: str) -> None:
    fields = {f["name"]: f for f in next(e for e in DATASETS.describe() if e["kind"] == kind)["fields"]}
    assert fields["test_fraction"]["default"] == 0.25
    assert (fields["test_fraction"]["low"], fields["test_fraction"]["high"]) == (0, 0.9)
    assert (fields["seed"]["low"], fields["seed"]["high"]) == (0, 2**31 - 1)
    case = cases.row("data", kind)
    assert (fields["count"]["low"], fields["count"]["high"]) == case.counts
    assert ("noise" in fields) == case.noisy
    if "noise" in fields:
        assert (fields["noise"]["low"], fields["noise"]["high"], fields["noise"]["symbol"]) == (0, 1, "σ")


@pytest.mark.parametrize(("kind", "fields"), DATA)
def test_examples_are_finite_and_of_the_promised_shapes(kind: str, fields: dict[str, Any]) -> None:
    data = parse(kind, fields)
    samples = data.make()
    count = len(samples.x)
    assert count == getattr(data, "count", len(fields.get("x", ())))
    assert samples.x.dtype == np.float64
    assert np.isfinite(samples.x).all()
    assert np.isfinite(samples.y).all()
    inputs = data.inputs(samples.x)
    assert inputs.shape == (count, *data.input_shape())
    assert inputs.dtype == np.float64
    assert np.isfinite(inputs).all()
    assert len(data.feature_names) == math.prod(samples.x.shape[1:])
    assert len(data.input_names()) == math.prod(data.input_shape())
    assert len(set(data.feature_names)) == len(data.feature_names)
    if data.task in ("binary", "classes"):
        assert samples.y.shape == (count,)
        assert np.issubdtype(samples.y.dtype, np.integer)
        assert samples.y.min() >= 0
        assert samples.y.max() < len(data.class_names)
        assert (len(data.class_names) == 2) == (data.task == "binary")
    else:
        assert data.class_names == ()
        assert samples.y.ndim == 2
        assert samples.y.dtype == np.float64
    if data.task == "counts":
        assert (samples.y == np.floor(samples.y)).all()
        assert samples.y.min() >= 0


@pytest.mark.parametrize(("kind", "fields"), DATA)
def test_the_domain_is_a_box_about_nearly_all_points(kind: str, fields: dict[str, Any]) -> None:
    data = parse(kind, fields)
    x = data.make().x
    if x.ndim > 2 or x.shape[1] > 2:
        assert data.domain() == ()
        return
    low, high = np.array(data.domain()).T
    assert low.shape == (x.shape[1],)
    assert (low < high).all()
    assert ((x >= low) & (x <= high)).all(axis=1).mean() >= 0.9


@pytest.mark.parametrize(("kind", "fields"), DATA)
def test_equal_fields_give_equal_examples_hash_and_document(kind: str, fields: dict[str, Any]) -> None:
    one, two = parse(kind, fields), parse(kind, fields)
    assert one == two
    assert hash(one) == hash(two)
    np.testing.assert_array_equal(one.make().x, two.make().x)
    np.testing.assert_array_equal(one.make().y, two.make().y)
    for a, b in zip(one.split(), two.split(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert DATASETS.parse(json.loads(json.dumps(one.document())), "data") == one


@pytest.mark.parametrize("kind", [k for k in ORDER if k != "points"])
def test_another_seed_gives_another_draw_and_another_split(kind: str) -> None:
    small = {"count": 40}
    one, two = parse(kind, small | {"seed": 1}), parse(kind, small | {"seed": 2})
    assert not np.array_equal(one.make().x, two.make().x)
    assert not np.array_equal(one.split()[1], two.split()[1])
    assert one != two


@pytest.mark.parametrize(("kind", "fields"), DATA)
@pytest.mark.parametrize("fraction", [None, 0.0, 0.1, 0.5, 0.9])
def test_a_split_is_disjoint_complete_increasing_and_of_the_right_size(
    kind: str, fields: dict[str, Any], fraction: float | None
) -> None:
    data = parse(kind, fields if fraction is None else fields | {"test_fraction": fraction})
    y = data.make().y
    train, test = data.split()
    assert sorted([*train, *test]) == list(range(len(y)))
    assert (np.diff(train) > 0).all()
    assert (np.diff(test) > 0).all()
    assert len(train) >= 1
    assert len(test) == min(math.floor(data.test_fraction * len(y) + 0.5), len(y) - 1)
    if data.task in ("binary", "classes"):
        for label, size in Counter(y.tolist()).items():
            assert abs((y[test] == label).sum() - len(test) * size / len(y)) < 1, "stratified: in proportion, to less than one"


def test_the_split_is_a_draw_and_not_the_last_examples() -> None:
    tests = [tuple(Line(seed=seed).split()[1]) for seed in range(5)]
    assert len(set(tests)) == 5
    assert tuple(range(37, 50)) not in tests


@pytest.mark.parametrize("kind", [k for k in ORDER if DATASETS[k].labels and k not in ("xor", "and", "or")])
@pytest.mark.parametrize("count", [30, 31, 100])
def test_classes_differ_by_one_example_at_most(kind: str, count: int) -> None:
    data = parse(kind, {"count": count})
    sizes = np.bincount(data.make().y, minlength=len(data.class_names))
    assert sizes.max() - sizes.min() <= 1


@pytest.mark.parametrize("kind", ["xor", "and", "or"])
@pytest.mark.parametrize("count", [30, 31, 100])
def test_corners_differ_by_one_example_at_most(kind: str, count: int) -> None:
    corners = Counter(map(tuple, parse(kind, {"count": count, "noise": 0}).make().x.tolist()))
    assert len(corners) == 4
    assert max(corners.values()) - min(corners.values()) <= 1


def test_shares_are_whole_proportional_and_complete() -> None:
    assert proportional(3, np.array([5, 5, 5])).tolist() == [1, 1, 1]
    assert proportional(4, np.array([5, 5, 5])).tolist() == [2, 1, 1]
    assert proportional(5, np.array([1, 9])).tolist() == [1, 4]
    assert proportional(0, np.array([1, 9])).tolist() == [0, 0]
    assert proportional(10, np.array([1, 0, 9])).tolist() == [1, 0, 9]


def test_a_balanced_draw_takes_what_is_left_when_a_class_runs_out() -> None:
    labels = np.array([0] * 10 + [1] * 2)
    taken = balanced(labels, 8, np.random.default_rng(0))
    assert np.bincount(labels[taken]).tolist() == [6, 2]
    assert (np.diff(taken) > 0).all()
