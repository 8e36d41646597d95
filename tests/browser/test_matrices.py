"""The lens of matrices: each link's product holds with the numbers on the page, and a number leads to its derivation."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.shared import deeply, still, until, visit
from tests.browser.told import check, numbers

PANEL = "[data-panel=matrix]"
SEEN = f"document.querySelector('{PANEL}').innerText"
# The matrices of one section: {title: {row: {column: number}}}, a zero of the structure as 0.
READ = """(at) => {
  const section = [...document.querySelectorAll('[data-panel=matrix] .matrix-body section')][at], found = {};
  for (const figure of section.querySelectorAll('figure')) {
    const cells = found[figure.querySelector('.matrix-name').textContent] = {};
    for (const cell of figure.querySelectorAll('td[data-r]')) {
      const path = cell.querySelector('[data-path]')?.getAttribute('data-path');
      (cells[cell.dataset.r] ??= {})[cell.dataset.c] = path ? chainrule.get(path) : 0;
    }
  }
  return found;
}"""


def opened(page: Page, place: str, link: int) -> None:
    """The matrices of a link, counted from 1."""
    visit(page, f"{place}&lens=matrix")
    panel = page.locator(PANEL)
    panel.scroll_into_view_if_needed()
    button = panel.get_by_role("button", name=f"Link {link}:")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def matrices(page: Page, section: int) -> dict[str, np.ndarray[Any, Any]]:
    """{title: the numbers that are written out}."""
    found = page.evaluate(READ, section)
    return {title: np.array([[row[c] for c in sorted(row, key=int)] for row in (rows[r] for r in sorted(rows, key=int))])
            for title, rows in found.items()}  # fmt: skip


def shapes(page: Page) -> list[str]:
    return page.locator(f"{PANEL} .matrix-shape").all_inner_texts()


def test_a_convolution_is_one_product_over_its_windows(page: Page) -> None:
    """Z = X̃ Kᵀ + b; and the examples' loop ends in dK."""
    opened(page, "preset=digits-cnn", 1)
    check(numbers(page, PANEL))
    forward = matrices(page, 0)
    assert forward["X̃"].shape == (10, 9)
    assert np.abs(forward["X̃"]).max() > 0
    np.testing.assert_allclose(forward["Z"], forward["X̃"] @ forward["Kᵀ"] + forward["b, for every row"], rtol=1e-12, atol=1e-15)
    assert {"360 windows × 9 kernel elements", "4 kernels × 9 kernel elements", "4 kernels × 360 windows"} <= set(shapes(page))
    page.locator(f"{PANEL} input[type=range]").focus()
    page.keyboard.press("End")
    loop = matrices(page, 2)
    np.testing.assert_allclose(loop["Σ δ xᵀ / N"], loop["dK"], rtol=1e-9, atol=1e-15)
    layouts = matrices(page, 3)
    np.testing.assert_array_equal(layouts["Θ = [b | K]"][:, 1:], layouts["K′ = Kᵀ"].T)
    np.testing.assert_array_equal(layouts["Θ = [b | K]"][:, 0], layouts["b"][0])


@pytest.mark.deep
def test_an_edge_turns_to_further_numbers_and_a_kernels_element_is_derived_by_keyboard(page: Page) -> None:
    opened(page, "preset=digits-cnn", 1)
    before = matrices(page, 0)["Z"]
    page.locator(PANEL).get_by_role("button", name="next windows").first.focus()
    page.keyboard.press("Enter")
    after = matrices(page, 0)
    assert not np.array_equal(before, after["Z"])
    np.testing.assert_allclose(after["Z"], after["X̃"] @ after["Kᵀ"] + after["b, for every row"], rtol=1e-12, atol=1e-15)
    page.keyboard.press("Enter")  # the pager has kept the focus
    assert not np.array_equal(after["Z"], matrices(page, 0)["Z"])
    kernels = page.locator(f"{PANEL} section").first.locator('[data-role="right"] td[tabindex="0"]')
    kernels.focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    assert page.evaluate("[chainrule.get('selection'), chainrule.get('lens')]") == ["0/W/1,0,0,1", "derivation"]
    page.wait_for_function("() => chainrule.get('derivation.address') === '0/W/1,0,0,1'")


