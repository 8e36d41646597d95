"""The surface to take away."""

from __future__ import annotations

import struct
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.plots.desk import SETTLED, get, opened, put, request, stepped, weights_shown
from tests.browser.shared import until


@pytest.mark.deep
def test_the_surface_can_be_taken_away_as_pictures(page: Page) -> None:
    opened(page, optimizer__kind="adam")
    stepped(page, 1)
    about = page.locator("[data-panel=surface] .plot-about")
    about.filter(has_text="An arrow that the ball hides is left out.").wait_for(state="attached")
    png = saved(page, "PNG")
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (2400, 1800)
    drawing = ET.fromstring(saved(page, "SVG"))  # noqa: S314 (our own)
    said = " ".join("".join(drawing.itertext()).split())
    for part in ("Loss surface over", "the run’s path, on the plane", "start", "the ball: the weights now", "Δw", "a gap of"):
        assert part in said, part
    assert "×20" not in said, "arrows of a picture are as long as what they show"
    assert "left out" not in said, "and all are there"


@pytest.mark.deep
def test_a_picture_shows_star_and_descents(page: Page) -> None:
    opened(page, "poisson")
    until(page, SETTLED)
    page.locator(".surface-planes").get_by_label("Rates").select_option("all")
    drawing = ET.fromstring(saved(page, "SVG"))  # noqa: S314 (our own)
    said = " ".join("".join(drawing.itertext()).split())
    for part in ("the optimum", "converges: η = ", "diverges: η = "):
        assert part in said, part


def test_the_path_lies_on_the_plane_and_its_true_losses_are_a_trace_of_their_own(page: Page) -> None:
    """In 3-D, which this browser does not draw: the figure is asked of the module that makes it."""
    opened(page)
    stepped(page, 2)
    until(page, SETTLED)
    figure = page.evaluate("""async () => {
      const name = performance.getEntriesByType('resource').find((entry) => entry.name.endsWith('/surface/whole.js')).name;
      const { wholeFigure } = await import(name);
      const [xs, ys] = [[0, 1, 2], [0, 1, 2]];
      const heights = [[0, 1, 2], [1, 2, 3], [2, 3, 4]];
      const picture = { xs, ys, loss: heights, labels: ['a, ⟂ b', 'b'], visited: ({ step }) => [1.5, 0.5 + step] };
      const list = [{ step: 0, loss: 9, placed: false }, { step: 1, loss: 8, placed: false }, { step: 1, loss: 7, placed: true }];
      const land = { picture, visits: { list } };
      const scale = { heights, low: 0, high: 4, log: false, of: (v) => v };
      const arrow = { name: 'Δw', look: 'update', by: [0.5, 0] };
      const scene = { starts: [[1.5, 0.5]], ball: [1.5, 0.5], from: [1, 1], arrows: [arrow], trails: [], marks: [], best: null };
      const camera = { eye: { x: 1, y: -1, z: 0.5 }, center: { x: 0, y: 0, z: -0.5 } };
      const figure = (views) => wholeFigure(land, scale, scene, { camera, ...views });
      return { ...figure({ deep: true, flat: true }), alone: figure({ deep: true, flat: false }).layout.scene.camera };
    }""")
    # Where two views share the width a scene is looked at from further away, in the same direction: else its sides are cut off.
    (alone, both), middle = (figure["alone"], figure["layout"]["scene"]["camera"]), np.array([0.0, 0.0, -0.5])
    ways = [np.array([view["eye"][k] for k in "xyz"]) - middle for view in (alone, both)]
    assert ways[0] == pytest.approx(np.array([1.0, -1.0, 1.0]))
    assert np.linalg.norm(ways[1]) > 1.3 * np.linalg.norm(ways[0])
    assert ways[1] / np.linalg.norm(ways[1]) == pytest.approx(ways[0] / np.linalg.norm(ways[0]))
    # A long name does not fit beside a scene.
    assert [figure["layout"]["scene"]["xaxis"]["title"]["text"], figure["layout"]["xaxis"]["title"]["text"]] == ["a", "a, ⟂ b"]
    by_name = {trace["name"]: trace for trace in figure["data"] if trace["type"] == "scatter3d"}
    # No line leads to where the ball was put.
    assert by_name["the run’s path, on the plane"]["z"] == [2, 3, None, 3]
    assert by_name["its true loss"]["z"] == [9, 8, None, 7]
    assert by_name["Δw"]["z"] == [2, 2.5]
    assert {trace["type"] for trace in figure["data"]} == {"surface", "contour", "scatter3d", "scatter"}, "both views"
    assert all("trace" not in trace["hovertemplate"] for trace in figure["data"])


@pytest.mark.deep
def test_the_line_can_be_taken_away(page: Page) -> None:
    opened(page, "line", "Line")
    until(page, "chainrule.get('line.promised') < 0")
    drawing = ET.fromstring(saved(page, "SVG"))  # noqa: S314 (our own)
    said = " ".join("".join(drawing.itertext()).split())
    for part in ("Loss along a line", "the tangent", "promised against done", "the weights now", "would diverge beyond"):
        assert part in said, part
    head, *rows = saved(page, "CSV").decode().splitlines()
    assert head == "what,at,loss,tangent"
    here = get(page, "line")
    assert float(rows[-1].split(",")[2]) == here["after"]
    assert len(rows) == 161 + 2


def test_the_saved_numbers_are_the_losses(page: Page) -> None:
    opened(page)
    stepped(page, 1)
    until(page, SETTLED)
    head, *rows = saved(page, "CSV").decode().splitlines()
    addresses = weights_shown(page)
    assert head.startswith("what,update,")
    assert all(address in head for address in addresses)
    assert sum(row.startswith("path,") for row in rows) == 2
    assert f",{get(page, 'frame.loss.train')}," in rows[-1]
    grid = [row.split(",") for row in rows if row.startswith("plane,")]
    assert len(grid) == 51 * 51
    params = get(page, "state.params")
    for row in (grid[0], grid[1300], grid[-1]):
        alpha, beta, loss = (float(cell) for cell in row[-4:-1])
        for text, value in zip(addresses, (alpha, beta), strict=True):
            put(params, text, value)
        body = {"experiment": get(page, "experiment"), "state": {"step": 0, "params": params}}
        assert request(page, "/api/start", body)["frame"]["loss"]["train"] == pytest.approx(loss, rel=1e-5)


@pytest.mark.deep
def test_the_saved_page_draws_the_surface_by_itself(page: Page, browser: Browser, tmp_path: Path) -> None:
    opened(page)
    stepped(page, 1)
    alone = tmp_path / "surface.html"
    alone.write_bytes(saved(page, "HTML"))
    own = browser.new_page()
    asked: list[str] = []
    own.on("request", lambda request: asked.append(request.url))
    own.goto(alone.as_uri())
    until(
        own, "document.querySelectorAll('.contourlayer path').length > 3 && document.querySelector('.scatterlayer path.js-line')"
    )
    assert asked == [alone.as_uri()]
    own.close()


def saved(page: Page, name: str) -> bytes:
    """What the button gives."""
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save as {name}").locator("visible=true").click()
    return download.value.path().read_bytes()
