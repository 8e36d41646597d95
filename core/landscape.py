"""loss(α, β) = L(origin + α·d₁ + β·d₂): the loss over all training examples, on a plane through the weights."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from core.address import Address
from core.experiment import Experiment
from core.numeric import Array, Params
from core.penalties import BIASES
from core.randomness import generator
from core.spec import Catalogue, Kind, Rule, SpecError, integer
from core.training import State

Directions = tuple[Params, Params]


@dataclass(frozen=True)
class Plane(Kind):
    """Two directions in the space of all parameters."""

    reach: ClassVar[float] = 1.0  # α and β run from −reach to reach, unless asked otherwise

    @abstractmethod
    def directions(self, experiment: Experiment, state: State) -> Directions:
        """d₁ and d₂, shaped as the parameters."""

    @abstractmethod
    def labels(self) -> tuple[str, str]:
        """What the two axes are called."""


@dataclass(frozen=True)
class Weights(Plane):
    """d = the unit vector of one weight each."""

    kind = "weights"
    title = "Two weights"
    help = "Two weights are moved, all others stay."
    latex = r"L(\ldots, w_a + \alpha, \ldots, w_b + \beta, \ldots)"
    reach = 3.0

    addresses: tuple[str, ...] = field(metadata={"rule": Rule("addresses", help="Two weights, such as 0/W/0,0 and 0/W/0,1.")})

    def __post_init__(self) -> None:
        given: Any = self.addresses
        if not isinstance(given, (list, tuple)) or len(given) != 2:
            raise SpecError("addresses", "expected a list of two addresses", 'such as ["0/W/0,0", "0/W/0,1"]')
        found = tuple(str(Address.parse(text, f"addresses.{i}")) for i, text in enumerate(given))
        if found[0] == found[1]:
            raise SpecError("addresses.1", f"expected another weight than {found[0]}", "two different weights span a plane")
        object.__setattr__(self, "addresses", found)

    def directions(self, experiment: Experiment, state: State) -> Directions:
        """1 at the address, 0 elsewhere."""
        places = enumerate(map(Address.parse, self.addresses))
        first, second = (_unit(state.params, place, f"plane.addresses.{i}") for i, place in places)
        return first, second

    def labels(self) -> tuple[str, str]:
        """The addresses."""
        return self.addresses[0], self.addresses[1]


@dataclass(frozen=True)
class Random(Plane):
    """d ~ N(0, 1), each row of weights scaled to the norm of the network's own; biases stay  (Li et al. 2018)."""

    kind = "random"
    title = "Random plane"
    help = "Two random directions, each filter scaled to the length of the network's own."
    latex = r"d_{i,j} \leftarrow \frac{d_{i,j}}{\lVert d_{i,j} \rVert} \lVert \theta_{i,j} \rVert"

    seed: int = integer(0, low=0, high=2**31 - 1, help="Decides the two directions.")

    def directions(self, experiment: Experiment, state: State) -> Directions:
        """Filter-normalised Gaussian directions."""
        first, second = (_normalised(state.params, generator(self.seed, "plane", i)) for i in range(2))
        return first, second

    def labels(self) -> tuple[str, str]:
        """α and β."""
        return "α", "β"


PLANES: Catalogue[Plane] = Catalogue("plane", Weights, Random)


def surface(experiment: Experiment, state: State, plane: Plane, size: int, *, reach: float | None = None,
            path: Sequence[State] = ()) -> dict[str, Any]:  # fmt: skip
    """The loss on size × size points of the plane through the state's parameters, and where the path's states lie on it.

    Rows of the loss follow the second axis, columns the first.
    """
    one, two = plane.directions(experiment, state)
    values = np.linspace(-1.0, 1.0, size) * (plane.reach if reach is None else reach)
    loss = [[_loss(experiment, _moved(state.params, (one, two), (a, b))) for a in values] for b in values]
    return {
        "axes": [{"label": label, "values": values} for label in plane.labels()],
        "loss": np.array(loss),
        "origin": state.params,
        "directions": [one, two],
        "path": [_on_plane(experiment, state.params, (one, two), point) for point in path],
    }


def _loss(experiment: Experiment, params: Params) -> float:
    """L over all training examples, the penalty included; nothing is dropped."""
    with np.errstate(all="ignore"):
        return experiment.network.mean_loss(params, experiment.train.x, experiment.train.y)


def _moved(origin: Params, directions: Directions, at: tuple[float, float]) -> Params:
    """origin + α d₁ + β d₂."""
    one, two = directions
    return tuple({n: a + at[0] * one[i][n] + at[1] * two[i][n] for n, a in tensors.items()} for i, tensors in enumerate(origin))


def _on_plane(experiment: Experiment, origin: Params, directions: Directions, point: State) -> dict[str, Any]:
    """The foot of the perpendicular from a state's parameters on the plane, the losses there and here, and how far it is."""
    basis = np.stack([_flat(d) for d in directions], axis=1)  # (P,2)
    away = _flat(point.params) - _flat(origin)
    at = np.linalg.lstsq(basis, away, rcond=None)[0]
    foot = _moved(origin, directions, (float(at[0]), float(at[1])))
    return {
        "step": point.step,
        "at": at,
        "plane_loss": _loss(experiment, foot),
        "true_loss": _loss(experiment, point.params),
        "distance": float(np.linalg.norm(away - basis @ at)),
    }


def _flat(params: Params) -> Array:
    """All parameters as one vector."""
    return np.concatenate([a.ravel() for tensors in params for a in tensors.values()])


def _unit(params: Params, address: Address, path: str) -> Params:
    """1 at the address, 0 elsewhere.  Raises SpecError when the network has no such parameter."""
    tensors = params[address.layer] if address.layer < len(params) else {}
    array = tensors.get(address.name)
    shape = () if array is None else array.shape
    if len(address.index) != len(shape) or any(i >= n for i, n in zip(address.index, shape, strict=True)):
        raise SpecError(path, f"this network has no weight {address}", "an address is layer/name/indices, counted from 0")
    unit = tuple({n: np.zeros_like(a) for n, a in tensors.items()} for tensors in params)
    unit[address.layer][address.name][address.index] = 1.0
    return unit


def _normalised(params: Params, rng: np.random.Generator) -> Params:
    """A Gaussian direction, each filter (row) of weights scaled to the norm of the parameters' own; 0 for biases."""
    return tuple({n: _like(n, a, rng) for n, a in tensors.items()} for tensors in params)


def _like(name: str, value: Array, rng: np.random.Generator) -> Array:
    drawn: Array = np.asarray(rng.standard_normal(value.shape))
    if name in BIASES:
        return np.zeros_like(value)
    norm = np.linalg.norm(value.reshape(len(value), -1), axis=1) / np.linalg.norm(drawn.reshape(len(drawn), -1), axis=1)
    return drawn * norm.reshape(-1, *[1] * (value.ndim - 1))  # type: ignore[no-any-return]
