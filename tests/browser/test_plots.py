"""The plots beside the network: what is drawn is where the numbers say, and nothing on them is stale or made up."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from core.experiment import Experiment

# What a path's data says in the coordinates of the axes it lies on.
END_OF_CURVE = """(trace) => {
  const graph = document.querySelector('.loss-box .plot-graph');
  const lines = [...graph.querySelectorAll('.scatterlayer .trace')].map((t) => t.querySelector('path.js-line'));
  const end = lines[trace].getAttribute('d').match(/[-\\d.]+/g).slice(-2).map(Number);
  const { xaxis, yaxis } = graph._fullLayout;
  return [xaxis.p2d(end[0]), yaxis.p2d(end[1])];
}"""
GET = "(path) => chainrule.get(path)"
PATIENCE = 30.0  # seconds
PIXEL = 1.0  # positions are drawn to a tenth of a pixel, and the curve's points are rounded


def until(page: Page, expression: str, arg: Any = None) -> None:
    """Wait for the expression to hold. Playwright's own waiting evaluates text in the page, which the page's policy forbids."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(expression, arg):
        assert time.monotonic() < deadline, f"{expression} did not come to hold within {PATIENCE} s"
        page.wait_for_timeout(50)


def opened(page: Page, preset: str = "xor", view: str = "Contour") -> None:
    """The page on a preset, its plots drawn and at rest."""
    page.goto(f"/#preset={preset}")
    until(page, "chainrule.get('trace') && document.querySelectorAll('.loss-box .js-line').length > 0")
    page.locator("[data-panel=surface]").get_by_role("button", name=view, exact=True).click()
    until(page, "chainrule.get('surface') !== null && chainrule.get('surface') !== undefined")


def get(page: Page, path: str) -> Any:
    return page.evaluate(GET, path)


def stepped(page: Page, count: int) -> None:
    """So many updates, without their animation."""
    page.evaluate("chainrule.store.set('motion', 'reduced')")
    for _ in range(count):
        step = get(page, "state.step")
        page.get_by_role("button", name="Step", exact=True).click()
        until(page, "(step) => chainrule.get('state.step') === step + 1", arg=step)


