"""What a derivation holds back until it is asked for: further terms, more paths, its script; and what stands before it."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.shared import still, until, visit
from tests.browser.told import check, numbers
from tests.browser.walk import call

PANEL = "[data-panel=derivation]"


def derived(page: Page, preset: str, address: str) -> None:
    """Its paths in the step that is told stand on the page."""
    visit(page, f"preset={preset}&lens=derivation&selection={address}")
    page.locator(PANEL).scroll_into_view_if_needed()
    whole = """(address) => chainrule.get('derivation.address') === address && chainrule.get('derivation.paths')
      && chainrule.get('derivation.step') === chainrule.get('trace.step')"""
    page.wait_for_function(whole, arg=address)
    page.locator(f"{PANEL} .paths").wait_for()


def test_before_anything_is_derived_there_is_nothing_to_copy(page: Page, watch: Watch) -> None:
    watch.allow("net::ERR_FAILED")
    page.route("**/api/derive", lambda route: route.abort())
    visit(page, "preset=xor&lens=derivation")
    page.locator(PANEL).scroll_into_view_if_needed()
    copies = page.locator(f"{PANEL} .lens-actions button")
    expect(copies).to_have_count(2)
    for button in copies.all():
        expect(button).to_be_disabled()
    page.unroute("**/api/derive")
    derived(page, "xor", "0/W/1,0")
    for button in copies.all():
        expect(button).to_be_enabled()


@pytest.mark.deep
def test_every_term_of_a_long_sum_is_reached(page: Page) -> None:
    """Ten outputs: seven terms and the rest, until more are asked for; by keyboard, which stays where it was."""
    derived(page, "digits", "0/W/3,20")
    [entry] = page.evaluate("chainrule.get('derivation.opened')")
    assert (len(entry["doc"]["terms"]), len(entry["doc"]["shown"]), entry["doc"]["hidden"]) == (10, 7, 3)
    hidden = sum(term["value"] for i, term in enumerate(entry["doc"]["terms"]) if i not in entry["doc"]["shown"])
    assert entry["doc"]["rest"] == pytest.approx(hidden, rel=1e-12)
    more = page.locator(f"{PANEL} .sum-branch .chip-more")
    expect(more).to_contain_text("3 more")
    more.focus()
    page.keyboard.press("Enter")
    expect(more).to_have_count(0)
    assert len(page.evaluate("chainrule.get('derivation.opened')")[0]["doc"]["shown"]) == 10
    check(numbers(page, PANEL))


@pytest.mark.deep
def test_terms_of_0_wait_behind_those_that_count(page: Page) -> None:
    """A kernel's element meets 36 windows, of most of which the pooling passes nothing back."""
    derived(page, "digits-cnn", "0/W/3,0,0,1")
    found = page.evaluate("chainrule.get('derivation')")
    assert all(found["terms"][i]["value"] for i in found["shown"])
    assert found["hidden"] == len(found["terms"]) - len(found["shown"])


@pytest.mark.deep
def test_more_paths_and_the_script_are_the_servers(page: Page, server: str) -> None:
    derived(page, "spiral", "0/W/2,1")
    experiment = page.evaluate("chainrule.get('experiment')")
    asked = {"experiment": experiment, "address": "0/W/2,1"}
    assert "python" not in page.evaluate("Object.keys(chainrule.get('derivation'))")
    page.locator(f"{PANEL} summary", has_text="The same number in NumPy").click()
    expect(page.locator(f"{PANEL} pre")).to_contain_text("import numpy as np")
    assert page.locator(f"{PANEL} pre").text_content() == call(server, "/api/derive", asked)[0]["python"]
    deep = "preset=spiral&layers=dense(units:8),tanh,dense(units:8),tanh,dense(units:8),tanh,dense(units:1),sigmoid"
    visit(page, f"{deep}&lens=derivation&selection=0/W/2,1")
    page.wait_for_function("() => chainrule.get('derivation.paths.count') === 64")
    page.get_by_role("button", name="List more of them").click()
    page.wait_for_function("() => chainrule.get('derivation.paths.listed.length') === 64")
    expect(page.locator(f"{PANEL} .paths li")).to_have_count(64)
    check(numbers(page, PANEL))


