"""Random experiments: chains of dense links, convolutions, pooling, dropout and embeddings, with every head, loss and penalty."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from core.experiment import Experiment
from core.layers import LAYERS
from core.numeric import Array, Params
from core.training import batch_of
from tests import cases
from tests.cases import Document

DRAWN = (
    "dense", "conv1d", "conv2d", "max_pool1d", "min_pool1d", "mean_pool1d", "max_pool2d", "min_pool2d", "mean_pool2d", "dropout",
    "flatten", "embedding",
)  # fmt: skip
# Between links stands every activation but exp, whose numbers would grow beyond all bounds, and softmax, which needs two outputs.
ACTIVATIONS = [member.kind for member in LAYERS if member.activation and member.kind not in ("exp", "softmax")]
OTHERS = {  # links that nothing below draws by name, by the number of axes that they read
    axes: [case.fields for case in cases.LAYERS if case.kind not in DRAWN and not case.words and len(case.in_shape) == axes
           and not LAYERS[case.kind].activation] for axes in (1, 2, 3)
}  # fmt: skip
LAST = {case.kind: case.before for case in cases.LOSSES}
TASKS: dict[str, tuple[str, ...]] = {  # what data fit a loss that is taught with such targets
    "numbers": ("regression", "binary", "classes"), "bits": ("binary", "classes"), "signs": ("binary", "classes"),
    "one-hot": ("classes",), "counts": ("counts", "classes"),
}  # fmt: skip


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.integers(0, 100).map(lambda n: round(low + (high - low) * n / 100, 4))


@st.composite
def activations(draw: st.DrawFn) -> Document:
    kind = draw(st.sampled_from(ACTIVATIONS))
    own = {"leaky_relu": {"slope": 0.1}, "elu": {"alpha": draw(st.sampled_from([0.5, 1.0, 2.0]))}}
    return {"kind": kind} | own.get(kind, {})


@st.composite
def hidden(draw: st.DrawFn, most: int = 3) -> list[Document]:
    """Dense links with activations, some dropout between them."""
    found: list[Document] = []
    for _ in range(draw(st.integers(0, most))):
        found.append({"kind": "dense", "units": draw(st.integers(1, 6))})
        if draw(st.booleans()):
            found.append(draw(activations()))
        if draw(st.integers(0, 4)) == 0:
            found.append({"kind": "dropout", "drop": draw(numbers(0.0, 0.6))})
        if OTHERS[1] and draw(st.booleans()):
            found.append(draw(st.sampled_from(OTHERS[1])))
    return found


@st.composite
def windows(draw: st.DrawFn, dimensions: int, length: int) -> list[Document]:
    """Convolutions with activations and pooling on `length` numbers along each axis, ending in flatten."""
    found: list[Document] = []
    for _ in range(draw(st.integers(1, 2))):
        kernel, stride, padding = draw(st.integers(1, min(3, length))), draw(st.integers(1, 2)), draw(st.integers(0, 2))
        found.append({
            "kind": f"conv{dimensions}d", "filters": draw(st.integers(1, 3)), "kernel": kernel, "stride": stride,
            "padding": padding,
        })  # fmt: skip
        length = (length + 2 * padding - kernel) // stride + 1
        if draw(st.booleans()):
            found.append(draw(activations()))
        if draw(st.booleans()):
            kind, size, stride = (
                draw(st.sampled_from(("max", "min", "mean"))),
                draw(st.integers(1, min(2, length))),
                draw(st.integers(1, 2)),
            )
            found.append({"kind": f"{kind}_pool{dimensions}d", "size": size, "stride": stride})
            length = (length - size) // stride + 1
    if draw(st.integers(0, 4)) == 0:
        found.append({"kind": "dropout", "drop": draw(numbers(0.0, 0.6))})
    if OTHERS[dimensions + 1] and draw(st.booleans()):
        found.append(draw(st.sampled_from(OTHERS[dimensions + 1])))
    return [*found, {"kind": "flatten"}]


@st.composite
def points(draw: st.DrawFn, task: str) -> tuple[Document, int]:
    """Inline data from a seed, and the number of its targets."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    count, inputs, outputs = draw(st.integers(1, 7)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    x = rng.normal(size=(count, inputs)).round(3).tolist()
    if task == "binary":
        return {"kind": "points", "x": x, "y": rng.integers(0, 2, count).tolist(), "task": task}, 1
    if task == "classes":
        y = [*rng.integers(0, outputs + 1, count - 1).tolist(), outputs]
        return {"kind": "points", "x": x, "y": y, "task": task}, outputs + 1
    y = (rng.poisson(2.0, (count, outputs)) if task == "counts" else rng.normal(size=(count, outputs)).round(3)).tolist()
    return {"kind": "points", "x": x, "y": y, "task": task}, outputs


