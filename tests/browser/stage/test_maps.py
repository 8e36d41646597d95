"""The gradient goes back through maps, words and small neurons as visibly as through large ones: nothing covers it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.shared import deeply
from tests.browser.stage.reading import opened, told

SCENE = """async () => {
  const names = ["stage/scene", "plot/plotly-adapter", "base/api"];
  const [{ buildScene }, { area }, { api }] = await Promise.all(names.map((name) => ours(`${name}.js`)));
  const graph = document.querySelector(".stage-graph"), size = { width: graph.clientWidth, height: graph.clientHeight };
  const { meta } = await api.figure("network", chainrule.get("experiment"), size);
  return buildScene(meta, area(graph));
}"""
# How many colours lie on each of these boxes.
COLOURS = """(boxes) => {
  const canvas = document.querySelector(".stage-tiles"), ratio = canvas.width / canvas.clientWidth;
  return boxes.map(({ x, y, w, h }) => {
    const { data } = canvas.getContext("2d").getImageData(...[x - w / 2, y - h / 2, w, h].map((v) => v * ratio));
    return new Set(Array.from({ length: data.length / 4 }, (_, i) => data.slice(4 * i, 4 * i + 3).join())).size;
  });
}"""
BOXES = """(rule) => [...document.querySelectorAll(rule)].map((each) => {
  const { top, bottom, left, right } = each.getBoundingClientRect();
  return { top, bottom, left, right };
})"""


def after(page: Page, phase: str, kind: str) -> int:
    """The cursor behind the sub-step that takes this phase through the first link of this kind."""
    return int(
        page.evaluate(f"""() => {{
      const link = chainrule.get("experiment.layers").findIndex((each) => each.kind === "{kind}");
      return 1 + chainrule.get("substeps").findIndex((each) => each.phase === "{phase}" && each.link === link); }}""")
    )


def starts(page: Page, mark: str) -> list[tuple[float, float]]:
    """Where the pieces of a mark begin."""
    drawn = page.evaluate(f"document.querySelector('{mark}').getAttribute('d') ?? ''")
    found = re.findall(r"M(-?[\d.]+) (-?[\d.]+)", drawn)
    return [(float(x), float(y)) for x, y in found]


@pytest.mark.deep
def test_what_goes_back_to_a_winner_is_covered_by_no_mark(page: Page) -> None:
    opened(page, "preset=digits-cnn")
    told(page, after(page, "backward", "max_pool2d"))
    maps = page.evaluate(f"async () => (await ({SCENE})()).columns[1].maps")
    assert min(page.evaluate(COLOURS, maps)) > 3, "a gradient has arrived on each"
    marks = [*starts(page, ".stage-winner"), *starts(page, ".stage-ring")]
    assert len(marks) == 4 * 9
    for box in maps:
        assert not [(x, y) for x, y in marks if abs(x - box["x"]) < box["w"] / 2 and abs(y - box["y"]) < box["h"] / 2 - 1]


def test_where_relu_stops_a_maps_gradient_a_cross_says_so_while_that_is_told(page: Page) -> None:
    opened(page, "preset=digits-cnn")
    at = after(page, "backward", "relu")
    stopped = page.evaluate("""() => { const { grad_output: out, grad_input: through } = chainrule.get("trace.layers.1");
      const row = chainrule.get("example"), [arrives, goes] = [out[row].flat(2), through[row].flat(2)];
      return arrives.filter((v, i) => v !== 0 && goes[i] === 0).length; }""")
    assert 0 < stopped < 4 * 9
    for cursor, crosses in [(at - 1, 0), (at, stopped), (at + 1, 0)]:
        told(page, cursor)
        assert len(starts(page, ".stage-cross")) == 2 * crosses
    told(page, at)
    assert "stopped: slope 0" in page.inner_text(".stage-key")


@pytest.mark.parametrize(
    ("place", "kind", "height", "width", "count"),
    [("preset=digits-cnn", "softmax", 900, 1440, 20), deeply("preset=spiral", "tanh", 720, 1280, 17)],
)  # fmt: skip
def test_where_a_gradient_takes_a_numbers_place_it_takes_the_whole_of_it(
    page: Page, place: str, kind: str, height: int, width: int, count: int
) -> None:
    """Its hue stands behind it alone, and the ring about it crosses no digit."""
    page.set_viewport_size({"width": width, "height": height})
    opened(page, place)
    told(page, after(page, "backward", kind))
    numbers = page.evaluate(BOXES, ".stage-number.is-gradient")
    strips = page.evaluate(BOXES, ".stage-strip")
    (ring,) = page.evaluate(BOXES, ".stage-told:not(.is-under, .is-open)")
    assert len(numbers) == count
    for number in numbers:
        assert [each for each in strips if holds(each, number)], "its own hue is behind all of it"
    assert len([number for number in numbers if holds(ring, number)]) == 1, "the ring is about one number and crosses none"


def holds(outer: dict[str, float], inner: dict[str, float], spare: float = 2) -> bool:
    """A letter's box is higher than the letter by more than `spare` pixels."""
    wide = outer["left"] <= inner["left"] + spare and outer["right"] >= inner["right"] - spare
    return wide and outer["top"] <= inner["top"] + spare and outer["bottom"] >= inner["bottom"] - spare


def test_a_word_has_no_gradient_of_its_own(page: Page) -> None:
    opened(page, "preset=text")
    told(page, after(page, "backward", "embedding"))
    low = page.evaluate(f"""async () => {{
      const {{ Picker }} = await ours("stage/pick.js");
      const scene = await ({SCENE})(), {{ x, y, h }} = scene.columns[0].units[2];
      return new Picker(scene).at(x, y + 0.45 * h, () => true); }}""")
    assert low == "0/input/2"