@pytest.mark.deep
def test_a_delta_of_another_example_is_derived_for_that_example(page: Page) -> None:
    opened(page, "preset=xor", 1)
    backward = page.locator(f"{PANEL} section", has_text="Gradient: dW")
    backward.locator('[data-role="left"] td[data-r="2"][data-c="4"]').click()
    # The selection follows the example, whose numbers are asked for first.
    until(page, "() => chainrule.get('selection') === '0/grad_output/2' && chainrule.get('example') === 4")
    both = "() => chainrule.get('derivation.address') === '0/grad_output/2' && chainrule.get('derivation.example') === 4"
    page.wait_for_function(both)
    assert page.evaluate("chainrule.get('derivation.value') === chainrule.get('trace.layers.0.grad_output.4.2')")


def test_an_embedding_is_a_product_with_rows_of_one_1(page: Page) -> None:
    opened(page, "preset=text", 1)
    check(numbers(page, PANEL))
    forward = matrices(page, 0)
    assert (forward["X̂"].sum(axis=1) == 1).all()
    np.testing.assert_array_equal(forward["E"], forward["X̂"] @ forward["W"])
    backward = matrices(page, 1)
    assert backward["X̂ᵀ"].shape == backward["dW"].shape[:1] + backward["Δ"].shape[:1]
    page.locator(f"{PANEL} input[type=range]").focus()
    page.keyboard.press("End")
    loop = matrices(page, 2)
    np.testing.assert_allclose(loop["Σ δ xᵀ / N"], loop["dW"], rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(("place", "link"), [("digits-cnn", 3), deeply("text", 4), deeply("signals", 3)])
def test_a_pooling_routes_forward_and_back(page: Page, place: str, link: int) -> None:
    opened(page, f"preset={place}", link)
    check(numbers(page, PANEL))
    forward, backward = matrices(page, 0), matrices(page, 1)
    np.testing.assert_allclose(forward["y"], forward["R"] @ forward["x"], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(backward["∂ℓ/∂x"], backward["Rᵀ"] @ backward["∂ℓ/∂y"], rtol=1e-12, atol=1e-15)
    assert np.abs(backward["∂ℓ/∂y"]).max() > 0
    np.testing.assert_allclose(forward["R"].sum(axis=1), 1, rtol=1e-12)


@pytest.mark.deep
def test_a_dropout_is_a_diagonal_and_a_flatten_the_same_numbers(page: Page) -> None:
    opened(page, "preset=dropout", 3)
    titles = page.locator(f"{PANEL} .jacobian h4").all_inner_texts()
    assert titles[3] == "Link 2: ReLU", "a link is called what the menus call it"
    check(numbers(page, PANEL))
    for section, (result, given) in enumerate((("y", "x"), ("∂ℓ/∂x", "∂ℓ/∂y"))):
        found = matrices(page, section)
        np.testing.assert_allclose(found[result], found["diag(m)"] @ found[given] / 0.75, rtol=1e-12, atol=1e-15)
        assert set(np.unique(found["diag(m)"])) == {0.0, 1.0}
    opened(page, "preset=digits-cnn", 4)
    found = matrices(page, 0)
    np.testing.assert_array_equal(found["x, channel 1 of 4"].ravel(), found["y"].ravel())


# [[matrix, …], outputs] of every link: the row that is handed to it, its Jacobian, the row that it hands back.
JACOBIANS = """() => [...document.querySelectorAll('.jacobian')].map((step) => [
  [...step.querySelectorAll('figure')].map((figure) => [...figure.querySelectorAll('tr')].map((row) =>
    [...row.querySelectorAll('td[data-r]')].map((cell) => {
      const path = cell.querySelector('[data-path]')?.getAttribute('data-path');
      return path ? chainrule.get(path) : 0;
    })).filter((row) => row.length)),
  Number(/× (\\d+) outputs?/.exec(step.querySelector('.matrix-shape').textContent)[1])])"""


@pytest.mark.parametrize(("place", "least"), [("xor", 4), deeply("digits-cnn", 0), deeply("text", 4)])
def test_the_jacobians_bring_the_gradient_back(page: Page, place: str, least: int) -> None:
    """What a link hands back is the row times its Jacobian, wherever no output of it is left out."""
    opened(page, f"preset={place}", 1)
    steps = page.evaluate(JACOBIANS)
    assert len(steps) == page.evaluate("chainrule.get('experiment.layers.length')")
    whole = 0
    for figures, outputs in steps:
        row = np.array(figures[0])
        if len(figures) == 3 and row.size == outputs:
            np.testing.assert_allclose(row @ np.array(figures[1]), np.array(figures[2]), rtol=1e-9, atol=1e-15)
            whole += 1
    assert whole >= least
    check(numbers(page, PANEL))


CUT = """() => [...document.querySelectorAll('[data-panel=matrix] .matrix-brackets')].flatMap((box) => {
  const room = box.getBoundingClientRect(), left = room.left + box.clientLeft, right = left + box.clientWidth;
  return [...box.querySelectorAll('td .num')].filter((each) => {
    const { left: from, right: to } = each.getBoundingClientRect();
    return from < right - 0.5 && to > right + 0.5;
  }).map((each) => each.textContent);
})"""


@pytest.mark.parametrize(("width", "preset"), [(1440, "xor"), deeply(820, "xor"), deeply(390, "xor"), deeply(390, "digits")])
@pytest.mark.deep
def test_no_number_is_cut_and_what_is_out_of_sight_is_turned_to(page: Page, width: int, preset: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    opened(page, f"preset={preset}", 1)
    still(page, SEEN)
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    turns = page.locator(f"{PANEL} .matrix-turn")
    assert (turns.count() > 0) == (width == 390)
    if turns.count():
        expect(turns.first).to_contain_text("columns 1–")
        turns.first.get_by_role("button", name="columns to the right").click()
        expect(turns.first).not_to_contain_text("columns 1–")
        still(page, SEEN)
        assert page.evaluate(CUT) == []
    links = page.locator(f"{PANEL} .lens-head .segments")
    assert links.evaluate("(row) => row.scrollWidth <= row.clientWidth"), "all links in sight"
    # What stands for rows that are left out is in sight too, whichever columns are.
    out = page.locator(f"{PANEL} .more[colspan]").evaluate_all("""(all) => all.map((each) => {
      const [sign, box] = [each.firstElementChild ?? each, each.closest('.matrix-brackets')]
        .map((one) => one.getBoundingClientRect());
      return sign.left >= box.left && sign.right <= box.right;
    })""")
    assert (len(out) > 0) == (preset == "digits")
    assert all(out)


# How many numbers of every matrix are seen whole, between its rows' names and its right bracket.
WHOLE = """() => [...document.querySelectorAll('[data-panel=matrix] .matrix-brackets')].map((box) => {
  const right = box.getBoundingClientRect().left + box.clientLeft + box.clientWidth;
  const from = box.querySelector('th[scope=row]')?.getBoundingClientRect().right ?? box.getBoundingClientRect().left;
  return [...box.querySelectorAll('td[data-r] span')].filter((each) => {
    const at = each.getBoundingClientRect();
    return at.left >= from - 0.5 && at.right <= right + 0.5;
  }).length;
})"""


@pytest.mark.deep
def test_on_a_phone_every_matrix_of_an_embedding_shows_numbers(page: Page) -> None:
    """Rows that are left out stand as one cell, and columns as others: neither tells how wide a number is."""
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, "preset=text", 1)
    shown = still(page, WHOLE)
    assert len(shown) > 6
    assert min(shown) > 0
    assert page.evaluate(CUT) == []
    left = page.locator(f"{PANEL} [data-role=left]").first
    columns = left.locator("th[scope=col]").count()
    assert left.locator(".more:not([colspan])").count() > 0
    turn = left.locator(".matrix-turn")
    expect(turn).to_contain_text(f"of {columns} written out")
    for _ in range(columns):
        turn.get_by_role("button", name="columns to the right").click()
        still(page, WHOLE)
    expect(turn).to_contain_text(f"{columns} of {columns} written out")


def test_the_edges_say_how_long_they_are_and_the_loop_where_it_begins(page: Page) -> None:
    opened(page, "preset=xor", 1)
    edges = page.locator(f"{PANEL} section").first.locator("figure").first.locator(".matrix-edge").all_inner_texts()
    assert edges == ["4 out", "N = 10"]
    link = page.locator(f"{PANEL} .jacobian", has_text="Link 4").locator(".matrix-shape")
    assert link.all_inner_texts() == ["1 × 1 output", "1 output × 1 input", "1 × 1 input"]
    # An operator is level with the numbers behind it, whatever stands above and below those.
    off = page.locator(f"{PANEL} .matrix-pair > .matrix-op + figure").evaluate_all("""(all) => all.map((figure) => {
      const middle = (each) => { const { top, bottom } = each.getBoundingClientRect(); return (top + bottom) / 2; };
      return middle(figure.querySelector('.matrix-brackets')) - middle(figure.previousElementSibling); })""")
    assert len(off) >= 12
    assert max(map(abs, off)) < 1.5
    loop = page.locator(f"{PANEL} section", has_text="The same as a loop")
    loop.locator("input[type=range]").focus()
    page.keyboard.press("Home")
    expect(loop.locator(".matrix-name").first).to_have_text("before the first example")
    page.keyboard.press("End")
    expect(loop.locator(".matrix-name").first).to_have_text("δ xᵀ of the last added")


def test_a_finger_finds_a_number_in_the_other_layout_before_it_derives(page: Page) -> None:
    opened(page, "preset=xor", 1)
    tap = """(cell) => cell.dispatchEvent(new PointerEvent('click', { bubbles: true, pointerType: 'touch' }))"""
    cell = page.locator(f"{PANEL} section", has_text="Two layouts").locator("figure").first.locator("td[data-address]").nth(1)
    cell.evaluate(tap)
    assert page.evaluate("chainrule.get('lens')") == "matrix"
    layouts = page.locator(f"{PANEL} section", has_text="Two layouts")
    expect(layouts.locator("td.same")).to_have_count(2)
    cell.evaluate(tap)
    assert page.evaluate("chainrule.get('lens')") == "derivation"


def written(found: dict[str, np.ndarray[Any, Any]]) -> list[np.ndarray[Any, Any]]:
    """The factors of a product, each headed by its name and what it is, as in «J₁: W»."""
    return [values for title, values in found.items() if ":" in title]


def test_the_product_of_the_jacobians_stands_for_one_example(page: Page) -> None:
    """J is the product of the written factors, and a row times it what comes back; at the next step too."""
    opened(page, "preset=xor", 1)
    titles = page.locator(f"{PANEL} section h3").all_inner_texts()
    at = next(i for i, title in enumerate(titles) if title.startswith("Their product"))
    found = matrices(page, at)
    sizes = page.locator(f"{PANEL} section").nth(at).locator(".matrix-shape").all_inner_texts()
    assert sizes[1:5] == ["1 output × 1 z⁽²⁾", "1 z⁽²⁾ × 4 a⁽¹⁾", "4 a⁽¹⁾ × 4 z⁽¹⁾", "4 z⁽¹⁾ × 2 inputs"]
    assert len(written(found)) == 4
    np.testing.assert_allclose(found["J = ∂ŷ/∂x"], np.linalg.multi_dot(written(found)), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found["∂ℓ/∂ŷ"] @ found["J = ∂ŷ/∂x"], found["∂ℓ/∂x"], rtol=1e-9, atol=1e-15)
    check(numbers(page, PANEL))
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("() => chainrule.get('state.step') === 1")
    page.get_by_role("button", name="Sub-step", exact=True).click()
    page.wait_for_function("() => chainrule.get('trace.step') === 1")
    page.locator(PANEL).scroll_into_view_if_needed()  # the way to the buttons may have taken it out of sight, where it rests
    moved = "(before) => JSON.stringify(chainrule.get('derived.product')) !== JSON.stringify(before)"
    until(page, moved, found["J = ∂ŷ/∂x"].tolist())
    after = matrices(page, at)
    np.testing.assert_allclose(after["J = ∂ŷ/∂x"], np.linalg.multi_dot(written(after)), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(after["∂ℓ/∂ŷ"] @ after["J = ∂ŷ/∂x"], after["∂ℓ/∂x"], rtol=1e-9, atol=1e-15)
