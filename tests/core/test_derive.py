"""The derivation of every parameter of random networks: its sums are the gradient, its paths are all paths, its script agrees."""

import ast
import json
import subprocess
import sys
from math import fsum
from typing import Any

import numpy as np
import pytest

from core.address import Address
from core.derive import derive
from core.derive.node import QUANTITIES, Node
from core.derive.parameter import Parameter
from core.derive.snippet import snippet
from core.derive.terms import total
from core.derive.told import Told
from core.experiment import Experiment
from core.layers import LAYERS, Layer
from core.numeric import Array
from core.training import State, start
from tests.cases import LAYERS as LAYER_CASES
from tests.cases import OPTIMIZERS, LayerCase
from tests.checks import close
from tests.derivation_cases import NETWORKS, told

EXACT = 1e-12
ENUMERABLE = 3000  # paths that are listed one by one
CHUNKS = 24  # so that two workers share them


def parameters(step: Told) -> list[Address]:
    """The address of every parameter."""
    return [
        Address(i, name, tuple(map(int, index)))
        for i, tensors in enumerate(step.trace.before) for name, a in tensors.items() for index in np.ndindex(a.shape)
    ]  # fmt: skip


def near(ours: float, theirs: float, scale: float, what: str) -> None:
    """They agree to 1e-12 of the sizes that were added up."""
    allowed = EXACT * max(1.0, scale)
    assert abs(ours - theirs) <= allowed, f"{what}: {ours!r} and {theirs!r} differ by {ours - theirs:.3g}, allowed {allowed:.3g}"


def jacobians(step: Told, boundary: int) -> list[Array]:
    """J (outputs, inputs) of every link from `boundary` to the chain's end, each by pulling back unit vectors."""
    found = []
    for i in range(boundary, step.end):
        layer, link, row = step.network.layers[i], step.trace.layers[i], step.row
        x, y, noise = link.input[row], link.output[row], step.noises[i]
        many = [np.repeat(a[None], y.size, axis=0) for a in (x, y)]
        mask = None if noise is None else np.repeat(noise[row][None], y.size, axis=0)
        unit = np.eye(y.size).reshape(y.size, *y.shape)
        found.append(layer.backward(step.trace.before[i], *many, mask, unit)[0].reshape(y.size, -1))
    return found


def brute_force(step: Told, boundary: int, starts: list[tuple[int, float]]) -> Array:
    """The value of every path that is not 0, one by one, from the Jacobians alone."""
    ways = [(node, amount) for node, amount in starts if amount != 0]
    for jacobian in jacobians(step, boundary):
        ways = [(m, value * jacobian[m, n]) for n, value in ways for m in np.flatnonzero(jacobian[:, n])]
    end = step.grad(step.end)
    return np.array([value * end[node] for node, value in ways if end[node] != 0])


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_terms_of_every_parameter_of_random_networks_sum_to_its_gradient(chunk: int) -> None:
    """Local terms, expanded terms, all paths and the examples' mean: each is the gradient to 1e-12."""
    for seed in range(chunk, NETWORKS, CHUNKS):
        step = told(seed)
        each = [
            layer.grads_each(step.trace.before[i], link.input, link.output, step.noises[i], link.grad_output)
            for i, (layer, link) in enumerate(zip(step.network.layers, step.trace.layers, strict=True))
        ]
        for address in parameters(step):
            _check_parameter(seed, step, address, each[address.layer][address.name])


def _check_parameter(seed: int, step: Told, address: Address, each: Array) -> None:
    found, what = Parameter(step, address), f"network {seed}, {address}"
    own = float(each[(step.row, *address.index)])
    flat = [t for _, terms in found.expansion for t in terms]
    near(total(found.terms), own, sum(abs(t.value) for t in found.terms), f"{what}, local terms")
    near(total(flat), own, sum(abs(t.value) for t in flat), f"{what}, expanded terms")
    for term, opened in found.expansion:
        near(total(opened), term.value, sum(abs(t.value) for t in opened), f"{what}, one term opened")
    values = [e["value"] for e in found.examples()]
    close(f"{what}, examples", values, each[(slice(None), *address.index)], EXACT, what, scale=1.0)
    mean = fsum(values) / step.count + found.penalty
    near(mean, found.gradient, max(map(abs, values)), f"{what}, mean of the examples")
    paths = found.paths(8)
    near(paths.sum, own, paths.size, f"{what}, paths")
    if paths.count <= 100 or (paths.count <= ENUMERABLE and (seed + sum(address.index)) % 8 == 0):
        _check_paths(step, found, what)


