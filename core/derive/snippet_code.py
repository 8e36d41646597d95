"""Every kind of link and loss written out in NumPy, for a script that stands alone.

In the lines, `x{i}` is what goes into link i (`x{j}` what comes out), `g{i}` is ∂ℓ/∂x{i}, `W{i}` and `b{i}` are its parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import NamedTuple

from core.layers import Layer
from core.losses import Loss
from core.numeric import Shape
from core.penalties import Penalty
from core.spec import Kind


class Code(NamedTuple):
    """The lines of one link; `grads` are those of its parameters, `needs` the helpers that they call."""

    forward: tuple[str, ...]
    backward: tuple[str, ...]
    grads: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class NoScriptError(LookupError):
    """A kind of link, loss or penalty that nobody has written out yet; the message says so in a sentence."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(f"There is no script of this number, because {kind.title} is not written out in NumPy yet.")


HELPERS = {
    "erfc": "from math import erfc",
    "sigmoid": "def sigmoid(z):\n    e = np.exp(-abs(z))  # never overflows\n    return np.where(z >= 0, 1, e) / (1 + e)",
    "Phi": "Phi = np.vectorize(lambda z: erfc(-z / 2**0.5) / 2, otypes=[float])  # the normal distribution function",
    "inverse": (
        "def inverse(x):\n"
        "    return np.where(x > 1e-300, 1 / np.maximum(x, 1e-300), 0)  # of ln x, which is kept level below: ln 0 is infinite"
    ),
    "others": "def others(p):\n    return p @ (1 - np.eye(p.shape[1]))  # 1 - p, as the sum of the other outputs",
    "places": (
        "def places(x, k, s):\n"
        '    """What lies under each cell of a window of side k that moves by s, as slices of x."""\n'
        "    reach = [(n - k) // s * s + 1 for n in x.shape[2:]]\n"
        "    cells = np.ndindex(*[k] * len(reach))\n"
        "    return [(..., *(slice(c, c + r, s) for c, r in zip(cell, reach))) for cell in cells]"
    ),
}

# kind: (a from z, slope from z and a, helpers)
ELEMENTWISE: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "identity": ("z", "1", ()),
    "sigmoid": ("sigmoid(z)", "a * sigmoid(-z)", ("sigmoid",)),
    "tanh": ("np.tanh(z)", "(1 - a * a)", ()),
    "relu": ("np.maximum(z, 0)", "(z > 0)", ()),
    "leaky_relu": ("np.where(z > 0, z, {slope} * z)", "np.where(z > 0, 1, {slope})", ()),
    "elu": (
        "np.where(z > 0, z, {alpha} * np.expm1(np.minimum(z, 0)))",
        "np.where(z > 0, 1, {alpha} * np.exp(np.minimum(z, 0)))",
        (),
    ),
    "softplus": ("np.maximum(z, 0) + np.log1p(np.exp(-abs(z)))", "sigmoid(z)", ("sigmoid",)),
    "gelu": ("z * Phi(z)", "(Phi(z) + z * np.exp(-z * z / 2) / (2 * np.pi)**0.5)", ("erfc", "Phi")),
    "silu": ("z * sigmoid(z)", "sigmoid(z) * (1 + z * sigmoid(-z))", ("sigmoid",)),
    "exp": ("np.exp(z)", "a", ()),
}

# kind: (∂ℓ/∂ŷ from p = ŷ, q = 1 − ŷ and y, helpers)
LOSSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "half_mse": ("p - y", ()),
    "mse": ("2 * (p - y)", ()),
    "mae": ("np.sign(p - y)", ()),
    "huber": ("np.clip(p - y, -{delta}, {delta})", ()),
    "binary_cross_entropy": ("(1 - y) * inverse(q) - y * inverse(p)", ("inverse",)),
    "cross_entropy": ("-y * inverse(p)", ("inverse",)),
    "poisson": ("1 - y * inverse(p)", ("inverse",)),
    "hinge": ("np.where(y * p < 1, -y, 0)", ()),
}