BARS = """() => [...document.querySelectorAll('[data-panel=derivation] .bar')].map((bar) => ({
  value: chainrule.get(bar.dataset.bar), left: bar.classList.contains('bar-negative'),
  share: Number(bar.style.getPropertyValue('--share')) }))"""


@pytest.mark.deep
def test_an_answer_that_comes_after_its_step_has_gone_by_leaves_no_bar_behind(page: Page) -> None:
    """The first answer is held back until the address has taken the page to its third step."""
    held: list[Route] = []
    page.goto("about:blank")
    page.route("**/api/derive", lambda route: route.continue_() if held else held.append(route))
    page.goto("/#preset=iris&lens=derivation&selection=0/W/2,1&step=2")
    until(page, "window.chainrule?.get('trace.step') === 1")
    page.locator(PANEL).scroll_into_view_if_needed()
    until(page, "window.chainrule?.get('trace.step') === 1")
    held[0].continue_()
    until(page, "chainrule.get('derivation.step') === chainrule.get('trace.step') && !!chainrule.get('derivation.paths')")
    bars = still(page, BARS)
    longest = max(abs(bar["value"]) for bar in bars)
    assert len(bars) == 11
    for bar in bars:
        assert bar["left"] == (bar["value"] < 0), bar
        assert bar["share"] == pytest.approx(abs(bar["value"]) / longest, abs=1e-4)


def test_an_answer_of_the_step_before_never_stands_beside_the_numbers_of_the_next(page: Page) -> None:
    """While the server takes its time the step goes on: what stands is pale until the new step's derivation has come.

    It comes also while the panel is below the screen: the chosen weight's paths are drawn on the network.
    """
    derived(page, "xor", "0/W/2,0")
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator(PANEL)).not_to_be_in_viewport()
    held, free = list[Route](), list[bool]()
    page.route("**/api/derive", lambda route: route.continue_() if free else held.append(route))
    page.evaluate("chainrule.store.patch({ selection: '0/W/1,0' })")
    while not held:
        page.wait_for_timeout(25)
    answer = held[0].fetch()
    page.evaluate("""() => {
      window.told = [];
      chainrule.store.patch({ motion: 'reduced' });
      chainrule.store.subscribe('derivation', () => {
        const { address, parameter } = chainrule.get('derivation');
        if (address === '0/W/1,0') window.told.push([parameter.value, chainrule.get('trace.before.0.W.1.0')]);
      });
    }""")
    for taken in (1, 2):
        page.get_by_role("button", name="Step", exact=True).click()
        until(page, "(n) => chainrule.get('state.step') === n", taken)
    until(page, "chainrule.get('trace.step') === 1")
    expect(page.locator(f"{PANEL} > .outdated")).to_be_visible()
    free.append(True)
    held[0].fulfill(response=answer)
    for route in held[1:]:
        route.continue_()
    until(page, "window.told.length > 0 && chainrule.get('derivation.step') === 1")
    expect(page.locator(f"{PANEL} > .outdated")).to_have_count(0)
    assert all(told == stands for told, stands in page.evaluate("window.told"))


@pytest.mark.deep
def test_an_update_is_not_told_in_the_equations_of_another_optimizer(page: Page) -> None:
    """The equations of the new one come a moment later than its numbers."""
    derived(page, "xor&optimizer.kind=rmsprop", "2/W/0,1")
    lines = page.locator(f"{PANEL} .story-lines .equation")
    expect(lines.first).to_be_visible()
    held, free = list[Route](), list[bool]()
    page.route("**/api/story", lambda route: route.continue_() if free else held.append(route))
    derived(page, "xor&optimizer.kind=adamw", "2/W/0,1")
    card = page.locator(f"{PANEL} .lens-card", has_text="3 · The update: AdamW")
    expect(card).to_be_visible()
    expect(lines).to_have_count(0)
    free.append(True)
    for route in held:
        route.continue_()
    expect(lines.first).to_be_visible()
    expect(card.locator(".story-lines [data-path^='trace.after.']").first).to_be_visible()