def request(page: Page, path: str, body: dict[str, Any]) -> Any:
    answer = page.request.post(path, data=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.ok, answer.text()
    return answer.json()


def test_the_curves_end_at_the_losses_of_the_present_weights(page: Page) -> None:
    opened(page)
    stepped(page, 3)
    page.wait_for_timeout(500)
    for trace, name in enumerate(("train", "test")):
        step, loss = page.evaluate(END_OF_CURVE, trace)
        assert step == pytest.approx(3, abs=0.1)
        assert loss == pytest.approx(get(page, f"frame.loss.{name}"), abs=0.01)


def test_the_logarithmic_curve_shows_the_same_losses(page: Page) -> None:
    opened(page)
    stepped(page, 2)
    page.locator("[data-panel=loss]").get_by_role("button", name="Log scale").click()
    until(page, "document.querySelector('.loss-box .plot-graph')._fullLayout.yaxis.type === 'log'")
    page.wait_for_timeout(500)
    _, loss = page.evaluate(END_OF_CURVE, 0)
    assert loss == pytest.approx(get(page, "frame.loss.train"), rel=0.03)


def test_going_back_takes_the_curve_back(page: Page) -> None:
    opened(page)
    stepped(page, 2)
    page.get_by_role("button", name="Back", exact=True).click()
    until(page, "chainrule.get('state.step') === 1")
    page.wait_for_timeout(500)
    step, loss = page.evaluate(END_OF_CURVE, 0)
    assert step == pytest.approx(1, abs=0.1)
    assert loss == pytest.approx(get(page, "losses.1.train"), abs=0.01)


def test_a_click_on_a_ringed_example_chooses_it(page: Page) -> None:
    opened(page)
    until(page, "document.querySelector('.boundary-batch')?.getAttribute('d')")
    indices = get(page, "trace.batch.indices")
    row = len(indices) - 1
    where = page.evaluate(
        """(index) => {
          const graph = document.querySelector('.boundary-box .plot-graph');
          const trace = graph._fullData.find((t) => t.customdata?.includes(index));
          const i = [...trace.customdata].indexOf(index);
          const { xaxis, yaxis } = graph._fullLayout;
          const box = graph.getBoundingClientRect();
          return [box.left + xaxis._offset + xaxis.d2p(trace.x[i]), box.top + yaxis._offset + yaxis.d2p(trace.y[i])];
        }""",
        indices[row],
    )
    page.mouse.click(*where)
    until(page, "(row) => chainrule.get('example') === row", arg=row)


def test_the_fitted_line_is_the_network_s_answer(page: Page) -> None:
    opened(page, "line")
    stepped(page, 1)
    weight, bias = get(page, "state.params.0.W.0.0"), get(page, "state.params.0.b.0")
    ends = """() => {
      const graph = document.querySelector('.boundary-box .plot-graph');
      const line = [...graph.querySelectorAll('path.js-line')].pop().getAttribute('d').match(/[-\\d.]+/g).map(Number);
      const { xaxis, yaxis } = graph._fullLayout;
      return [[xaxis.p2d(line[0]), yaxis.p2d(line[1])], [xaxis.p2d(line.at(-2)), yaxis.p2d(line.at(-1))]];
    }"""
    deadline = time.monotonic() + PATIENCE
    while True:  # the answer for the new weights is asked for when the step is done
        drawn = page.evaluate(ends)
        if all(y == pytest.approx(weight * x + bias, abs=0.03) for x, y in drawn):
            return
        assert time.monotonic() < deadline, f"drawn through {drawn}, expected y = {weight} x + {bias}"
        page.wait_for_timeout(100)


@pytest.mark.parametrize("preset", ["iris", "digits"])
def test_data_that_no_map_can_show_show_one_example_and_its_answer(page: Page, preset: str) -> None:
    opened(page, preset)
    values = page.locator(".answer-value")
    outputs = get(page, "trace.layers")[-1]["output"][0]
    assert values.count() == len(outputs)
    paths = [cell.get_attribute("data-path") for cell in values.all()]
    assert paths == [f"trace.layers.{len(get(page, 'trace.layers')) - 1}.output.0.{k}" for k in range(len(outputs))]


BALL = """() => {
  const graph = document.querySelector('.surface-views > .plot:not([hidden]) .plot-graph');
  const ball = document.querySelector('.surface-views > .plot:not([hidden]) .actor-ball');
  return { drawn: [Number(ball.getAttribute('cx')), Number(ball.getAttribute('cy'))], shown: ball.getAttribute('visibility') };
}"""


def test_the_ball_is_at_its_weights_on_the_contour(page: Page) -> None:
    opened(page)
    stepped(page, 2)
    page.wait_for_timeout(900)
    addresses = page.locator(".surface-planes select").evaluate_all("(all) => all.slice(1, 3).map((s) => s.value)")
    expected = page.evaluate(
        """(addresses) => {
          const { xaxis, yaxis } = document.querySelector('.surface-views > .plot:not([hidden]) .plot-graph')._fullLayout;
          const [a, b] = addresses.map((text) => {
            const [link, name, index] = text.split('/');
            return index.split(',').reduce((array, i) => array[i], chainrule.get(`state.params.${link}.${name}`));
          });
          return [xaxis.d2p(a), yaxis.d2p(b)];
        }""",
        addresses,
    )
    ball = page.evaluate(BALL)
    assert ball["shown"] == "visible"
    assert ball["drawn"] == pytest.approx(expected, abs=PIXEL)


def test_the_ball_lies_on_the_drawn_surface_in_3d_wherever_the_camera_is(page: Page) -> None:
    opened(page, view="3-D")
    until(page, "document.querySelector('.surface-views .actor-ball').getAttribute('visibility') === 'visible'")
    projected = """async () => {
      const { projection } = await import('/static/js/plot/plotly-adapter.js');
      const { heightAt } = await import('/static/js/plot/field.js');
      const graph = document.querySelector('.surface-views > .plot:not([hidden]) .plot-graph');
      const { x, y, z } = graph._fullData[0];
      const { alpha, beta } = chainrule.get('surface.at');
      const height = heightAt([...z].map((row) => [...row]), [...x], [...y], alpha, beta);
      return projection(graph)(alpha, beta, height).slice(0, 2);
    }"""
    page.wait_for_timeout(1500)
    before = page.evaluate(BALL)["drawn"]
    assert before == pytest.approx(page.evaluate(projected), abs=PIXEL)
    box = page.locator(".surface-views > .plot:not([hidden])").bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 190, box["y"] + 80, steps=6)
    page.mouse.up()
    page.wait_for_timeout(1200)
    after = page.evaluate(BALL)["drawn"]
    assert after == pytest.approx(page.evaluate(projected), abs=PIXEL)
    assert np.hypot(*np.subtract(after, before)) > 3, "the drag must have turned the scene"
    # The camera stays where the user put it when the surface is drawn anew.
    stepped(page, 1)
    page.wait_for_timeout(1500)
    turned = page.evaluate(BALL)["drawn"]
    assert turned == pytest.approx(page.evaluate(projected), abs=PIXEL)
    assert np.hypot(*np.subtract(turned, after)) < np.hypot(*np.subtract(turned, before))


