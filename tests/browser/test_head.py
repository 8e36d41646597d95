"""The lens of errors and gradients: δ for every pair of output activation and loss."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.shared import deeply, painted, until, visit
from tests.browser.told import check, numbers

PANEL = "[data-panel=head]"
# The pairs that are told are this network's, and not those of the one before it.
ITS_OWN = """() => {
  const { layers, loss } = chainrule.get('experiment');
  const own = chainrule.get('pairs.pairs')?.find((pair) => pair.activation === layers.at(-1).kind && pair.loss === loss.kind);
  return own?.fits && Math.abs(own.predicted[0] - chainrule.get('trace.layers').at(-1).output[0][0]) < 1e-12;
}"""


def opened(page: Page, place: str) -> None:
    visit(page, f"{place}&lens=head")
    page.locator(PANEL).scroll_into_view_if_needed()
    until(page, ITS_OWN)
    page.locator(f"{PANEL} .pair-now").wait_for()


@pytest.mark.parametrize(
    ("width", "preset"),
    [deeply(1440, "iris"), deeply(1440, "digits"), deeply(820, "iris"), deeply(390, "xor"), deeply(390, "line"), (390, "iris")],
)
@pytest.mark.deep
def test_every_pair_is_within_the_panel(page: Page, width: int, preset: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, f"preset={preset}")
    ends = f"[...document.querySelectorAll('{PANEL} .pair *')].map((each) => each.getBoundingClientRect().right)"
    inside = page.evaluate(f"Math.max(...{ends})")
    room = page.evaluate(f"document.querySelector('{PANEL}').getBoundingClientRect().right")
    assert inside <= room
    cells = f"[...document.querySelectorAll('{PANEL} .pair')]"
    assert page.evaluate(f"{cells}.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).length") == 0
    # No line ends within «|ŷ − y| ≤ d», and the switch is high enough for names of two lines.
    lines = page.locator(f"{PANEL} .pair-condition").evaluate_all("(all) => all.map((each) => each.getClientRects().length)")
    assert lines
    assert set(lines) <= {0, 1}
    choices = page.locator(f"{PANEL} .wordings .segments button").filter(visible=True)
    margins = choices.evaluate_all("""(all) => all.map((button) => {
      const words = document.createRange();
      words.selectNodeContents(button);
      return words.getBoundingClientRect().top - button.getBoundingClientRect().top;
    })""")
    assert min(margins, default=2) >= 2  # a network of one link has no switch
    check(numbers(page, PANEL))


@pytest.mark.parametrize("width", [390, deeply(360), deeply(820)])
@pytest.mark.deep
def test_no_line_ends_within_the_difference(page: Page, width: int) -> None:
    """«ŷ −» at the end of one line and «y» on the next is read as two things."""
    page.set_viewport_size({"width": width, "height": 844})
    opened(page, "preset=iris")
    answer = page.locator(f"{PANEL} .lens-answer")
    lines = """(answer) => {
      const text = answer.lastChild, range = document.createRange(), tops = [];
      for (const { index } of text.data.matchAll(/ŷ/g)) {
        range.setStart(text, index);
        range.setEnd(text, index + 5);
        tops.push(new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size);
      }
      return tops;
    }"""
    assert answer.evaluate(lines) == [1, 1]


def test_behind_a_softmax_the_sum_over_the_outputs_stands_in_numbers(page: Page) -> None:
    opened(page, "preset=iris")
    now = page.locator(f"{PANEL} .pair-now")
    expect(now.locator(".pair-term")).to_have_count(3)
    paths = [each.get_attribute("data-path") for each in now.locator(".pair-term [data-path]").all()]
    values = [page.evaluate(f"chainrule.get('{path}')") for path in paths]
    delta = page.evaluate(f"chainrule.get('{now.locator('.pair-delta [data-path]').get_attribute('data-path')}')")
    assert sum(a * b for a, b in zip(values[::2], values[1::2], strict=True)) == pytest.approx(delta, rel=1e-9)
    found = [each for each in numbers(page, f"{PANEL} .pair-now .pair-term") if each["value"] < 0]
    assert found, "some are negative, and a plus or a product sign stands before them"
    check(found)
    assert [each.get_attribute("title") for each in now.locator(".pair-term").all()] == [
        f"∂ŷ/∂z · ∂ℓ/∂ŷ of output {m}, class {name}" for m, name in enumerate(("setosa", "versicolor", "virginica"), start=1)
    ]
    expect(page.locator(f"{PANEL} .lens-intro")).to_contain_text("output 2 (class versicolor)")


def test_one_output_has_no_softmax_and_further_activations_wait(page: Page) -> None:
    opened(page, "preset=xor")
    pairs = "With these pairs its value happens to equal ŷ − y, or 2 (ŷ − y) where no ½ stands before the square."
    answer = f"δ is always a gradient. {pairs}"
    expect(page.locator(f"{PANEL} .lens-answer")).to_have_text(answer)
    expect(page.locator(f"{PANEL} .pair-none")).to_have_count(1)
    expect(page.locator(f"{PANEL} .pair-none")).to_contain_text("For one output and its opposite it is the sigmoid")
    assert "δ" not in page.locator(f"{PANEL} .pairs thead").inner_text()
    expect(page.locator(f"{PANEL} .pairs thead")).to_contain_text("d: the threshold, delta")
    expect(page.get_by_role("rowheader", name="Leaky ReLU")).to_have_count(0)
    page.get_by_role("button", name="More activations").click()
    for name in ("Leaky ReLU", "ELU", "GELU", "SiLU"):
        expect(page.locator(f"{PANEL} .pairs-further th", has_text=name).first).to_be_visible()
    check(numbers(page, PANEL))


def test_huber_behind_identity_equals_the_error_only_within_its_threshold(page: Page) -> None:
    """δ is ŷ − y there, yet the pair is not marked: the cell says for how long."""
    opened(page, "preset=line&layers=dense(units:1),leaky_relu(slope:0.5)")
    cell = page.locator(f"{PANEL} tr", has=page.get_by_role("rowheader", name="Identity")).locator("td[data-loss=Huber]")
    expect(cell).to_contain_text("equal only while |ŷ − y| ≤ d")
    expect(cell).not_to_have_class(re.compile("pair-match"))
    identity = page.locator(f"{PANEL} tr", has=page.get_by_role("rowheader", name="Identity"))
    expect(identity.locator(".pair-within")).to_have_count(1)
    pairs = page.evaluate("chainrule.get('pairs.pairs')")
    own = next(p for p in pairs if (p["activation"], p["loss"]) == ("identity", "huber"))
    assert abs(own["residual"][0]) <= 1
    assert own["delta"] == own["residual"]
    # The network's own activation has its own slope, also below 0.
    z = page.evaluate("chainrule.get('trace.layers')[1].input.map(([z]) => z)")
    row = next(i for i, each in enumerate(z) if each < 0)
    page.evaluate("(row) => chainrule.store.set('example', row)", row)
    until(page, f"chainrule.get('pairs.pairs')[0].predicted[0] === {z[row]}")
    leaky = next(
        p for p in page.evaluate("chainrule.get('pairs.pairs')") if (p["activation"], p["loss"]) == ("leaky_relu", "half_mse")
    )
    assert leaky["delta"] == page.evaluate("(row) => chainrule.get('trace.layers')[1].grad_input[row]", row)
    # It is what the table was computed with, so that another loss beside it leaves it as it is.
    page.locator(f"{PANEL} tr", has=page.get_by_role("rowheader", name="Leaky ReLU")).locator(
        "td[data-loss=Huber] .pair-use"
    ).click()
    until(page, "chainrule.get('experiment.loss.kind') === 'huber'")
    assert page.evaluate("chainrule.get('experiment.layers').at(-1)") == {"kind": "leaky_relu", "slope": 0.5}


def test_targets_of_signs_are_read_by_every_loss_in_its_own_way(page: Page) -> None:
    """A hinge's y is −1 or 1 and every other loss knows it as 0 or 1: one example whose sign is −1 is asked for."""
    opened(page, "preset=xor&layers=dense(units:4),tanh,dense(units:1),identity&loss.kind=hinge")
    now = page.locator(f"{PANEL} .pair-now")
    y = page.evaluate("chainrule.get('trace.batch.y')")
    page.evaluate("(i) => chainrule.store.set('example', i)", y.index([-1]))
    output = f"chainrule.get('trace.layers').at(-1).output[{y.index([-1])}][0]"
    until(page, f"Math.abs(chainrule.get('pairs.pairs').find((pair) => pair.fits).predicted[0] - {output}) < 1e-12")
    expect(now).to_contain_text("y = −1")
    own = {each["loss"]: each for each in page.evaluate("chainrule.get('pairs.pairs')") if each["fits"]}
    assert own["hinge"]["target"] == [-1]
    assert {loss: own[loss]["target"] for loss in ("half_mse", "binary_cross_entropy")} == {
        "half_mse": [0],
        "binary_cross_entropy": [0],
    }
    check(numbers(page, PANEL))


