"""The lenses: why this weight, gradient and descent, error or gradient, matrices. Every number is its place in the store."""

from math import prod
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.presets import presets
from bench import derive as clicks
from tests.browser.shared import deeply, painted, still, until, visit
from tests.browser.told import check, numbers
from tests.browser.walk import call

PANEL = "[data-panel=derivation]"
EVERY = [preset["slug"] for preset in presets()]
IS_WEIGHT = """(text => {
  const [link, name] = (text ?? '').split('/');
  return Boolean(chainrule.get(`info.param_shapes.${link}.${name}`));
})"""
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
# How much of its width the answer's last line fills.
LAST_LINE = """(() => {
  const answer = document.querySelector("[data-panel=head] .lens-answer"), range = document.createRange();
  range.selectNodeContents(answer);
  const pieces = [...range.getClientRects()], bottom = Math.max(...pieces.map((piece) => piece.bottom));
  const last = pieces.filter((piece) => piece.bottom > bottom - 8).map(({ right }) => right);
  return (Math.max(...last) - answer.getBoundingClientRect().left) / answer.getBoundingClientRect().width;
})()"""
WEIGHTS = {"xor": "0/W/2,1", "iris": "2/W/1,3", "digits": "0/W/3,20"}


def opened(page: Page, preset: str, lens: str = "derivation", selection: str = "") -> None:
    visit(page, f"preset={preset}&lens={lens}" + (f"&selection={selection}" if selection else ""))
    page.locator(f"[data-panel={lens}]").scroll_into_view_if_needed()


def derived(page: Page, address: str) -> dict[str, Any]:
    """The derivation of this address in the step that is told, all parts of which have come and are drawn."""
    whole = """(address) => chainrule.get('derivation.address') === address && chainrule.get('derivation.gates')
      && chainrule.get('derivation.paths') && chainrule.get('derivation.step') === chainrule.get('trace.step')"""
    page.wait_for_function(whole, arg=address)
    page.locator(f"{PANEL} .lens-sub[data-address='{address}']").wait_for()
    ways = page.evaluate("chainrule.get('derivation.paths.listed').length")  # a word that the example does not use has none
    for drawn in (*([".paths"] if ways else []), "[data-path^='trace.']"):
        page.locator(f"{PANEL} {drawn}").first.wait_for()
    return page.evaluate("chainrule.get('derivation')")


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
    page.emulate_media(reduced_motion="reduce")
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


def test_in_the_batch_s_mean_the_paths_are_the_batch_s(page: Page) -> None:
    """Their means add up to ∂L/∂w; of the factors a weight has its number, what varies with the example has none."""
    opened(page, "spiral", selection="0/W/1,1")
    derived(page, "0/W/1,1")
    title = page.locator(f"{PANEL} h3", has_text="Every path to the loss")
    expect(title).to_contain_text("· example ")
    page.get_by_role("button", name="Batch mean").click()
    page.wait_for_function("() => chainrule.get('derivation.paths.over') === 'batch'")
    doc = derived(page, "0/W/1,1")
    assert doc["paths"]["sum"] == pytest.approx(doc["gradient"], rel=1e-12)
    assert sum(path["value"] for path in doc["paths"]["listed"]) == pytest.approx(doc["gradient"], rel=1e-12)
    expect(title).to_contain_text(f"mean over the batch’s {doc['count']} examples")
    expect(page.locator(f"{PANEL} h3", has_text="link by link")).to_contain_text(f"One of the batch, example {doc['index']}")
    factors = [[f["value"] is not None for f in path["factors"]] for path in doc["paths"]["listed"]]
    counts = "selector => [...document.querySelectorAll(selector)].map(row => row.querySelectorAll('.num').length)"
    shown = page.evaluate(counts, f"{PANEL} .path-factors")
    assert shown == [sum(each) for each in factors] == [2] * 8
    shares = page.locator(f"{PANEL} .path-share").all_inner_texts()
    assert 0 < doc["paths"]["listed"][-1]["share"] < 5e-4
    assert all(float(share.removesuffix(" %")) > 0 for share in shares), shares  # little is not nothing
    assert "drawn paths" not in page.locator(".whose-label").inner_text()
    check(numbers(page, PANEL))


