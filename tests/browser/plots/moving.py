"""Moving the ball by hand, and what has to be the same again after a reload."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.plots.desk import SETTLED, VISIBLE, get
from tests.browser.shared import until

NOW = ("experiment", "state", "trace", "frame", "next", "cursor", "losses")
STOOD = "window.stood = chainrule.get('timeline')"
MOVED = "chainrule.get('timeline') !== window.stood && chainrule.get('cursor') === 0"


def put(page: Page, alpha: str, beta: str) -> Any:
    """Type where the ball shall start; the state that this comes to."""
    until(page, SETTLED)
    page.evaluate(STOOD)
    for field, value in zip(page.locator(".surface-start input").all(), (alpha, beta), strict=True):
        field.fill(value)
    press(page, "Put the ball here")
    until(page, MOVED)
    return get(page, "state")


def carry(page: Page) -> Any:
    """Drag the ball across the contour; the state that this comes to."""
    until(page, SETTLED)
    page.evaluate(STOOD)
    box = page.locator(f"{VISIBLE} .plot-overlay").bounding_box()
    ball = page.evaluate(
        f"() => ['cx', 'cy'].map((n) => Number(document.querySelector('{VISIBLE} .actor-ball').getAttribute(n)))"
    )
    assert box
    page.mouse.move(box["x"] + ball[0], box["y"] + ball[1])
    page.mouse.down()
    for share in (0.3, 0.5, 0.62):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.3 * box["height"])
        page.wait_for_timeout(150)
    page.mouse.up()
    until(page, MOVED)
    page.wait_for_timeout(600)  # the last place of the drag may be under way
    return get(page, "state")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def choose(page: Page, kind: str) -> None:
    """Another optimizer, in mid-run."""
    page.locator("[name='optimizer.kind']").select_option(kind)
    until(page, "(kind) => chainrule.get('experiment.optimizer.kind') === kind && !chainrule.get('pending')", kind)


def enter(page: Page, name: str, value: str) -> None:
    """Another value of a field of the optimizer."""
    field = page.locator(f"[name='optimizer.{name}']")
    field.fill(value)
    field.press("Enter")
    until(page, f"(value) => chainrule.get('experiment.optimizer.{name}') === value && !chainrule.get('pending')", float(value))


def here(page: Page) -> dict[str, Any]:
    """All that a reload has to bring back."""
    return {name: get(page, name) for name in NOW}


def back(page: Page) -> Any:
    """One undone: where it comes to."""
    page.evaluate("window.stood = chainrule.get('history')")
    page.get_by_role("button", name="Back", exact=True).first.click()
    until(page, "chainrule.get('history') !== window.stood && !chainrule.get('pending')")
    return get(page, "state")


def reloaded(page: Page) -> None:
    """The page anew at its own address, once that is written."""
    until(page, "() => location.hash === window.address || ((window.address = location.hash), false)")
    page.wait_for_timeout(400)
    address = page.evaluate("location.hash")
    page.reload()
    until(page, "window.chainrule?.get('trace') && !chainrule.get('pending') && chainrule.get('progress') === null")
    until(page, "(address) => location.hash === address && !chainrule.get('pending')", address)