# kind: ∂P/∂w from w, one weight
PENALTIES: dict[str, str] = {"none": "0", "l1": "{rate} * np.sign(w)", "l2": "{rate} * w"}


@dataclass(frozen=True)
class Place:
    """One link: its number and its shapes."""

    layer: Layer
    i: int
    in_shape: Shape
    out_shape: Shape

    def fill(self, text: str) -> str:
        """The text with this link's numbers and hyperparameters put in."""
        return text.format(i=self.i, j=self.i + 1, **_hyperparameters(self.layer))


def code(place: Place) -> Code:
    """The lines of a link.  Raises NoScriptError for a kind that has none."""
    kind, i = place.layer.kind, place.i
    if kind not in ELEMENTWISE and kind not in LINKS:
        raise NoScriptError(place.layer)
    if kind not in ELEMENTWISE:
        found = LINKS[kind](place)
        return Code(_filled(place, found.forward), _filled(place, found.backward), _filled(place, found.grads), found.needs)
    value, slope, needs = ELEMENTWISE[kind]
    names = {"z": f"x{i}", "a": f"x{i + 1}"}
    forward, backward = _named(place.fill(value), names), _named(place.fill(slope), names)
    return Code((f"x{i + 1} = {forward}",), (f"g{i} = {backward} * g{i + 1}",), needs=needs)


