"""All parameters as one vector."""

import math

import numpy as np
import pytest

from core.flat import flat, length, unflat


def test_there_and_back() -> None:
    params = ({"W": np.arange(6.0).reshape(2, 3), "b": np.array([7.0, 8.0])}, {}, {"W": np.array([[9.0]])})
    back = unflat(flat(params), params)
    assert [list(tensors) for tensors in back] == [["W", "b"], [], ["W"]]
    for ours, theirs in zip(back, params, strict=True):
        for name, array in theirs.items():
            np.testing.assert_array_equal(ours[name], array)


@pytest.mark.parametrize("vector", [[], [0.0], [3.0, -4.0], [1e-200, 1e-200], [1.34e154, 1.34e154], [1e300, -1e300, 1e300]])
def test_a_length_needs_no_squares(vector: list[float]) -> None:
    """`math.dist` scales what it squares; the plain formula is 0 or infinite at these ends."""
    expected = math.dist(vector, [0.0] * len(vector))
    assert length(np.array(vector)) == pytest.approx(expected, rel=1e-15, abs=0.0)


def test_a_length_beyond_the_largest_number_is_infinite() -> None:
    assert length(np.array([1.7e308, 1.7e308])) == math.inf
