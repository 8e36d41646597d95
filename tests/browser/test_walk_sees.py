"""A test of the walk: it must see a number that is not so, one of another example, and one without a place."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from app.presets import presets
from tests.browser.shared import deeply
from tests.browser.walk import Walk, Witness

PLOTS = True

PLANTED = {
    "the server says": """() => {
        const trace = chainrule.get('trace');
        chainrule.store.set('trace', { ...trace, loss: { ...trace.loss, value: 0.123456 } });
    }""",
    "the store says": "() => { document.querySelector('[data-panel=loss] [data-path]').firstChild.data = '0.9999'; }",
    "a number of no place": "() => document.querySelector('[data-panel=story]').append('0.4321')",
    "a number of no place: {'panel': 'loss'": "() => document.querySelector('[data-panel=loss] .plot-summary').append(' of 12')",
    "expected the label": "() => { document.querySelector('.whose-label').textContent = 'example 3 · row 1 of the batch'; }",
    "another's number": """() => document.querySelector('[data-panel=stage] [data-path^="trace.layers.0.input.0"]')
        .setAttribute('data-path', 'trace.layers.0.input.5.0')""",
}

SOON = ("the server says", "the store says", "another's number")

TURNED = """() => {
  const bar = document.querySelector('[data-panel=derivation] .examples .bar');
  bar.classList.toggle('bar-negative');
}"""


@pytest.fixture(autouse=True)
def unplanted(page: Page) -> Iterator[None]:
    """What is planted goes with the page that it was planted in."""
    page.goto("/healthz")
    yield
    page.goto("/healthz")


@pytest.mark.parametrize("complaint", [each if each in SOON else deeply(each) for each in PLANTED])
def test_the_walk_sees_a_planted_fault(page: Page, server: str, complaint: str) -> None:
    page.goto("/#preset=line")
    page.wait_for_function("() => Boolean(window.chainrule?.get('trace.example')) && document.querySelector('.timeline-step')")
    page.wait_for_function("() => document.querySelector('[data-panel=loss] [data-path]')?.textContent")
    page.wait_for_load_state("networkidle")
    line = next(preset["experiment"] for preset in presets() if preset["slug"] == "line")
    walk, truth = Walk(page), Witness(server, line).truth(0, 0, done=False)
    walk.look("untouched", truth)
    assert not walk.faults, walk.faults
    page.evaluate(PLANTED[complaint])
    walk.look("planted", truth)
    assert any(complaint in fault for fault in walk.faults), walk.faults


def test_the_walk_sees_a_bar_that_is_not_its_numbers(page: Page, server: str) -> None:
    page.goto("/#preset=line&lens=derivation&selection=0/W/0,0")
    page.wait_for_function("() => Boolean(window.chainrule?.get('trace.example'))")
    line = next(preset["experiment"] for preset in presets() if preset["slug"] == "line")
    walk, truth = Walk(page), Witness(server, line).truth(0, 0, done=False)
    page.locator("[data-panel=derivation]").scroll_into_view_if_needed()
    page.locator("[data-panel=derivation] .bar").first.wait_for()
    walk.settled("untouched", truth, "derivation")
    assert not walk.faults, walk.faults
    page.evaluate(TURNED)
    walk.look("planted", truth, ("derivation",))
    assert any("a bar of another number" in fault for fault in walk.faults), walk.faults