@pytest.mark.deep
def test_levenberg_marquardts_system_stands_beside_its_update(page: Page) -> None:
    """Whole for two weights, with what was tried; a row of 17 weights for more of them."""
    derived(page, "line&optimizer.kind=levenberg_marquardt", "0/W/0,0")
    rows = page.locator(f"{PANEL} .system tbody tr")
    expect(rows).to_have_count(2)
    expect(page.locator(f"{PANEL} .damped li")).to_contain_text("accepted")
    check(numbers(page, f"{PANEL} .damped"))
    assert len(numbers(page, f"{PANEL} .system")) == 2 * 4
    derived(page, "xor&loss.kind=half_mse&optimizer.kind=levenberg_marquardt", "2/W/0,1")
    expect(rows).to_have_count(17)
    expect(page.locator(f"{PANEL} .system .here")).to_have_count(1)
    check(numbers(page, f"{PANEL} .damped"))


# What a symbol says, its parts in the order of the page's own MathML and of the server's.
SAID = "(root) => root.querySelector('math').textContent.replace(/[\\u2061-\\u2064\\s]/g, '')"
NAMED = (
    ("xor", "2/W/0,3"), ("xor", "0/b/1"), ("xor", "0/grad_output/1"), ("xor", "1/grad_output/2"), ("xor", "3/output/0"),
    ("line", "0/W/0,0"),
    ("digits-cnn", "0/W/1,0,2,1"), ("digits-cnn", "2/output/1,0,0"), ("digits-cnn", "0/grad_input/0,3,3"), ("text", "0/W/5,1"),
)  # fmt: skip


@pytest.mark.deep
def test_the_short_answer_calls_every_number_as_the_derivation_does(page: Page) -> None:
    for preset, address in NAMED:
        visit(page, f"preset={preset}&lens=derivation&selection={address}")
        page.locator(PANEL).scroll_into_view_if_needed()
        until(page, f"chainrule.get('derivation.address') === '{address}' && !document.querySelector('.answer-strip').hidden")
        still(page, f"document.querySelector('{PANEL} .lens-title').textContent")
        own, theirs = (page.locator(root).first.evaluate(SAID) for root in (".answer-strip", f"{PANEL} .lens-title"))
        assert own == theirs, address
        check(numbers(page, ".answer-strip"))


@pytest.mark.deep
def test_the_short_answer_leads_the_keys_to_the_long_one(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    derived(page, "xor&step=1", "2/W/0,3")
    page.evaluate("chainrule.store.set('lens', 'race'); scrollTo(0, 0)")
    page.locator(".answer-why").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"{PANEL} .lens-title")).to_be_focused()
    expect(page.locator(f"{PANEL} .lens-title")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-panel]')?.dataset.panel") == "derivation"


def test_from_a_neuron_a_button_leads_to_its_delta_and_back(page: Page) -> None:
    derived(page, "xor", "0/output/1")
    page.locator(f"{PANEL} button.other").click()
    page.wait_for_function("() => chainrule.get('derivation.address') === '0/grad_output/1'")
    expect(page.locator(f"{PANEL} button.other")).to_contain_text("z")
    assert "/" not in page.locator(f"{PANEL} button.other").inner_text()


@pytest.mark.deep
def test_a_word_that_nobody_used_says_so_instead_of_an_empty_sum(page: Page) -> None:
    derived_ = "preset=text&lens=derivation&selection=0/W/5,1&step=1"
    visit(page, derived_)
    page.locator(PANEL).scroll_into_view_if_needed()
    page.wait_for_function("() => chainrule.get('derivation.paths')?.count === 0")
    text = page.locator(PANEL).inner_text()
    assert "This example does not use the word «an»" in text
    assert "No example of this batch uses the word «an»: its gradient is 0" in text
    assert "There is none" in text
    expect(page.locator(f"{PANEL} .lens-title")).to_contain_text("stay at")
    check(numbers(page, PANEL))