def _check_paths(step: Told, found: Parameter, what: str) -> None:
    """Every path listed, against every path found by brute force."""
    starts = list(zip(found.uses.out.tolist(), found.uses.amount.tolist(), strict=True))
    expected = brute_force(step, found.address.layer + 1, starts)
    paths = found.paths(max(8, found.paths(1).count))
    values = np.array([p.value for p in paths.listed])
    assert len(values) == paths.count, f"{what}: {len(values)} paths are listed of {paths.count}"
    assert paths.live == len(expected), f"{what}: {paths.live} live paths, {len(expected)} by brute force"
    for path in paths.listed:
        near(float(np.prod([f.value for f in path.factors])), path.value, abs(path.value), f"{what}, factors of a path")
    live = np.sort(np.abs(values[values != 0]))
    close(f"{what}, sizes of all paths", live, np.sort(np.abs(expected)), EXACT, what, scale=1.0)
    assert (np.diff(np.abs(values)) <= 0).all(), f"{what}: the paths are not in the order of their sizes"
    near(float(values.sum()), found.paths(1).sum, paths.size, f"{what}, sum of the listed paths")


# Scripts

DRIVER = """
import contextlib, io, json, sys
for name, script in json.load(sys.stdin):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(script, name, "exec"), {"__name__": "__main__"})
    print(json.dumps([name, out.getvalue()]))
"""


def run_bare(scripts: list[tuple[str, str]]) -> dict[str, float]:
    """What each script prints, run in a Python that sees neither this checkout nor its environment."""
    bare = subprocess.run([sys.executable, "-I", "-c", DRIVER], input=json.dumps(scripts), capture_output=True, text=True, cwd="/")
    assert bare.returncode == 0, bare.stderr[-2000:]
    answers = dict(json.loads(line) for line in bare.stdout.splitlines())
    return {name: float(text) for name, text in answers.items()}


def some_addresses(step: Told, rng: np.random.Generator, each: int) -> list[Address]:
    """One parameter of every array, and `each` numbers of the chain."""
    found = [
        Address(i, name, tuple(int(rng.integers(n)) for n in a.shape))
        for i, tensors in enumerate(step.trace.before) for name, a in tensors.items()
    ]  # fmt: skip
    for name in rng.choice(list(QUANTITIES), each):
        i = int(rng.integers(len(step.network.layers)))
        shape = step.network.shapes[i + str(name).endswith("output")]
        found.append(Address(i, str(name), tuple(int(rng.integers(n)) for n in shape)))
    return found


def expected_number(step: Told, address: Address) -> float:
    """What the trace itself says."""
    link = step.trace.layers[address.layer]
    if address.name in QUANTITIES:
        return float(getattr(link, address.name)[(step.row, *address.index)])
    return float(link.grads[address.name][address.index])


@pytest.mark.parametrize("chunk", range(4))
def test_the_script_prints_the_number_of_the_trace(chunk: int) -> None:
    """A parameter of every array and two numbers of the chain of every random network."""
    rng, scripts, expected = np.random.default_rng(chunk), [], {}
    for seed in range(chunk, NETWORKS, 4):
        step = told(seed)
        for address in some_addresses(step, rng, 2):
            name = f"network {seed}, {address}"
            scripts.append((name, snippet(step, address)))
            expected[name] = expected_number(step, address)
    printed = run_bare(scripts)
    assert printed.keys() == expected.keys()
    for name, value in expected.items():
        near(printed[name], value, abs(value), name)


def test_scripts_need_nothing_but_numpy() -> None:
    """Their only imports are numpy and, for GELU, the error function of the standard library."""
    for seed in range(0, NETWORKS, 5):
        step = told(seed)
        for address in parameters(step)[:1]:
            tree = ast.walk(ast.parse(snippet(step, address)))
            imports = [n for n in tree if isinstance(n, (ast.Import, ast.ImportFrom))]
            names = {n.module if isinstance(n, ast.ImportFrom) else n.names[0].name for n in imports}
            assert names <= {"numpy", "math"}
            assert "math" not in names or any(layer.kind == "gelu" for layer in step.network.layers)


