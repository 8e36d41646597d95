"""The copied script, run where there is nothing but NumPy, prints the number of the trace."""

import ast
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from core.address import Address
from core.derive import derive
from core.derive.latex import number
from core.derive.snippet import snippet
from core.derive.snippet_code import NoScriptError
from core.derive.told import Told
from core.experiment import Experiment
from core.state import start
from tests.cases import row
from tests.derivation_cases import NETWORKS, expected_number, near, parameters, some_addresses, told

XOR = {
    "data": {"kind": "xor"},
    "layers": [{"kind": "dense", "units": 4}, {"kind": "tanh"}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
    "loss": {"kind": "binary_cross_entropy"},
}
DRIVER = """
import contextlib, io, json, sys
for name, script in json.load(sys.stdin):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(script, name, "exec"), {"__name__": "__main__"})
    print(json.dumps([name, out.getvalue()]))
"""


def _bare(script: str, given: str = "") -> str:
    """What a script prints in a Python that sees neither this checkout nor its environment."""
    command = [sys.executable, "-I", "-c", script]
    done = subprocess.run(command, input=given, capture_output=True, text=True, cwd="/", check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr[-2000:]
    return done.stdout


def run_bare(scripts: list[tuple[str, str]]) -> dict[str, float]:
    """What each script prints, run in a Python that sees neither this checkout nor its environment."""
    answers = dict(json.loads(line) for line in _bare(DRIVER, json.dumps(scripts)).splitlines())
    return {name: float(text) for name, text in answers.items()}


def written_out(seed: int) -> bool:
    """Whether the rows of all kinds of a random network say that there is a script of them."""
    experiment = told(seed).experiment
    rows = [row("layers", layer.kind) for layer in experiment.layers]
    return all(case.script for case in [*rows, row("loss", experiment.loss.kind), row("penalty", experiment.penalty.kind)])


def scripted(step: Told, address: Address) -> str:
    try:
        return snippet(step, address)
    except NoScriptError as error:
        raise AssertionError(
            f"{error} Write it in core/derive/snippet_code.py, or script=False in its row of tests/cases/"
        ) from error


@pytest.mark.parametrize("chunk", [0, *(pytest.param(chunk, marks=pytest.mark.deep) for chunk in (1, 2, 3))])
def test_the_script_prints_the_number_of_the_trace(chunk: int) -> None:
    """Every parameter and two numbers of the chain of every random network."""
    rng, scripts, expected = np.random.default_rng(chunk), [], {}
    for seed in filter(written_out, range(chunk, NETWORKS, 4)):
        step = told(seed)
        for address in dict.fromkeys([*parameters(step), *some_addresses(step, rng, 2)]):
            name = f"network {seed}, {address}"
            scripts.append((name, scripted(step, address)))
            expected[name] = expected_number(step, address)
    printed = run_bare(scripts)
    assert printed.keys() == expected.keys()
    for name, value in expected.items():
        near(printed[name], value, abs(value), name)


def test_the_script_counts_links_as_the_page_does_and_says_how_its_names_are_counted() -> None:
    experiment = Experiment.parse(XOR)
    script = snippet(Told.of(experiment, start(experiment)), Address(2, "W", (0, 3)))
    assert "# forward, link 3: dense of x2\nx3 = x2 @ W2.T + b2\n" in script
    assert "\n# Names count the experiment's layers from 0, as addresses do: x2 goes into layers[2], W2 and b2 are its" in script
    assert script.startswith(r"# dL/dw of 2/W/0,3 (on the page w^{(2)}_{14}), the mean over")
    assert "\n# So do indices, where the symbols of the page count from 1.\n" in script


def test_by_another_method_the_script_says_that_it_is_backpropagations_and_what_the_optimizer_was_given() -> None:
    """A secant as long as 1 gives another number: the script prints its own, and names the other with its method."""
    document = XOR | {"gradient": {"kind": "numerical", "step": 1.0}}
    experiment = Experiment.parse(document)
    step = Told.of(experiment, start(experiment))
    address = Address(2, "W", (0, 3))
    link, script = step.trace.layers[2], snippet(step, address)
    given, swept = float(link.grads["W"][0, 3]), float(link.swept["W"][0, 3])
    assert abs(given - swept) > 1e-4
    near(run_bare([("it", script)])["it"], swept, abs(swept), "printed")
    title, said = script.splitlines()[:2]
    assert title.startswith(r"# dL/dw of 2/W/0,3 (on the page w^{(2)}_{14}) by backpropagation, the mean over a batch of 10")
    assert said == f"# The optimizer was given {given!r}: this step's gradient is found by central differences."
    plain = Experiment.parse(XOR)
    assert "The optimizer was given" not in snippet(Told.of(plain, start(plain)), address)


@pytest.mark.parametrize(
    ("activation", "units", "y"), [("sigmoid", 1, 0), ("sigmoid", 1, 1), ("softmax", 2, 0), ("softmax", 2, 1)]
)
def test_the_slope_of_a_loss_at_a_certain_output_is_the_traces(activation: str, units: int, y: int) -> None:
    """Where ŷ = σ(z) has rounded to 1, the script too takes 1 − ŷ as the link knows it, and no 0."""
    data = {"kind": "points", "x": [[40.0]], "y": [y], "task": "binary"}
    layers = [{"kind": "dense", "units": units}, {"kind": activation}]
    experiment = Experiment.parse({"data": data, "layers": layers, "loss": {"kind": "binary_cross_entropy"}})
    begun = start(experiment)
    weights = np.eye(units, 1)
    state = replace(begun, params=({"W": weights, "b": np.zeros(units)}, {}))
    step = Told.of(experiment, state)
    scripts = [
        (f"1/{name}/{j}", snippet(step, Address(1, name, (j,)))) for name in ("grad_output", "grad_input") for j in range(units)
    ]
    for name, value in run_bare(scripts).items():
        near(value, expected_number(step, Address.parse(name)), abs(value), name)


def test_the_script_of_a_penalised_weight_says_that_the_penalty_is_in_it() -> None:
    experiment = Experiment.parse(XOR | {"penalty": {"kind": "l2", "rate": 0.1}})
    step = Told.of(experiment, start(experiment))
    for address, said in ((Address(2, "W", (0, 3)), True), (Address(2, "b", (0,)), False)):
        assert (", and the penalty," in snippet(step, address).splitlines()[0]) is said


def test_by_another_method_a_derivation_holds_both_numbers() -> None:
    """`backprop` is what the products' mean comes to, `gradient` what the optimizer is given; in LaTeX ≈ stands between them."""
    experiment = Experiment.parse(XOR | {"gradient": {"kind": "numerical", "step": 1.0}, "penalty": {"kind": "l2", "rate": 0.1}})
    found = derive(experiment, start(experiment), "2/W/0,3")
    assert found["backprop"] == pytest.approx(found["sum"] / len(found["examples"]) + found["penalty"], rel=1e-12)
    assert abs(found["backprop"] - found["gradient"]) > 1e-4
    both = rf"= {number(found['backprop'])} \approx g = {number(found['gradient'])} \;\text{{(Central differences)}}"
    assert found["latex"]["batch"].endswith(both)
    plain = Experiment.parse(XOR)
    exact = derive(plain, start(plain), "2/W/0,3")
    assert exact["backprop"] == exact["gradient"]
    assert "approx" not in exact["latex"]["batch"]


def test_scripts_need_nothing_but_numpy() -> None:
    """Their only imports are numpy and, for GELU, the error function of the standard library."""
    for seed in filter(written_out, range(0, NETWORKS, 5)):
        step = told(seed)
        for address in parameters(step)[:1]:
            tree = ast.walk(ast.parse(snippet(step, address)))
            imports = [n for n in tree if isinstance(n, (ast.Import, ast.ImportFrom))]
            names = {n.module if isinstance(n, ast.ImportFrom) else n.names[0].name for n in imports}
            assert names <= {"numpy", "math"}
            assert "math" not in names or any(layer.kind == "gelu" for layer in step.network.layers)


def test_a_script_of_its_own_interpreter() -> None:
    """As a reader would run it: the text alone, in a fresh interpreter."""
    step = told(next(seed for seed in range(1, NETWORKS) if written_out(seed)))
    address = parameters(step)[0]
    near(float(_bare(snippet(step, address))), expected_number(step, address), 1.0, str(address))
