"""What the tests of the controls share: to type into a field, and to read the experiment that follows."""

from typing import Any

from playwright.sync_api import Page


def wait(page: Page, condition: str) -> None:
    """Wait for a condition on the page, written as an arrow function."""
    page.wait_for_function(condition)


def enter(page: Page, name: str, value: str) -> None:
    """Type a value into the field of that path."""
    field = page.locator(f'[name="{name}"]')
    field.fill(value)
    field.press("Enter")


def read(document: Any, path: str) -> Any:
    """The value at a dotted path."""
    for key in path.split("."):
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document
