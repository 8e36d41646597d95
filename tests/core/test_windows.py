"""Convolutions, pooling and embeddings by hand, and the transpose of taking windows."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate

from core.layers import LAYERS
from core.layers.windows import Windows
from core.spec import SpecError


def layer(kind: str, **fields: Any) -> Any:
    return LAYERS.parse({"kind": kind} | fields, "layers.0")


@given(st.integers(1, 2), st.integers(1, 4), st.integers(1, 3), st.integers(0, 3), st.integers(0, 5), st.integers(0, 99))
def test_gathering_back_is_the_transpose_of_spreading_out(
    d: int, size: int, stride: int, padding: int, more: int, seed: int
) -> None:
    """⟨spread_out(x), g⟩ = ⟨x, gather_back(g)⟩, for any x and g."""
    rng, windows = np.random.default_rng(seed), Windows(d, size, stride, padding)
    x = rng.normal(size=(2, 3, *(size + more + i for i in range(d))))
    spread = np.stack(windows.cells_of(x))
    g = rng.normal(size=spread.shape)
    back = windows.gather_back(list(g), x.shape[1:])
    assert back.shape == x.shape
    assert (spread * g).sum() == pytest.approx((x * back).sum(), rel=1e-12, abs=1e-12)
    assert spread.shape[3:] == tuple((n + 2 * padding - size) // stride + 1 for n in x.shape[2:])


def test_a_convolution_by_hand() -> None:
    """(1, 2, 3, 4) with the kernel (1, −1) and the bias 10: neighbours' differences, not turned round as mathematicians do."""
    conv = layer("conv1d", filters=1, kernel=2)
    params = {"W": np.array([[[1.0, -1.0]]]), "b": np.array([10.0])}
    x = np.array([[[1.0, 2.0, 4.0, 8.0]]])
    assert conv.forward(params, x, None).tolist() == [[[9.0, 8.0, 6.0]]]
    grad_input, grads = conv.backward(params, x, None, None, np.array([[[1.0, 10.0, 100.0]]]))
    assert grad_input.tolist() == [[[1.0, 9.0, 90.0, -100.0]]]
    assert grads["W"].tolist() == [[[421.0, 842.0]]]
    assert grads["b"].tolist() == [111.0]


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_convolutions_are_scipys_correlations(stride: int, padding: int) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 3, 7, 6)), rng.normal(size=(4, 3, 3, 3))
    z = layer("conv2d", filters=4, kernel=3, stride=stride, padding=padding).forward({"W": w, "b": np.zeros(4)}, x, None)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    for i, f in np.ndindex(2, 4):
        expected = sum(correlate(padded[i, c], w[f, c], mode="valid") for c in range(3))[::stride, ::stride]
        np.testing.assert_allclose(z[i, f], expected, rtol=1e-12, atol=1e-12)


def test_pooling_by_hand() -> None:
    x = np.array([[[[1.0, 5.0, 2.0, 0.0, 9.0], [3.0, 5.0, -1.0, 7.0, 9.0]]]])  # the fifth column belongs to no window
    g = np.array([[[[10.0, 100.0]]]])
    for kind, y, back, place in (
        ("max_pool2d", [5.0, 7.0], [[0, 10, 0, 0, 0], [0, 0, 0, 100, 0]], [1, 8]),
        ("min_pool2d", [1.0, -1.0], [[10, 0, 0, 0, 0], [0, 0, 100, 0, 0]], [0, 7]),
        ("mean_pool2d", [3.5, 2.0], [[2.5, 2.5, 25, 25, 0], [2.5, 2.5, 25, 25, 0]], None),
    ):
        pool = layer(kind)
        out = pool.forward({}, x, None)
        assert out[0, 0].tolist() == [y]
        assert pool.backward({}, x, out, None, g)[0][0, 0].tolist() == back
        if place:
            assert pool.shown({}, x, out, None)["argmax"][0, 0].tolist() == [place]


def test_where_windows_overlap_a_winner_gathers_from_each() -> None:
    pool = layer("max_pool1d", size=2, stride=1)
    x = np.array([[[1.0, 9.0, 2.0, 3.0]]])
    assert pool.backward({}, x, None, None, np.array([[[1.0, 10.0, 100.0]]]))[0].tolist() == [[[0.0, 11.0, 0.0, 100.0]]]


def test_an_embedding_by_hand() -> None:
    """The word 2 stands twice in the first text: its row gathers from both places."""
    embedding = layer("embedding", vocabulary=4, units=2)
    params = {"W": np.array([[0.0, 0.5], [1.0, 1.5], [2.0, 2.5], [3.0, 3.5]])}
    x = np.array([[2.0, 0.0, 2.0], [3.0, 3.0, 0.0]])
    y = embedding.forward(params, x, None)
    assert y[0].tolist() == [[2.0, 0.0, 2.0], [2.5, 0.5, 2.5]]  # channels first: (units, words)
    grad_input, grads = embedding.backward(params, x, y, None, np.ones(y.shape) * np.array([1.0, 10.0])[:, None])
    assert grads["W"].tolist() == [[1.0, 10.0], [0.0, 0.0], [1.0, 10.0], [1.0, 10.0]]  # (1, 0, 2, 1 + 1 words) / 2 examples
    assert grad_input.tolist() == [[0.0] * 3] * 2


@pytest.mark.parametrize("word", [-1.0, 4.0, 1.5, np.nan])
def test_a_word_that_is_none_is_refused(word: float) -> None:
    embedding = layer("embedding", vocabulary=4, units=2)
    with pytest.raises(SpecError, match="vocabulary: expected word numbers, whole and from 0 to 3, as input"):
        embedding.forward({"W": np.ones((4, 2))}, np.array([[0.0, word]]), None)


def test_fans_are_those_of_every_framework() -> None:
    """For a convolution, channels or filters times the kernel's cells."""
    seen: list[Any] = []

    class Watching:
        def weights(self, rng: Any, shape: Any, fan_in: int, fan_out: int) -> Any:
            seen.append((shape, fan_in, fan_out))
            return np.zeros(shape)

        def biases(self, rng: Any, shape: Any, fan_in: int, fan_out: int) -> Any:
            return np.zeros(shape)

    layer("conv2d", filters=8, kernel=3).init(None, (2, 9, 9), Watching())
    layer("dense", units=5).init(None, (7,), Watching())
    assert seen == [((8, 2, 3, 3), 18, 72), ((5, 7), 7, 5)]
