"""Why this weight: its terms add up to its gradient, and every factor opens down to the loss."""

from math import prod

import pytest
from playwright.sync_api import Page, expect

from app.presets import presets
from tests.browser.derivation.asked import IS_WEIGHT, PANEL, derived, opened, whole
from tests.browser.shared import deeply
from tests.browser.told import check, numbers
from tests.browser.walk import call

EVERY = [preset["slug"] for preset in presets()]
# The first place of the network, on a grid of clicks, at which a click chooses a weight; twice the same, so that it is drawn.
A_WEIGHT = f"""() => {{
  const isWeight = {IS_WEIGHT}, figure = document.querySelector('.stage-figure'), box = figure.getBoundingClientRect();
  const before = window.placed;
  window.placed = null;
  for (let y = 20; y < box.height && !window.placed; y += 7) for (let x = box.width - 20; x > 20; x -= 7) {{
    const place = {{clientX: box.left + x, clientY: box.top + y, bubbles: true}};
    figure.dispatchEvent(new MouseEvent('click', place));
    const found = chainrule.get('selection');
    chainrule.store.set('selection', null);
    if (isWeight(found)) {{
      window.placed = {{at: [place.clientX, place.clientY], found}};
      break;
    }}
  }}
  return before && window.placed && before.found === window.placed.found && window.placed.at;
}}"""
WEIGHTS = {"xor": "0/W/2,1", "iris": "2/W/1,3", "digits": "0/W/3,20"}


@pytest.mark.parametrize("preset", ["xor", deeply("iris"), deeply("digits")])
def test_a_weight_is_derived_with_terms_that_add_up(page: Page, preset: str) -> None:
    opened(page, preset, selection=WEIGHTS[preset])
    doc = derived(page, WEIGHTS[preset])
    found = numbers(page, PANEL)
    assert len(found) > 30
    check(found)
    for each in [doc, *(entry["doc"] for entry in doc["opened"])]:
        terms = [(term.get("sign") or 1) * prod(f["value"] for f in term["factors"]) for term in each["terms"]]
        assert sum(terms) == pytest.approx(each["value"], rel=1e-9)
        written = sum(each["terms"][i]["value"] for i in each["shown"])
        assert written + (each["rest"] or 0) == pytest.approx(each["value"], rel=1e-9)
    mean = sum(e["value"] for e in doc["examples"]) / doc["count"]
    assert mean + doc["penalty"] == pytest.approx(doc["gradient"], rel=1e-9)
    assert page.evaluate("(path) => chainrule.get(path)", doc["path"]) == pytest.approx(doc["gradient"], rel=1e-12)


@pytest.mark.parametrize("preset", EVERY)
@pytest.mark.deep
def test_a_weight_of_any_preset_is_derived_by_click_by_keyboard_and_after_a_reload(page: Page, server: str, preset: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 1700})  # network and derivation stand one above the other
    opened(page, preset)
    page.mouse.wheel(0, -9000)  # or the masthead might lie over what is clicked
    page.wait_for_function("() => scrollY === 0")
    proven(page, server, weight_clicked(page))
    page.evaluate("chainrule.store.set('selection', null)")
    page.locator(".stage-figure").focus()
    page.keyboard.press("Home")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        chosen = page.evaluate("chainrule.get('selection')")
        if page.evaluate(f"{IS_WEIGHT}(chainrule.get('selection'))"):
            break
    assert page.evaluate(f"{IS_WEIGHT}(chainrule.get('selection'))"), chosen
    proven(page, server, chosen)
    page.wait_for_function("(address) => decodeURIComponent(location.hash).includes(address)", arg=chosen)
    page.reload()
    page.wait_for_function("() => Boolean(window.chainrule?.get('trace'))")
    proven(page, server, chosen)


def weight_clicked(page: Page) -> str:
    """Click where a weight is drawn; once more where the network was drawn anew in between."""
    for _ in range(5):
        place = page.wait_for_function(A_WEIGHT, polling=300).json_value()
        page.mouse.click(*place)
        clicked = page.evaluate("chainrule.get('selection')")
        if page.evaluate(f"{IS_WEIGHT}(chainrule.get('selection'))"):
            return str(clicked)
    pytest.fail(f"five clicks on weights of the drawn network chose none; the last one chose {clicked}")


