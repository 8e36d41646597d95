"""The network under the hand: pointer and keys find a number, tell it, and choose it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.shared import until
from tests.browser.stage.reading import count, opened, told


def test_a_click_on_a_weight_selects_its_address_and_lights_it(page: Page) -> None:
    opened(page)
    x, y, path = page.evaluate("""() => {
      const labels = [...document.querySelectorAll(".stage-number.is-weight")];
      const label = labels.find(each => each.dataset.path.startsWith("state.params.2"));
      const box = label.getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2, label.dataset.path]; }""")
    _, _, link, name, j, k = path.split(".")
    tip = page.locator(".stage-tip")
    page.mouse.move(x, y)
    assert f"{link}/{name}/{j},{k}" in tip.inner_text()
    assert page.evaluate("[...document.querySelectorAll('.stage-tip [data-path]')].length") >= 1
    page.mouse.click(x, y)
    assert page.evaluate("chainrule.get('selection')") == f"{link}/{name}/{j},{k}"
    assert page.evaluate("document.querySelector('.stage-selected').getAttribute('d')")


TAP = """([x, y]) => {
  const [box, at] = [document.querySelector(".stage-figure"), { clientX: x, clientY: y, pointerType: "touch", bubbles: true }];
  for (const type of ["pointerdown", "pointerup", "pointerleave", "click"]) box.dispatchEvent(new PointerEvent(type, at));
}"""


def test_what_a_click_or_a_tap_chose_is_not_hidden_by_its_tooltip(page: Page) -> None:
    """It goes until the pointer has come to something else: over the path that was just highlighted it would lie in the way."""
    opened(page, "preset=xor&step=1")
    one, other = page.evaluate("""() => [...document.querySelectorAll(".stage-number.is-weight")].slice(0, 2).map((label) => {
      const box = label.getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2]; })""")
    tip = page.locator(".stage-tip")
    page.mouse.click(*one)
    chosen = page.evaluate("chainrule.get('selection')")
    assert chosen
    assert tip.is_hidden()
    page.mouse.move(one[0] + 1, one[1])
    assert tip.is_hidden()
    page.mouse.move(*other)
    assert tip.is_visible()
    page.mouse.move(*one)
    assert tip.locator("code").inner_text() == chosen
    page.mouse.click(*one)  # lets go: nothing is highlighted that it could hide
    assert page.evaluate("chainrule.get('selection')") is None
    assert tip.is_visible()
    page.mouse.move(0, 0)
    page.evaluate(TAP, one)
    assert page.evaluate("chainrule.get('selection')") == chosen
    assert tip.is_hidden()
    page.evaluate(TAP, other)
    assert page.evaluate("chainrule.get('selection')") not in (None, chosen)
    assert tip.is_hidden()
    page.focus(".stage-figure")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert tip.is_visible()


def test_a_click_on_a_gradient_derives_it_and_not_its_neuron(page: Page) -> None:
    """Below the value lies δ; its lens comes to the front, and a line beside the network says what it is."""
    opened(page, "preset=xor&step=1&lens=race")
    for address in ("0/grad_output/1", "0/output/1", "1/grad_output/2"):
        link, what, unit = address.split("/")
        path = f"{link}.{what}.0.{unit}"
        until(page, f"""!!document.querySelector('.stage-number[data-path="trace.layers.{path}"]')""")
        x, y = page.evaluate(
            """(path) => {
          const box = document.querySelector(`.stage-number[data-path="trace.layers.${path}"]`).getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2]; }""",
            path,
        )
        page.mouse.click(x, y)
        assert page.evaluate("chainrule.get('selection')") == address
        assert page.evaluate("chainrule.get('lens')") == "derivation"
        shown = page.locator(".answer-strip [data-path]").first
        assert shown.get_attribute("data-path") == f"trace.layers.{path}"
    assert page.locator(".answer-strip").is_visible()
    page.evaluate("chainrule.store.set('selection', null)")
    assert page.locator(".answer-strip").is_hidden()


def test_the_keys_visit_gradients_that_have_come_back(page: Page) -> None:
    opened(page, "preset=xor&step=1")
    page.focus(".stage-figure")
    reached = []
    page.keyboard.press("Home")
    for _ in range(7):
        page.keyboard.press("Enter")
        reached.append(page.evaluate("chainrule.get('selection')").rsplit("/", 1)[0])
        page.keyboard.press("ArrowRight")
    assert reached == ["0/input", "0/grad_input", "0/W", "0/output", "0/grad_output", "1/output", "1/grad_output"]


def test_the_keys_reach_every_neuron_and_weight(page: Page) -> None:
    opened(page)
    page.focus(".stage-figure")
    page.keyboard.press("ArrowRight")
    assert "input" in page.text_content(".stage-active-words")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("chainrule.get('selection')") == "0/W/0,1"
    assert "weight from input" in page.text_content(".stage-active-words")
    page.keyboard.press("Escape")
    assert page.evaluate("chainrule.get('selection')") is None


def test_what_was_picked_in_a_network_goes_with_it(page: Page) -> None:
    opened(page, "preset=xor&selection=2/W/0,1")
    assert page.evaluate("chainrule.get('selection')") == "2/W/0,1"
    page.evaluate("chainrule.store.set('highlight', { paths: [{ addresses: ['2/W/0,1'], share: 1 }] })")
    page.select_option("#preset", "spiral")
    until(page, "chainrule.get('experiment.data.kind') === 'spiral' && !chainrule.get('pending')")
    page.wait_for_timeout(300)
    assert page.evaluate("[chainrule.get('selection'), chainrule.get('highlight')?.paths?.length ?? 0]") == [None, 0]
    assert page.evaluate("document.querySelectorAll('.stage-share, .stage-route').length") == 0


def test_the_tooltip_of_a_weight_names_each_number_of_its_journey(page: Page) -> None:
    """Its value before and after, the example's gradient, the batch's, and Δw: after = before + Δw as shown."""
    opened(page, "preset=xor&penalty.kind=l2")
    page.evaluate("chainrule.store.set('example', 0)")
    read = """() => [...document.querySelectorAll(".stage-tip dt")].map((name) =>
      [name.textContent, chainrule.get(name.nextElementSibling.dataset.path)])"""

    def tip(cursor: int) -> dict[str, float]:
        told(page, cursor)
        page.focus(".stage-figure")
        page.keyboard.press("End")
        for _ in range(20):  # past the loss, the outputs, and the gradients that have come back
            page.keyboard.press("ArrowLeft")
            found = dict(page.evaluate(read))
            if next(iter(found), "").startswith("w"):
                return found
        raise AssertionError(f"no weight within reach of the arrow keys, the last was {found}")

    until(page, "() => chainrule.get('trace.example')")
    assert list(tip(1)) == ["w, before the update"]
    index = page.evaluate("chainrule.get('trace.batch.indices.0')")
    found = tip(count(page))
    assert list(found) == ["w before", f"∂ℓ/∂w of example {index}", "g = ∂L/∂w, mean of the batch + penalty", "Δw", "w after"]
    assert found["w after"] == found["w before"] + found["Δw"]
    assert found["Δw"] == pytest.approx(-0.5 * found["g = ∂L/∂w, mean of the batch + penalty"])
    # The next step is another example's, and of a step that begins less is told: also where the hand rests.
    act = "(action) => document.querySelector(`[data-action=${action}]`).click()"
    for step in (1, 2):
        page.evaluate(act, "step")
        until(page, "(step) => chainrule.get('state.step') === step", step)
    other = page.evaluate("chainrule.get('trace.batch.indices.0')")
    assert other != index
    assert [name for name, _ in page.evaluate(read)][1] == f"∂ℓ/∂w of example {other}"
    page.evaluate(act, "substep")
    until(page, "chainrule.get('cursor') === 1")
    assert [name for name, _ in page.evaluate(read)] == ["w, before the update"]
