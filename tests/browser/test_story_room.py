"""What the story tells is in sight: no equation is cut at its foot, no number at its side, with a chosen weight and without."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shared import deeply, painted, until, visit

PLACES = [
    "preset=xor",
    deeply("preset=xor&selection=0/W/2,0"),
    deeply("preset=digits"),
    deeply("preset=digits-cnn"),
    deeply("preset=dropout"),
    deeply("preset=xor&optimizer.kind=adam&step=37&selection=0/W/2,0"),
]
# A page is measured behind the frame that shows it, and what is measured then is set in the next.
CUT = """() => {
  const page = document.querySelector('.story-page'), room = page.getBoundingClientRect();
  const seen = (selector) => [...page.querySelectorAll(selector)].filter((each) => each.checkVisibility());
  const [box, texts] = [(each) => each.getBoundingClientRect(), (found) => found.map((each) => each.textContent)];
  const below = seen('.equation, .story-rule, .story-card').filter((each) => box(each).bottom > room.bottom + 1);
  const aside = seen('.cells, .story-rule, .story-card').filter((each) => each.scrollWidth > each.clientWidth + 1);
  const spilt = seen('.story-card [data-path]').filter((each) => box(each).right > box(each.closest('.story-card')).right);
  return { over: page.scrollHeight > page.clientHeight + 1, below: texts(below), aside: texts(aside), spilt: texts(spilt) };
}"""
STANDS = """chainrule.get('trace.example') && document.querySelector('.verdict .num')
  && document.querySelectorAll('.timeline-step').length === chainrule.get('substeps.length')"""
ABOVE = """scrollY === 0
  && Math.max(...[...document.querySelectorAll('.story-page :is(.equation, .story-rule)')]
    .map((each) => each.getBoundingClientRect().bottom)) < document.querySelector('.transport').getBoundingClientRect().top"""
# How much lower than its sign of equality the result of a division stands.
ASIDE = """() => [...document.querySelectorAll('.story-page .cells')]
  .filter((row) => row.querySelector('.cell-number mfrac'))
  .map((row) => [row.querySelector('.cell-number:not(.cell-op)'), row.querySelector('.cell-op.cell-number:not(:empty)')])
  .map((pair) => pair.map((each) => each.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2))
  .map(([result, sign]) => Math.abs(result - sign))"""
WHOLE = {"over": False, "below": [], "aside": [], "spilt": []}


# How far apart a denominator and the numerator below it are, in pixels.
BETWEEN = """[...document.querySelectorAll('.story-page .cell:has(.cell-number mfrac)')].flatMap((cell) => {
  const box = (part) => cell.querySelector(part)?.getBoundingClientRect();
  const [above, below] = [box('.cell-symbol:not(.cell-op) mfrac'), box('.cell-number mfrac')];
  return above && below ? [below.top - above.bottom] : [];
})"""
# How tight a page is set, how much its letters have grown again, and whether they would be cut a quarter larger.
FILLED = """(() => {
  const page = document.querySelector('.story-page'), filled = Number(page.style.getPropertyValue('--filled'));
  page.style.setProperty('--filled', String(filled + 0.25));
  const beyond = page.scrollHeight > page.clientHeight + 1
    || [...page.querySelectorAll('.cells')].some((row) => row.scrollWidth > row.clientWidth + 1);
  page.style.setProperty('--filled', String(filled));
  return [Number(page.dataset.tight), filled, beyond];
})()"""


def opened(page: Page, place: str, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    visit(page, place)
    until(page, STANDS)


def go(page: Page, cursor: int) -> None:
    if cursor:
        page.evaluate("(n) => document.querySelectorAll('.timeline-step')[n].click()", cursor - 1)
    until(page, f"chainrule.get('cursor') === {cursor}")
    painted(page)
    painted(page)


@pytest.mark.parametrize("place", PLACES)
def test_every_sub_step_is_in_sight_whole(page: Page, place: str) -> None:
    opened(page, place, 1440, 900)
    height = page.evaluate("document.querySelector('.stage-figure').clientHeight")
    for mode in ("Example", "Batch mean"):
        page.get_by_role("button", name=mode, exact=True).click()
        steps = page.evaluate("chainrule.get('substeps.length')")
        for cursor in range(1 if "step=" in place else 0, steps + 1):
            go(page, cursor)
            assert page.evaluate(CUT) == WHOLE, (mode, cursor)
            assert page.evaluate("document.querySelector('.stage-figure').clientHeight") == height, cursor
        page.evaluate("chainrule.store.set('cursor', 0)")


@pytest.mark.deep
def test_cards_whose_numbers_get_longer_are_in_sight_whole(page: Page) -> None:
    """A number's digits are as many as tell it from its neighbour: of a tiny step the last card had been cut at the side."""
    opened(page, "preset=xor&moved=0:0/W/0,1:-2.2279&selection=0/W/0,1", 1440, 900)
    painted(page)
    rate = page.locator("[name='optimizer.learning_rate']").last
    rate.fill("0.0001")
    rate.press("Enter")
    expect(page.locator(".story-card").last).to_contain_text("−2.2279000")
    beyond = """() => [...document.querySelectorAll('.story-card')]
      .map((card) => card.getBoundingClientRect().right - document.querySelector('.story-page').getBoundingClientRect().right)"""
    until(page, f"({beyond})().every((each) => each <= 1)")
    assert page.evaluate(CUT) == WHOLE


