"""The lens of gradient and descent: two independent choices, tried on one and the same update."""

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Desk, Watch
from tests.browser.shared import deeply, listen, until, visit
from tests.browser.told import check, numbers
from tests.browser.walk import call

PANEL = "[data-panel=seam]"
TRIED = "chainrule.get('seam.tried')"

# Where the arrow between the two choices points, and where the second of them stands.
POINTS = """(() => {
  const panel = document.querySelector("[data-panel=seam]");
  const [first, second] = [...panel.querySelectorAll(".seam-group")].map((group) => group.getBoundingClientRect());
  const arrow = getComputedStyle(panel.querySelector(".seam-arrow"), "::after").content.replace(/[" ]/g, "");
  return [arrow, second.top >= first.bottom ? "below" : "beside"];
})()"""


def opened(page: Page, place: str) -> None:
    visit(page, f"{place}&lens=seam")
    page.locator(PANEL).scroll_into_view_if_needed()
    until(page, "chainrule.get('checked.before') === chainrule.get('trace.before')")
    page.locator(f"{PANEL} .seam-verdict", has_text=re.compile("checked (by|along) ")).wait_for()


def choose(page: Page, name: str, rows: int) -> None:
    """Take this radio, and wait until so many rows stand in the table of what was tried.

    The page remembers what was tried at a step: a test that counts has a seed of its own, which no other has tried anything with.
    """
    page.locator(PANEL).get_by_role("radio", name=name, exact=True).check()
    page.wait_for_function(f"(rows) => {TRIED}.length === rows && !chainrule.get('pending')", arg=rows)


def stepped(page: Page) -> None:
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("() => chainrule.get('cursor') === chainrule.get('substeps.length')")


@pytest.mark.parametrize("preset", ["xor", pytest.param("spiral", marks=pytest.mark.deep)])
def test_every_optimizer_gets_the_same_gradient_after_a_step_too(page: Page, server: str, preset: str) -> None:
    """Another optimizer takes the update anew that was taken: the same examples, the same weights, the former rows beside it."""
    opened(page, f"preset={preset}&seed=1")
    stepped(page)
    before = page.evaluate("JSON.stringify([chainrule.get('trace.before'), chainrule.get('trace.batch.indices')])")
    for rows, name in enumerate(("Adam", "RMSprop", "Momentum"), 2):
        choose(page, name, rows)
    expect(page.locator(f"{PANEL} .costs").first.locator("tbody tr")).to_have_count(4)
    assert page.evaluate("JSON.stringify([chainrule.get('trace.before'), chainrule.get('trace.batch.indices')])") == before
    tried = page.evaluate(TRIED)
    assert len({row["g"] for row in tried}) == 1
    assert len({row["change"] for row in tried}) >= 3
    check(numbers(page, PANEL))
    # The page stands where the update by the last of them leads, as a run by it from the start would.
    experiment = page.evaluate("chainrule.get('experiment')")
    answer = call(server, "/api/step", {"experiment": experiment})[0]
    state, losses, step = page.evaluate("[chainrule.get('state'), chainrule.get('losses'), chainrule.get('trace.step')]")
    assert step == 0
    assert state["params"] == answer["state"]["params"]
    assert [loss["step"] for loss in losses] == [0, 1]
    assert losses[1]["train"] == answer["frame"]["loss"]["train"]
    # So it does for who goes back into that step and on to its end.
    bars = page.locator(".timeline-step")
    bars.nth(2).click()
    assert page.evaluate("[chainrule.get('cursor'), chainrule.get('state.step')]") == [3, 0]
    bars.last.click()
    assert page.evaluate("[chainrule.get('state'), chainrule.get('losses')]") == [state, losses]


@pytest.mark.deep
def test_an_optimizer_that_is_chosen_again_has_its_memory_again(page: Page) -> None:
    opened(page, "preset=circle&optimizer.kind=momentum&optimizer.momentum=0.9&optimizer.learning_rate=0.1&seed=2")
    stepped(page)
    stepped(page)
    page.wait_for_function("() => chainrule.get('trace.step') === 1 && chainrule.get('seam.tried.length') === 1")
    first = page.evaluate("JSON.stringify(chainrule.get('trace.updates'))")
    choose(page, "Adam", 2)
    assert page.evaluate("JSON.stringify(chainrule.get('trace.updates'))") != first
    choose(page, "Momentum", 2)
    assert page.evaluate("JSON.stringify(chainrule.get('trace.updates'))") == first
    assert page.evaluate("chainrule.get('timeline.length')") == 1
    page.get_by_role("button", name="Back", exact=True).click()
    assert page.evaluate("[chainrule.get('state.step'), chainrule.get('trace.step')]") == [1, 0]


