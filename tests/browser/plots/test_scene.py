"""The surface in 3-D: the ball lies on what is drawn, wherever the camera is; what we rely on inside Plotly is there."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import numpy as np
import plotly
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.plots.desk import (
    BALL,
    PIXEL,
    SETTLED,
    VISIBLE,
    comes_to,
    get,
    look,
    number,
    opened,
    plane,
    played,
    stepped,
    watch,
    weights_shown,
)
from tests.browser.shared import deeply, until

WEBGL = True
deep = pytest.mark.deep  # seconds of software WebGL each: `make check-deep` has them, `make test` the ball

# Where the ball's weights are on the surface that Plotly has drawn, by Plotly's own data and camera.
PROJECTED = f"""async () => {{
  const {{ projection }} = await ours('plot/plotly-adapter.js');
  const {{ heightAt }} = await ours('plot/field.js');
  const graph = document.querySelector('{VISIBLE} .plot-graph');
  const {{ x, y, z }} = graph._fullData[0];
  const {{ alpha, beta }} = chainrule.get('surface.at');
  const height = heightAt([...z].map((row) => [...row]), [...x], [...y], alpha, beta);
  return height === null ? null : projection(graph)(alpha, beta, height).slice(0, 2);
}}"""
OFF = f"""async () => {{
  const [ball, place] = [({BALL})(), await ({PROJECTED})()];
  return ball && place && [ball[0] - place[0], ball[1] - place[1]];
}}"""
# How a point of the plane is placed at this moment: on what Plotly has drawn, with its camera.
LIFTED = """async () => {
  const { projection } = await ours('plot/plotly-adapter.js');
  const { heightAt } = await ours('plot/field.js');
  return (graph) => {
    const { x, y, z } = graph._fullData[0];
    const [heights, xs, ys, place] = [[...z].map((row) => [...row]), [...x], [...y], projection(graph)];
    return ([a, b]) => {
      const height = heightAt(heights, xs, ys, a, b);
      return height === null ? null : place(a, b, height);
    };
  };
}"""


@pytest.mark.parametrize(("speed", "motion"), [(20, "full"), pytest.param("max", "reduced", marks=deep)])
@pytest.mark.motion
@pytest.mark.deep
def test_the_ball_lies_on_the_drawn_surface_at_every_frame_of_a_run(page: Page, speed: Any, motion: str) -> None:
    opened(page, view="3-D")
    comes_to(page, OFF, pytest.approx([0.0, 0.0], abs=PIXEL))
    page.evaluate(watch(LIFTED))
    played(page, speed, motion)
    assert max(frame["off"] for frame in page.evaluate("window.seen")) <= PIXEL


@deep
def test_no_scene_stands_before_there_is_a_surface_to_draw(page: Page) -> None:
    held: list[Route] = []
    page.route("**/api/surface**", lambda route: held.append(route))  # noqa: PLW0108 (Playwright marks the function it is given)
    graph = page.locator(f"{VISIBLE} .plot-graph")
    with page.expect_request("**/api/surface**"):
        page.goto("/#preset=circle&plane.view=3d")
        until(page, "document.querySelector('.surface-deep .plot-graph')?._fullLayout?.scene && chainrule.get('trace')")
    expect(graph).not_to_be_visible()
    wait = page.get_by_text("The loss surface is being computed.")
    expect(wait).to_be_visible()
    for route in held:
        route.continue_()
    page.unroute("**/api/surface**")
    expect(graph).to_be_visible()
    expect(wait).not_to_be_visible()


NAMES = f"""() => {{
  const home = document.querySelector('{VISIBLE} .plot-graph').getBoundingClientRect();
  return [...document.querySelectorAll('{VISIBLE} .actor-axis')].map((name) => {{
    const {{ left, right, top, bottom }} = name.getBoundingClientRect();
    return {{ name: name.textContent, sides: [left - home.left, right - home.left, top - home.top, bottom - home.top],
      inside: left >= home.left && right <= home.right && top >= home.top && bottom <= home.bottom }};
  }});
}}"""


@deep
def test_every_axis_is_named_within_the_scene_and_clear_of_the_others(page: Page) -> None:
    opened(page, view="3-D")
    comes_to(page, OFF, pytest.approx([0.0, 0.0], abs=PIXEL))
    names = page.evaluate(NAMES)
    assert [each["name"] for each in names] == [*map(_plain, _named(page)), "loss"]
    assert all(each["inside"] for each in names), names
    for (left, right, top, bottom), (x0, x1, y0, y1) in combinations([each["sides"] for each in names], 2):
        assert right <= x0 or x1 <= left or bottom <= y0 or y1 <= top, names


@deep
def test_a_new_plane_is_seen_from_where_its_step_comes_down(page: Page) -> None:
    for preset in ("xor", "circle", "line"):
        opened(page, preset, view="3-D")
        stepped(page, 1)
        comes_to(page, OFF, pytest.approx([0.0, 0.0], abs=PIXEL))
        until(page, SETTLED)
        comes_to(page, f"async () => (await ({TIP})())?.off", pytest.approx([0.0] * 4, abs=PIXEL))
        # Pixels count downwards.
        assert page.evaluate(TIP)["down"] > 0, f"{preset}: the arrow leads down the screen"


@pytest.mark.parametrize("kind", [deeply("weights"), deeply("gradient")])
def test_a_reload_shows_the_side_that_was_seen(page: Page, kind: str) -> None:
    """Also where the told update leads elsewhere than the run's first: here that of b the other way."""
    opened(page, "xor", view="3-D", example="0")
    plane(page, kind)
    stepped(page, 3)
    ways = [
        [number(get(page, path), address) > 0 for address in weights_shown(page)] for path in ("firstUpdates", "trace.updates")
    ]
    assert kind != "weights" or ways[0] != ways[1]
    until(page, SETTLED)
    comes_to(page, OFF, pytest.approx([0.0, 0.0], abs=PIXEL))
    seen = camera(page)
    until(page, "location.hash.includes('step=3&') && location.hash.includes('plane.view=3d')")
    page.reload()
    until(page, "window.chainrule?.get('state.step') === 3 && chainrule.get('surface')")
    until(page, f"document.querySelector('{VISIBLE} .plot-graph')._fullData?.[0].z.length > 2")
    until(page, SETTLED)
    comes_to(page, OFF, pytest.approx([0.0, 0.0], abs=PIXEL))
    assert camera(page) == pytest.approx(seen, abs=1e-6)


