"""What every forward is written in: Φ of whole arrays is the C library's erfc, without a call of Python for each number."""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np
import pytest

from core.derive.latex import number
from core.numeric import ROOT_HALF, ROOT_TWO_PI, normal_cdf, relu

SIZES = [(), (0,), (1,), (7, 3), (3000,)]


def drawn(*shape: int) -> Any:
    """From the middle to the far tails, on both sides, with the ends."""
    x = np.asarray(np.random.default_rng(0).normal(size=shape) * 8.0)
    x.ravel()[:4] = [0.0, -0.0, 40.0, -40.0][: x.size]
    return x


@pytest.mark.parametrize("shape", SIZES)
def test_phi_is_half_of_erfc_to_the_bit(shape: tuple[int, ...]) -> None:
    x = drawn(*shape)
    found = normal_cdf(x)
    assert found.dtype == np.float64
    assert found.shape == shape
    assert found.ravel().tolist() == [0.5 * math.erfc(-v * ROOT_HALF) for v in x.ravel().tolist()]
    assert np.array_equal(normal_cdf(x.T), found.T)


def test_phi_of_float32_is_rounded_once() -> None:
    x = drawn(500).astype(np.float32)
    found = normal_cdf(x)
    assert found.dtype == np.float32
    assert np.array_equal(found, normal_cdf(x.astype(np.float64)).astype(np.float32))


def test_phi_carries_a_complex_step() -> None:
    x, h = drawn(500), 1e-20
    found = normal_cdf(x + h * 1j)
    assert np.array_equal(found.real, normal_cdf(x))
    np.testing.assert_allclose(found.imag / h, np.exp(-x * x / 2) / ROOT_TWO_PI, rtol=1e-15, atol=1e-300)


def test_phi_at_the_ends() -> None:
    assert normal_cdf(np.array([-np.inf, np.inf])).tolist() == [0.0, 1.0]
    assert np.isnan(normal_cdf(np.array([np.nan]))[0])


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128])
def test_phi_of_a_thousand_numbers_takes_a_handful_of_calls(dtype: Any) -> None:
    x, calls = drawn(1000).astype(dtype), list[str]()
    before = sys.getprofile()
    sys.setprofile(lambda frame, event, _: calls.append(frame.f_code.co_name) if event == "call" else None)
    try:
        normal_cdf(x)
    finally:
        sys.setprofile(before)
    assert len(calls) < 10


def test_what_relu_stops_is_no_negative_0() -> None:
    found = relu(np.array([-3.0, -0.0, 0.0, 2.0]))
    np.testing.assert_array_equal(found, [0.0, 0.0, 0.0, 2.0])
    assert not np.signbit(found).any()
    assert [number(-0.0), number(-2.5)] == ["0", "-2.5"]
