"""What a panel of the page tells: its numbers as they are written, and what they are numbers of."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.shared import painted, visit

PANEL = "[data-panel=story]"
SUMS = """() => [...document.querySelectorAll('.story .equation:not([hidden])')].map((equation) =>
  [...equation.querySelectorAll('.cell')].filter((cell) => !cell.hidden).map((cell) => ({
    op: cell.querySelector('.cell-op')?.textContent ?? '',
    values: [...cell.querySelectorAll('.cell-number:not(.cell-op) [data-path]')]
      .map((e) => chainrule.get(e.getAttribute('data-path')))})))"""


def opened(page: Page, preset: str = "xor") -> None:
    visit(page, f"preset={preset}")
    page.wait_for_selector(f"{PANEL} .timeline-step")


def numbers(page: Page, panel: str = PANEL) -> list[dict[str, Any]]:
    """[{path, text, value}] of every number that the panel shows now; reads the store itself."""
    return page.evaluate(
        """(panel) => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(
        [...document.querySelectorAll(`${panel} [data-path]`)]
          .filter((e) => e.checkVisibility())
          .map((e) => ({path: e.dataset.path ?? e.getAttribute('data-path'), format: e.dataset?.format ?? null,
                        text: e.textContent, value: chainrule.get(e.getAttribute('data-path')) ?? null}))))))""",
        panel,
    )


def shown(text: str) -> float | None:
    plain = re.sub(r"^\((-.*)\)$", r"\1", text.replace("−", "-").replace("\u202f", "").replace("+", "").strip())
    if plain == "—":
        return None
    return float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)


def check(found: list[dict[str, Any]]) -> None:
    """What stands on the page is the number at its place, to the digits shown."""
    for each in found:
        if isinstance(each["value"], str):
            assert each["text"] == each["value"], each
            continue
        number = shown(each["text"])
        if each["format"] == "operand":  # among others in a sum or a product
            assert each["text"].startswith("(−") == (each["value"] is not None and each["value"] < 0), each
        if each["value"] is None:
            assert number is None, each
        elif each["format"] == "percent":
            assert number == pytest.approx(each["value"], abs=6e-4), each
        else:
            assert number == pytest.approx(each["value"], rel=6e-4), each


def go(page: Page, cursor: int) -> None:
    page.locator(f"{PANEL} .timeline-step").nth(cursor - 1).click()
    page.wait_for_function("(cursor) => chainrule.get('cursor') === cursor", arg=cursor)
    painted(page)
