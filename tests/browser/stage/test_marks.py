"""What stands for a number without being one: dashes, widths, arrowheads, maps, crosses, dividers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.shared import deeply, painted
from tests.browser.stage.reading import LINES, count, opened, told


def test_a_negative_weight_is_dashed_and_a_positive_one_is_not(page: Page) -> None:
    opened(page)
    told(page, 0)
    weights = page.evaluate("chainrule.get('state.params')")
    for each in page.evaluate(LINES):
        if not each["name"].startswith("edge:") or "/W/" not in each["name"]:
            continue
        link, _, index = each["name"].removeprefix("edge:").split("/")
        j, k = map(int, index.split(","))
        assert (each["dash"] != "none") == (weights[int(link)]["W"][j][k] < 0), each


def test_highlighted_paths_are_as_wide_as_their_share_and_the_largest_says_it(page: Page) -> None:
    opened(page)
    paths = [
        {"addresses": ["0/W/1,0", "2/W/0,1", "3/output/0"], "share": 0.6},
        {"addresses": ["0/W/1,0", "2/W/0,2"], "share": -0.1},
    ]
    page.evaluate("paths => chainrule.store.set('highlight', { paths })", paths)
    painted(page)
    drawn = page.evaluate("""[...document.querySelectorAll('.stage-route')].map(each => ({ d: each.getAttribute('d'),
      width: parseFloat(getComputedStyle(each).strokeWidth), share: Number(each.dataset.share) }))""")
    assert [each["share"] for each in drawn] == [-0.1, 0.6], "the largest lies on top"
    assert drawn[1]["d"].count("M") == 3
    assert drawn[1]["width"] > 2 * drawn[0]["width"]
    assert {"60 %", "−10 %"} == set(page.evaluate("[...document.querySelectorAll('.stage-share')].map(each => each.textContent)"))
    page.evaluate("chainrule.store.set('highlight', null)")
    assert page.evaluate("document.querySelectorAll('.stage-route, .stage-share').length") == 0


def test_the_largest_edges_of_a_matrix_are_those_with_the_largest_gradients(page: Page) -> None:
    opened(page, "preset=digits")
    page.evaluate("chainrule.store.set('example', 0)")
    painted(page)
    wanted = page.evaluate("""() => {
      const weights = chainrule.get("state.params.0.W").flat();
      const order = chainrule.get("trace.example.grads.0.W").flat().map((g, i) => [Math.abs(g), i]).sort((a, b) => b[0] - a[0]);
      return order.slice(0, 40).filter(([, i]) => weights[i] < 0).length; }""")
    counts = """["negative", "positive"].map((sign) =>
      document.querySelector(`.stage-largest.is-${sign}`).getAttribute("d").split("M").length - 1)"""
    assert page.evaluate(counts) == [wanted, 40 - wanted]
    # Weights that are moved by hand are of the same update: what was drawn of those before does not stay.
    drawn = "[document.querySelector('.stage-tiles').toDataURL(), document.querySelector('.stage-largest').getAttribute('d')]"
    before = page.evaluate(drawn)
    page.evaluate("""() => {
      const { state } = chainrule.store.get();
      const params = state.params.with(0, { ...state.params[0], W: state.params[0].W.map((row) => row.map((w) => -w)) });
      chainrule.store.set("state", { ...state, params }); }""")
    painted(page)
    assert page.evaluate(counts) == [40 - wanted, wanted]
    moved = page.evaluate(drawn)
    assert moved[0] != before[0]
    page.evaluate("""() => {
      const { trace } = chainrule.store.get();
      const grads = trace.example.grads.with(0, { ...trace.example.grads[0], W: trace.example.grads[0].W.toReversed() });
      chainrule.store.set("trace", { ...trace, example: { ...trace.example, grads } }); }""")
    painted(page)
    assert page.evaluate(drawn)[1] != moved[1]


def test_a_note_says_how_large_the_largest_arrowhead_of_each_link_is(page: Page) -> None:
    opened(page, f"preset=spiral&layers={','.join(['dense(units:4),sigmoid'] * 4)},dense(units:1),sigmoid")
    told(page, page.evaluate("chainrule.get('substeps').findLastIndex((each) => each.phase === 'backward')") + 1)
    shown = page.evaluate("[...document.querySelectorAll('.stage-scale')].map(each => each.textContent)")
    wanted = page.evaluate("""() => {
      const row = chainrule.get("example");
      const raised = { "-": "⁻", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((sign, i) => [i, sign])) };
      return [0, 2, 4, 6, 8].map(link => {
        const delta = chainrule.get(`trace.layers.${link}.grad_output.${row}`);
        const most = Math.max(...chainrule.get(`trace.before.${link}.W`).flatMap((w, j) => w.map(v => Math.abs(v * delta[j]))));
        const [digit, power] = most.toExponential(0).split("e");
        if (most >= 1e-3) return `◂ ${Number(most.toPrecision(1))}`;
        return `◂ ${digit}·10${[...power].map(sign => raised[sign]).join("")}`; }); }""")
    assert shown == wanted
    assert len(set(shown)) > 2, "δ shrinks from link to link"
    assert {"·10" in each for each in shown} == {True, False}, "the small ones as powers, the others plainly"


@pytest.mark.parametrize(("width", "words"), [deeply(390, "largest"), (1280, "largest gradient")])
@pytest.mark.deep
def test_a_note_that_has_room_says_what_it_is(page: Page, width: int, words: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    opened(page, "preset=xor")
    told(page, 8)
    assert re.fullmatch(rf"{words} ◂ [\d.]+", page.locator(".stage-scale").first.text_content() or "")


def test_maps_and_masks_are_drawn_for_the_other_links(page: Page) -> None:
    layers = "conv2d(filters:4,kernel:3),relu,max_pool2d(size:2,stride:2),flatten,dropout(drop:0.5),dense(units:10),softmax"
    opened(page, f"preset=digits&data.layout=image&loss.kind=cross_entropy&layers={layers}")
    told(page, 6)
    assert page.evaluate("document.querySelector('.stage-winner').getAttribute('d')").count("M") == 4 * 9
    masked = page.evaluate("chainrule.get('trace.layers.4.mask.0').filter(kept => kept === 0).length")
    assert page.evaluate("document.querySelector('.stage-cross').getAttribute('d')").count("M") == 2 * masked
    inked = """() => { const c = document.querySelector(".stage-tiles"); let n = 0;
      const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
      for (let i = 3; i < data.length; i += 4) n += data[i] > 0;
      return n; }"""
    forward = page.evaluate(inked)
    told(page, count(page))
    assert page.evaluate(inked) > 1.2 * forward, "the gradients' maps must have come"


@pytest.mark.deep
def test_a_neuron_with_room_for_one_number_says_which_it_is_and_has_no_divider(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, "preset=digits")
    read = """async () => {
      const { points } = await ours("plot/plotly-adapter.js");
      const graph = document.querySelector(".stage-graph");
      const halves = graph.data.map((trace, i) => [trace.name, i]).filter(([name]) => /^[za]:2$/.test(name));
      return halves.map(([name, i]) => [name, points(graph, i)[0]])
        .map(([name, node]) => [name, node.getBoundingClientRect().width.toFixed(), getComputedStyle(node).visibility]);
    }"""
    which = "[...document.querySelectorAll('.stage-small')].map((each) => each.textContent).find((text) => /^[za]\\b/.test(text))"
    told(page, 3)
    (_, first, shown), (_, second, hidden) = page.evaluate(read)
    assert first == second
    assert (shown, hidden) == ("visible", "hidden")
    assert page.evaluate(which) == "z"
    told(page, 4)
    assert page.evaluate(read)[1][2] == "visible"
    assert page.evaluate(which) == "a"
    told(page, 6)
    assert page.evaluate(which) == "a, ∂ℓ/∂z"


def test_the_rows_of_a_tables_gradient_are_named_by_their_words(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, "preset=text")
    told(page, 17)
    assert page.locator(".stage-row-word").count() == 0
    told(page, 18)
    words = set(page.locator(".stage-row-word").all_text_contents())
    assert words == set(page.locator(".stage-word").all_text_contents())
    assert all("◂" in each for each in page.locator(".stage-scale").all_text_contents())
