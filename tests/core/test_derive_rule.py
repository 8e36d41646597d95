"""The general rule above the batch's numbers names what it multiplies by the symbols of the very terms below it."""

import re
from typing import Any

import pytest

from core.derive import derive
from core.derive.parameter import Parameter
from core.derive.rule import gradient_rule, handed_back
from core.experiment import Experiment
from core.state import start
from tests.derivation_cases import dense_net, fitted, parameters, told

LETTER = re.compile(r"((?:\\delta|\b[a-z])(?:\^\{\(\d\)\})?)_\{")  # of a rule, with its layer: \delta^{(2)}, a^{(1)}
L2 = {"penalty": {"kind": "l2", "rate": 0.1}}


def rule(experiment: Experiment, link: int, name: str) -> str:
    return gradient_rule(experiment.network, experiment.penalty, link, name)


def multiplied(latex: str) -> list[str]:
    """The letters right of the equals sign, but for the penalty's part: what is multiplied."""
    return LETTER.findall(latex.split(" = ", 1)[1].split(r" + \lambda", maxsplit=1)[0].replace("^{[i]}", "").replace("[i]", ""))


@pytest.mark.parametrize("seed", range(40))
def test_the_rule_is_written_in_the_symbols_of_its_terms(seed: int) -> None:
    step, seen = told(seed), set[Any]()
    for address in parameters(step):
        terms = Parameter(step, address).terms
        if terms and (address.layer, address.name) not in seen:
            seen.add((address.layer, address.name))
            found = [re.sub(r"_\{[^{}]*\}$", "", factor.symbol) for factor in terms[0].factors]
            assert multiplied(rule(step.experiment, address.layer, address.name)) == found, address
    assert len(seen) == sum(map(len, step.network.param_shapes))


def test_what_comes_in_is_called_what_it_is() -> None:
    two, _ = dense_net([3, 1])
    assert rule(two, 0, "W") == r"\frac{\partial L}{\partial w^{(1)}_{jk}} = \frac1N \sum_i \delta^{(1)[i]}_{j}\, x^{[i]}_{k}"
    second = r"\frac{\partial L}{\partial w^{(2)}_{jk}} = \frac1N \sum_i \delta^{(2)[i]}_{j}\, a^{(1)[i]}_{k}"
    assert rule(two, 2, "W") == second
    one, _ = dense_net([2])
    assert rule(one, 0, "W") == r"\frac{\partial L}{\partial w_{jk}} = \frac1N \sum_i \delta^{[i]}_{j}\, x^{[i]}_{k}"
    words = next(
        fitted(seed) for seed in range(40) if [layer.kind for layer in fitted(seed).layers][:2] == ["embedding", "conv1d"]
    )
    assert r"e^{(1)[i]}_{c}(s(t - 1) + u - p)" in rule(words, 1, "W")


def test_a_bias_has_a_rule_of_its_own_and_no_penalty() -> None:
    two, _ = dense_net([3, 1], **L2)
    assert rule(two, 2, "b") == r"\frac{\partial L}{\partial b^{(2)}_{j}} = \frac1N \sum_i \delta^{(2)[i]}_{j}"
    assert rule(two, 2, "W").endswith(r" + \lambda\,w^{(2)}_{jk}")
    two, _ = dense_net([3, 1], penalty={"kind": "l1", "rate": 0.1})
    assert rule(two, 0, "W").endswith(r" + \lambda\,\operatorname{sign}(w^{(1)}_{jk})")


def test_what_goes_back_through_weights_has_a_rule_too() -> None:
    two, _ = dense_net([3, 1])
    back = r"\frac{\partial \ell}{\partial a^{(1)}_{k}} = \sum_j w^{(2)}_{jk}\, \delta^{(2)}_{j}"
    assert handed_back(two.network, 2) == back
    assert handed_back(two.network, 1) == r"\delta = \varphi'(z)\,\frac{\partial \ell}{\partial a}"


@pytest.mark.parametrize(("loss", "said"), [("half_mse", r"\hat y - y"), ("mse", r"2\,(\hat y - y)")])
def test_delta_of_a_matched_pair_has_the_rule_that_its_products_have(loss: str, said: str) -> None:
    """Without its ½ a squared error's δ is twice the error, in the rule as in the terms below it."""
    layers = [{"kind": "dense", "units": 1}, {"kind": "identity"}]
    experiment = Experiment.parse({"data": {"kind": "line"}, "layers": layers, "loss": {"kind": loss}})
    found = derive(experiment, start(experiment), "0/grad_output/0")
    assert found["rule"] == found["head"]["rule"] == rf"\delta = {said}"
    predicted, target = (term["factors"][-1]["value"] for term in found["terms"])
    assert found["value"] == pytest.approx((2.0 if loss == "mse" else 1.0) * (predicted - target), rel=1e-12)