@pytest.mark.deep
def test_paths_that_are_too_many_for_a_mean_say_whose_they_are(page: Page) -> None:
    deep = ",".join(["dense(units:8),tanh"] * 8)
    visit(page, f"preset=spiral&layers={deep},dense(units:1),sigmoid&lens=derivation&selection=0/W/1,1&example=mean")
    page.locator(PANEL).scroll_into_view_if_needed()
    doc = derived(page, "0/W/1,1")
    assert (doc["mean"], doc["paths"]["over"]) == (True, "example")
    expect(page.locator(".whose-label")).to_contain_text(f"drawn paths: example {doc['index']}")
    expect(page.locator(f"{PANEL} .paths-alone")).to_contain_text(f"example {doc['index']} alone")
    expect(page.locator(f"{PANEL} h3", has_text="Every path to the loss")).to_contain_text(f"example {doc['index']}")
    page.get_by_role("button", name="Example", exact=True).click()
    expect(page.locator(".whose-label")).not_to_contain_text("drawn paths")


def test_the_listed_paths_are_lit_on_the_network(page: Page) -> None:
    opened(page, "spiral", selection="0/W/2,1")
    doc = derived(page, "0/W/2,1")
    assert doc["paths"]["count"] == 8
    assert sum(p["value"] for p in doc["paths"]["listed"]) == pytest.approx(doc["value"], rel=1e-9)
    listed, drawn = doc["paths"]["listed"], "chainrule.get('highlight.paths')"
    rows = page.locator(f"{PANEL} .paths button")
    rows.nth(1).focus()
    assert page.evaluate(drawn) == [listed[1]]
    rows.nth(0).focus()
    page.evaluate("document.activeElement.blur()")
    assert page.evaluate(drawn) == listed
    rows.nth(2).click()
    expect(rows.nth(2)).to_have_attribute("aria-pressed", "true")
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.mouse.wheel(0, -9000)
    page.wait_for_function("() => scrollY === 0")
    assert page.evaluate(drawn) == [listed[2]], "a path that was clicked stays alone, also out of sight"
    rows.nth(2).click()
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    assert page.evaluate(drawn) == listed


MET = "chainrule.get('highlight.met')"
RINGED = "[...document.querySelectorAll('.stage-met[data-share]')].map((each) => Number(each.dataset.share))"


@pytest.mark.parametrize(
    ("preset", "address"), [("digits-cnn", "0/W/1,0,1,1"), deeply("signals", "0/b/1"), deeply("text", "0/W/142,1")]
)
def test_what_a_shared_weight_met_is_marked_on_the_network(page: Page, preset: str, address: str) -> None:
    """Its products that are not 0, the largest first: the number it multiplied and its window's δ; the mean met nothing."""
    opened(page, preset, selection=address)
    doc = derived(page, address)
    if "/b/" in address:
        expect(page.locator(f"{PANEL} .lens-sub")).to_contain_text("bias of kernel 2 of convolution")
    else:  # a line does not end within it
        expect(page.locator(f"{PANEL} .lens-sub .unbroken")).to_have_text({"digits-cnn": ["2-D"], "text": []}[preset])
    live = sorted((term for term in doc["terms"] if term["value"]), key=lambda term: -abs(term["value"]))
    total = sum(abs(term["value"]) for term in live)
    met = page.evaluate(MET)
    assert [each["share"] for each in met] == pytest.approx([term["value"] / total for term in live[:24]], rel=1e-12)
    for each, term in zip(met, live, strict=False):
        places = [factor["address"] for factor in reversed(term["factors"])]
        if preset == "text":
            places = [f"0/input/{each['addresses'][1].split(',')[1]}", *places]
        assert each["addresses"] == places
    assert page.evaluate(RINGED) == [each["share"] for each in reversed(met)]
    assert page.locator(".stage-met-way").count() == (min(5, len(met)) if preset == "digits-cnn" else 0)
    page.locator(f"{PANEL} .paths li").first.click()
    page.wait_for_function(f"() => {MET}.length === 1")
    [alone] = page.evaluate(MET)
    assert alone["addresses"][-1].replace("grad_", "") == doc["paths"]["listed"][0]["addresses"][1]
    page.get_by_role("button", name="Batch mean").click()
    page.wait_for_function(f"() => chainrule.get('example') === 'mean' && {MET}.length === 0")
    assert page.evaluate(RINGED) == []


RESTED = "[...document.querySelectorAll('.stage-number.is-weight')].find((each) => each.dataset.path === 'state.params.2.W.0.0')"
CENTRE = "(() => { const box = RESTED.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()"
STANDS = "document.querySelector('[data-panel=derivation] .lens-sub')?.dataset.address === '2/W/0,0'"
# The very task of the choice, with what it set off at once.
CHOSEN = "(kind) => addEventListener(kind, () => setTimeout(() => { window.stands = STANDS; }), { once: true, capture: true })"


