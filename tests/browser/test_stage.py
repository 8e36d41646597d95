"""The stage in a real browser: Plotly's insides are where the adapter looks, numbers are the trace's, gradients go backward."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shared import painted, until, visit

NUMBERS = """async () => {
  const { show } = await import("/static/js/base/format.js");
  return [...document.querySelectorAll(".stage-layer [data-path]")].map(each => ({
    path: each.dataset.path, shown: each.textContent, expected: show(chainrule.get(each.dataset.path)) }));
}"""
LINES = """async () => {
  const { line } = await import("/static/js/plot/plotly-adapter.js");
  const graph = document.querySelector(".stage-graph");
  return graph.data.map((trace, i) => line(graph, i)).map((path, i) => ({
    name: graph.data[i].name, style: path?.style.cssText ?? null, dash: path?.style.strokeDasharray }));
}"""
ARROWS = """() => [...document.querySelectorAll(".stage-arrow")].flatMap(path =>
  [...path.getAttribute("d")?.matchAll(/M(-?[\\d.]+) /g) ?? []].map(found => Number(found[1])))"""


def opened(page: Page, place: str = "preset=xor") -> Page:
    visit(page, place)
    painted(page)
    return page


def told(page: Page, cursor: int) -> None:
    """Put the cursor behind so many sub-steps, at rest."""
    page.evaluate("cursor => chainrule.store.patch({ cursor, transition: null })", cursor)
    painted(page)


def count(page: Page) -> int:
    return int(page.evaluate("chainrule.get('substeps').length"))


def test_plotly_has_its_insides_where_the_adapter_looks(page: Page) -> None:
    opened(page)
    source = page.get_attribute('meta[name="plotly-src"]', "content") or ""
    assert f"plotly-{page.evaluate('Plotly.version')}.min.js" in source
    lines = page.evaluate(LINES)
    edges = [each for each in lines if each["name"].startswith("edge:")]
    assert len(edges) == 17
    assert all(each["style"] for each in edges)
    counts = page.evaluate("""async () => {
      const { points, area } = await import("/static/js/plot/plotly-adapter.js");
      const graph = document.querySelector(".stage-graph");
      const { width, toX, fromX } = area(graph);
      return [graph.data.map((trace, i) => [trace.mode, trace.x.length, points(graph, i).length]), width, fromX(toX(100))];
    }""")
    assert all(found == (wanted if mode == "markers" else 0) for mode, wanted, found in counts[0])
    assert counts[1] == pytest.approx(page.evaluate("document.querySelector('.stage-graph').clientWidth"))
    assert counts[2] == pytest.approx(100)


def test_plotly_writes_no_style_of_its_own(page: Page) -> None:
    """The policy would refuse it, loudly; the adapter has told Plotly that the rules are there already."""
    opened(page)
    assert page.evaluate("[...document.querySelectorAll('head style')].length") == 0
    assert page.evaluate("getComputedStyle(document.querySelector('.stage-graph .main-svg')).position") == "absolute"


@pytest.mark.parametrize("preset", ["xor", "spiral", "iris", "digits", "line", "logistic"])
def test_every_number_on_the_stage_is_the_traces_at_each_substep(page: Page, preset: str) -> None:
    opened(page, f"preset={preset}")
    seen = set()
    for cursor in range(count(page) + 1):
        told(page, cursor)
        numbers = page.evaluate(NUMBERS)
        wrong = [each for each in numbers if each["shown"] != each["expected"] or each["shown"] in ("", "—")]
        assert not wrong, f"sub-step {cursor}"
        seen |= {each["path"].split(".")[0] for each in numbers}
    assert "trace" in seen


def test_nothing_is_shown_before_it_is_told(page: Page) -> None:
    opened(page)
    page.evaluate("chainrule.store.set('example', 0)")
    told(page, 0)
    paths = [each["path"] for each in page.evaluate(NUMBERS)]
    assert not [path for path in paths if ".output" in path or ".grad_" in path or ".loss" in path]
    told(page, 1)
    paths = [each["path"] for each in page.evaluate(NUMBERS)]
    assert sum(".layers.0.output" in path for path in paths) == 4
    assert not [path for path in paths if ".layers.1.output" in path]
    told(page, 7)
    paths = [each["path"] for each in page.evaluate(NUMBERS)]
    assert {f"trace.layers.1.grad_output.0.{j}" for j in range(4)} <= set(paths)
    assert not [path for path in paths if ".layers.0.grad_output" in path]


def test_the_mean_of_the_batch_is_told_from_an_example(page: Page) -> None:
    opened(page)
    told(page, 8)
    page.evaluate("chainrule.store.set('example', 'mean')")
    painted(page)
    numbers = page.evaluate(NUMBERS)
    assert all(each["shown"] == each["expected"] for each in numbers)
    assert [each for each in numbers if each["path"].startswith("trace.mean.")]
    assert not [each for each in numbers if each["path"].startswith("trace.layers")]
    assert "mean of the batch" in page.inner_text(".stage-whose")
    expect(page.locator(".stage-chip")).to_be_hidden()  # a mean has no target
    page.evaluate("chainrule.store.set('example', 0)")
    expect(page.locator(".stage-chip")).to_be_visible()


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


# Where the marks of a kind stand while a sub-step moves: the mean of their x, some ten times in its two and a half seconds.
MOVING = """async ([cursor, mark]) => {
  const places = [];
  const [substep, began] = [chainrule.get("substeps")[cursor - 1], performance.now()];
  chainrule.store.patch({ cursor, transition: { from: cursor - 1, to: cursor, duration: 2500, substep } });
  for (let last = began; performance.now() < began + 2200; ) {
    const now = await new Promise(requestAnimationFrame);
    if (now < last + 180) continue;
    last = now;
    const all = [...document.querySelectorAll(mark)].flatMap((path) =>
      [...(path.getAttribute("d") ?? "").matchAll(/M(-?[\\d.]+) /g)].map((found) => Number(found[1])));
    if (all.length > 0) places.push(all.reduce((sum, x) => sum + x, 0) / all.length);
  }
  return places;
}"""


def test_the_gradient_travels_from_right_to_left_along_the_edges(page: Page) -> None:
    opened(page)
    told(page, 6)
    places = page.evaluate(MOVING, [7, ".stage-arrow"])
    assert len(places) >= 4
    leftward = [later < earlier for earlier, later in itertools.pairwise(places)]
    # An arrowhead that has arrived is gone, which moves the mean of the others back a little.
    assert sum(leftward) >= 0.6 * len(leftward), places
    assert places[0] - min(places) > 25, places


def test_forward_dots_travel_the_other_way(page: Page) -> None:
    opened(page)
    told(page, 2)
    places = page.evaluate(MOVING, [3, ".stage-dot"])
    assert len(places) >= 4
    assert places[-1] > places[0]


def test_without_motion_the_arrowheads_stand_still_on_the_edges(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    opened(page)
    told(page, 6)
    page.get_by_role("button", name="Sub-step", exact=True).click()
    until(page, "chainrule.get('cursor') === 7")
    painted(page)
    first = page.evaluate(ARROWS)
    page.wait_for_timeout(200)
    assert first
    assert page.evaluate(ARROWS) == first


def test_the_update_moves_the_edges_to_the_new_weights(page: Page) -> None:
    opened(page)
    page.get_by_role("button", name="Step", exact=True).click()
    until(page, "chainrule.get('cursor') === chainrule.get('substeps').length && chainrule.get('state.step') === 1")
    until(page, "document.querySelector('.stage-tick')?.getAttribute('d')")
    page.evaluate("chainrule.store.set('transition', null)")  # the motion is over, or taken as such
    painted(page)
    labels = [each for each in page.evaluate(NUMBERS) if each["path"].startswith("state.params")]
    assert labels
    assert all(each["shown"] == each["expected"] for each in labels)
    assert page.evaluate("document.querySelector('.stage-tick').getAttribute('d')")


def test_a_click_on_a_weight_selects_its_address_and_lights_it(page: Page) -> None:
    opened(page)
    x, y, path = page.evaluate("""() => {
      const labels = [...document.querySelectorAll(".stage-number.is-weight")];
      const label = labels.find(each => each.dataset.path.startsWith("state.params.2"));
      const box = label.getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2, label.dataset.path]; }""")
    page.mouse.click(x, y)
    _, _, link, name, j, k = path.split(".")
    assert page.evaluate("chainrule.get('selection')") == f"{link}/{name}/{j},{k}"
    assert page.evaluate("document.querySelector('.stage-selected').getAttribute('d')")
    tip = page.locator(".stage-tip")
    assert f"{link}/{name}/{j},{k}" in tip.inner_text()
    assert page.evaluate("[...document.querySelectorAll('.stage-tip [data-path]')].length") >= 1


def test_a_click_on_a_gradient_derives_it_and_not_its_neuron(page: Page) -> None:
    """Below the value lies δ; its lens comes to the front, and a line beside the network says what it is."""
    opened(page, "preset=xor&step=1&lens=race")
    for address in ("0/grad_output/1", "0/output/1", "1/grad_output/2"):
        link, what, unit = address.split("/")
        path = f"{link}.{what}.0.{unit}"
        until(page, f"""!!document.querySelector('.stage-number[data-path="trace.layers.{path}"]')""")
        x, y = page.evaluate("""(path) => {
          const box = document.querySelector(`.stage-number[data-path="trace.layers.${path}"]`).getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2]; }""", path)
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


CONVOLVED = (
    "preset=digits-cnn&layers=conv2d(filters:3,kernel:3),relu,conv2d(filters:4,kernel:3),relu,max_pool2d(size:2,stride:2),"
    "flatten,dense(units:10),softmax"
)


@pytest.mark.parametrize("size", [(1440, 900), (820, 1180), (390, 844)])
@pytest.mark.parametrize("place", ["preset=text", "preset=signals", "preset=digits-cnn", CONVOLVED])
def test_titles_never_touch(page: Page, place: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, place)
    boxes = page.evaluate("""() => [...document.querySelectorAll(".stage-title")].filter(each => each.textContent).map(each => {
      const { left, right, top, bottom } = each.getBoundingClientRect();
      return [each.textContent, left, right, top, bottom]; })""")
    assert len(boxes) >= 6
    for a, b in itertools.combinations(boxes, 2):
        apart = a[2] <= b[1] or b[2] <= a[1] or a[4] <= b[3] + 1 or b[4] <= a[3] + 1
        assert apart, (a, b)


def test_the_words_of_the_example_stand_in_its_inputs_and_words_have_no_mean(page: Page) -> None:
    opened(page, "preset=text")
    page.evaluate("chainrule.store.set('example', 0)")
    # The answer is the boundary's, which waits for a frame with room.
    until(page, "document.querySelectorAll('.answer-inputs dd').length === 8")
    painted(page)
    wanted = page.evaluate("chainrule.get('trace.layers.0.input.0').map(i => chainrule.get('info.vocabulary')[i])")
    assert len(wanted) == 8
    assert wanted[0].isalpha()
    assert page.evaluate("[...document.querySelectorAll('.stage-word')].map(each => each.textContent)") == wanted
    answer = page.evaluate("[...document.querySelectorAll('.answer-inputs dd')].map(each => each.textContent.split(' '))")
    assert [word for word, _ in answer] == wanted
    assert [index for _, index in answer] == page.evaluate("chainrule.get('trace.layers.0.input.0').map(String)")
    page.evaluate("chainrule.store.set('example', 'mean')")
    until(page, "document.querySelector('.answer-inputs dd').textContent.startsWith('words have')")
    painted(page)
    assert "words have" in page.evaluate("document.querySelector('.stage-figure').textContent")
    assert page.inner_text(".answer-inputs dd") == "words have no mean"


def test_the_largest_edges_of_a_matrix_are_those_with_the_largest_gradients(page: Page) -> None:
    opened(page, "preset=digits")
    page.evaluate("chainrule.store.set('example', 0)")
    painted(page)
    wanted = page.evaluate("""() => {
      const weights = chainrule.get("state.params.0.W").flat();
      const order = chainrule.get("trace.example.grads.0.W").flat().map((g, i) => [Math.abs(g), i]).sort((a, b) => b[0] - a[0]);
      return order.slice(0, 40).filter(([, i]) => weights[i] < 0).length; }""")
    counts = [page.evaluate(f"document.querySelector('.stage-largest.is-{sign}').getAttribute('d').split('M').length - 1")
              for sign in ("negative", "positive")]  # fmt: skip
    assert counts == [wanted, 40 - wanted]


def test_a_note_says_how_large_the_largest_arrowhead_of_each_link_is(page: Page) -> None:
    opened(page, f"preset=spiral&layers={','.join(['dense(units:4),sigmoid'] * 4)},dense(units:1),sigmoid")
    told(page, count(page) - 1)
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


def test_a_pooling_sends_one_arrowhead_from_each_window_to_its_winner(page: Page) -> None:
    opened(page, "preset=text")
    pooling = page.evaluate("chainrule.get('substeps').findIndex(each => each.phase === 'backward' && each.link === 3)")
    told(page, pooling + 1)
    assert len(page.evaluate(ARROWS)) == 4, "one a channel: its window is the whole sequence"
    assert page.evaluate("document.querySelector('.stage-pulse').getAttribute('d')").count("M") == 4
    told(page, pooling + 3)
    assert len(page.evaluate(ARROWS)) == 16, "from each of four maps to each of four"


def test_nothing_travels_back_through_what_was_dropped(page: Page) -> None:
    opened(page, "preset=dropout")
    link = page.evaluate("chainrule.get('experiment.layers').findIndex(each => each.kind === 'dropout')")
    at = page.evaluate(f"chainrule.get('substeps').findIndex(each => each.phase === 'backward' && each.link === {link})")
    told(page, at + 1)
    mask, back = page.evaluate(f"""() => ["mask", "grad_input"].map(name =>
      chainrule.get(`trace.layers.{link}.${{name}}.${{chainrule.get("example")}}`))""")
    assert 0 in mask
    assert len(page.evaluate(ARROWS)) == sum(each != 0 for each in back)
    scales = page.evaluate("[...document.querySelectorAll('.stage-scale')].map(each => Number(each.textContent.slice(2)))")
    assert float(f"{max(map(abs, back)):.1g}") in scales


def test_size_and_theme_may_change_at_any_time(page: Page) -> None:
    opened(page)
    told(page, 8)
    colour = "getComputedStyle(document.querySelector('.stage-arrow')).fill"
    before = page.evaluate(colour)
    page.set_viewport_size({"width": 820, "height": 1180})
    widths = "['.stage-graph', '.stage-graph .main-svg'].map(each => document.querySelector(each).clientWidth)"
    until(page, f"new Set({widths}).size === 1")
    page.evaluate("chainrule.store.set('theme', 'dark')")
    painted(page)
    assert page.evaluate(colour) != before
    numbers = page.evaluate(NUMBERS)
    assert len(numbers) > 20
    assert all(each["shown"] == each["expected"] for each in numbers)


def test_the_table_holds_every_weight(page: Page) -> None:
    opened(page)
    told(page, count(page))
    page.locator(".stage-table > summary").click()
    for summary in page.locator(".stage-table details > summary").all():
        summary.click()
    until(page, "[...document.querySelectorAll('.stage-table details')].every((each) => each.querySelector('[data-path]'))")
    painted(page)
    paths = page.evaluate("[...document.querySelectorAll('.stage-table [data-path]')].map(each => each.dataset.path)")
    assert sum(path.startswith("state.params.") for path in paths) == 17
    assert sum(".grad_output." in path for path in paths) == 10
    assert page.evaluate("[...document.querySelectorAll('.stage-table [data-path]')].every(each => each.textContent !== '')")


def test_the_figure_has_a_name_and_a_sentence(page: Page) -> None:
    opened(page)
    assert "17 weights and biases" in page.get_attribute(".stage-figure", "aria-label")
    told(page, 7)
    assert "from right to left" in page.text_content(".stage-sentence")


def test_maps_and_masks_are_drawn_for_the_other_links(page: Page) -> None:
    layers = "conv2d(filters:4,kernel:3),relu,max_pool2d(size:2,stride:2),flatten,dropout(drop:0.5),dense(units:10),softmax"
    opened(page, f"preset=digits&data.layout=image&loss.kind=cross_entropy&layers={layers}")
    told(page, 6)
    assert page.evaluate("document.querySelector('.stage-ring').getAttribute('d')").count("M") == 2 * 4 * 9
    masked = page.evaluate("chainrule.get('trace.layers.4.mask.0').filter(kept => kept === 0).length")
    assert page.evaluate("document.querySelector('.stage-cross').getAttribute('d')").count("M") == 2 * masked
    inked = """() => { const c = document.querySelector(".stage-tiles"); let n = 0;
      const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
      for (let i = 3; i < data.length; i += 4) n += data[i] > 0;
      return n; }"""
    forward = page.evaluate(inked)
    told(page, count(page))
    assert page.evaluate(inked) > 1.2 * forward, "the gradients' maps must have come"


OVERLAPS = """() => {
  const all = rule => [...document.querySelectorAll(rule)].map(each => [each.textContent, each.getBoundingClientRect()]);
  const [labels, others] = [all(".stage-number.is-weight"), all(".stage-number:not(.is-weight)")];
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top + 1 < b.bottom && b.top + 1 < a.bottom;
  const found = labels.flatMap(([a, mine], i) =>
    [...labels.slice(i + 1), ...others].filter(([, box]) => meet(mine, box)).map(([b]) => `${a} and ${b}`));
  return [labels.length, found];
}"""


@pytest.mark.parametrize(("preset", "weights"), [("xor", 12), ("logistic", 2)])
def test_no_weights_number_covers_another(page: Page, preset: str, weights: int) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, f"preset={preset}")
    for example in (0, "mean"):
        page.evaluate("example => chainrule.store.patch({ example })", example)
        for cursor in range(count(page) + 1):
            told(page, cursor)
            assert page.evaluate(OVERLAPS) == [weights, []], f"{example}, sub-step {cursor}"


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
    opened(page)
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
    assert list(found) == ["w before", f"∂ℓ/∂w of example {index}", "g = ∂L/∂w, mean of the batch", "Δw", "w after"]
    assert found["w after"] == found["w before"] + found["Δw"]
    assert found["Δw"] == pytest.approx(-0.5 * found["g = ∂L/∂w, mean of the batch"])


def test_the_legend_says_what_stands_on_the_stage_and_keeps_its_place(page: Page) -> None:
    opened(page)
    heights, words = set(), {}
    for cursor in range(count(page) + 1):
        told(page, cursor)
        words[page.evaluate("chainrule.get('substeps')[chainrule.get('cursor') - 1]?.phase")] = page.inner_text(".stage-key")
        heights.add(page.evaluate("document.querySelector('.stage-figure').clientHeight"))
    assert len(heights) == 1
    assert "going back" in words["backward"]
    assert "italic" in words["gradient"]
    assert "weights: after the update" in words["update"]
    assert all("bias" in each for each in words.values())


MEETINGS = """([some, others]) => {
  const all = (rule) => [...document.querySelectorAll(rule)].map((each) => [each.textContent, each.getBoundingClientRect()]);
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
  return all(some).flatMap(([text, a]) => all(others).filter(([, b]) => meet(a, b)).map(([other]) => [text, other]));
}"""


@pytest.mark.parametrize("preset", ["xor", "circle"])
def test_a_paths_share_is_written_beside_the_weights_numbers(page: Page, preset: str) -> None:
    opened(page, f"preset={preset}&selection=0/W/0,0&lens=derivation")
    until(page, "() => document.querySelector('.stage-share')")
    assert not page.evaluate(MEETINGS, [".stage-share", ".stage-number"])


@pytest.mark.parametrize("preset", ["xor", "iris"])
def test_names_and_weights_keep_clear_of_the_neurons(page: Page, preset: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, f"preset={preset}")
    told(page, 1)
    until(page, "() => chainrule.get('spoken')")
    painted(page)
    nodes = ".stage-graph .scatterlayer .points path"
    assert not page.evaluate(MEETINGS, [".stage-name", nodes])
    assert not page.evaluate(MEETINGS, [".stage-number.is-weight", nodes])
    assert not [pair for pair in page.evaluate(MEETINGS, [".stage-number.is-weight"] * 2) if pair[0] != pair[1]]
    assert page.locator(".stage-number.is-weight").count() == {"xor": 12, "iris": 1}[preset]


def test_a_neuron_with_room_for_one_number_says_which_it_is_and_has_no_divider(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, "preset=digits")
    read = """async () => {
      const { points } = await import("/static/js/plot/plotly-adapter.js");
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
    opened(page, "preset=text")
    told(page, 17)
    assert page.locator(".stage-row-word").count() == 0
    told(page, 18)
    words = set(page.locator(".stage-row-word").all_text_contents())
    assert words == set(page.locator(".stage-word").all_text_contents())
    assert all(each.startswith("◂") for each in page.locator(".stage-scale").all_text_contents())