def test_the_windows_of_a_kernel_and_the_winners_of_a_pooling_are_told(page: Page) -> None:
    """36 windows, framed on the input; of the products those that count, with their places, which are the trace's."""
    derived(page, "digits-cnn&step=1", "0/W/1,0,2,1")
    doc = page.evaluate("chainrule.get('derivation')")
    expect(page.locator(f"{PANEL} .met-image").first.locator(".met-frame:not(.met-strong)")).to_have_count(36)
    live = [i for i, term in enumerate(doc["terms"]) if term["value"]]
    expect(page.locator(f"{PANEL} .met li")).to_have_count(min(5, len(live)))
    [r, c] = doc["meetings"]["met"][live[0]]["window"]
    assert f"window (row {r + 1}, column {c + 1})" in page.locator(f"{PANEL} .met").inner_text()
    pool = next(gate for gate in doc["gates"] if "winners" in gate)
    [_, r, c] = pool["winners"][0]["input"]
    text = page.locator(f"{PANEL} .notes").last.inner_text()
    assert f"(row {r + 1}, column {c + 1}) of map 2 wins window" in text
    assert f"{pool['closed_count']} lose" in text
    check(numbers(page, f"{PANEL} .met"))


def test_the_batch_ends_in_its_sum_its_penalty_and_its_mean(page: Page) -> None:
    derived(page, "iris&penalty.kind=l2&penalty.rate=0.1", "0/W/2,1")
    foot = page.locator(f"{PANEL} .examples tfoot tr")
    expect(foot).to_have_count(3)
    doc = page.evaluate("chainrule.get('derivation')")
    assert doc["sum"] / doc["count"] + doc["penalty"] == pytest.approx(doc["gradient"], rel=1e-12)
    scroller = page.locator(f"{PANEL} .batch-examples")
    scroller.scroll_into_view_if_needed()
    expect(foot.last).to_be_in_viewport(ratio=1)
    assert scroller.evaluate("(box) => box.scrollHeight <= box.clientHeight"), "ten examples need no scrolling"
    for row in page.locator(f"{PANEL} .examples .product").all_inner_texts():
        assert "· −" not in row
    page.set_viewport_size({"width": 390, "height": 844})
    lines = page.locator(f"{PANEL} .examples .product").evaluate_all("(all) => all.map((each) => each.clientHeight)")
    assert max(lines) < 32, "of two negative factors too the product stands on one line"


@pytest.mark.deep
def test_the_order_is_example_batch_update(page: Page) -> None:
    derived(page, "spiral&step=1", "0/W/0,0")
    steps = page.locator(f"{PANEL} .overview .num")
    assert [steps.nth(n).get_attribute("data-path") for n in range(3)] == [
        "derivation.value", "derivation.gradient", "trace.updates.0.W.0.0",
    ]  # fmt: skip
    found = page.evaluate("chainrule.get('derivation.paths')")
    assert found["positive"] + found["negative"] == pytest.approx(found["sum"], rel=1e-9)
    assert found["positive"] > 0 > found["negative"]
    expect(page.locator(f"{PANEL} [data-path='derivation.paths.negative']")).to_be_visible()
    expect(page.locator(f"{PANEL} [data-path='derivation.sweeps.ratio']")).to_be_visible()
    check(numbers(page, f"{PANEL}"))


def test_a_nudge_of_the_weight_moves_the_loss_as_the_gradient_says(page: Page, server: str) -> None:
    """The loss is the server's for the same batch with this one number moved; the smaller the nudge, the closer the slope."""
    derived(page, "xor&step=1", "2/W/0,3")
    for size in ("0.1", "0.001"):
        page.get_by_role("button", name=f"w + {size}", exact=True).click()
        page.wait_for_function("(h) => chainrule.get('nudge.tries').some((each) => each.h === h)", arg=float(size))
    found = page.evaluate("chainrule.get('nudge.tries')")
    gradient, loss = page.evaluate("[chainrule.get('derivation.gradient'), chainrule.get('trace.loss.value')]")
    assert [each["h"] for each in found] == [0.1, 0.001]
    errors = [abs(each["slope"] - gradient) for each in found]
    assert errors[1] < errors[0] / 20
    assert errors[1] < 1e-3
    before = page.evaluate("chainrule.get('trace.before')")
    before[2]["W"][0][3] += 0.1
    state = {"step": 0, "params": before, "slots": page.evaluate("chainrule.get('trace.memory')")}
    asked = {"experiment": page.evaluate("chainrule.get('experiment')"), "state": state}
    witness = call(server, "/api/step", asked)[0]["trace"]["loss"]["value"]
    assert found[0]["loss"] == witness
    assert found[0]["slope"] == pytest.approx((witness - loss) / 0.1, rel=1e-12)
    check(numbers(page, f"{PANEL} .nudges"))