def test_the_gap_is_none_on_a_live_plane_and_real_on_a_pinned_one(page: Page) -> None:
    opened(page)
    until(page, "chainrule.get('surface.gap') === 0")
    page.locator("[data-panel=surface]").get_by_role("button", name="Pin").click()
    stepped(page, 4)
    until(page, "chainrule.get('surface.gap') > 0")
    page.wait_for_timeout(1500)
    here = get(page, "surface")
    assert here["true_loss"] == get(page, "frame.loss.train")
    assert here["gap"] == pytest.approx(abs(here["plane_loss"] - here["true_loss"]), rel=1e-12)
    assert here["largest"] >= here["gap"]
    assert here["distance"] > 0
    # The plane's loss under the ball, by the reference: the start's weights, the two of the plane moved to where they are now.
    first = request(page, "/api/start", {"experiment": get(page, "experiment")})["state"]
    addresses = page.locator(".surface-planes select").evaluate_all("(all) => all.slice(1, 3).map((s) => s.value)")
    for text in addresses:
        link, name, index = text.split("/")
        *head, last = [int(i) for i in index.split(",")]
        array, now = first["params"][int(link)][name], get(page, "state.params")[int(link)][name]
        for i in head:
            array, now = array[i], now[i]
        array[last] = now[last]
    measured = request(
        page, "/api/start", {"experiment": get(page, "experiment"), "state": {"step": 0, "params": first["params"]}}
    )
    assert here["plane_loss"] == pytest.approx(measured["frame"]["loss"]["train"], rel=1e-10)


def test_the_ball_starts_anywhere_and_back_undoes_it(page: Page) -> None:
    opened(page)
    before = get(page, "state.params")
    fields = page.locator(".surface-start input")
    fields.nth(0).fill("1.25")
    fields.nth(1).fill("−0.5")
    page.get_by_role("button", name="Put the ball here").click()
    until(page, "Math.abs(chainrule.get('surface.at.alpha') - 1.25) < 1e-9")
    addresses = page.locator(".surface-planes select").evaluate_all("(all) => all.slice(1, 3).map((s) => s.value)")
    moved = get(page, "state.params")
    for text, value in zip(addresses, (1.25, -0.5), strict=True):
        link, name, index = text.split("/")
        found = moved[int(link)][name]
        for i in index.split(","):
            found = found[int(i)]
        assert found == pytest.approx(value, abs=1e-12)
    answer = request(page, "/api/start", {"experiment": get(page, "experiment"), "state": {"step": 0, "params": moved}})
    assert get(page, "frame.loss.train") == answer["frame"]["loss"]["train"]
    assert get(page, "trace.before") == moved
    page.get_by_role("button", name="Back", exact=True).click()
    until(page, "(before) => JSON.stringify(chainrule.get('state.params')) === JSON.stringify(before)", arg=before)


def test_a_click_on_the_contour_puts_the_ball_there(page: Page) -> None:
    opened(page)
    page.wait_for_timeout(600)
    box = page.locator(".surface-views > .plot:not([hidden]) .plot-overlay").bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"])
    until(page, "chainrule.get('history').length === 1 && chainrule.get('cursor') === 0")
    page.wait_for_timeout(900)
    drawn = page.evaluate(BALL)["drawn"]
    assert drawn == pytest.approx([0.7 * box["width"], 0.3 * box["height"]], abs=2.0)