@pytest.mark.deep
@pytest.mark.parametrize("size", [(1280, 800), (1440, 700), (1920, 1080)])
def test_a_sub_step_that_is_told_again_is_set_as_it_was(page: Page, size: tuple[int, int]) -> None:
    """Its fit is looked for from where it stood before, which must not be what it comes to."""
    opened(page, "preset=xor", *size)
    steps = page.evaluate("chainrule.get('substeps.length')")
    page_of = "document.querySelector('.story-page')"
    set_as = f"[{page_of}.dataset.tight, {page_of}.style.getPropertyValue('--filled')]"
    first, again, back = ([] for _ in range(3))
    for found, order in ((first, range(1, steps)), (again, range(1, steps)), (back, range(steps - 1, 0, -1))):
        for cursor in order:
            go(page, cursor)
            found.append(page.evaluate(set_as))
    assert len({tight for tight, _ in first}) > 1, first
    assert again == first
    assert back[::-1] == first


@pytest.mark.deep
def test_on_a_low_screen_the_equation_comes_before_the_words(page: Page) -> None:
    opened(page, "preset=xor", 1280, 720)
    for cursor in range(page.evaluate("chainrule.get('substeps.length')") + 1):
        go(page, cursor)
        assert page.evaluate(CUT) | {"over": False} == WHOLE, cursor


@pytest.mark.parametrize(
    "place",
    [
        deeply("preset=line"),
        "preset=iris",
        deeply("preset=digits"),
        "preset=xor&layers=dense(units:256),tanh,dense(units:1),sigmoid",
        "preset=xor&selection=0/W/2,0",
    ],
)
@pytest.mark.parametrize("size", [(1440, 900), deeply((1280, 720)), deeply((820, 1180))])
@pytest.mark.deep
def test_no_number_of_the_opening_is_cut(page: Page, place: str, size: tuple[int, int]) -> None:
    """A number without its exponent reads as another."""
    opened(page, place, *size)
    go(page, 0)
    found = page.evaluate(CUT)
    assert (found["aside"], found["spilt"]) == ([], [])
    lines = page.locator(".story-card .cells:visible").evaluate_all("""(rows) => rows.map((row) =>
      new Set([...row.children].map((cell) => Math.round(cell.getBoundingClientRect().bottom))).size)""")
    assert set(lines) == {1}, "old → new reads as one line"
    notes = page.locator(".story-card .cell-note:visible").evaluate_all("""(notes) => notes.map((note) => {
      const [own, card, page] = [note, note.closest('.story-card'), note.closest('.story-page')].map((each) =>
        each.getBoundingClientRect());
      const line = parseFloat(getComputedStyle(note).lineHeight);
      return own.height < 1.5 * line && own.bottom < card.bottom && card.right < page.right + 1;
    })""")
    assert all(notes), "a class's name stands on one line within its card"