def test_a_script_of_its_own_interpreter() -> None:
    """As a reader would run it: the text alone, in a fresh interpreter."""
    step = told(1)
    address = parameters(step)[0]
    bare = subprocess.run([sys.executable, "-I", "-c", snippet(step, address)], capture_output=True, text=True, cwd="/")
    assert bare.stderr == ""
    near(float(bare.stdout), expected_number(step, address), 1.0, str(address))


def test_the_random_networks_have_every_layer_and_optimizer() -> None:
    """So that nothing in the catalogues is left out of the tests above."""
    steps = [told(seed) for seed in range(NETWORKS)]
    assert {layer.kind for step in steps for layer in step.network.layers} == set(LAYERS.members)
    assert {step.experiment.optimizer.kind for step in steps} == {o["kind"] for o in OPTIMIZERS}
    assert all(np.isfinite(step.trace.loss.value) for step in steps)


# The layers' own rules


def example_of(case: LayerCase) -> tuple[Any, ...]:
    """A link with parameters, one example and its noise."""
    layer, rng = LAYERS.parse(case.fields, "layer"), np.random.default_rng(5)
    x = rng.normal(size=(1, *case.in_shape)) if not case.words else rng.integers(0, 6, (1, *case.in_shape)).astype(float)
    params = {name: rng.normal(size=shape) for name, shape in layer.param_shapes(case.in_shape).items()}
    noise = layer.noise(rng, case.in_shape, 1)
    return layer, params, x, layer.forward(params, x, noise), noise, rng


@pytest.mark.parametrize("case", LAYER_CASES, ids=str)
def test_wires_are_the_jacobian(case: LayerCase) -> None:
    """J built of a link's wires is the one that `backward` gives, and each slope is the product of its parts."""
    layer, params, x, y, noise, rng = example_of(case)
    wires = layer.wires(params, x, y, noise)
    jacobian = np.zeros((y.size, x.size))
    np.add.at(jacobian, (wires.out, wires.into), wires.slope)
    grad = rng.normal(size=y.shape)
    pulled, _ = layer.backward(params, x, y, noise, grad)
    close("Jᵀ g", grad.ravel() @ jacobian, pulled.ravel(), EXACT, case)
    assert len({(o, i) for o, i in zip(wires.out.tolist(), wires.into.tolist(), strict=True)}) == wires.out.size
    own = layer.shown(params, x, y, noise)
    for out, into, slope in zip(wires.out, wires.into, wires.slope, strict=True):
        parts = layer.parts(np.unravel_index(out, y.shape[1:]), np.unravel_index(into, x.shape[1:]))
        if parts is not None and not any(p.array == "argmax" for p in parts):
            held = params | {name: a[0] for name, a in own.items()}
            numbers = [held[p.array][p.at] if p.value is None else p.value for p in parts]
            assert float(np.prod(numbers)) == pytest.approx(float(slope), abs=1e-15), (case, out, into)


@pytest.mark.parametrize("case", [c for c in LAYER_CASES if LAYERS.parse(c.fields, "layer").param_shapes(c.in_shape)], ids=str)
def test_uses_are_the_gradient(case: LayerCase) -> None:
    """Σ δ[out] · amount is what `backward` gives, and the layer's rule agrees with the one that pulls back unit vectors."""
    layer, params, x, y, noise, rng = example_of(case)
    grad = rng.normal(size=y.shape)
    grads = layer.backward(params, x, y, noise, grad)[1]
    for name, a in params.items():
        for index in np.ndindex(a.shape):
            uses = layer.uses(params, x, y, noise, name, index)
            assert float(grad.ravel()[uses.out] @ uses.amount) == pytest.approx(float(grads[name][index]), abs=EXACT)
            assert ((uses.into < 0) | (uses.amount == x.ravel()[uses.into])).all()
            general = Layer.uses(layer, params, x, y, noise, name, index)
            assert dict(zip(general.out.tolist(), general.amount.tolist(), strict=True)) == pytest.approx(
                {out: amount for out, amount in zip(uses.out.tolist(), uses.amount.tolist(), strict=True) if amount}, abs=EXACT
            )


