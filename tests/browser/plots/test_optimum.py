"""A model that is linear in its parameters: its optimum, and learning rates on both sides of the critical one."""

from __future__ import annotations

import json

import numpy as np
import pytest
from playwright.sync_api import Page
from scipy import optimize

from core.experiment import Experiment
from core.numeric import Array
from tests.browser.plots.desk import PIXEL, SETTLED, VISIBLE, comes_to, get, number, opened, request, weights_shown
from tests.browser.shared import until

STAR = f"""([slope, intercept]) => {{
  const box = document.querySelector('{VISIBLE}');
  const best = box.querySelector('.actor-best');
  const tip = best.getAttribute('d').match(/[-\\d.]+/g)?.slice(0, 2).map(Number);
  const {{ xaxis, yaxis }} = box.querySelector('.plot-graph')._fullLayout;
  return tip && !best.matches('.shadow') && Math.hypot(tip[0] - xaxis.d2p(slope), tip[1] + 8.5 - yaxis.d2p(intercept)) < 1;
}}"""


def test_the_star_is_the_least_squares_solution(page: Page) -> None:
    opened(page, "line")
    train = Experiment.parse(get(page, "experiment")).train
    slope, intercept = np.polyfit(train.x[:, 0], train.y[:, 0], 1)
    until(page, STAR, [slope, intercept])


def test_the_star_is_the_most_likely_rate_of_the_counts(page: Page) -> None:
    opened(page, "poisson")
    train = Experiment.parse(get(page, "experiment")).train
    slope, intercept = poisson_fit(train.x[:, 0], train.y[:, 0])
    until(page, STAR, [slope, intercept])


def poisson_fit(x: Array, y: Array) -> tuple[float, float]:
    """Where the gradient of Σ (exp(w x + b) − y (w x + b)) vanishes, by scipy."""
    found = optimize.root(lambda t: [np.sum((np.exp(t[0] * x + t[1]) - y) * x), np.sum(np.exp(t[0] * x + t[1]) - y)], [0.0, 0.0])
    assert found.success
    return float(found.x[0]), float(found.x[1])


def test_an_optimum_off_the_plane_is_said_to_be_off_it(page: Page) -> None:
    opened(page, "logistic")
    about = page.locator("[data-panel=surface] .plot-about")
    about.filter(has_text="No finite weights are the best").wait_for(state="attached")
    opened(page, "logistic", penalty__kind="l2", penalty__rate="0.01")
    about.filter(has_text="The hollow star is the shadow of the optimum (maximum likelihood").wait_for(state="attached")
    until(page, f"document.querySelector('{VISIBLE} .actor-best').matches('.shadow')")


def test_rates_on_both_sides_of_the_critical_one_are_drawn_as_really_taken(page: Page) -> None:
    opened(page, "line")
    rates = page.locator(".surface-planes").get_by_label("Rates")
    # The ball elsewhere than where the run began, and than where the plane was laid.
    for name, value in (("α", "0.5"), ("β", "-0.3")):
        page.get_by_label(f"{name} of the ball").fill(value)
    page.get_by_role("button", name="Put the ball here").click()
    until(page, "Math.abs(chainrule.get('state.params.0.W.0.0') - 0.5) < 1e-9")
    until(page, SETTLED)
    rates.select_option("all")
    experiment = get(page, "experiment")
    options = rates.locator("option").evaluate_all("(all) => all.map((o) => o.textContent).filter((t) => t.includes('η'))")
    assert [text.split(": ")[1] for text in options] == ["creeps", "converges", "oscillates", "diverges"]
    # Each descent by the reference's steps over the whole set: the dots are where they lead.
    here = get(page, "state")
    answer = request(page, "/api/surface", {"experiment": experiment, "state": here, "size": 5,
                                            "plane": {"kind": "weights", "addresses": weights_shown(page)}})  # fmt: skip
    for i, run in enumerate(answer["rates"]["runs"][:3]):
        whole = experiment | {
            "batch_size": get(page, "info.train_count"),
            "optimizer": {"kind": "sgd", "learning_rate": run["learning_rate"]},
        }
        body = json.dumps({"experiment": whole, "state": here, "steps": 3, "every": 1})
        lines = page.request.post("/api/train", data=body, headers={"Content-Type": "application/json"}).text().splitlines()
        states = [here, *(json.loads(line)["state"] for line in lines[-3:])]
        places = [[number(state["params"], text) for text in weights_shown(page)] for state in states]
        comes_to(page, TRAIL, pytest.approx(np.zeros(8), abs=PIXEL), [i, places])
    opened(page, "xor")
    assert not rates.is_visible()


# The first points of a drawn descent, less where they should be.
TRAIL = f"""([i, places]) => {{
  const box = document.querySelector('{VISIBLE}');
  const path = box.querySelectorAll('.actor-trail')[i]?.children[0].getAttribute('d') ?? '';
  const drawn = path.match(/[-\\d.]+/g)?.map(Number) ?? [];
  const {{ xaxis, yaxis }} = box.querySelector('.plot-graph')._fullLayout;
  return places.flatMap(([a, b], k) => [drawn[2 * k] - xaxis.d2p(a), drawn[2 * k + 1] - yaxis.d2p(b)]);
}}"""