@pytest.mark.parametrize("of_the_class", [True, False])
def test_a_pair_that_is_not_matched_says_how_long_its_delta_is_the_error(page: Page, of_the_class: bool) -> None:
    """Where δ is the error, or twice the error, by chance: of a ReLU, and of a sigmoid at the example's own class."""
    opened(page, "preset=iris")
    y = next(p["target"] for p in page.evaluate("chainrule.get('pairs.pairs')") if p["loss"] == "cross_entropy" and p["fits"])
    unit = y.index(1.0) if of_the_class else y.index(0.0)
    page.evaluate("(unit) => chainrule.store.set('selection', `3/output/${unit}`)", unit)
    of_the_unit = page.locator(f"{PANEL} .pair-now .pair-delta [data-path$='.{unit}']")
    of_the_unit.wait_for()
    if page.locator(f"{PANEL} .pairs-further").is_hidden():
        page.get_by_role("button", name="More activations").click()
    answer = page.evaluate("chainrule.get('pairs')")
    titles = {each["kind"]: each["title"] for each in answer["activations"]}
    losses = {each["kind"]: each["title"] for each in answer["losses"]}
    z = next(p["predicted"][unit] for p in answer["pairs"] if p["activation"] == "identity" and p["fits"])
    seen = set()
    for pair in answer["pairs"]:
        crossed = (pair["activation"], pair["loss"]) == ("sigmoid", "cross_entropy")
        if not (pair["activation"].endswith("relu") or crossed) or not pair["fits"]:
            continue
        title = page.get_by_role("rowheader", name=re.compile(rf"^{titles[pair['activation']]}\b"))
        note = page.locator(f"{PANEL} tr", has=title).locator(f"td[data-loss='{losses[pair['loss']]}'] .pair-within")
        delta, error = pair["delta"][unit], pair["residual"][unit]
        wanted = {
            ("half_mse", error): ["equal only while z > 0"],
            ("mse", 2 * error): ["2 (ŷ − y) only while z > 0"],
            ("huber", error): ["equal only while z > 0 and |ŷ − y| ≤ d"],
            ("cross_entropy", delta): ["equal only where y = 1"] if of_the_class else [],
        }.get((pair["loss"], delta) if z > 0 or crossed else None, [])
        if crossed and of_the_class:
            assert delta == pytest.approx(error, rel=1e-12)
        assert [text.replace("\u00a0", " ") for text in note.all_text_contents()] == wanted, pair
        seen |= set(wanted)
    assert ("equal only where y = 1" in seen) is of_the_class
    assert {"equal only while z > 0", "2 (ŷ − y) only while z > 0"} <= seen or z < 0