def test_an_optimizer_chosen_in_mid_run_counts_from_there(page: Page) -> None:
    """Adam's first update is η for every weight, whichever update of the run it is; what it says of k is what was used."""
    opened(page, "preset=xor&step=12&seed=3")
    page.wait_for_function("() => chainrule.get('trace.step') === 11 && chainrule.get('seam.tried.length') === 1")
    choose(page, "Adam", 2)
    rate = page.evaluate("chainrule.get('experiment.optimizer.learning_rate')")
    updates = page.evaluate("chainrule.get('trace.updates').flatMap((link) => Object.values(link)).flat(2)")
    assert [abs(update) for update in updates] == pytest.approx([rate] * len(updates), rel=1e-4)
    assert page.evaluate("[chainrule.get('trace.k'), chainrule.get('state.shared.began')]") == [1, 11]
    stepped(page)
    page.wait_for_function("() => chainrule.get('trace.step') === 12")
    assert page.evaluate("chainrule.get('trace.k')") == 2


def test_in_the_middle_of_a_step_the_place_is_kept(page: Page) -> None:
    opened(page, "preset=xor&seed=4")
    for _ in range(3):
        page.get_by_role("button", name="Sub-step", exact=True).click()
    page.wait_for_function("() => chainrule.get('cursor') === 3")
    choose(page, "Adam", 2)
    assert page.evaluate("[chainrule.get('cursor'), chainrule.get('state.step'), chainrule.get('losses.length')]") == [3, 0, 1]
    assert len({row["g"] for row in page.evaluate(TRIED)}) == 1


def test_a_refused_choice_says_why_and_what_helps(page: Page, watch: Watch) -> None:
    """Levenberg–Marquardt needs a sum of squares: the server's words stand beside the choice, and a button does as they say."""
    watch.allow("422")
    opened(page, "preset=xor&gradient.kind=forward_mode")
    page.locator(PANEL).get_by_role("radio", name="Levenberg–Marquardt").click()
    refused = page.locator(f"{PANEL} .seam-refused")
    expect(refused).to_contain_text("Levenberg–Marquardt needs a loss that is a sum of squares; binary cross-entropy is not")
    assert "_" not in refused.inner_text()
    assert page.get_by_text("needs a loss that is a sum of squares").count() == 1
    refused.get_by_role("button", name="Use half squared error as the loss").click()
    # The gradient's method is refused too, by the next of its rules.
    refused.get_by_role("button", name="Compute the gradient by backpropagation").click()
    expect(refused).to_have_count(0)
    kinds = "['optimizer', 'loss', 'gradient'].map((name) => chainrule.get(`experiment.${name}.kind`))"
    assert page.evaluate(kinds) == ["levenberg_marquardt", "half_mse", "backprop"]


def test_steps_are_counted_as_the_page_counts_them(page: Page) -> None:
    opened(page, "preset=xor")
    stepped(page)
    page.wait_for_function("() => chainrule.get('comparison')")
    expect(page.locator(f"{PANEL} .seam-verdict")).to_contain_text("in step 1")
    assert "/" not in page.locator(f"{PANEL} .seam-verdict").inner_text()


@pytest.mark.deep
def test_each_of_many_weights_is_checked_by_itself(page: Page) -> None:
    """Along directions at once; a moment later one by one, on the page and in the lens."""
    visit(page, "preset=digits&lens=derivation")
    line = page.locator(".story .verdict")
    expect(line).to_contain_text("All 1 885 gradients checked", timeout=60_000)
    opened(page, "preset=digits&seed=1")
    expect(page.locator(f"{PANEL} .seam-verdict")).to_contain_text("All 1 885 gradients checked by 4 methods", timeout=60_000)
    assert 0 < page.evaluate("chainrule.get('comparison.smooth.difference')") < 1e-8
    opened(page, "preset=digits&batch_size=1000")
    expect(page.locator(f"{PANEL} .seam-verdict")).to_contain_text("One by one they would take too long", timeout=60_000)
    assert page.evaluate("chainrule.get('checked.directions')") == 4


