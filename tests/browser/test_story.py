"""«What is happening now»: in every sub-step of every preset each number on the page is its place in the store."""

import math

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.shared import deeply, painted, until, visit
from tests.browser.told import PANEL, check, go, numbers, opened, shown

PRESETS = ["xor", "iris", "digits", "line"]


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.deep
def test_every_number_of_every_sub_step_is_in_the_store(page: Page, preset: str) -> None:
    opened(page, preset)
    steps = page.locator(f"{PANEL} .timeline-step").count()
    assert steps == page.evaluate("chainrule.get('substeps').length")
    for cursor in range(1, steps):
        go(page, cursor)
        found = numbers(page)
        assert len(found) >= 2, cursor
        assert all(each["path"] and each["value"] is not None for each in found), (cursor, found)
        check(found)


def test_where_weights_are_the_last_link_the_slope_of_the_loss_is_that_of_their_output(page: Page) -> None:
    """It belongs to the unit behind the weights, which is another than the one in front of them that they hand back to."""
    opened(page, "xor&loss.kind=half_mse&layers=dense(units:4),tanh,dense(units:1)&selection=2/W/0,3")
    go(page, page.evaluate("chainrule.get('substeps').findIndex((each) => each.phase === 'backward')") + 1)
    found = numbers(page)
    row = page.evaluate("chainrule.get('trace.example.row')")
    assert {f"trace.layers.2.{name}.{row}.0" for name in ("grad_output", "output")} <= {each["path"] for each in found}
    assert f"trace.layers.2.grad_input.{row}.3" in {each["path"] for each in found}
    assert all(each["value"] is not None for each in found), found
    check(found)


@pytest.mark.parametrize("preset", [deeply("iris"), "line"])
def test_the_batch_mean_is_told_with_its_own_numbers(page: Page, preset: str) -> None:
    opened(page, preset)
    page.get_by_role("button", name="Batch mean").click()
    for cursor in range(1, page.evaluate("chainrule.get('substeps').length")):
        go(page, cursor)
        found = numbers(page)
        check(found)
        assert not any(f".{each}." in path["path"] for each in ("example",) for path in found)


def test_the_numbers_follow_the_example(page: Page) -> None:
    opened(page)
    go(page, 10)
    before = numbers(page)
    page.get_by_role("button", name="Next example").click()
    page.wait_for_function("() => chainrule.get('trace.example.row') === 1")
    after = numbers(page)
    check(after)
    assert [each["text"] for each in before] != [each["text"] for each in after]


def test_the_strip_goes_back_into_a_step_whose_update_was_taken(page: Page) -> None:
    opened(page)
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("() => chainrule.get('cursor') === chainrule.get('substeps').length")
    after = page.evaluate("chainrule.get('state.params.0.W.0.0')")
    go(page, 3)
    assert page.evaluate("chainrule.get('state.params.0.W.0.0') === chainrule.get('trace.before.0.W.0.0')")
    page.locator(f"{PANEL} .timeline-step").last.click()
    page.wait_for_function("() => chainrule.get('cursor') === chainrule.get('substeps').length")
    assert page.evaluate("chainrule.get('state.params.0.W.0.0')") == after


def test_the_strip_is_reached_and_moved_by_keyboard(page: Page) -> None:
    opened(page)
    first = page.locator(f"{PANEL} .timeline-step").first
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("() => chainrule.get('cursor') === 2")
    expect(page.locator(f"{PANEL} [aria-current=step]")).to_have_count(1)


def test_numbers_change_without_formulas_being_made_anew(page: Page) -> None:
    opened(page)
    go(page, 3)
    page.evaluate("window.kept = document.querySelector('.story-lines math')")
    page.get_by_role("button", name="Next example").click()
    page.wait_for_function("() => chainrule.get('example') === 1")
    numbers(page)
    assert page.evaluate("window.kept.isConnected")


def test_formulas_are_set_in_the_font_that_comes_with_the_page(page: Page) -> None:
    opened(page)
    go(page, 4)
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Chainrule Math\"', '𝛿φ∂'))")
    assert page.evaluate("getComputedStyle(document.querySelector('.story math')).fontFamily").startswith('"Chainrule Math"')


