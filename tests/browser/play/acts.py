"""What the tests of playback share: the transport's buttons, the speed, and waiting for what they do."""

from playwright.sync_api import Page


def wait(page: Page, condition: str) -> None:
    """Wait for a condition on the page, written as an arrow function (a string would need eval, which the page forbids)."""
    page.wait_for_function(condition)


def press(page: Page, name: str) -> None:
    """Click a button of the transport."""
    page.get_by_role("region", name="Playback").get_by_role("button", name=name, exact=True).click()


def speed(page: Page, value: float | str) -> None:
    """Set the speed in sub-steps a second, or "max"."""
    page.evaluate("(value) => window.chainrule.store.set('speed', value)", value)


def told(page: Page) -> None:
    """Wait until the told step is done."""
    wait(page, "() => window.chainrule.get('cursor') === window.chainrule.get('substeps').length")