@st.composite
def sources(draw: st.DrawFn, loss: str, dense_only: bool) -> tuple[Document, int, list[Document]]:
    """Data that fit the loss, the number of outputs, and the links that turn an example into a vector."""
    kind = "points" if dense_only else draw(st.sampled_from(("points", "points", "signals", "digits", "sentences")))
    seed = draw(st.integers(0, 99))
    if kind == "signals":
        return {"kind": kind, "count": 12, "seed": seed}, 3, draw(windows(1, 32))
    if kind == "digits":
        return {"kind": kind, "count": 12, "seed": seed, "layout": "image"}, 10, draw(windows(2, 8))
    if kind == "sentences":
        embedding = {"kind": "embedding", "vocabulary": 250, "units": draw(st.integers(1, 3))}
        outputs = 2 if loss == "cross_entropy" else draw(st.integers(1, 2))
        return {"kind": kind, "count": 12, "seed": seed}, outputs, [embedding, *draw(windows(1, 8))]
    task = draw(st.sampled_from(TASKS[cases.row("loss", loss).targets]))
    data, outputs = draw(points(task))
    return data, outputs, []


@st.composite
def experiments(draw: st.DrawFn, dense_only: bool = False) -> Document:
    """A complete experiment's document."""
    loss = draw(st.sampled_from(sorted(LAST)))
    data, outputs, front = draw(sources(loss, dense_only))
    last = draw(st.sampled_from([k for k in LAST[loss] if outputs > 1 or k != "softmax"]))
    tail = [] if last == "none" else [{"kind": last}]
    penalty = draw(st.sampled_from(("none", "l1", "l2")))
    document = {
        "data": data,
        "layers": [*front, *draw(hidden(most=1 if front else 3)), {"kind": "dense", "units": outputs}, *tail],
        "loss": {"kind": loss} | ({"delta": draw(numbers(0.1, 2.0))} if loss == "huber" else {}),
        "penalty": {"kind": penalty} | ({} if penalty == "none" else {"rate": draw(numbers(0.0, 0.5))}),
        "batch_size": draw(st.one_of(st.none(), st.integers(1, 6))),
        "seed": draw(st.integers(0, 10**6)),
    }
    return Experiment.parse(document).document()


def drawn_params(experiment: Experiment) -> Params:
    """Parameters that are nowhere 0, biases included, of the size that initial weights have; they follow from the seed."""
    rng = np.random.default_rng(experiment.seed)
    found = []
    for shapes in experiment.network.param_shapes:
        fan = {name: max(1, int(np.prod(shape[1:]))) for name, shape in shapes.items()}
        found.append({name: rng.normal(0.0, 1.0 / np.sqrt(fan[name]), shape) for name, shape in shapes.items()})
    return tuple(found)


def drawn_batch(experiment: Experiment) -> tuple[Array, Array, list[Any]]:
    """Inputs, targets and noises of step 0."""
    batch = batch_of(experiment, 0)
    return batch.x, batch.y, experiment.network.noises(experiment.seed, 0, len(batch))