def test_a_click_on_the_surface_puts_the_ball_there_and_a_drag_of_the_ball_carries_it(page: Page) -> None:
    opened(page, view="3-D")
    comes_to(page, OFF, pytest.approx([0.0, 0.0], abs=PIXEL))
    until(page, SETTLED)
    before, eye = get(page, "state.params"), camera(page)
    box = page.locator(VISIBLE).bounding_box()
    assert box
    x, y = page.evaluate(BALL)
    page.mouse.click(box["x"] + x + 26, box["y"] + y + 8)
    until(page, "chainrule.get('history').length === 1 && chainrule.get('cursor') === 0")
    comes_to(page, BALL, pytest.approx([x + 26, y + 8], abs=2.0))
    comes_to(page, OFF, pytest.approx([0.0, 0.0], abs=PIXEL))
    # Beside the ball a drag turns the surface; on it, it is said that it moves the weights.
    page.mouse.move(box["x"] + x + 26 + 12, box["y"] + y + 8)
    assert page.locator(VISIBLE).get_attribute("title") == ""
    page.mouse.move(box["x"] + x + 26, box["y"] + y + 8)
    assert "move the weights" in (page.locator(VISIBLE).get_attribute("title") or "")
    page.mouse.down()
    page.mouse.move(box["x"] + x + 5, box["y"] + y + 10, steps=5)
    page.mouse.up()
    comes_to(page, BALL, pytest.approx([x + 5, y + 10], abs=2.0))
    assert camera(page) == pytest.approx(eye, abs=1e-6), "the ball was carried, and the scene stood still"
    assert page.evaluate("chainrule.get('history').length") == 2, "a drag is one thing to undo"
    for _ in range(2):
        page.get_by_role("button", name="Back", exact=True).click()
    until(page, "(before) => JSON.stringify(chainrule.get('state.params')) === JSON.stringify(before)", arg=before)


@deep
def test_the_camera_stays_where_the_user_puts_it_and_the_ball_on_the_surface(page: Page) -> None:
    opened(page, view="3-D")
    comes_to(page, OFF, pytest.approx([0.0, 0.0], abs=PIXEL))
    before = camera(page)
    box = page.locator(VISIBLE).bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 190, box["y"] + 60, steps=6)
    aside = camera(page)
    assert aside[2] == pytest.approx(before[2], abs=0.01), "sideways the scene turns about its height, and does not tip over"
    page.mouse.move(box["x"] + 190, box["y"] + 80, steps=6)
    page.mouse.up()
    comes_to(page, OFF, pytest.approx([0.0, 0.0], abs=PIXEL))
    turned = camera(page)
    assert np.linalg.norm(np.subtract(turned, before)) > 0.2, "the drag must have turned the scene"
    assert turned[2] != pytest.approx(aside[2], abs=0.01), "and up and down it tips"
    drawn = page.evaluate(DRAWN)
    stepped(page, 1)
    until(page, f"(before) => ({DRAWN})() !== before", drawn)
    comes_to(page, OFF, pytest.approx([0.0, 0.0], abs=PIXEL))
    assert camera(page) == pytest.approx(turned, abs=1e-6)
    look(page, "Contour")
    look(page, "3-D")
    assert camera(page) == pytest.approx(turned, abs=1e-6)