# Counts, ties, gates, ends


def dense_net(units: list[int], seed: int = 0, hidden: str = "tanh", **more: Any) -> Any:
    """A dense network on inline numbers, with its first state."""
    rng = np.random.default_rng(seed)
    layers = [link for n in units for link in ({"kind": "dense", "units": n}, {"kind": hidden})][:-1]
    data = {"kind": "points", "x": rng.normal(size=(3, 2)).tolist(), "y": rng.normal(size=(3, units[-1])).tolist()}
    experiment = Experiment.parse({"data": data, "layers": layers, "loss": {"kind": "mae"}, "seed": seed} | more)
    return experiment, start(experiment)


@pytest.mark.parametrize("units", [[1], [3, 2], [4, 3, 2], [5, 5, 5, 3], [2, 7, 1, 4]])
def test_path_counts_are_the_product_of_the_units_behind(units: list[int]) -> None:
    """From a weight of layer l there are n_{l+1} · n_{l+2} · … paths."""
    experiment, state = dense_net(units)
    for layer in range(len(units)):
        found = derive(experiment, state, f"{2 * layer}/W/0,0")
        assert found["paths"]["count"] == int(np.prod(units[layer + 1 :], dtype=object))


def test_a_deep_network_has_its_paths_counted_to_the_last_digit() -> None:
    """12 layers of 64: 64¹¹ paths, counted exactly; the eight largest are listed, and one sweep costs a few multiplications."""
    experiment, state = dense_net([64] * 12)
    paths = derive(experiment, state, "0/W/0,0")["paths"]
    assert paths["digits"]["count"] == str(64**11)
    assert paths["count"] == pytest.approx(64**11)
    assert len(paths["listed"]) == 8
    assert 0 < paths["listed_share"] < 1
    assert paths["work"]["sweep"] < 64 * 64 * 13
    assert paths["digits"]["separate"] == str(64**11 * 23)  # 11 tanh, 11 dense, the input


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_paths_are_those_of_brute_force(seed: int) -> None:
    """The k largest, in order, for every k up to 64; equal ones in the order of their nodes."""
    experiment, state = dense_net([4, 3, 4, 2], seed=seed, hidden="relu" if seed % 2 else "tanh")
    step = Told.of(experiment, state, seed)
    found = Parameter(step, Address(0, "W", (seed % 4, seed % 2)))
    sizes = np.sort(np.abs(brute_force(step, 1, [(int(found.uses.out[0]), float(found.uses.amount[0]))])))[::-1]
    for most in (1, 2, 3, 5, 8, 24, 64):
        listed = np.array([abs(p.value) for p in found.paths(most).listed if p.value])
        close(f"the {most} largest", listed, sizes[:most], EXACT, f"seed {seed}", scale=1.0)


def test_equal_paths_are_listed_in_the_order_of_their_nodes() -> None:
    """With all weights alike every path is as large as any other."""
    experiment, state = dense_net([2, 3, 2], init={"kind": "constant", "value": 0.5})
    listed = derive(experiment, state, "0/W/0,0", listed=6)["paths"]["listed"]
    ends = [(path["addresses"][4], path["addresses"][-1]) for path in listed]
    assert len({round(path["value"], 15) for path in listed}) == 1
    assert ends == sorted(ends)


def test_gates_say_where_gradient_could_not_go() -> None:
    """What a mask cut, which cells lost, which ReLU is off: just the inputs whose grad_input is 0 for that reason."""
    cut = lost = 0
    for seed in range(NETWORKS):
        step = told(seed)
        address = parameters(step)[0]
        for gate in derive(step.experiment, step.state, address, step.row)["gates"]:
            link = step.trace.layers[gate["link"]]
            for closed in gate["closed"]:
                index = (step.row, *Address.parse(closed).index)
                if gate["kind"] == "dropout":
                    assert link.own["mask"][index] == 0
                    cut += 1
                if gate["kind"] in ("max_pool1d", "max_pool2d", "min_pool1d", "min_pool2d"):
                    assert link.grad_input[index] == 0
                    lost += 1
                if gate["kind"] == "relu":
                    assert link.input[index] <= 0
    assert cut > 20
    assert lost > 20


