"""Principal components by way of the small matrix: scikit-learn's, to the last digits, in pieces and without the large one."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from core.experiment import Experiment
from core.flat import blocks, flat
from core.landscape import View, Wish, finished, surface
from core.landscape.principal import BLOCK, principal, products
from core.landscape.trajectory import Trajectory
from core.landscape.visits import replay
from core.spec import SpecError


def params(rows: Any) -> list[Any]:
    """Points as the parameters of two links: a matrix and a bias."""
    cut = rows.shape[1] // 2
    return [({"W": row[:cut, None]}, {}, {"b": row[cut:]}) for row in rows]


@settings(max_examples=60)
@given(st.integers(0, 2**20), st.integers(3, 40), st.integers(2, 30), st.sampled_from([1e-150, 1.0, 1e150]))
def test_principal_components_are_scikit_learn_s(seed: int, count: int, width: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    points = np.cumsum(rng.normal(size=(count, width)) * np.linspace(1.0, 3.0, width), axis=0) + 5.0
    found, known = finished(principal(params(points * scale))), PCA(n_components=2, svd_solver="full").fit(points)
    np.testing.assert_allclose(found.mean, known.mean_ * scale, rtol=1e-12)
    np.testing.assert_allclose(found.variance, known.explained_variance_ * scale**2, rtol=1e-9, atol=1e-9 * scale**2)
    np.testing.assert_allclose(found.share, known.explained_variance_ratio_, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        found.directions, known.components_, atol=1e-6
    )  # close variances turn both alike, not to the last bit
    np.testing.assert_allclose(found.directions @ found.directions.T, np.eye(2), atol=1e-12)


@pytest.mark.parametrize("smaller", [1e-3, 1e-7, 1e-10])
def test_a_second_direction_is_found_beside_a_far_greater_first_one(smaller: float) -> None:
    """Squares have it at 1e-20 of the first one's, where rounding is 1e-16: in C Cᵀ alone it would be lost."""
    rng = np.random.default_rng(1)
    one, two = np.linalg.qr(rng.normal(size=(30, 2)))[0].T
    along, across = rng.normal(size=(2, 12))
    across -= across.mean() + (along - along.mean()) * ((along - along.mean()) @ across) / np.sum((along - along.mean()) ** 2)
    points = along[:, None] * one + smaller * across[:, None] * two
    found = finished(principal(params(points)))
    assert abs(found.directions[0] @ one) == pytest.approx(1.0, rel=1e-12)
    assert abs(found.directions[1] @ two) == pytest.approx(1.0, rel=1e-9)
    assert found.variance[1] == pytest.approx(smaller**2 * across.var(ddof=1), rel=1e-4)


def test_a_straight_line_and_a_single_place_have_no_second_direction_and_none() -> None:
    line = np.linspace(0.1, 0.7, 9)[:, None] * np.arange(1.0, 9.0)
    found = finished(principal(params(line)))
    assert found.variance[1] <= 1e-24 * found.variance[0]
    still = finished(principal(params(np.full((3, 8), 0.1))))
    assert not still.variance.any()
    assert not still.share.any()


def test_blocks_are_the_columns_of_the_flat_points() -> None:
    points = params(np.random.default_rng(0).normal(size=(3, 50)))
    found = np.zeros((3, 50))
    for place, block in blocks(points, 7):
        assert block.shape[1] <= 7
        found[:, place] = block
    np.testing.assert_array_equal(found, np.stack([flat(point) for point in points]))


def test_many_parameters_are_taken_in_pieces_and_never_all_at_once() -> None:
    """Two hundred states of 44,660 parameters had taken 590 MB, and a thread for seconds."""
    count, width = 60, 100_000
    points = params(np.random.default_rng(0).normal(size=(count, width)))
    finished(principal(points[:3]))  # with all that is loaded once
    tracemalloc.start()
    try:
        pieces = sum(1 for _ in principal(points))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert pieces >= 7 * (width // BLOCK), "a piece for each block of each pass"
    assert peak < 0.5 * count * width * 8, "half of one copy of the points"
    assert products(count, width) >= count**2 * width


def test_a_surface_has_its_plane_laid_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = Experiment.parse({"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}]})
    plane, visits = Trajectory(steps=5), finished(replay(experiment, 5))
    view = View(experiment, visits[-1], visits)
    whole = plane.basis(view)
    assert len(list(plane.laying(view))) == 2 * 7, "seven passes over each of two arrays"
    monkeypatch.setattr(Trajectory, "basis", lambda *_: pytest.fail("laid in one piece"))
    answer = surface(experiment, visits[-1], plane, Wish(2))
    np.testing.assert_array_equal(flat(answer["directions"][0]), whole.stacked[1])


def test_ways_whose_squares_are_beyond_all_numbers_are_refused() -> None:
    """Of an infinite variance no share can be told."""
    for far in (1e155, 1e300, 1.7e308):
        points = np.ones((3, 6))
        points[1:, 0] = far, -far
        with pytest.raises(SpecError, match="beyond all numbers") as caught:
            finished(principal(params(points)))
        assert caught.value.field == "path"


def test_a_replayed_path_holds_no_optimizer_s_memory() -> None:
    """Adam's is twice as large as the parameters."""
    data = {"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}], "optimizer": {"kind": "adam"}}
    visits = finished(replay(Experiment.parse(data), 5))
    assert [visit.step for visit in visits] == [0, 1, 2, 3, 4, 5]
    assert not any(visit.slots or visit.shared for visit in visits)