def test_before_the_step_its_results_are_shown_and_each_leads_to_its_telling(page: Page) -> None:
    opened(page, "spiral")
    cards = page.locator(f"{PANEL} .story-card")
    expect(cards).to_have_count(5)
    check(numbers(page))
    old, new = page.evaluate("""() => [...document.querySelectorAll('.story-card:last-child [data-path]')]
      .map((e) => e.getAttribute('data-path'))""")
    place = old.removeprefix("trace.before.")
    assert new == f"trace.after.{place}"
    moves = page.evaluate("chainrule.get('trace.updates').flatMap((link) => Object.values(link).flat(2)).map(Math.abs)")
    assert abs(page.evaluate(f"chainrule.get('trace.updates.{place}')")) == max(moves)
    page.evaluate("chainrule.store.set('selection', '2/W/3,1')")
    expect(cards.last.locator("[data-path='trace.after.2.W.3.1']")).to_be_visible()
    cards.nth(2).locator("button").click()
    page.wait_for_function("() => chainrule.get('substeps')[chainrule.get('cursor') - 1].phase === 'backward'")
    assert page.evaluate("chainrule.get('substeps')[chainrule.get('cursor') - 2].phase") == "loss"


@pytest.mark.parametrize("preset", ["iris", deeply("digits")])
def test_the_opening_follows_the_output_of_the_examples_own_class(page: Page, preset: str) -> None:
    """Of iris ℓ is −ln of the ŷ beside it; of digits' ten yes-or-no outputs it is a sum, and says so."""
    opened(page, preset)
    for row in (0, 1):
        page.wait_for_function("(row) => chainrule.get('trace.example.row') === row", arg=row)
        own = page.evaluate(f"chainrule.get('trace.batch.y.{row}')").index(1)
        cards = page.locator(f"{PANEL} .story-card")
        expect(cards.first.locator(f"[data-path='trace.batch.y.{row}.{own}']")).to_have_text("1")
        found = [each["value"] for each in numbers(page, f"{PANEL} .story-cards")]
        outputs = page.evaluate(f"chainrule.get('trace.layers').at(-1).output[{row}]")
        assert found[0] == outputs[own]
        assert found[3] == pytest.approx(outputs[own] - 1, rel=1e-12)
        if preset == "iris":
            assert found[2] == pytest.approx(-math.log(found[0]), rel=1e-12)
        else:
            assert found[2] == pytest.approx(-sum(math.log(y if k == own else 1 - y) for k, y in enumerate(outputs)), rel=1e-12)
        expect(cards.nth(1).locator(".cell-note")).to_have_text(["over 10 outputs"] if preset == "digits" else [])
        page.get_by_role("button", name="Next example").click()


def test_numbers_that_differ_little_are_told_apart(page: Page) -> None:
    """Late in training −1.449 = −1.449 + (−3.811e−5) would be no equation; the shown digits add up to what is shown."""
    opened(page)
    page.evaluate("""() => {
      const { store } = chainrule, trace = structuredClone(store.get("trace"));
      for (const [link, params] of trace.after.entries()) {
        for (const name of Object.keys(params)) {
          const small = (_, v) => (typeof v === "number" ? v / 4096 : v);
          trace.updates[link][name] = JSON.parse(JSON.stringify(trace.updates[link][name]), small);
          const add = (a, b) => (Array.isArray(a) ? a.map((each, i) => add(each, b[i])) : a + b);
          params[name] = add(trace.before[link][name], trace.updates[link][name]);
        }
      }
      store.patch({ trace, cursor: store.get("substeps").length });
    }""")
    found = [each for each in numbers(page) if each["path"].split(".")[1] in ("after", "before", "updates")]
    new, old, change = [shown(each["text"]) for each in found[-3:]]
    assert new is not None
    assert old is not None
    assert new != old
    assert new - old == pytest.approx(change, rel=0.1)


@pytest.mark.deep
def test_while_steps_stream_past_the_equations_rest_and_say_so(page: Page) -> None:
    opened(page)
    go(page, 3)
    page.evaluate("chainrule.store.set('speed', 'max')")
    note = page.locator(f"{PANEL} .story-rest")
    expect(note).to_be_hidden()
    page.get_by_role("button", name="Play").click()
    expect(note).to_be_visible()
    expect(note).to_contain_text("rest at update 1 ")
    expect(page.locator(f"{PANEL} .story-whose")).to_be_hidden()
    page.wait_for_function("() => chainrule.get('trace.step') > 3")
    page.get_by_role("button", name="Pause").click()
    expect(note).to_be_hidden()
    check(numbers(page))