def test_a_matched_pair_shows_both_factors_and_holds_where_they_do_not() -> None:
    """δ = ŷ − y equals the product of slope and ∂ℓ/∂ŷ; at z = 800 the product is lost and δ still stands."""
    data = {"kind": "points", "x": [[1.0]], "y": [0], "task": "binary"}
    layers = [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}]
    experiment = Experiment.parse({"data": data, "layers": layers, "loss": {"kind": "binary_cross_entropy"}})
    for z, lost in ((0.7, False), (800.0, True)):
        state = State(0, ({"W": np.array([[z]]), "b": np.zeros(1)}, {}), start(experiment).slots)
        found = derive(experiment, state, "0/W/0,0")
        node = found["head"]["nodes"][0]
        assert node["delta"]["value"] == node["predicted"]["value"] - node["target"]["value"]
        assert (abs(node["product"] - node["delta"]["value"]) > 0.5) is lost
        assert found["gradient"] == found["paths"]["sum"] == node["delta"]["value"]


def test_an_embedding_says_which_words_it_met() -> None:
    """The places of a word in the told text; a word that is not in it has no terms, and no gradient."""
    step = next(told(seed) for seed in range(NETWORKS) if told(seed).network.layers[0].kind == "embedding")
    words = step.value(0).astype(int).tolist()
    for word in range(step.network.param_shapes[0]["W"][0]):
        found = derive(step.experiment, step.state, f"0/W/{word},0", step.row)
        assert found["meetings"]["places"] == [t for t, w in enumerate(words) if w == word]
        assert len(found["terms"]) == words.count(word)


def test_a_kernel_element_says_which_windows_it_met() -> None:
    """Every window, but for those in which it lay in the padding."""
    for seed in range(NETWORKS):
        step = told(seed)
        for i, layer in enumerate(step.network.layers):
            if layer.kind == "conv2d":
                found = derive(step.experiment, step.state, f"{i}/W/0,0,0,0", step.row)["meetings"]
                assert len(found["met"]) + found["in_padding"] == found["windows"] == int(np.prod(step.shape(i + 1)[1:]))
                assert all(m["input"] == (0, *(layer.stride * w - layer.padding for w in m["window"])) for m in found["met"])


@pytest.mark.parametrize("seed", range(0, NETWORKS, 9))
def test_numbers_of_the_chain_are_sums_too(seed: int) -> None:
    """A δ is the sum of its terms and of those opened once more; a neuron's number is Σ w x + b."""
    step = told(seed)
    rng = np.random.default_rng(seed)
    for address in some_addresses(step, rng, 12)[-12:]:
        found = Node(step, address)
        own = expected_number(step, address)
        near(total(found.terms), own, sum(abs(t.value) for t in found.terms), f"{address}, terms")
        onward = total(found.onward)
        near(onward, float(step.grad(found.boundary)[found.node]), sum(abs(t.value) for t in found.onward), f"{address}, onward")
        for term, opened in found.expansion:
            near(total(opened), term.value, sum(abs(t.value) for t in opened), f"{address}, a δ opened")
        document = found.document(4)
        if document["paths"]:
            near(document["paths"]["sum"], onward, document["paths"]["size"], f"{address}, paths")


def test_every_factor_stands_at_its_path_in_the_trace() -> None:
    """`path` leads to the very number: nothing is shown that is not in the trace."""
    for seed in range(0, NETWORKS, 4):
        step = told(seed)
        document = {"trace": step.trace.document()}
        address = parameters(step)[seed % len(parameters(step))]
        found = derive(step.experiment, step.state, address, step.row)
        checked = sum(_at(document, entry["path"]) == entry["value"] for entry in _with_path(found))
        assert checked == len(list(_with_path(found))) > 0


def _with_path(document: Any) -> Any:
    """Every object in it that names a place."""
    if isinstance(document, dict):
        if isinstance(document.get("path"), str) and "factors" not in document and "terms" not in document:
            yield document
        for value in document.values():
            yield from _with_path(value)
    elif isinstance(document, (list, tuple)):
        for value in document:
            yield from _with_path(value)


def _at(document: Any, path: str) -> Any:
    for part in path.split("."):
        document = document[part] if isinstance(document, dict) or hasattr(document, "keys") else document[int(part)]
    return document