def proven(page: Page, server: str, address: str) -> None:
    """Every number of the derivation is its place in the store, and what is there is what the server says when asked anew."""
    doc = derived(page, address)
    shown = numbers(page, PANEL)
    assert len(shown) > 8
    check(shown)
    asked = {"experiment": page.evaluate("chainrule.get('experiment')"), "address": address, "example": doc["example"]}
    [witness] = call(server, "/api/derive", asked)
    for name in ("gradient", "value", "penalty", "terms", "examples", "paths", "gates", "meetings", "system"):
        assert doc[name] == witness[name], (address, name)
    own = {each["path"] for each in shown if each["path"].startswith("trace.")}
    assert own, "the update is told with the trace's own numbers"


def test_a_factor_opens_link_by_link_down_to_the_loss_by_keyboard_alone(page: Page) -> None:
    opened(page, "spiral", selection="0/W/2,1")
    derived(page, "0/W/2,1")
    for depth in (2, 3):
        chips = page.locator(f"{PANEL} .sum-branch .chip-grad[aria-expanded=false]")
        chips.last.focus()
        page.keyboard.press("Enter")
        page.wait_for_function("(n) => chainrule.get('derivation.opened.length') === n", arg=depth)
        page.wait_for_function("(n) => document.querySelectorAll('[data-panel=derivation] .sum-branch').length === n", arg=depth)
        check(numbers(page, PANEL))
    deepest = page.evaluate("chainrule.get('derivation.opened').at(-1).doc")
    assert [f["symbol"] for t in deepest["terms"] for f in t["factors"]] == [r"\hat y", "y"]
    assert "the two factors that cancel" in page.locator(PANEL).inner_text()


@pytest.mark.deep
def test_any_number_is_chosen_by_keyboard_and_survives_a_reload(page: Page) -> None:
    opened(page, "xor")
    choice = page.locator(f"{PANEL} .picker select")
    choice.wait_for()
    choice.select_option("2/W")
    page.locator(f"{PANEL} .picker input").nth(1).fill("4")  # counted from 1, as w⁽²⁾₁₄
    derived(page, "2/W/0,3")
    page.wait_for_function("() => decodeURIComponent(location.hash).includes('2/W/0,3')")
    page.reload()
    page.wait_for_function("() => Boolean(window.chainrule?.get('trace'))")
    page.locator(PANEL).scroll_into_view_if_needed()
    derived(page, "2/W/0,3")
    check(numbers(page, PANEL))


@pytest.mark.deep
def test_behind_a_softmax_every_product_names_its_class(page: Page) -> None:
    """δ₂ of iris is a product for each of the three outputs; a negative number among them stands in parentheses."""
    opened(page, "iris", selection="2/grad_output/1")
    products = page.locator(f"{PANEL} .pair-product")
    expect(products).to_have_count(3)
    for product, name in zip(products.all(), ("setosa", "versicolor", "virginica"), strict=True):
        expect(product).to_contain_text(f"class {name}")
    expect(page.locator(f"{PANEL} .lens-sub")).to_have_text("gradient at output 2 (class versicolor) of dense, link 3 of 4")
    found = numbers(page, f"{PANEL} .pair-product")
    assert [each["format"] for each in found] == ["operand"] * 6
    assert any(each["value"] < 0 for each in found)
    check(found)
    page.evaluate("chainrule.store.set('selection', '3/grad_output/1')")
    expect(page.locator(f"{PANEL} .derivation-part").first).to_contain_text("A framed factor ▾ opens what it was computed from")
    sources = ["derivation.value", "derivation.inputs.0.value", "derivation.inputs.1.value"]
    assert [each["path"] for each in numbers(page, f"{PANEL} .tree")] == sources


def test_a_neuron_is_told_by_its_links_rule_and_opens_to_its_sum(page: Page) -> None:
    whole(page, "xor", "1/output/2")
    expect(page.locator(f"{PANEL} .sum")).to_contain_text("tanh")
    page.locator(f"{PANEL} .chip-open").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => chainrule.get('derivation.opened.length') === 1")
    page.locator(f"{PANEL} .sum-branch").wait_for()
    z = page.evaluate("chainrule.get('derivation.opened.0.doc')")
    own = page.evaluate("chainrule.get('trace.layers.0.output.0.2')")
    assert sum(term["value"] for term in z["terms"]) == pytest.approx(own, rel=1e-12)
    assert len(numbers(page, PANEL)) > 20
    check(numbers(page, PANEL))


def test_from_a_neuron_a_button_leads_to_its_delta_and_back(page: Page) -> None:
    whole(page, "xor", "0/output/1")
    page.locator(f"{PANEL} button.other").click()
    page.wait_for_function("() => chainrule.get('derivation.address') === '0/grad_output/1'")
    expect(page.locator(f"{PANEL} button.other")).to_contain_text("z")
    assert "/" not in page.locator(f"{PANEL} button.other").inner_text()
