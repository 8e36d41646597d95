"""Every data set, walked through the catalogue: documented, deterministic, of the shapes it promises, split without loss."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris
from sklearn.linear_model import LogisticRegression

import core.datasets
from core.datasets import DATASETS, Dataset
from core.datasets.base import balanced, proportional
from core.datasets.digits import Digits
from core.datasets.functions import CENTRES, SIGNS, Bumps, Events, Line, Plane, Sine
from core.datasets.iris import Iris
from core.datasets.points import Points
from core.datasets.sentences import LENGTH, Sentences
from core.datasets.signals import Signals, waves
from core.experiment import Experiment
from core.spec import SpecError
from core.training import run, start

FILES = Path(core.datasets.__file__).parent / "files"
ORDER = (
    "xor and or circle gauss moons spiral line plane sine bumps events iris digits sentences signals points".split()  # noqa: SIM905
)
LABELS = [0, 1, 2, 1, 0, 2, 1]

# one row for each member: fields beside the defaults that make small, odd and full variants
CASES: dict[str, list[dict[str, Any]]] = {
    "xor": [{}, {"count": 4, "noise": 0}, {"count": 7, "seed": 5}],
    "and": [{}, {"count": 5}, {"count": 401, "noise": 1}],
    "or": [{}, {"count": 2000}],
    "circle": [{}, {"count": 4, "noise": 0}, {"features": ["x1^2", "x2^2"]}],
    "gauss": [{}, {"count": 9}, {"features": ["sin(x2)"]}],
    "moons": [{}, {"count": 51, "noise": 0}],
    "spiral": [{}, {"count": 101, "turns": 2.5}, {"radius": 1.0, "noise": 0}],
    "line": [{}, {"slope": -3.0, "intercept": 0.5}],
    "plane": [{}, {"features": ["x1*x2", "x1"]}],
    "sine": [{}, {"periods": 3.0, "count": 4}],
    "bumps": [{}, {"width": 0.1}],
    "events": [{}, {"slope": -3.0, "intercept": 3.0}],
    "iris": [{}, {"count": 10}, {"count": 4, "seed": 3}],
    "digits": [{}, {"count": 10}, {"count": 1797, "layout": "image"}],
    "sentences": [{}, {"count": 31}],
    "signals": [{}, {"count": 8, "noise": 0}],
    "points": [
        {"x": [[0, 1], [2, 3], [4, 5]], "y": [1, 2, 3.5]},
        {"x": [[1.5]], "y": [[1, 2]], "test_fraction": 0.9},
        {"x": [[i] for i in range(7)], "y": LABELS, "task": "classes", "test_fraction": 0.5},
        {"x": [[i] * 3 for i in range(6)], "y": [0, 1, 1, 1, 0, 1], "task": "binary", "test_fraction": 0.25},
        {"x": [[0], [1]], "y": [3, 0], "task": "counts"},
    ],
}
DATA = [pytest.param(kind, fields, id=f"{kind}-{number}") for kind, cases in CASES.items() for number, fields in enumerate(cases)]


def parse(kind: str, fields: dict[str, Any]) -> Dataset:
    return DATASETS.parse({"kind": kind} | fields, "data")


def refusal(kind: str, fields: dict[str, Any]) -> str:
    with pytest.raises(SpecError) as caught:
        parse(kind, fields)
    return str(caught.value)


def test_the_catalogue_offers_every_kind_in_order_and_each_has_a_row_of_cases() -> None:
    assert list(DATASETS.members) == ORDER
    assert list(CASES) == ORDER


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
    assert fields["count"]["high"] == {"iris": 150, "digits": 1797, "sentences": 160}.get(kind, 2000)
    assert fields["count"]["low"] == {"digits": 10}.get(kind, 4)
    assert ("noise" in fields) == (kind not in ("events", "iris", "digits", "sentences"))
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


@pytest.mark.parametrize(("kind", "table"), [("xor", [0, 1, 1, 0]), ("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1])])
def test_four_examples_without_noise_are_the_truth_table(kind: str, table: list[int]) -> None:
    data = parse(kind, {"count": 4, "noise": 0.0, "test_fraction": 0.0})
    assert data.make().x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert data.make().y.tolist() == table
    assert [part.tolist() for part in data.split()] == [[0, 1, 2, 3], []]


@pytest.mark.parametrize("kind", ["xor", "and", "or", "circle", "moons", "spiral", "line", "plane", "sine", "bumps", "signals"])
def test_noise_is_the_standard_deviation_of_what_is_added(kind: str) -> None:
    for noise in (0.1, 0.4):
        clean, noisy = (parse(kind, {"count": 2000, "noise": n}).make() for n in (0.0, noise))
        added = noisy.y - clean.y if DATASETS[kind].task == "regression" else noisy.x - clean.x
        assert added.std() == pytest.approx(noise, rel=0.06)
        assert abs(added.mean()) < 4 * noise / math.sqrt(added.size)


def test_points_without_noise_stand_on_their_curves() -> None:
    inside = parse("circle", {"noise": 0.0}).make()
    radius = np.hypot(*inside.x.T)
    assert (radius[inside.y == 1] <= 0.5).all()
    assert (radius[inside.y == 0] >= 0.7).all()
    assert (radius <= 1).all()
    centres = parse("gauss", {"noise": 0.0}).make()
    assert {(y, *x) for x, y in zip(centres.x.tolist(), centres.y.tolist(), strict=True)} == {(0, -0.5, -0.5), (1, 0.5, 0.5)}
    moons = parse("moons", {"noise": 0.0}).make()
    centre = np.where((moons.y == 0)[:, None], [-1 / 3, -1 / 6], [1 / 3, 1 / 6])
    np.testing.assert_allclose(np.hypot(*(moons.x - centre).T), 2 / 3, rtol=1e-13)
    spiral = parse("spiral", {"noise": 0.0, "turns": 1.5, "radius": 4.0}).make()
    t = (np.hypot(*spiral.x.T) / 4 - 0.1) / 0.9
    angle = np.arctan2(*spiral.x.T) - 2 * np.pi * 1.5 * t - np.pi * spiral.y
    np.testing.assert_allclose(np.cos(angle), 1, rtol=1e-12)


def test_regressions_without_noise_are_their_formulas() -> None:
    line = Line(noise=0.0, slope=-3.0, intercept=0.5).make()
    np.testing.assert_allclose(line.y, -3 * line.x + 0.5, rtol=1e-15)
    sine = Sine(noise=0.0, periods=2.0).make()
    np.testing.assert_allclose(sine.y, [[math.sin(math.pi * 2 * v)] for (v,) in sine.x.tolist()], atol=1e-15)
    plane = Plane(noise=0.0, slope1=2.0, slope2=-1.5, intercept=0.25).make()
    np.testing.assert_allclose(plane.y, [[2 * u - 1.5 * v + 0.25] for u, v in plane.x.tolist()], atol=1e-15)
    bumps = Bumps(noise=0.0, width=0.3).make()
    height = [
        sum(s * math.exp(-((u - a) ** 2 + (v - b) ** 2) / 0.18) for s, (a, b) in zip(SIGNS, CENTRES, strict=True))
        for u, v in bumps.x.tolist()
    ]
    np.testing.assert_allclose(bumps.y[:, 0], height, atol=1e-14)
    for data in (line, sine, plane, bumps):
        assert np.abs(data.x).max() <= 1


def test_a_line_is_slope_2_and_intercept_1_unless_told_otherwise() -> None:
    samples = Line(noise=0.0).make()
    np.testing.assert_allclose(samples.y, 2 * samples.x + 1, rtol=1e-15)


def test_events_have_the_mean_and_the_variance_of_poisson_counts() -> None:
    samples = Events(count=2000, slope=1.5, intercept=1.0).make()
    rate = np.exp(1.5 * samples.x + 1.0)
    score = (samples.y - rate) / np.sqrt(rate)  # mean 0 and variance 1 when mean and variance are both the rate
    assert abs(score.mean()) < 4 / math.sqrt(2000)
    assert score.var() == pytest.approx(1, abs=0.15)


def test_features_are_computed_by_their_formulas_in_the_chosen_order() -> None:
    raw = np.array([[0.5, -2.0], [3.0, 0.25]])
    chosen = ["x2^2", "x1", "sin(x2)", "x1*x2", "x2", "sin(x1)", "x1^2"]
    for kind in ("xor", "and", "or", "circle", "gauss", "spiral", "moons", "plane", "bumps"):
        data = parse(kind, {"features": chosen})
        wanted = [[v * v, u, math.sin(v), u * v, v, math.sin(u), u * u] for u, v in raw.tolist()]
        np.testing.assert_allclose(data.inputs(raw), wanted, rtol=1e-15)
        assert data.input_names() == tuple(chosen)
        assert data.feature_names == ("x1", "x2")
        assert data.input_shape() == (7,)
        assert parse(kind, {}).inputs(raw).tolist() == raw.tolist()


def test_a_feature_that_does_not_exist_is_refused_with_the_list() -> None:
    text = refusal("xor", {"features": ["x1", "x3"]})
    assert text.startswith(
        "data.features: expected a list, without repeats, of some of x1, x2, x1^2, x2^2, x1*x2, sin(x1), sin(x2)"
    )
    assert "expected" in refusal("xor", {"features": []})


def test_the_shipped_files_equal_scikit_learns_number_by_number() -> None:
    flowers, theirs = Iris().make(), load_iris()
    np.testing.assert_array_equal(flowers.x, theirs.data)
    np.testing.assert_array_equal(flowers.y, theirs.target)
    assert Iris().class_names == tuple(theirs.target_names)
    assert Iris().feature_names == tuple(theirs.feature_names)
    digits, theirs = Digits(count=1797).make(), load_digits()
    np.testing.assert_array_equal(digits.x, theirs.data)
    np.testing.assert_array_equal(digits.y, theirs.target)


def test_iris_is_standardised_by_the_whole_table_whichever_flowers_are_taken() -> None:
    theirs = load_iris().data
    full = Iris().inputs(theirs)
    np.testing.assert_allclose(full.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(full.std(axis=0), 1, rtol=1e-14)
    np.testing.assert_array_equal(Iris(count=10, seed=3).inputs(theirs), full)
    assert "standardised" in Iris.help


def test_digits_are_scaled_to_one_and_an_image_is_the_same_pixels() -> None:
    flat, image = Digits(), Digits(layout="image")
    raw = flat.make().x
    np.testing.assert_array_equal(flat.inputs(raw), raw / 16)
    np.testing.assert_array_equal(image.inputs(raw)[:, 0], (raw / 16).reshape(-1, 8, 8))
    assert image.input_shape() == (1, 8, 8)
    assert flat.inputs(raw).max() == 1
    assert flat.feature_names[:9] == ("r0c0", "r0c1", "r0c2", "r0c3", "r0c4", "r0c5", "r0c6", "r0c7", "r1c0")


def test_the_shipped_tables_cannot_be_changed_by_accident() -> None:
    before = Iris().make().x
    Iris().make().x[:] = 0
    np.testing.assert_array_equal(Iris().make().x, before)


def test_every_shipped_file_is_named_with_source_and_licence() -> None:
    notes = (FILES / "README.md").read_text(encoding="utf-8")
    for file in FILES.iterdir():
        if file.name != "README.md":
            assert f"## {file.name}" in notes
    assert "CC BY 4.0" in notes
    assert "archive.ics.uci.edu" in notes
    for cls in (Iris, Digits):
        assert "UCI" in cls.source
        assert cls.licence == "CC BY 4.0"


def test_the_sentences_are_distinct_short_and_in_balance() -> None:
    lines = [line.split("\t") for line in (FILES / "sentences.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    texts = [text for _, text in lines]
    assert len(set(texts)) == len(texts) >= 120
    assert all(3 <= len(text.split()) <= LENGTH for text in texts)
    assert Counter(label for label, _ in lines) == {"0": len(lines) // 2, "1": len(lines) // 2}
    assert next(f for f in DATASETS.describe()[14]["fields"] if f["name"] == "count")["high"] == len(lines)


def test_word_indices_read_back_as_the_sentences() -> None:
    data = Sentences()
    samples = data.make()
    words = data.vocabulary
    assert words[0] == "<pad>"
    assert len(set(words)) == len(words) == data.vocabulary_size
    lines = (FILES / "sentences.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for row, label, line in zip(samples.x.astype(int), samples.y, lines, strict=True):
        text = " ".join(words[i] for i in row if i)
        assert f"{label}\t{text}" == line
        assert (np.diff((row == 0).astype(int)) >= 0).all(), "padding stands at the end"
    assert set(samples.x.ravel().astype(int)) == set(range(data.vocabulary_size)), "every row of an embedding is used"


def test_words_of_some_sentences_tell_the_opinion_of_others() -> None:
    scores = []
    for seed in range(10):
        data = Sentences(seed=seed)
        samples = data.make()
        bags = np.array([np.bincount(row, minlength=data.vocabulary_size)[1:] for row in samples.x.astype(int)])
        train, test = data.split()
        scores.append(LogisticRegression(C=3).fit(bags[train], samples.y[train]).score(bags[test], samples.y[test]))
    assert np.mean(scores) > 0.75, "a quarter held back, read by a witness that only counts words"


def test_signals_are_waves_of_one_to_three_periods() -> None:
    turns = np.array([[0.0, 0.25, 0.5 + 1e-9, 0.75, 1.25]])
    np.testing.assert_allclose(waves(turns)[:, 0], [[0, 1, 0, -1, 1], [1, 1, -1, -1, 1], [-1, -0.5, 0, 0.5, -0.5]], atol=1e-8)
    samples = Signals(noise=0.0).make()
    assert np.abs(samples.x).max() <= 1
    square = samples.x[samples.y == 1, 0]
    assert set(np.unique(square)) == {-1.0, 1.0}
    turns_taken = (np.diff(square, axis=1) != 0).sum(axis=1)
    assert turns_taken.min() >= 1
    assert turns_taken.max() <= 6


POINTS = {"x": [[0, 1], [2, 3], [4, 5]], "y": [0, 1, 2]}
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
    ({"y": [[0], [1, 2], [3]]}, "data.y: expected 1 numbers in every row, as in row 0, got 2 in row 1"),
    ({"y": [0, [1], 2]}, "data.y: expected a number at row 1, got a list"),
    ({"y": [[0], 1, [2]]}, "data.y: expected a list of numbers at row 1, got a number (rows of one number: [[1], [2]])"),
    ({"y": [0, 1, 2], "task": "binary"}, "data.y: expected a whole number from 0 to 1 at row 2, got 2"),
    ({"y": [0, 1, 1.5], "task": "classes"}, "data.y: expected a whole number from 0 to 99 at row 2, got 1.5"),
    ({"y": [0, -1, 1], "task": "classes"}, "data.y: expected a whole number from 0 to 99 at row 1, got -1"),
    ({"y": [0, 1000, 1], "task": "classes"}, "data.y: expected a whole number from 0 to 99 at row 1, got 1000"),
    ({"y": [[0, 1]] * 3, "task": "classes"}, "data.y: expected 1 to 1 numbers in every row, got 2 in row 0"),
    ({"y": [0, 1, 0.5], "task": "counts"}, "data.y: expected a whole number at least 0 at row 2, got 0.5"),
    ({"y": [0, 1, -3], "task": "counts"}, "data.y: expected a whole number at least 0 at row 2, got -3"),
    ({"task": "ranking"}, "data.task: expected one of binary, classes, regression, counts, got 'ranking'"),
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


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_two_hidden_layers_of_eight_learn_the_spiral_in_a_thousand_steps(seed: int) -> None:
    hidden = [{"kind": "dense", "units": 8}, {"kind": "tanh"}]
    document = {
        "data": {"kind": "spiral", "seed": seed},
        "layers": [*hidden, *hidden, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
        "loss": {"kind": "binary_cross_entropy"},
        "optimizer": {"kind": "sgd", "learning_rate": 0.3},
        "batch_size": 10,
    }
    experiment = Experiment.parse(document)
    *_, (frame, _) = run(experiment, start(experiment), 1000, 1000)
    assert frame.metrics["train_accuracy"] > 0.97
    assert frame.metrics["test_accuracy"] > 0.9