@pytest.mark.deep
def test_the_equations_of_the_network_before_do_not_stand_beside_the_next_one(page: Page) -> None:
    visit(page, "preset=xor&optimizer.kind=adam&step=1")
    told = page.locator(".story-page")
    expect(told).to_contain_text("Adam")
    page.evaluate("""() => {
      const page = document.querySelector('.story-page');
      const looked = () => requestAnimationFrame(() => { window.looked = getComputedStyle(page).visibility; });
      chainrule.store.subscribe('experiment', looked);
    }""")
    held: list[Route] = []
    page.route("**/api/story", lambda route: held.append(route))  # noqa: PLW0108 (Playwright marks the function it is given)
    page.evaluate("() => { location.hash = 'preset=xor&step=1'; }")
    page.wait_for_function("() => chainrule.get('experiment.optimizer.kind') === 'sgd'")
    expect(told).not_to_be_visible()
    assert page.evaluate("window.looked") == "hidden", "Adam's equations had dashes there for a quarter of a second"
    for route in held:
        route.continue_()
    expect(told).to_be_visible()
    expect(told).to_contain_text("Gradient descent")
    # A story that another overtakes does not make that one forgotten: a number that changes asks for none anew.
    held.clear()
    for kind in ("adam", "rmsprop"):
        page.get_by_label("Optimizer", exact=True).select_option(kind)
        until(page, "(kind) => chainrule.get('experiment.optimizer.kind') === kind", kind)
    while len(held) < 2:
        page.wait_for_timeout(20)
    for route in held:
        route.continue_()
    expect(told).to_contain_text("RMSprop")
    rate = page.get_by_label("Learning rate", exact=True)
    rate.fill("0.02")
    rate.press("Enter")
    until(page, "chainrule.get('experiment.optimizer.learning_rate') === 0.02 && !chainrule.get('pending')")
    painted(page)
    assert len(held) == 2
    expect(told).to_be_visible()


LOOKING = """async () => {
  const { show } = await ours('base/format.js');
  const find = (rule) => document.querySelector(rule);
  const seen = new Set();
  const timer = setInterval(() => {
    const steps = [...document.querySelectorAll('.timeline-step')];
    const strip = steps.findIndex((each) => each.getAttribute('aria-current') === 'step') + 1;
    const equations = steps.findIndex((each) => each.title === find('.story-title').lastChild.textContent) + 1;
    const written = find('.told').hidden ? null : find('.told .is-wide').textContent;
    // The network is coloured of the step under way: a number of the last would stand in another's colour.
    const former = [...document.querySelectorAll('.stage-number[data-path^="trace."]')]
      .filter(({ dataset, textContent }) => textContent !== show(chainrule.get(dataset.path))).map(({ dataset }) => dataset.path);
    const step = chainrule.get('trace.step') + 1;
    seen.add(JSON.stringify([written, step, strip, equations, steps.length, former]));
  }, 16);
  window.looked = () => {
    clearInterval(timer);
    return [...seen].map((each) => JSON.parse(each));
  };
}"""


@pytest.mark.parametrize(("button", "speed"), [("Step", 4), deeply("Play", 20)])
@pytest.mark.motion
def test_the_counter_the_strip_and_the_equations_tell_one_sub_step_at_every_moment(page: Page, button: str, speed: int) -> None:
    """Also where sub-steps follow each other faster than equations are read, which then tell some of them only."""
    opened(page)
    page.evaluate("(speed) => chainrule.store.set('speed', speed)", speed)
    press = page.get_by_role("region", name="Playback").get_by_role("button", name=button, exact=True).click
    page.evaluate(LOOKING)
    press()
    if button == "Step":
        page.wait_for_function("() => chainrule.get('state.step') === 1")
        press()
    page.wait_for_function("() => chainrule.get('state.step') === 2")
    told = page.evaluate("looked()")
    assert len({written for written, *_ in told if written}) >= 4, told
    for written, step, strip, equations, count, former in told:
        assert former == [], told
        assert strip == equations, told
        assert written == (None if strip in {0, count} else f"step {step}, sub-step {strip} of {count}"), told