DRAWN = f"() => JSON.stringify([...document.querySelector('{VISIBLE} .plot-graph')._fullData[0].z[0]])"


def _below(index: str) -> str:
    return f"<sub>{''.join(str(int(i) + 1) for i in index.split(','))}</sub>"


def _named(page: Page) -> list[str]:
    """The two weights of XOR's last link as the story names them, in Plotly's writing: layer 2 of two, counted from 1."""
    return [re.sub(r"2/(\w)/(.*)", lambda m: f"{m[1].lower()}<sup>(2)</sup>{_below(m[2])}", a) for a in weights_shown(page)]


def _plain(name: str) -> str:
    """The same without marks: w⁽²⁾₁₄."""
    up = re.sub("<sup>(.*?)</sup>", lambda m: m[1].translate(str.maketrans("()2", "⁽⁾²")), name)
    return re.sub("<sub>(.*?)</sub>", lambda m: m[1].translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")), up)


def camera(page: Page) -> list[float]:
    """The eye, by Plotly's documented word: the layout."""
    eye = page.evaluate(
        f"""() => {{
          const {{ eye }} = document.querySelector('{VISIBLE} .plot-graph')._fullLayout.scene._scene.getCamera();
          return [eye.x, eye.y, eye.z];
        }}"""
    )
    return [float(v) for v in eye]


# A scene of our own, with marks that Plotly itself puts at known places: its annotations.
CONTRACT = """async () => {
  const adapter = await ours('plot/plotly-adapter.js');
  const scenes = await ours('plot/plotly-scene.js');
  const graph = document.createElement('div');
  graph.id = 'contract';
  graph.style.cssText = 'position:fixed; left:0; top:0; width:420px; height:320px; z-index:99';
  document.body.append(graph);
  const places = [[0, 0, 0], [3, 0, 5], [0, 40, 5], [3, 40, 0], [1, 10, 2]];
  const annotations = places.map(([x, y, z]) => ({ x, y, z, text: '+', showarrow: false, font: { size: 10 } }));
  const z = [[0, 2, 5], [1, 3, 4], [5, 2, 0]];
  await adapter.draw(graph, {
    data: [{ type: 'surface', x: [0, 1, 3], y: [0, 10, 40], z, showscale: false }],
    layout: { margin: { l: 0, r: 0, t: 0, b: 0 }, scene: { annotations, camera: { eye: { x: 1.1, y: -1.5, z: 0.7 } } } },
  });
  let rendered = 0;
  scenes.onCamera(graph, () => { rendered += 1; });
  const { Plotly } = window;
  await Plotly.relayout(graph, { 'scene.camera.eye': { x: -1.4, y: -1.2, z: 0.9 } });
  for (let i = 0; i < 50 && !rendered; i += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const place = scenes.projector(graph, { width: 420, height: 320 });
  const home = graph.getBoundingClientRect();
  const marks = [...graph.querySelectorAll('.annotation-text-g')].map((mark) => {
    const box = mark.getBoundingClientRect();
    return [(box.left + box.right) / 2 - home.left, (box.top + box.bottom) / 2 - home.top];
  });
  const reckoned = places.map((p) => place(...p));
  const found = { ours: reckoned, marks, rendered, eye: scenes.camera(graph).eye, version: Plotly.version };
  Plotly.purge(graph);
  graph.remove();
  return found;
}"""


@deep
def test_what_we_read_inside_plotly_is_where_the_installed_version_draws(page: Page) -> None:
    opened(page, view="3-D")
    found = page.evaluate(CONTRACT)
    assert found["version"] == installed_version()
    assert found["rendered"] > 0, "the scene's frames are told of"
    assert found["eye"] == pytest.approx({"x": -1.4, "y": -1.2, "z": 0.9}, abs=1e-6)
    assert len(found["marks"]) == 5
    assert np.ptp(found["ours"], axis=0).min() > 50, "the marks are far apart"
    assert np.abs(np.subtract(found["ours"], found["marks"])).max() < 3.0  # a text's box is not quite centred on its mark


def installed_version() -> str:
    """Of the plotly.js in the Python package."""
    return str(plotly.offline.get_plotlyjs_version())


@deep
def test_views_stay_in_step(page: Page) -> None:
    opened(page)
    stepped(page, 2)
    page.locator("[data-panel=surface] .plot-larger").click()
    look(page, "Both")
    until(page, f"[...document.querySelectorAll('{VISIBLE} .plot-graph')].filter((graph) => graph._fullLayout).length === 2")
    # The contour's names are Plotly's own; those of the scene are the page's, with the height's behind them.
    both = """() => [...document.querySelectorAll('.surface-views > .plot:not([hidden])')].map((box) => {
      const layout = box.querySelector('.plot-graph')._fullLayout;
      if (!layout?.scene) return ['xaxis', 'yaxis'].map((axis) => layout?.[axis].title.text);
      return [...box.querySelectorAll('.actor-axis')].map((name) => name.textContent);
    })"""
    named = _named(page)
    comes_to(page, both, [[*map(_plain, named), "loss"], named])
    until(page, "chainrule.get('surface.gap') === 0")
    # The small panel has no room for both: it shows the one that stands as pressed, and both when it is enlarged again.
    page.locator("[data-panel=surface] .plot-larger").click()
    pressed = "() => document.querySelector('[data-panel=surface] .plot-tabs [aria-pressed=true]').textContent"
    comes_to(page, pressed, "3-D")
    assert page.locator(VISIBLE).count() == 1
    page.locator("[data-panel=surface] .plot-larger").click()
    comes_to(page, pressed, "Both")


# How high the tip of the update's arrow is drawn, by Plotly's own camera: the arrow is straight, and drawn so many times longer.
TIP = f"""async () => {{
  const {{ projection }} = await ours('plot/plotly-adapter.js');
  const {{ heightAt, slopeAt }} = await ours('plot/field.js');
  const graph = document.querySelector('{VISIBLE} .plot-graph');
  const arrow = document.querySelector('{VISIBLE} .actor-update');
  if (arrow?.getAttribute('visibility') !== 'visible' || !arrow.children[2].getAttribute('d')) return null;
  const {{ x, y, z }} = graph._fullData[0];
  const grid = [[...z].map((row) => [...row]), [...x], [...y]];
  const addresses = [...document.querySelectorAll('.surface-planes select')].slice(1, 3).map((s) => s.value.split('/'));
  const at = (tree) => addresses.map(([link, name, index]) => index.split(',').reduce((array, i) => array[i], tree[link][name]));
  const [from, by] = [at(chainrule.get('trace.before')), at(chainrule.get('trace.updates'))];
  const times = Number(arrow.querySelector('text').textContent.match(/×([0-9]+)/)?.[1] ?? 1);
  const slope = slopeAt(...grid, ...from);
  const promised = times * (slope[0] * by[0] + slope[1] * by[1]);
  // Also once the step is taken its arrow begins where it began, and not at a place where the run never was.
  const base = heightAt(...grid, ...from);
  const place = projection(graph)(from[0] + times * by[0], from[1] + times * by[1], base + promised);
  const tip = arrow.children[2].getAttribute('d').match(/[-\\d.]+/g).slice(-2).map(Number);
  const tail = projection(graph)(...from, base);
  const begin = arrow.children[0].getAttribute('d').match(/[-\\d.]+/g).map(Number);
  const off = [tip[0] - place[0], tip[1] - place[1], begin[0] - tail[0], begin[1] - tail[1]];
  return {{ promised, down: tip[1] - begin[1], off }};
}}"""


@deep
def test_a_magnified_update_leads_down_the_tangent_and_not_up_the_surface(page: Page) -> None:
    opened(page, view="3-D")
    stepped(page, 1)
    comes_to(page, OFF, pytest.approx([0.0, 0.0], abs=PIXEL))
    comes_to(page, f"async () => (await ({TIP})())?.off", pytest.approx([0.0] * 4, abs=PIXEL))
    assert page.evaluate(TIP)["promised"] < 0, "the step goes down"


@deep
def test_a_descent_that_diverges_is_drawn_as_far_as_the_edge_of_the_surface(page: Page) -> None:
    opened(page, "line", view="3-D")
    comes_to(page, OFF, pytest.approx([0.0, 0.0], abs=PIXEL))
    page.locator(".surface-planes").get_by_label("Rates").select_option("diverge")
    drawn = f"""() => {{
      const way = document.querySelector('{VISIBLE} .actor-diverge')?.children[0].getAttribute('d') ?? '';
      return [way.split('L').length > 20, way.split('M').length > 2];
    }}"""
    comes_to(page, drawn, [True, True])
    begins = f"document.querySelector('{VISIBLE} .actor-diverge path').getAttribute('d').match(/[-\\d.]+/g).slice(0, 2)"
    assert [float(v) for v in page.evaluate(begins)] == pytest.approx(page.evaluate(BALL), abs=PIXEL)