def _filled(place: Place, lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(place.fill(line) for line in lines)


def _named(expression: str, names: dict[str, str]) -> str:
    """An expression with its one-letter variables z, a, p renamed."""
    found, word = "", ""
    for letter in expression + " ":
        if letter.isalnum() or letter in "_.":
            word += letter
        else:
            found += names.get(word, word) + letter
            word = ""
    return found.strip()


# kind of the last link: (1 − ŷ as it knows it, nothing of which cancels, from p = ŷ and z, the helper)
RESTS: dict[str, tuple[str, str]] = {"sigmoid": ("sigmoid(-{z})", "sigmoid"), "softmax": ("others({p})", "others")}


def loss_slope(loss: Loss, last: Layer, z: str, predicted: str) -> tuple[str, tuple[str, ...]]:
    """∂ℓ/∂ŷ as an expression in `predicted`, y and what the last link made it of, and the helpers that it calls.

    Raises NoScriptError where it has none.
    """
    if loss.kind not in LOSSES:
        raise NoScriptError(loss)
    expression, needs = LOSSES[loss.kind]
    rest, helper = RESTS.get(last.kind, ("1 - {p}", "")) if loss.reads_rest else ("", "")
    names = {"p": predicted, "q": rest.format(p=predicted, z=z)}
    return _named(expression.format(**_hyperparameters(loss)), names), (*needs, *([helper] if helper else []))


def penalty_slope(penalty: Penalty, weight: str) -> str:
    """∂P/∂w as an expression in `weight`.  Raises NoScriptError for a penalty that has none."""
    if penalty.kind not in PENALTIES:
        raise NoScriptError(penalty)
    return _named(PENALTIES[penalty.kind].format(**_hyperparameters(penalty)), {"w": weight})


def _hyperparameters(kind: Kind) -> dict[str, str]:
    """Its fields, every digit of them."""
    return {f.name: repr(getattr(kind, f.name)) for f in fields(kind)}


def _dense(place: Place) -> Code:
    return Code(
        ("x{j} = x{i} @ W{i}.T + b{i}",), ("g{i} = g{j} @ W{i}",),
        ("dW = g{j}.T @ x{i} / N", "db = g{j}.sum(axis=0) / N"),
    )  # fmt: skip


def _convolution(place: Place) -> Code:
    out, axes = place.out_shape, len(place.out_shape) - 1
    pad = "((0, 0), (0, 0)" + ", ({padding}, {padding})" * axes + ")"
    kernel = f"W{{i}}.reshape({out[0]}, {place.in_shape[0]}, -1)"
    inner = ", ".join("{padding}:" + f"{{padding}} + {n}" for n in place.in_shape[1:])
    return Code(
        (
            f"p{{i}} = np.pad(x{{i}}, {pad})",
            "c{i} = np.stack([p{i}[at] for at in places(p{i}, {kernel}, {stride})])",
            "c{i} = c{i}.reshape(*c{i}.shape[:3], -1)  # (cells, N, channels, windows)",
            f"x{{j}} = np.einsum('uncw,fcu->nfw', c{{i}}, {kernel}).reshape(N, {', '.join(map(str, out))})",
            f"x{{j}} = x{{j}} + b{{i}}.reshape(-1, {', '.join('1' * axes)})",
        ),
        (
            f"d{{i}} = np.einsum('nfw,fcu->uncw', g{{j}}.reshape(N, {out[0]}, -1), {kernel})",
            "g{i} = np.zeros(p{i}.shape)",
            "for at, d in zip(places(p{i}, {kernel}, {stride}), d{i}):",
            f"    g{{i}}[at] += d.reshape(N, {place.in_shape[0]}, {', '.join(map(str, out[1:]))})",
            f"g{{i}} = g{{i}}[:, :, {inner}]",
        ),
        (
            f"dW = np.einsum('nfw,uncw->fcu', g{{j}}.reshape(N, {out[0]}, -1), c{{i}}).reshape(W{{i}}.shape) / N",
            f"db = g{{j}}.sum(axis=(0, {', '.join(str(2 + a) for a in range(axes))})) / N",
        ),
        ("places",),
    )


def _pool(rule: str, share: str) -> Callable[[Place], Code]:
    def lines(place: Place) -> Code:
        return Code(
            (
                "c{i} = np.stack([x{i}[at] for at in places(x{i}, {size}, {stride})])  # (cells, N, channels, *windows)",
                f"x{{j}} = c{{i}}.{rule}(axis=0)",
                *(() if rule == "mean" else (f"w{{i}} = c{{i}}.arg{rule}(axis=0)  # who won each window",)),
            ),
            (
                "g{i} = np.zeros(x{i}.shape)",
                "for u, at in enumerate(places(x{i}, {size}, {stride})):",
                f"    g{{i}}[at] += {share} * g{{j}}",
            ),
            (),
            ("places",),
        )

    return lines


def _dropout(place: Place) -> Code:
    return Code(("x{j} = x{i} * m{i} / (1 - {drop})",), ("g{i} = g{j} * m{i} / (1 - {drop})",))


def _flatten(place: Place) -> Code:
    return Code(("x{j} = x{i}.reshape(N, -1)",), ("g{i} = g{j}.reshape(x{i}.shape)",))


def _embedding(place: Place) -> Code:
    return Code(
        ("words = x{i}.astype(int)", "x{j} = W{i}[words].swapaxes(1, 2)"),
        ("g{i} = np.zeros(x{i}.shape)  # a word is no amount",),
        ("dW = np.zeros(W{i}.shape)", "np.add.at(dW, words, g{j}.swapaxes(1, 2) / N)"),
    )  # fmt: skip


def _softmax(place: Place) -> Code:
    return Code(
        ("e{i} = np.exp(x{i} - x{i}.max(axis=1, keepdims=True))", "x{j} = e{i} / e{i}.sum(axis=1, keepdims=True)"),
        (
            "d{i} = g{j} - np.take_along_axis(g{j}, x{j}.argmax(axis=1)[:, None], axis=1)  # any constant may be taken away",
            "g{i} = x{j} * (d{i} - (x{j} * d{i}).sum(axis=1, keepdims=True))",
        ),
    )


LINKS: dict[str, Callable[[Place], Code]] = {
    "dense": _dense,
    "conv1d": _convolution,
    "conv2d": _convolution,
    "max_pool1d": _pool("max", "(w{i} == u)"),
    "max_pool2d": _pool("max", "(w{i} == u)"),
    "min_pool1d": _pool("min", "(w{i} == u)"),
    "min_pool2d": _pool("min", "(w{i} == u)"),
    "mean_pool1d": _pool("mean", "1 / len(c{i})"),
    "mean_pool2d": _pool("mean", "1 / len(c{i})"),
    "dropout": _dropout,
    "flatten": _flatten,
    "embedding": _embedding,
    "softmax": _softmax,
}