@pytest.mark.parametrize("by", ["click", deeply("keydown")])
@pytest.mark.deep
def test_the_sum_of_a_number_that_one_rests_on_stands_there_with_the_choice(page: Page, by: str) -> None:
    """It was asked for ahead; when the number is chosen no answer is waited for, and here none comes any more."""
    opened(page, "xor", "derivation")
    until(page, "chainrule.get('derivation.address') === '2/W/0,3' && !!document.querySelector('[data-panel=derivation] .paths')")
    page.evaluate("window.scrollTo(0, 0)")
    of_it = lambda answer: "/api/derive" in answer.url and answer.request.post_data_json["address"] == "2/W/0,0"  # noqa: E731
    with page.expect_response(of_it) as answered:
        if by == "click":
            page.mouse.move(*page.evaluate(CENTRE.replace("RESTED", RESTED)))
        else:
            page.focus(".stage-figure")
            page.keyboard.press("Home")
            while page.evaluate("chainrule.get('pointed')") != "2/W/0,0":
                page.keyboard.press("ArrowRight")
    assert page.evaluate("chainrule.get('selection')") is None
    page.wait_for_timeout(100)  # until the page has read the answer too
    page.route("**/api/derive", lambda route: None)
    page.evaluate(CHOSEN.replace("STANDS", STANDS), by)
    if by == "click":
        page.mouse.click(*page.evaluate(CENTRE.replace("RESTED", RESTED)))
    else:
        page.keyboard.press("Enter")
    until(page, "window.stands !== undefined")
    assert page.evaluate("window.stands")
    assert page.evaluate("chainrule.get('derivation.gradient')") == answered.value.json()["gradient"]


def test_every_gradient_is_checked_and_the_choices_are_independent(page: Page) -> None:
    opened(page, "xor", "seam")
    panel = page.locator("[data-panel=seam]")
    panel.locator(".seam-verdict", has_text="All 17 gradients checked").wait_for()
    until(page, "!!chainrule.get('comparison.scaling')")  # which comes behind the verdict, with times measured anew
    painted(page)
    check(numbers(page, "[data-panel=seam]"))
    assert page.evaluate("chainrule.get('comparison.worst.difference')") < 1e-8
    slopes = {m["kind"]: m["slope"] for m in page.evaluate("chainrule.get('comparison.scaling.methods')")}
    assert slopes["backprop"] == pytest.approx(0, abs=1e-9)
    assert slopes["numerical"] == pytest.approx(1, abs=0.05)
    # One that is fitted to counts is 1 but for its last bit: the sentence tells what the plot does.
    told = [panel.locator(f"[data-path='comparison.scaling.methods.{m}.slope']").inner_text() for m in range(len(slopes))]
    ends = panel.locator(".lens-card", has_text="Counted, not estimated").locator(".cost-name").all_text_contents()
    assert [end.rsplit(" ", 1)[1] for end in ends] == told
    gradient, change = (f"chainrule.get('seam.tried').map((each) => each.{name})" for name in ("g", "change"))
    panel.get_by_role("radio", name="Forward mode").check()
    page.wait_for_function("() => chainrule.get('seam.tried.length') === 2")
    assert page.evaluate(gradient)[0] == pytest.approx(page.evaluate(gradient)[1], rel=1e-9)
    panel.get_by_role("radio", name="Adam", exact=True).check()
    page.wait_for_function("() => chainrule.get('seam.tried.length') === 3")
    assert page.evaluate(gradient)[1] == page.evaluate(gradient)[2]
    assert page.evaluate(change)[1] != page.evaluate(change)[2]


def test_the_matched_pairs_are_lit_and_the_two_wordings_give_the_same_numbers(page: Page) -> None:
    opened(page, "xor", "head")
    panel = page.locator("[data-panel=head]")
    panel.locator(".pair-now .pair-here", has_text="this network").wait_for()
    expect(panel.locator(".pair-match")).to_have_count(4)
    assert page.evaluate(LAST_LINE) > 0.15  # the answer had ended with a line of its own for «square.»
    check(numbers(page, "[data-panel=head]"))
    ours = ("sigmoid", "binary_cross_entropy")
    own = next(p for p in page.evaluate("chainrule.get('pairs.pairs')") if (p["activation"], p["loss"]) == ours)
    assert own["delta"][0] == page.evaluate("chainrule.get('trace.layers.3.grad_input.0.0')")
    before = [each["text"] for each in numbers(page, ".wording-lines")]
    panel.get_by_role("button", name="Derivatives of the next layer").click()
    after = [each["text"] for each in numbers(page, ".wording-lines")]
    assert sorted(before) == sorted(after)
    assert len(before) >= 5