@pytest.mark.parametrize("plane", ["random", "gradient", "trajectory", "points"])
def test_every_plane_goes_through_the_present_weights(page: Page, plane: str) -> None:
    opened(page)
    stepped(page, 3)
    page.locator(".surface-planes").get_by_label("Plane").select_option(plane)
    until(page, "chainrule.get('surface.gap') !== undefined && chainrule.get('surface.gap') !== null")
    page.wait_for_timeout(800)
    here = get(page, "surface")
    assert here["distance"] == 0
    assert here["plane_loss"] == pytest.approx(here["true_loss"], rel=1e-9)


def test_a_plane_that_cannot_be_is_said_in_the_server_s_words(page: Page, watch: Any) -> None:
    watch.allow("status of 422")
    opened(page)
    page.locator(".surface-planes").get_by_label("Plane").select_option("gradient")
    page.locator(".surface-planes select").nth(3).select_option("momentum")
    note = page.locator("[data-panel=surface] .plot-note")
    note.filter(has_text="keeps no running mean of gradients").wait_for()


def test_the_line_says_what_the_tangent_promised_and_what_the_loss_did(page: Page) -> None:
    opened(page, "line", "Line")
    until(page, "chainrule.get('line.promised') < 0")
    here = get(page, "line")
    assert here["promised"] == pytest.approx(here["slope"] * here["at"], rel=1e-12)
    assert here["actual"] == pytest.approx(here["after"] - here["loss"], rel=1e-9)
    assert here["convex"] is True
    about = page.locator("[data-panel=surface] .plot-about")
    about.filter(has_text="linear in its parameters").wait_for()


def test_a_learning_rate_beyond_the_critical_one_diverges_before_the_reader_s_eyes(page: Page) -> None:
    opened(page, "line", "Line")
    until(page, "chainrule.get('line.promised') < 0")
    page.locator(".surface-planes").get_by_label("Show").select_option("diverge")
    page.locator("[data-panel=surface] .plot-summary").filter(has_text="would diverge").wait_for()
    rings = page.locator(".line-trail").get_attribute("d") or ""
    assert rings.count("M") >= 10


def test_each_figure_has_a_name_a_summary_and_a_table(page: Page) -> None:
    opened(page)
    stepped(page, 1)
    for panel in ("surface", "boundary", "loss"):
        section = page.locator(f"[data-panel={panel}]")
        assert section.get_attribute("aria-label")
        section.locator(".plot-summary").filter(has_text="loss" if panel != "boundary" else "examples").wait_for()
        section.locator(".plot-table summary").click()
        section.locator(".plot-table tbody tr").first.wait_for()


@pytest.mark.parametrize(
    ("name", "start"), [("PNG", b"\x89PNG"), ("SVG", b"<svg"), ("CSV", b"what,update"), ("HTML", b"<!doctype html>")]
)
def test_the_surface_can_be_taken_away(page: Page, name: str, start: bytes) -> None:
    opened(page)
    stepped(page, 1)
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save as {name}").click()
    content = download.value.path().read_bytes()
    assert content.startswith(start)
    if name == "CSV":
        rows = content.decode().splitlines()
        assert sum(row.startswith("path,") for row in rows) == 2
        assert f",{get(page, 'frame.loss.train')}," in rows[-1]


def test_the_star_is_the_least_squares_solution(page: Page) -> None:
    opened(page, "line")
    train = Experiment.parse(get(page, "experiment")).train
    slope, intercept = np.polyfit(train.x[:, 0], train.y[:, 0], 1)
    star = """([slope, intercept]) => {
      const box = document.querySelector('.surface-views > .plot:not([hidden])');
      const tip = box.querySelector('.actor-best').getAttribute('d').match(/[-\\d.]+/g)?.slice(0, 2).map(Number);
      const { xaxis, yaxis } = box.querySelector('.plot-graph')._fullLayout;
      return tip && Math.hypot(tip[0] - xaxis.d2p(slope), tip[1] + 8.5 - yaxis.d2p(intercept)) < 1;
    }"""
    until(page, star, [slope, intercept])
