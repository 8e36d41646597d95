"""A model that is linear in its parameters: its optimum, and learning rates on both sides of the critical one."""

from __future__ import annotations

import json
from itertools import pairwise

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


@pytest.mark.deep
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


# Words that lie on other words or on the ball, and names that a later path would cross out.
CROSSED = f"""() => {{
  const box = document.querySelector('{VISIBLE}');
  const seen = (each) => each.textContent && getComputedStyle(each).visibility === 'visible';
  const words = [...box.querySelectorAll('.actors text')].filter(seen);
  const [ball, ...all] = [box.querySelector('.actor-ball'), ...words].map((each) => each.getBoundingClientRect());
  const meet = (a, b) => a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 4 && b.top < a.bottom - 4;
  const over = all.flatMap((a, i) => [ball, ...all.slice(i + 1)].filter((b) => meet(a, b)));
  const last = [...box.querySelectorAll('.actor-trail')].at(-1);
  const under = words.filter((each) => each.compareDocumentPosition(last) & Node.DOCUMENT_POSITION_FOLLOWING);
  return [words.length > 1, words.every((each) => each.textContent.includes('η = ')), over.length, under.length];
}}"""


@pytest.mark.deep
def test_the_names_of_the_rates_cover_neither_each_other_nor_the_ball(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, "line")
    until(page, SETTLED)
    page.locator(".surface-planes").get_by_label("Rates").select_option("all")
    comes_to(page, CROSSED, [True, True, 0, 0])
    page.locator("[data-panel=surface] .plot-larger").click()
    comes_to(page, CROSSED, [True, True, 0, 0])


def test_a_way_that_leaves_the_window_is_laid_on_the_surface_as_far_as_it_is_inside(page: Page) -> None:
    opened(page, "line")
    laid = page.evaluate("""async () => {
      const { draped } = await ours('surface/draped.js');
      const side = [0, 1, 2, 3, 4];
      const ways = [[[1, 1], [1, 9], [3, 1]], [[9, 9], [8, 9]], [[1, 1], [2, 2], [2, 2]], [[-4, 2], [8, 2]], [[1, 1]]];
      return ways.map((way) => draped(way, side, side));
    }""")
    there = [at for at in laid[0] if at]
    assert [there[0], there[-1]] == [[1, 1], [3, 1]]
    assert laid[0].count(None) == 1, "broken where it was outside"
    gap = laid[0].index(None)
    assert laid[0][gap - 1] == pytest.approx([1, 4])
    assert laid[0][gap + 1] == pytest.approx([2.25, 4])
    assert all(max(abs(a - b) for a, b in zip(p, q, strict=True)) < 0.2 for p, q in pairwise(there[:gap])), "short pieces"
    assert laid[1] == laid[4] == []
    assert [laid[2][0], laid[2][-1]] == [[1, 1], [2, 2]]
    assert [laid[3][0], laid[3][-1]] == [pytest.approx([0, 2]), pytest.approx([4, 2])]