@pytest.mark.deep
def test_the_way_of_a_weight_is_drawn_from_the_states_that_were_kept(page: Page) -> None:
    derived(page, "xor", "2/W/0,3")
    assert page.locator(f"{PANEL} .weight-trail").count() == 0
    for step in (1, 2, 3):
        page.get_by_role("button", name="Step", exact=True).click()
        until(page, f"chainrule.get('state.step') === {step} && chainrule.get('cursor') === chainrule.get('substeps').length")
    page.locator(f"{PANEL} .weight-trail").scroll_into_view_if_needed()
    until(page, "document.querySelectorAll('.weight-trail circle').length === 4")
    ys = page.evaluate("[...document.querySelectorAll('.weight-trail circle')].map((dot) => Number(dot.getAttribute('cy')))")
    values = page.evaluate(
        "[...new Map([...chainrule.get('history').map((each) => each.state), chainrule.get('state')]"
        ".map((state) => [state.step, state.params[2].W[0][3]])).values()]"
    )
    assert [a < b for a, b in pairwise(ys)] == [a > b for a, b in pairwise(values)]


# Every address that clicks along a line through the first kernel choose, pixel by pixel.
ACROSS = """() => {
  const figure = document.querySelector('.stage-figure'), box = figure.getBoundingClientRect();
  const chosen = (x, y) => {
    figure.dispatchEvent(new MouseEvent('click', { clientX: box.left + x, clientY: box.top + y, bubbles: true }));
    const found = chainrule.get('selection');
    chainrule.store.set('selection', null);
    return found;
  };
  for (let y = 20; y < box.height; y += 5) for (let x = 20; x < box.width / 2; x += 5) {
    if (chosen(x, y)?.startsWith('0/W/')) return Array.from({ length: 80 }, (_, n) => chosen(x + n - 40, y)).filter(Boolean);
  }
  return [];
}"""


@pytest.mark.deep
def test_the_edge_of_a_kernel_belongs_to_its_elements(page: Page) -> None:
    visit(page, "preset=digits-cnn&lens=race")
    found = page.evaluate(ACROSS)
    assert all(re.fullmatch(r"\d+/\w+/\d+(,\d+)*", address) for address in found), found
    assert len({address for address in found if address.startswith("0/W/")}) == 3


def test_a_neuron_is_told_by_its_links_rule_and_opens_to_its_sum(page: Page) -> None:
    derived(page, "xor", "1/output/2")
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


@pytest.mark.deep
def test_paths_that_all_stop_say_so_and_have_no_shares(page: Page) -> None:
    """A share of a sum that is 0 is no number, and «0 of them without a slope of 0» no answer."""
    derived(page, "digits-cnn", "0/W/0,0,1,1")
    found = page.evaluate("chainrule.get('derivation.paths')")
    assert (found["live"], found["size"]) == (0, 0)
    box = page.locator(f"{PANEL} .lens-card", has=page.locator(".paths"))
    expect(box).to_contain_text("360 paths lead from here to the loss, and each passes through a slope of 0")
    expect(box).to_contain_text("so this example adds nothing: the sum of all products is 0.")
    expect(box).to_contain_text("These are 8 of them.")
    assert "%" not in box.inner_text()
    assert all(any(factor["value"] == 0 for factor in path["factors"]) for path in found["listed"])
    expect(page.locator(PANEL)).to_contain_text("its gradient is the sum of their products, all of them 0.")
    page.locator(f"{PANEL} .path-share").nth(2).click()
    expect(page.locator(f"{PANEL} .path-share").nth(2)).to_have_attribute("aria-pressed", "true")
    check(numbers(page, PANEL))
