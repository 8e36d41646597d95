"""A convolution on images of digits, 8 filters of 3 × 3, batch 64: forward and backward, beside PyTorch's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from bench.measuring import Effort, interleaved, table
from bench.rivals import installed
from core.layers import LAYERS, Layer
from core.numeric import Array

FILTERS, KERNEL, BATCH, IMAGE, SHARE = 8, 3, 64, (1, 8, 8), 0.5
CASES = {"first link": (IMAGE, 0), "padded": (IMAGE, 1), "8 channels": ((8, 8, 8), 0)}
OURS, TORCH, TORCH32 = "conv2d", "PyTorch float64", "PyTorch float32"

Result = tuple[Array, Array, Array, Array]  # y, ∂ℓ/∂x, mean dW, mean db


def ours(layer: Layer, params: dict[str, Array], x: Array, grad: Array) -> Result:
    """Forward and backward of the reference's link."""
    y = layer.forward(params, x, None)
    back, grads = layer.backward(params, x, y, None, grad)
    return y, back, grads["W"], grads["b"]


def torch_way(params: dict[str, Array], x: Array, grad: Array, padding: int, dtype: str) -> Callable[[], Result]:
    """The same by torch.nn.functional.conv2d and its backward, ∂ℓ/∂x included."""
    import torch  # noqa: PLC0415 (only where it is installed)

    torch.set_num_threads(1)
    kind = getattr(torch, dtype)
    w, b, inputs = (torch.tensor(a, dtype=kind, requires_grad=True) for a in (params["W"], params["b"], x))
    given = torch.tensor(grad, dtype=kind)

    def run() -> Result:
        for t in (w, b, inputs):
            t.grad = None
        y = torch.nn.functional.conv2d(inputs, w, b, padding=padding)
        y.backward(given)
        return y.detach().numpy(), inputs.grad.numpy(), w.grad.numpy() / len(x), b.grad.numpy() / len(x)

    return run


def repeated(run: Callable[[], Result]) -> Callable[[int], None]:
    """The same n times."""

    def many(n: int) -> None:
        for _ in range(n):
            run()

    return many


def main(effort: Effort) -> None:
    """Measure and print."""
    print(f"Convolution, {FILTERS} filters of {KERNEL} x {KERNEL}, batch {BATCH} of 8 x 8, forward and backward")
    there = installed("torch")
    if not there:
        print("(PyTorch is not installed: left out)")
    rng, rows, shares = np.random.default_rng(0), dict[str, dict[str, str]](), dict[str, float]()
    for case, (shape, padding) in CASES.items():
        layer = LAYERS.parse({"kind": "conv2d", "filters": FILTERS, "kernel": KERNEL, "padding": padding}, "")
        params = {name: rng.standard_normal(s) for name, s in layer.param_shapes(shape).items()}
        x, grad = rng.standard_normal((BATCH, *shape)), rng.standard_normal((BATCH, *layer.shape(shape)))
        ways: dict[str, Callable[[], Result]] = {OURS: lambda given=(layer, params, x, grad): ours(*given)}  # type: ignore[misc]
        if there:
            for name, dtype in ((TORCH, "float64"), (TORCH32, "float32")):
                ways[name] = torch_way(params, x, grad, padding, dtype)
        for name, way in ways.items():
            for a, b in zip(ways[OURS](), way(), strict=True):
                assert np.allclose(a, b, rtol=1e-4, atol=1e-4), f"{case}: {name} differs: {b}, {a}"
        found = interleaved({name: repeated(way) for name, way in ways.items()}, effort)
        for name, t in found.items():
            rows.setdefault(name, {})[case] = f"{t.median:,.0f} ({t.least:,.0f})"
        if there:
            shares[case] = found[TORCH].median / found[OURS].median
    print(table("µs, median (least)", list(CASES), rows))
    if shares:
        print(aim(shares))


def aim(shares: Mapping[str, float]) -> str:
    """The share of PyTorch's speed in every case, and whether the least of them is enough."""
    said = "reached" if min(shares.values()) >= SHARE else "MISSED"
    shown = ", ".join(f"{case} {share:.2f}" for case, share in shares.items())
    return f"share of PyTorch's speed, float64: {shown} (aim {SHARE:g}: {said})"
