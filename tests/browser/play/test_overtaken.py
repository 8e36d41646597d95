"""What is chosen or pressed while an answer is under way: the last of all counts, nothing of what it overtook stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.play.acts import press, speed, wait
from tests.browser.shared import Get, until, visit


@contextmanager
def held(page: Page, path: str) -> Iterator[Callable[[int], None]]:
    """Requests to this path wait to the end of the block; what it yields waits until so many of them do."""
    asked: list[Route] = []
    free = False

    def hold(route: Route) -> None:
        if free:
            route.continue_()
        else:
            asked.append(route)

    page.route(path, hold)

    def waiting(count: int) -> None:
        for _ in range(400):
            if len(asked) >= count:
                return
            page.wait_for_timeout(25)
        raise AssertionError(f"expected {count} requests to {path}, {len(asked)} came")

    yield waiting
    free = True
    for route in asked:
        route.continue_()
    page.unroute(path, hold)


def test_an_address_that_another_one_overtakes_leaves_nothing(page: Page, get: Get) -> None:
    """Of three presets the first one's name had stood above the last one's network, and in the address."""
    visit(page, "preset=spiral")
    with held(page, "**/api/start") as waiting:
        page.evaluate("location.hash = 'preset=circle&example=3&plane.kind=gradient'")
        waiting(1)
        page.evaluate("location.hash = 'preset=iris&example=2'")
        wait(page, "() => chainrule.get('example') === 2")
    wait(page, "() => chainrule.get('experiment.data.kind') === 'iris' && !chainrule.get('pending')")
    assert get("preset") == "iris"
    expect(page.locator("#preset")).to_have_value("iris")
    press(page, "Step")
    wait(page, "() => location.hash === '#preset=iris&step=1&example=2'")
    assert get("error") is None


def test_a_preset_that_is_called_off_leaves_the_name_of_what_stands(page: Page, get: Get) -> None:
    """Back does so, and the page had been taken for one that still loads from then on."""
    press(page, "Step")
    wait(page, "() => chainrule.get('state.step') === 1")
    with held(page, "**/api/start") as waiting:
        page.locator("#preset").select_option("circle")
        waiting(1)
        press(page, "Back")
    wait(page, "() => !chainrule.get('pending')")
    assert (get("preset"), get("experiment.data.kind"), get("state.step")) == ("xor", "xor", 0)
    expect(page.locator("#preset")).to_have_value("xor")


def test_play_is_heard_however_many_steps_are_waited_for(page: Page, get: Get) -> None:
    """A fourth Step that waits is dropped, but not Play: its button had said Pause, and nothing ran."""
    press(page, "Step")
    wait(page, "() => chainrule.get('state.step') === 1")
    with held(page, "**/api/step") as waiting:
        press(page, "Back")
        for _ in range(6):
            press(page, "Step")
        waiting(1)
        press(page, "Play")
    wait(page, "() => chainrule.get('state.step') >= 6 && chainrule.get('playing')")
    press(page, "Pause")
    # Pressed again while the run that was called off still waits for its step.
    speed(page, 60)
    with held(page, "**/api/step") as waiting:
        press(page, "Play")
        waiting(1)
        wait(page, "() => chainrule.get('cursor') === chainrule.get('substeps').length")
        press(page, "Pause")
        press(page, "Play")
        stood = get("state.step")
    wait(page, f"() => chainrule.get('state.step') > {stood} && chainrule.get('playing')")
    press(page, "Pause")


def test_back_undoes_one_update_of_a_stream_that_was_changed_where_it_stood(page: Page, get: Get) -> None:
    """Of a stream few moments are kept: with another learning rate all updates since the last one had gone at once."""
    speed(page, "max")
    press(page, "Play")
    wait(page, "() => chainrule.get('state.step') > 300")
    press(page, "Pause")
    step, rate = get("state.step"), get("experiment.optimizer.learning_rate")
    assert get("history")[-1]["state"]["step"] < step - 1, "expected a moment further back than one update"
    field = page.get_by_label("Learning rate", exact=True)
    field.fill("0.25")
    field.press("Enter")
    wait(page, "() => chainrule.get('experiment.optimizer.learning_rate') === 0.25 && !chainrule.get('pending')")
    press(page, "Back")
    wait(page, f"() => chainrule.get('state.step') === {step - 1} && !chainrule.get('pending')")
    assert get("experiment.optimizer.learning_rate") == rate
    press(page, "Step")
    wait(page, f"() => chainrule.get('state.step') === {step}")


def test_an_example_that_is_chosen_while_it_streams_has_its_own_share_when_it_stands(page: Page) -> None:
    """The frames that were asked for before have the other example's: its gradients had been missing until the next step."""
    visit(page, "preset=xor")
    speed(page, "max")
    press(page, "Play")
    wait(page, "() => chainrule.get('state.step') > 20")
    page.evaluate("""() => new Promise((done) => {
      const buttons = [...document.querySelectorAll('button')];
      const named = (name) => buttons.find((each) => (each.ariaLabel ?? each.textContent).trim() === name);
      let own = 0;
      named('Next example').click();
      const leave = chainrule.store.subscribe('trace', ({ example }) => {
        if (example.row === chainrule.get('example')) {
          own += 1;
          if (own % 4 === 0) named('Next example').click();  // its frames had just been asked for
          return;
        }
        leave();
        named('Pause').click();
        done(null);
      });
    })""")
    wait(page, "() => !chainrule.get('playing') && chainrule.get('trace.example.row') === chainrule.get('example')")


def test_a_failure_that_passes_is_no_verdict_on_the_gradients(page: Page, watch: Watch) -> None:
    """«The server cannot be reached» had stood in the check's place for good, also when the server was there again."""
    visit(page, "preset=xor")
    watch.allow("ERR_FAILED|Failed to load resource")
    page.route("**/api/compare", lambda route: route.abort())
    for step in (1, 2):  # the first one's gradients may be known by now
        press(page, "Step")
        wait(page, f"() => chainrule.get('state.step') === {step}")
    until(page, "chainrule.get('checked.message') === 'The server cannot be reached.'")
    page.unroute("**/api/compare")
    until(page, "chainrule.get('checked.count') === 17 && chainrule.get('checked.before') === chainrule.get('trace.before')")


def test_own_points_that_the_server_does_not_tell_leave_the_data_that_stand(page: Page, get: Get, watch: Watch) -> None:
    """The menu had named them for good, and nothing had been said."""
    watch.allow("ERR_FAILED|Failed to load resource")
    kind = page.locator('select[name="data.kind"]')
    page.route("**/api/data", lambda route: route.abort())
    kind.select_option("points")
    expect(page.locator("#callouts").get_by_role("alert")).to_contain_text("The server cannot be reached.")
    expect(kind).to_have_value("xor")
    page.unroute("**/api/data")
    with held(page, "**/api/data") as waiting:
        kind.select_option("points")
        waiting(1)
        kind.select_option("moons")
        wait(page, "() => chainrule.get('experiment.data.kind') === 'moons'")
    page.wait_for_timeout(300)
    assert get("experiment.data.kind") == "moons"
    expect(kind).to_have_value("moons")