@pytest.mark.deep
def test_a_step_is_compared_once_for_all_who_want_it(fresh: Desk) -> None:
    """The line and the open lens share one answer, and one request is under way at most; a step that comes back is known."""
    page = fresh.page
    asked: list[dict[str, Any]] = []
    open_, most = set[Request](), 0

    def begun(request: Request) -> None:
        nonlocal most
        if request.url.endswith("/api/compare") and request.post_data_json.get("methods") != ["symbolic"]:
            asked.append(request.post_data_json)
            open_.add(request)
            most = max(most, len(open_))

    listen(page, "request", begun)

    def ended(request: Request) -> None:
        open_.discard(request)

    listen(page, "requestfinished", ended)
    listen(page, "requestfailed", ended)
    visit(page, "preset=digits&lens=derivation&seed=7")
    page.wait_for_function("() => chainrule.get('checked.directions') === 4")
    page.wait_for_function("() => chainrule.get('comparison.thorough') && chainrule.get('comparison.step') === 0")
    assert [set(body) - {"experiment", "state"} for body in asked] == [set(), {"thorough"}]
    [first, each] = page.evaluate("""performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/api/compare'))
      .map(({ startTime, responseEnd }) => [startTime, responseEnd])""")
    assert each[0] - first[1] > 2000, "who steps on waits for no weight by itself"
    page.evaluate("chainrule.store.set('lens', 'seam')")
    page.locator(PANEL).scroll_into_view_if_needed()
    page.locator(f"{PANEL} .costs").nth(1).wait_for()
    assert [body["methods"] for body in asked[2:]] == [["backprop"]]
    stepped(page)
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("() => chainrule.get('trace.step') === 1 && chainrule.get('checked.step') === 2")
    before = len(asked)
    back = page.get_by_role("button", name="Back", exact=True)
    while page.evaluate("chainrule.get('trace.step')") == 1:
        back.click()
        page.wait_for_timeout(50)
    page.wait_for_function("() => chainrule.get('checked.step') === 1")
    assert len([body for body in asked[before:] if body["state"]["step"] == 0]) == 0
    assert most == 1


def test_a_kink_is_told_in_plain_words(page: Page) -> None:
    opened(page, "preset=digits-cnn")
    expect(page.locator(f"{PANEL} .seam-verdict")).to_contain_text("a ReLU switches on or off")
    exact = [m["worst"]["difference"] for m in page.evaluate("chainrule.get('comparison.methods')") if m["kind"] != "numerical"]
    assert max(exact) < 1e-12  # they agree at the corners too


@pytest.mark.parametrize(("preset", "address"), [("xor", "0/W/1,0"), deeply("spiral", "2/W/0,3"), deeply("xor", "2/b/0")])
def test_one_weights_derivative_stands_as_a_formula(page: Page, preset: str, address: str) -> None:
    """Of the selected weight: its value is backpropagation's, and so is the mean; its growth is why nobody trains with it."""
    opened(page, f"preset={preset}&selection={address}")
    now = "chainrule.get('symbolic.before') === chainrule.get('trace.before')"
    page.wait_for_function(f"(address) => chainrule.get('symbolic.address') === address && {now}", arg=address)
    card = page.locator(f"{PANEL} .seam-symbolic")
    expect(card.locator("math").first).to_be_visible()
    found = page.evaluate("chainrule.get('symbolic')")
    link, name, at = address.split("/")
    path = ".".join([link, name, *at.split(",")])
    mean = page.evaluate(f"chainrule.get('trace.layers.{path.replace('.', '.grads.', 1)}')")
    own = page.evaluate(f"chainrule.get('trace.example.grads.{path}')")
    assert found["value"] == pytest.approx(own, rel=1e-9, abs=1e-15)
    assert found["gradient"] == pytest.approx(mean, rel=1e-9, abs=1e-15)
    expect(card).to_contain_text("No choice for training")
    grown = page.evaluate("chainrule.get('comparison.scaling.symbolic')")
    tree = grown["products_written_out"]
    ratios = [b / a for a, b in pairwise(tree)]
    # One unit on one axis, and of which network and how many examples each number is.
    expect(card.locator(".cost-axis")).to_have_text(["hidden layers", "multiplications"])
    backprop = next(m for m in page.evaluate("chainrule.get('comparison.methods')") if m["kind"] == "backprop")
    expect(card).to_contain_text("Counted here are multiplications, for one example, of this network made deeper")
    above = f"The {backprop['multiplications']} in the table above are those of this network as it is, for the batch of 10."
    assert above in card.inner_text().replace("\u202f", "").replace("\u2009", "")
    assert min(ratios) > 3  # exponential in depth, where a sweep back grows by the same amount each time
    assert len({b - a for a, b in zip(grown["sweep"], grown["sweep"][1:], strict=False)}) == 1
    check(numbers(page, PANEL))
    page.locator(PANEL).get_by_role("radio", name="Symbolic").check()
    assert page.evaluate("chainrule.get('experiment.gradient.kind')") == "backprop"


