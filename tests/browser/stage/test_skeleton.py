"""Before Plotly has come the network stands where it will be drawn, without a number, and nothing moves when it arrives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Desk
from tests.browser.shared import OPENED, deeply, painted, until

BONES = """() => [...document.querySelectorAll(".stage-skeleton rect")].map((each) => {
  const { left, right, top, bottom } = each.getBoundingClientRect();
  return [(left + right) / 2, (top + bottom) / 2].map(Math.round).join(); })"""
# A neuron of two halves is two of Plotly's nodes: what encloses both is the neuron.
NODES = """async () => {
  const { points } = await ours("plot/plotly-adapter.js");
  const graph = document.querySelector(".stage-graph"), found = new Map();
  graph.data.forEach((trace, at) => points(graph, at).forEach((node, i) => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    const name = `${trace.name.replace("a:", "z:")} ${i}`;
    const box = found.get(name) ?? { left, right, top, bottom };
    found.set(name, { left: Math.min(left, box.left), right: Math.max(right, box.right), top, bottom });
  }));
  return [...found.values()].map(({ left, right, top, bottom }) =>
    [(left + right) / 2, (top + bottom) / 2].map(Math.round).join());
}"""
HEIGHT = "document.querySelector('.stage-figure').clientHeight"


def hold(held: list[Route]) -> Callable[[Route], None]:
    """What asks for Plotly is kept waiting."""
    return lambda route: held.append(route)  # noqa: PLW0108 (Playwright counts a handler's arguments, and append tells it none)


def release(page: Page, held: list[Route]) -> None:
    """Plotly may come, once it has been asked for."""
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()


@pytest.mark.parametrize("size", [deeply((1440, 900)), deeply((820, 1180)), (390, 844)])
@pytest.mark.deep
def test_the_networks_neurons_stand_where_plotly_will_draw_them(fresh: Desk, size: tuple[int, int]) -> None:
    page, held = fresh.page, list[Route]()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.route("**/vendor/plotly-*", hold(held))
    page.goto("/#preset=xor")
    until(page, "document.querySelectorAll('.stage-skeleton rect').length === 2 + 4 + 1 + 1")
    assert page.get_attribute(".stage-figure", "aria-busy") == "true"
    expect(page.locator(".stage-layer text:visible")).to_have_count(0)
    bones, height = page.evaluate(BONES), page.evaluate(HEIGHT)
    release(page, held)
    until(page, OPENED)
    painted(page)
    assert page.locator(".stage-skeleton").count() == 0
    assert page.evaluate(HEIGHT) == height
    nodes: list[str] = page.evaluate(NODES)
    assert all(near(bone, nodes) for bone in bones[:6]), (bones, nodes)
    assert fresh.watch.unexpected() == []


def near(one: str, others: list[str]) -> bool:
    """Is a point within two pixels of one of the others?"""
    x, y = map(int, one.split(","))
    return any(abs(x - a) <= 2 and abs(y - b) <= 2 for a, b in (map(int, each.split(",")) for each in others))


@pytest.mark.parametrize(("motion", "names"), [("no-preference", ["stage-breath"]), deeply("reduce", [])])
@pytest.mark.deep
def test_the_skeleton_breathes_where_motion_is_welcome_and_is_of_the_theme(fresh: Desk, motion: Any, names: list[str]) -> None:
    page, held = fresh.page, list[Route]()
    page.emulate_media(reduced_motion=motion, color_scheme="dark")
    page.route("**/vendor/plotly-*", hold(held))
    page.goto("/#preset=spiral")
    until(page, "!!document.querySelector('.stage-skeleton rect')")
    assert page.evaluate("document.querySelector('.stage-skeleton').getAnimations().map((each) => each.animationName)") == names
    line = page.evaluate("getComputedStyle(document.querySelector('.stage-skeleton')).stroke")
    page.emulate_media(color_scheme="light")
    until(page, f"getComputedStyle(document.querySelector('.stage-skeleton')).stroke !== '{line}'")
    release(page, held)
    until(page, OPENED)
