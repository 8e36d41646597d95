"""Asking for a derivation and waiting until the panel has it whole."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.shared import visit

PANEL = "[data-panel=derivation]"
IS_WEIGHT = """(text => {
  const [link, name] = (text ?? '').split('/');
  return Boolean(chainrule.get(`info.param_shapes.${link}.${name}`));
})"""


def opened(page: Page, preset: str, lens: str = "derivation", selection: str = "") -> None:
    visit(page, f"preset={preset}&lens={lens}" + (f"&selection={selection}" if selection else ""))
    page.locator(f"[data-panel={lens}]").scroll_into_view_if_needed()


def derived(page: Page, address: str) -> dict[str, Any]:
    """The derivation of this address in the step that is told, all parts of which have come and are drawn."""
    there = """(address) => chainrule.get('derivation.address') === address && chainrule.get('derivation.gates')
      && chainrule.get('derivation.paths') && chainrule.get('derivation.step') === chainrule.get('trace.step')"""
    page.wait_for_function(there, arg=address)
    page.locator(f"{PANEL} .lens-sub[data-address='{address}']").wait_for()
    doc = page.evaluate("chainrule.get('derivation')")
    # A word that the example does not use has no path, and a neuron no update.
    for drawn in [*([".paths"] if doc["paths"]["listed"] else []), *(["[data-path^='trace.']"] if doc.get("parameter") else [])]:
        page.locator(f"{PANEL} {drawn}").first.wait_for()
    return page.evaluate("chainrule.get('derivation')")


def whole(page: Page, preset: str, address: str) -> dict[str, Any]:
    """The page is opened on this preset and this choice, whose derivation with its paths stands there."""
    opened(page, preset, selection=address)
    doc = derived(page, address)
    page.locator(f"{PANEL} .paths").wait_for()
    return doc