def test_a_solver_takes_residuals_and_their_slopes_instead_of_the_gradient(page: Page) -> None:
    """The arrow between the two choices says what goes over it, and points at the other; without a penalty none is spoken of."""
    visit(page, "preset=line&lens=seam")
    page.locator(PANEL).scroll_into_view_if_needed()
    assert page.evaluate(POINTS) == ["→", "beside"]
    expect(page.locator(f"{PANEL} .seam-arrow")).to_have_text("g = ∂L/∂w")
    page.locator(f"{PANEL} label", has_text="Levenberg–Marquardt").click()
    expect(page.locator(f"{PANEL} .seam-arrow")).to_have_text("r, J")
    expect(page.locator(f"{PANEL} .seam-choices")).to_contain_text("This one does not read g.")
    expect(page.locator(f"{PANEL} .seam-symbolic")).to_contain_text("The mean over the batch: ∂L/∂w =")
    page.locator(f"{PANEL} label", has_text="Nesterov momentum").click()
    expect(page.locator(f"{PANEL} .seam-arrow")).to_have_text("g = ∂L/∂w")
    page.set_viewport_size({"width": 820, "height": 1180})
    assert page.evaluate(POINTS) == ["↓", "below"]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.deep
def test_no_heading_of_a_table_is_cut(page: Page, width: int) -> None:
    """On a phone every method is a card, whose numbers have their headings beside them."""
    page.set_viewport_size({"width": width, "height": 800})
    opened(page, "preset=xor")
    page.locator(f"{PANEL} .costs-methods").wait_for()
    places = page.locator(f"{PANEL} .scroller:has(> .costs)").filter(visible=True)
    cut = "(all, count) => all.slice(0, count).map((each) => each.scrollWidth - each.clientWidth)"
    assert places.evaluate_all(cut, 2) == [0, 0]
    tried = page.locator(f"{PANEL} .costs:not(.costs-methods) tbody .num-cell")
    tried.evaluate_all("(all) => all.forEach((each) => { each.textContent = '−0.0008763'; })")
    assert places.evaluate_all(cut, 2) == [0, 0]
    heads = "(cells) => cells.map((cell) => getComputedStyle(cell, '::before').content)"
    said = page.locator(f"{PANEL} .costs-methods tbody tr").first.locator("td").evaluate_all(heads)
    names = ["forward sweeps", "backward", "multiplications", "time", "farthest from backpropagation"]
    assert said == ([f'"{name}"' for name in names] if width == 390 else ["none"] * 5)
    # No line ends within a fraction, and one weight's formula costs what is said beside it, not at another heading.
    assert page.locator(f"{PANEL} .lens-answer .unbroken").evaluate("(each) => each.getClientRects().length") == 1
    # Of the longest formula too it is seen what it comes to.
    page.locator(f"{PANEL} .symbolic-value").first.wait_for()
    ends = page.locator(f"{PANEL} .symbolic-value").evaluate_all("""(all) => all.map((each) =>
      each.closest('.scroller').getBoundingClientRect().right - each.getBoundingClientRect().right)""")
    assert min(ends) >= -1, ends
    heights = page.locator(f"{PANEL} .symbolic-line").evaluate_all("""(all) => all.map((line) =>
      line.querySelector('math').getBoundingClientRect().height - line.querySelector('.symbolic-value').clientHeight)""")
    assert max(heights) <= 1, "no part of a fraction looks out above or below it"


@pytest.mark.deep
def test_what_is_left_out_is_told_in_the_pages_words_and_digits(page: Page) -> None:
    opened(page, "preset=digits-cnn")
    out = page.locator(f"{PANEL} .notes li").filter(has_text="is left out")
    expect(page.locator(f"{PANEL} .seam-verdict")).to_contain_text("410 gradients checked")
    expect(out).to_contain_text("Symbolic is left out: every derivative would be written out, in about")
    said = out.inner_text()
    assert not re.search(r"expected|got|\d,\d", said), said
    assert re.search(r"\d\u202f\d{3} operations", said), said
    opened(page, "preset=iris&selection=2/W/1,0")  # one weight's formula is not set against backpropagation
    costs = page.locator(f"{PANEL} .symbolic-row td")
    expect(costs).to_have_text([re.compile(r"\d"), "", re.compile(r"^\d.*, for one example$"), "", ""])


def test_thousands_in_what_the_server_says_are_grouped_and_addresses_are_not(page: Page) -> None:
    opened(page, "preset=xor")
    said = "at most 1,000, got about 21,799,700; not 0/W/1,234 nor 3,4"
    grouped = page.evaluate("async (said) => (await ours('base/format.js')).grouped(said)", said)
    assert grouped == "at most 1\u202f000, got about 21\u202f799\u202f700; not 0/W/1,234 nor 3,4"