@pytest.mark.deep
def test_beside_the_short_answer_the_cards_keep_their_words(page: Page) -> None:
    opened(page, "preset=xor&selection=0/W/2,0", 1440, 900)
    go(page, 0)
    until(page, "document.querySelector('.answer-strip:not([hidden]) .num')")
    painted(page)
    assert page.locator(".story-card-words:visible").count() == 5
    assert page.evaluate(CUT) == WHOLE


@pytest.mark.deep
def test_no_line_begins_with_a_bracket_nor_within_a_fraction(page: Page) -> None:
    """On a phone «)» had begun one, and «∂w» another."""
    opened(page, "preset=digits-cnn&selection=0/W/0,0,1,1", 390, 844)
    whole = page.locator(".answer-strip .unbroken")
    expect(whole).to_have_text("mean of ∂ℓ/∂w")
    assert whole.evaluate("(each) => each.getClientRects().length") == 1
    pooling = page.evaluate("chainrule.get('experiment.layers').findIndex(({ kind }) => kind === 'max_pool2d')") + 1
    go(page, pooling)
    ends = page.locator(".story-page .cells:visible").evaluate_all("""(rows) => rows.flatMap((row) => {
      const box = (each) => {
        const { left, right, top, bottom } = each.getBoundingClientRect();
        return { left, right, middle: (top + bottom) / 2 };
      };
      const seen = [...row.querySelectorAll('span')].filter((each) => each.checkVisibility() && each.textContent.trim());
      const numbers = [...row.querySelectorAll('[data-path]')].filter((each) => each.checkVisibility()).map(box);
      return seen.filter((each) => each.textContent.trim() === ')' && /number/.test(each.className)).map(box)
        .map((end) => numbers.filter(({ right, middle }) => right <= end.left + 2 && Math.abs(middle - end.middle) < 8).length);
    })""")
    assert len(ends) == 1
    assert ends[0] > 0
    assert page.evaluate(CUT)["aside"] == []


@pytest.mark.deep
def test_a_tablet_names_the_example_once(page: Page) -> None:
    opened(page, "preset=xor", 820, 1180)
    go(page, 3)
    named = page.locator(":is(.whose-label, .story-whose):visible").filter(has_text="example")
    expect(named).to_have_count(1)
    page.evaluate("chainrule.store.set('example', 'mean')")
    expect(page.locator(".story-whose:visible")).to_contain_text("[i] example i")


@pytest.mark.deep
def test_where_there_is_room_the_equation_is_larger(page: Page) -> None:
    """For the back of a lecture hall; where there is none it is not, and a page never changes its size while it is shown."""
    opened(page, "preset=xor", 1440, 900)
    sizes = {}
    for cursor in (1, 6):
        go(page, cursor)
        size = "parseFloat(getComputedStyle(document.querySelector('.story-page .cell-number')).fontSize)"
        sizes[cursor] = page.evaluate(size)
        assert page.evaluate(CUT) == WHOLE
    for cursor in (4, 6):
        go(page, cursor)
        between = page.evaluate(BETWEEN)
        assert between
        assert min(between) > 4, "a fraction in letters and the one in numbers below it do not touch"
    assert sizes[1] >= 19
    assert sizes[6] <= 16
    tight, filled, beyond = page.evaluate(FILLED)
    assert tight > 0
    assert filled > 0, "the room that a tighter page leaves is its letters'"
    assert beyond, "as large as fits"


