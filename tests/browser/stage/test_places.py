"""Nothing that is written on the network covers anything else that is."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Page

from tests.browser.shared import deeply, painted, until
from tests.browser.stage.reading import count, opened, told

CONVOLVED = (
    "preset=digits-cnn&layers=conv2d(filters:3,kernel:3),relu,conv2d(filters:4,kernel:3),relu,max_pool2d(size:2,stride:2),"
    "flatten,dense(units:10),softmax"
)


@pytest.mark.parametrize("size", [deeply((1440, 900)), (820, 1180), (390, 844)])
@pytest.mark.parametrize("place", [deeply("preset=text"), deeply("preset=signals"), deeply("preset=digits-cnn"), CONVOLVED])
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


OVERLAPS = """() => {
  const all = rule => [...document.querySelectorAll(rule)].map(each => [each.textContent, each.getBoundingClientRect()]);
  const [labels, others] = [all(".stage-number.is-weight"), all(".stage-number:not(.is-weight)")];
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top + 1 < b.bottom && b.top + 1 < a.bottom;
  const found = labels.flatMap(([a, mine], i) =>
    [...labels.slice(i + 1), ...others].filter(([, box]) => meet(mine, box)).map(([b]) => `${a} and ${b}`));
  return [labels.length, found];
}"""


@pytest.mark.parametrize(("preset", "weights"), [("xor", 12), deeply("logistic", 2)])
@pytest.mark.deep
def test_no_weights_number_covers_another(page: Page, preset: str, weights: int) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, f"preset={preset}")
    for example in (0, "mean"):
        page.evaluate("example => chainrule.store.patch({ example })", example)
        for cursor in range(count(page) + 1):
            told(page, cursor)
            assert page.evaluate(OVERLAPS) == [weights, []], f"{example}, sub-step {cursor}"


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


@pytest.mark.parametrize("preset", [deeply("xor"), "iris"])
@pytest.mark.deep
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


def test_between_narrow_columns_numbers_leave_the_edges_in_sight(page: Page) -> None:
    """Where an edge is hardly longer than its number they stand with air between; the followed weight bears its own anyway."""
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, "preset=xor&data.kind=signals&layers=flatten,dense(units:4),tanh,dense(units:3),softmax&loss.kind=cross_entropy")
    until(page, "() => chainrule.get('spoken.weight')")
    heights = page.evaluate("""() => {
      const followed = chainrule.get('spoken.weight').split('/').at(-1).replace(',', '.');
      return [...document.querySelectorAll('.stage-number.is-weight')]
        .filter((each) => !each.dataset.path.endsWith(`.${followed}`)).map((each) => Number(each.getAttribute('y'))); }""")
    assert len(heights) >= 6
    assert min(b - a for a, b in itertools.pairwise(sorted(heights))) >= 20


@pytest.mark.deep
def test_beside_a_table_words_cover_no_map_and_on_short_edges_bands_stay_apart(page: Page) -> None:
    """Of the gradient: at 390 pixels some words have no room, and four bands would make one blot."""
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, "preset=text")
    told(page, 18)
    assert 0 < page.locator(".stage-row-word").count() < len(set(page.locator(".stage-word").all_text_contents()))
    covered = page.evaluate("""async () => {
      const { points } = await ours("plot/plotly-adapter.js");
      const graph = document.querySelector(".stage-graph");
      const box = (each) => each.getBoundingClientRect();
      // Each map, and its gradient's below it.
      const maps = points(graph, graph.data.findIndex(({ name }) => name === "z:1")).map(box);
      const both = ({ left, top, bottom }) => ({ left, top, bottom: 2 * bottom - top });
      const on = (word, map) => word.right > map.left && word.bottom - 1 > map.top && word.top + 1 < map.bottom;
      const words = [...document.querySelectorAll(".stage-row-word")].map(box);
      return [maps.length, words.filter((word) => maps.map(both).some((map) => on(word, map))).length]; }""")
    assert covered == [4, 0]
    widths = page.locator(".stage-halo:visible").evaluate_all(
        "(all) => all.map((one) => parseFloat(getComputedStyle(one).strokeWidth))"
    )
    assert max(widths) < 9


# Of each weight's number how large its letters are, and whether what stands below it reaches 3 pixels further on both sides.
PLATED = """() => {
  const plate = document.querySelector('.stage-plate'), { left: x0, top: y0 } = plate.ownerSVGElement.getBoundingClientRect();
  return [...document.querySelectorAll('.stage-number.is-weight')].map((number) => {
    const { left, right, top, bottom } = number.getBoundingClientRect(), y = (top + bottom) / 2 - y0;
    return [+number.getAttribute('font-size'), [left - 3, right + 3].every((x) => plate.isPointInFill({ x: x - x0, y }))];
  });
}"""


@pytest.mark.deep
def test_where_weights_are_few_their_numbers_are_as_large_as_the_neurons_and_no_dash_stands_beside_them(page: Page) -> None:
    """On an edge that runs level a piece of a dash had stood beside −1.662, like a figure."""
    for preset, width, weights in (("line", 1440, 1), ("logistic", 1440, 2), ("poisson", 390, 1)):
        page.set_viewport_size({"width": width, "height": 900})
        opened(page, f"preset={preset}")
        told(page, 2)
        painted(page)
        found = page.evaluate(PLATED)
        assert len(found) == weights
        assert all(plated for _, plated in found), preset
        assert width < 1440 or min(size for size, _ in found) > 14, preset


@pytest.mark.parametrize(("preset", "size"), [("xor", (390, 844)), deeply("xor", (1280, 720)), deeply("digits", (1440, 900))])
@pytest.mark.deep
def test_the_weight_that_the_story_follows_always_bears_its_number(page: Page, preset: str, size: tuple[int, int]) -> None:
    """Clear of neurons, biases and other numbers, and counted where it is said how many weights have theirs."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, f"preset={preset}")
    until(page, "() => chainrule.get('spoken.weight')")
    for cursor in range(count(page) + 1):
        told(page, cursor)
        painted(page)
        link, name, index = page.evaluate("chainrule.get('spoken.weight')").split("/")
        own = f".stage-number.is-weight[data-path$='.{link}.{name}.{index.replace(',', '.')}']"
        assert page.locator(own).count() == 1, cursor
        for other in (".stage-graph .scatterlayer .points path", ".stage-number:not(.is-weight)"):
            assert not page.evaluate(MEETINGS, [own, other]), (cursor, other)
        counts = page.locator(".is-now .legend-count").all_text_contents()
        shown = page.locator(".stage-number.is-weight").count()
        weights = page.evaluate("chainrule.get('trace.before').map(link => link.W ?? []).flat(2).length")
        assert set(counts) <= {f"{shown} of {weights}"}, cursor
    told(page, page.evaluate("chainrule.get('substeps').findIndex(({ phase }) => phase === 'loss')") + 1)
    painted(page)
    sizes = page.locator(".stage-number[data-path*=loss]").evaluate_all(
        "(all) => all.map((each) => +each.getAttribute('font-size'))"
    )
    assert min(sizes) >= 10, "the narrow loss of a phone is read, too"
    assert bool(counts) == (size == (390, 844)), "where all have theirs, or none but that one, nothing is counted"


@pytest.mark.parametrize(("preset", "outputs"), [deeply("digits", 10), deeply("iris", 3)])
def test_on_a_phone_the_followed_weight_covers_colours_and_no_number(page: Page, preset: str, outputs: int) -> None:
    """Its number is wider than what is between two columns there: it lies on the one that has no numbers, or between two neurons.

    The ring about it covers no figure either, and it stands clear of what the columns' numbers are said to be.
    """
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, f"preset={preset}&selection=2/W/1,0")
    until(page, "() => chainrule.get('spoken.weight')")
    for cursor in range(count(page) + 1):
        told(page, cursor)
        painted(page)
        assert page.locator(".stage-number.is-weight").count() >= 1, cursor
        for other in (".stage-number:not(.is-weight)", ".stage-small"):
            assert not page.evaluate(MEETINGS, [".stage-number.is-weight", other]), (cursor, other)
        assert not page.evaluate(MEETINGS, [".stage-plate", ".stage-number:not(.is-weight)"]), cursor
    assert page.locator(".stage-number.is-gradient:not(.is-weight)").count() >= outputs, "of every output one"