def test_the_loop_over_examples_ends_in_dw(page: Page) -> None:
    opened(page, "xor", "matrix")
    panel = page.locator("[data-panel=matrix]")
    slider = panel.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("End")
    expect(panel.locator("output")).to_contain_text("the sum is dW")
    check(numbers(page, "[data-panel=matrix]"))
    found, gradient = page.evaluate("[chainrule.get('derived.matrix.sum'), chainrule.get('trace.layers.0.grads.W')]")
    assert [v for line in found for v in line] == pytest.approx([v for line in gradient for v in line], rel=1e-9)
    shapes = panel.locator(".matrix-shape").all_inner_texts()
    assert "10 examples × 2 in" in shapes
    assert "4 out × 10 examples" in shapes


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


@pytest.mark.deep
def test_the_bench_times_clicks_on_weights_that_nothing_meets(page: Page) -> None:
    """Of a word that the shown example does not use there is no path to wait for; the drawn weights are of every link."""
    page.set_viewport_size({"width": 1440, "height": 1700})
    visit(page, "preset=text")
    places = still(page, f"({clicks.WEIGHTS})({clicks.CLICKS})")  # the network may be laid out anew for the larger window
    assert len(places) == len({tuple(place) for place in places}) == clicks.CLICKS
    chosen = []
    for x, y in places:
        page.evaluate("chainrule.store.set('selection', null)")
        page.mouse.move(x, y)
        page.evaluate(f"() => {{ window.painted = ({clicks.PAINTED})(); }}")
        page.mouse.click(x, y)
        told, done = (page.evaluate(f"painted.{part}") for part in ("sum", "all"))
        assert 0 < told <= done
        chosen.append(derived(page, page.evaluate("chainrule.get('selection')")))
    assert {doc["quantity"] for doc in chosen} == {"gradient"}
    assert {doc["address"].split("/")[0] for doc in chosen} >= {"0", "1"}
    assert {doc["paths"]["count"] > 0 for doc in chosen} == {True, False}


LINES = f"{PANEL} .lens-card .story-lines"
TOLD_BY = """(kind) => chainrule.get('story.substeps')?.at(-1).example.lines.length
  && chainrule.get('experiment.optimizer.kind') === kind"""
CUT = f"[...document.querySelectorAll('{LINES} .cells')].filter((e) => e.scrollWidth > e.clientWidth + 1).length"
# How far the middle of each equation's first number is from that of its sign, in pixels.
SLANTS = f"""[...document.querySelectorAll('{LINES} .equation')].map((equation) => {{
  const middle = (one) => (one.getBoundingClientRect().top + one.getBoundingClientRect().bottom) / 2;
  const [number, sign] = [':first-child .cell-number:not(.cell-op)', ':nth-child(2) .cell-op.cell-number'];
  return Math.abs(middle(equation.querySelector(`.cell${{number}}`)) - middle(equation.querySelector(`.cell${{sign}}`)));
}})"""


@pytest.mark.parametrize("width", [1440, deeply(390)])
@pytest.mark.deep
def test_every_optimizer_s_update_is_told_whole(page: Page, width: int) -> None:
    """Every slot is filled, no line is cut, and a number stands level with the fraction that it is equated with."""
    page.set_viewport_size({"width": width, "height": 900})
    for kind in ("rmsprop", "adamw", "levenberg_marquardt"):
        preset = "xor&loss.kind=half_mse" if kind == "levenberg_marquardt" else "dropout"
        visit(page, f"preset={preset}&optimizer.kind={kind}&step=4&lens=derivation&selection=0/W/1,0")
        page.locator(PANEL).scroll_into_view_if_needed()
        until(page, TOLD_BY, kind)
        derived(page, "0/W/1,0")
        page.locator(f"{LINES} [data-path^='trace.after.']").wait_for()
        found = numbers(page, LINES)
        assert len(found) >= 6, kind
        assert all(each["path"] and each["value"] is not None for each in found), kind
        check(found)
        assert page.evaluate(CUT) == 0, kind
        if kind == "levenberg_marquardt":
            tries = page.evaluate("chainrule.get('trace.tries')")
            at = {each["path"]: each["value"] for each in found}
            assert at["derived.story.rejected"] == len(tries) - 1
            assert at[f"trace.tries.{len(tries) - 1}.damping"] == tries[-1]["damping"]
        elif width == 1440:
            assert max(page.evaluate(SLANTS)) < 3, kind