@pytest.mark.parametrize("place", [deeply("preset=xor"), "preset=digits", deeply("preset=spiral"), deeply("preset=line")])
def test_on_a_phone_delta_at_the_output_is_in_sight_whole_above_the_transport(page: Page, place: str) -> None:
    """With the network above it: as much smaller as it needs; what is short keeps its size."""
    opened(page, place, 390, 844)
    sizes = []
    for phase in ("forward", "backward"):
        go(page, 1 + page.evaluate("(phase) => chainrule.get('substeps').findIndex((each) => each.phase === phase)", phase))
        until(page, ABOVE)
        assert page.evaluate(CUT) == WHOLE
        assert max(page.evaluate(ASIDE), default=0) <= 2, "the result stands beside the bar, as the sign does"
        sizes.append(page.evaluate("parseFloat(getComputedStyle(document.querySelector('.story-page .cell-number')).fontSize)"))
    assert sizes[1] >= 12
    assert sizes[0] == sizes[1] if place == "preset=line" else sizes[0] > sizes[1], "one neuron's equations are short enough"


@pytest.mark.parametrize(
    ("preset", "phase"), [("iris", "backward"), deeply("signals", "backward"), deeply("digits-cnn", "backward")]
)
@pytest.mark.deep
def test_on_a_phone_what_is_too_long_for_its_words_has_its_equations_in_sight(page: Page, preset: str, phase: str) -> None:
    """A softmax's Jacobian ended under the transport: below its title the equations come first, and the words are scrolled to."""
    opened(page, f"preset={preset}", 390, 844)
    go(page, 1 + page.evaluate("(phase) => chainrule.get('substeps').findIndex((each) => each.phase === phase)", phase))
    until(page, ABOVE)
    parts = [page.locator(f".story-page .story-{part}") for part in ("title", "lines", "words")]
    tops = [part.evaluate("(each) => each.getBoundingClientRect().top") for part in parts]
    assert tops == sorted(tops)
    assert page.evaluate(CUT) | {"over": False} == WHOLE


@pytest.mark.deep
def test_on_a_phone_nothing_fades_out_where_the_page_goes_on(page: Page) -> None:
    """What is too long for the screen is scrolled to with the page; a mask is for a place that scrolls by itself."""
    opened(page, "preset=iris", 390, 844)
    for cursor in (6, 11):
        go(page, cursor)
        seen = "getComputedStyle(document.querySelector('.story-page'))"
        assert page.evaluate(f"[{seen}.maskImage, {seen}.overflowY]") == ["none", "visible"]


@pytest.mark.parametrize("preset", ["circle", deeply("xor"), deeply("digits"), deeply("line")])
@pytest.mark.deep
def test_on_a_phone_the_mean_over_the_batch_is_in_sight_to_its_last_parenthesis(page: Page, preset: str) -> None:
    """How the gradients were checked stands below it."""
    opened(page, f"preset={preset}", 390, 844)
    go(page, 1 + page.evaluate("chainrule.get('substeps').findIndex((each) => each.phase === 'gradient')"))
    until(page, ABOVE)
    mean = page.locator(".story-page .equation").filter(has=page.locator(".bracket")).last
    assert (
        mean.locator(".cells").evaluate("""(cells) => new Set([...cells.children]
      .map((cell) => Math.round(cell.getBoundingClientRect().bottom))).size""")
        == 1
    )
    foot = page.locator(".story-page").evaluate("(page) => page.getBoundingClientRect().bottom")
    assert page.locator(".verdict").evaluate("(verdict) => verdict.getBoundingClientRect().top") >= foot - 5
    assert page.evaluate(CUT) | {"over": False} == WHOLE


@pytest.mark.parametrize("preset", ["circle", deeply("text")])
@pytest.mark.deep
def test_on_a_phone_the_loss_stands_on_one_line_with_what_it_is(page: Page, preset: str) -> None:
    opened(page, f"preset={preset}", 390, 844)
    go(page, 1 + page.evaluate("chainrule.get('substeps').findIndex((each) => each.phase === 'loss')"))
    tops = page.locator(".story-page .cells").evaluate("""(cells) => [...cells.children]
      .map((cell) => Math.round(cell.getBoundingClientRect().bottom))""")
    assert len(tops) >= 2
    assert len(set(tops)) == 1