def test_a_network_with_fewer_links_waits_for_its_own_words(page: Page) -> None:
    """Those of the network before are of a link that it does not have."""
    deep = "layers=dense(units:8),tanh,dense(units:8),tanh,dense(units:8),tanh,dense(units:1),sigmoid"
    opened(page, f"preset=spiral&{deep}")
    wordings = page.locator(f"{PANEL} .wordings")
    expect(wordings).to_be_visible()
    held, free = list[Route](), list[bool]()
    page.route("**/api/story", lambda route: route.continue_() if free else held.append(route))
    opened(page, "preset=xor")
    expect(wordings).to_be_hidden()
    free.append(True)
    for route in held:
        route.continue_()
    expect(wordings).to_be_visible()
    check(numbers(page, PANEL))


def test_the_hidden_delta_keeps_its_numbers_while_the_story_goes_on_above(page: Page) -> None:
    """What a long sum's other terms come to had been the story's, and gone with its page: «+ (—)» of ten outputs."""
    opened(page, "preset=digits")
    lines = page.locator(f"{PANEL} .wording-lines")
    expect(lines).to_contain_text("7 more")
    before = numbers(page, f"{PANEL} .wording-lines")
    assert len([each for each in before if each["path"].startswith("derived.")]) == 2
    page.evaluate("scrollTo(0, 0)")
    expect(lines).not_to_be_in_viewport()
    page.evaluate("document.querySelector('[data-action=step]').click()")
    until(page, "chainrule.get('state.step') === 1")
    lines.scroll_into_view_if_needed()
    painted(page)
    after = numbers(page, f"{PANEL} .wording-lines")
    assert [each["text"] for each in after] == [each["text"] for each in before], "it is the very step that was told before"
    check(after)
