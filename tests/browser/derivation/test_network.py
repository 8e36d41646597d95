"""A derivation and the network above it: what it lights there, and what a click there asks of it."""

import re

import pytest
from playwright.sync_api import Page, expect

from bench import derive as clicks
from tests.browser.derivation.asked import PANEL, derived, opened
from tests.browser.shared import deeply, still, until, visit


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
