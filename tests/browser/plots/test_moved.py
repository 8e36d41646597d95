"""Weights that were moved by hand stand in the address: a reload, a link and Back come to the very bits."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.plots.desk import WRITTEN, get, opened, plane, stepped
from tests.browser.plots.moving import back, carry, choose, enter, here, press, put, reloaded
from tests.browser.shared import deeply, until


@pytest.mark.parametrize(("how", "optimizer"), [deeply("carried", "sgd"), ("typed", "adam"), deeply("random", "momentum")])
@pytest.mark.deep
def test_a_reload_brings_back_a_ball_that_was_put_somewhere(page: Page, how: str, optimizer: str) -> None:
    opened(page, "xor", example="0", optimizer__kind=optimizer)
    stepped(page, 3)
    came = get(page, "state")
    if how == "random":
        plane(page, "random")
    put_there = carry(page) if how == "carried" else put(page, "1.25", "−0.1234567")
    assert put_there["params"] != came["params"]
    until(page, WRITTEN, "moved=3:")
    until(page, WRITTEN, "step=4&substep=0")
    reloaded(page)
    assert get(page, "state") == put_there
    stepped(page, 2)
    before = here(page)
    until(page, WRITTEN, "step=5&")
    reloaded(page)
    assert here(page) == before
    back(page)
    assert back(page) == put_there
    assert get(page, "cursor") == 0
    assert back(page) == came
    until(page, "() => !location.hash.includes('moved') && location.hash.includes('step=3')")


@pytest.mark.parametrize("start", [deeply(1), deeply(0)])
def test_moves_of_one_update_are_undone_one_at_a_time_after_a_reload_too(page: Page, start: int) -> None:
    opened(page, "xor", example="0", optimizer__kind="momentum")
    stepped(page, start)
    came = get(page, "state")
    first = carry(page)
    assert len(get(page, "timeline")) == 2  # a drag goes through many places and is one move
    put(page, "0.3", "0.5")
    choose(page, "adam")
    second = get(page, "state")
    third = put(page, "−0.4", "0.25")
    stepped(page, 1)
    before = here(page)
    until(page, "location.hash.match(/moved=/g)?.length === 3")
    until(page, WRITTEN, f"step={start + 1}&")
    reloaded(page)
    assert here(page) == before
    assert back(page) == third
    assert back(page) == second
    assert get(page, "experiment.optimizer.kind") == "adam"
    assert back(page) == first
    assert get(page, "experiment.optimizer.kind") == "momentum"
    assert back(page) == came
    until(page, "() => !location.hash.includes('moved')")


@pytest.mark.deep
def test_a_ball_that_was_put_somewhere_at_the_start_is_found_there_again(page: Page) -> None:
    opened(page, "xor", example="0")
    start = get(page, "state")
    there = put(page, "1.25", "−0.5")
    until(page, WRITTEN, "moved=0:")
    reloaded(page)
    assert get(page, "state") == there
    assert back(page) == start
    until(page, "() => !location.hash.includes('moved')")
    put(page, "1.25", "−0.5")
    stepped(page, 1)
    before = here(page)
    until(page, WRITTEN, "step=1&")
    reloaded(page)
    assert here(page) == before
    assert back(page) == there
    assert back(page) == start
    put(page, "1.25", "−0.5")
    press(page, "Reset")
    until(page, "(start) => !chainrule.get('pending') && chainrule.get('timeline').length === 1")
    assert get(page, "state") == start
    until(page, "() => !location.hash.includes('moved')")


@pytest.mark.deep
def test_a_step_from_where_the_loss_is_beyond_the_limit_is_found_again(page: Page) -> None:
    opened(page, "xor", example="0")
    stepped(page, 1)
    came = get(page, "state")
    there = put(page, "100000", "0")
    assert get(page, "frame.loss.train") > 100 * get(page, "losses")[0]["train"]
    stepped(page, 1)
    before = here(page)
    until(page, WRITTEN, "step=2&")
    reloaded(page)
    assert here(page) == before
    assert back(page) == there
    assert back(page) == came


@pytest.mark.deep
def test_another_optimizer_after_a_move_and_another_move_are_found_again(page: Page) -> None:
    opened(page, "xor", example="0", loss__kind="half_mse", optimizer__kind="adam")
    stepped(page, 2)
    put(page, "0.5", "0.25")
    choose(page, "levenberg_marquardt")
    enter(page, "damping", "3")
    until(page, WRITTEN, "moved=2:")
    until(page, WRITTEN, "@2.optimizer.kind=levenberg_marquardt&@2.optimizer.damping=3")
    stepped(page, 2)
    enter(page, "factor", "4")  # the told step is taken again
    put(page, "−0.5", "0.75")
    enter(page, "damping", "7")  # the memory of the move goes on: it began with 3
    stepped(page, 1)
    choose(page, "momentum")
    stepped(page, 2)
    before = here(page)
    until(page, WRITTEN, f"step={before['state']['step']}&")
    assert page.evaluate("location.hash.match(/moved=/g).length") == 2
    reloaded(page)
    assert here(page) == before


@pytest.mark.deep
def test_a_move_in_a_run_that_plays_on_is_found_again_and_back_takes_it_again(page: Page) -> None:
    opened(page, "xor", example="0", optimizer__kind="adam")
    stepped(page, 2)
    came = get(page, "state")
    there = put(page, "0.5", "0.25")
    page.evaluate("chainrule.store.patch({ speed: 'max' })")
    press(page, "Play")
    until(page, "chainrule.get('state.step') > 60")
    press(page, "Pause")
    until(page, "!chainrule.get('playing')")
    page.wait_for_timeout(400)
    state = get(page, "state")
    until(page, WRITTEN, f"step={state['step']}&")
    reloaded(page)
    assert get(page, "state") == state
    # Where no moment is kept any more, the run is taken again to where it was moved to, and to where it was moved from.
    page.evaluate("chainrule.store.patch({ speed: 60 })")
    until(page, "() => { location.hash = location.hash.replace(/step=\\d+/, 'step=3'); return true; }")
    until(page, "chainrule.get('state.step') === 3 && !chainrule.get('pending')")
    for wanted in (there, came):
        page.evaluate("chainrule.store.set('history', [])")
        assert back(page) == wanted


@pytest.mark.parametrize("reload", [False, deeply(True)])
@pytest.mark.deep
def test_who_comes_back_to_an_optimizer_has_its_memory_again(page: Page, reload: bool) -> None:
    """For the address tells of no change then, and the run that it leads to has that memory."""
    opened(page, "xor", example="0", optimizer__kind="momentum")
    stepped(page, 2)
    memory = get(page, "state.slots")
    assert memory is not None
    choose(page, "adam")
    assert get(page, "state.slots") is None
    if reload:
        reloaded(page)
        assert get(page, "state.slots") is None
    choose(page, "momentum")
    assert get(page, "state.slots") == memory
    stepped(page, 1)
    before = here(page)
    reloaded(page)
    assert "@" not in page.evaluate("location.hash")
    assert here(page) == before


@pytest.mark.motion
def test_a_ball_that_is_put_somewhere_during_a_step_stays_there(page: Page) -> None:
    """The step that was being told went on from the weights of before."""
    opened(page, "xor", example="0", speed="2")
    page.get_by_role("button", name="Step", exact=True).click()
    until(page, "chainrule.get('cursor') === 2")
    there = put(page, "0.5", "0.25")
    page.wait_for_timeout(1500)  # in which the rest of the step would be told
    assert get(page, "state") == there
    assert get(page, "cursor") == 0
    assert len(get(page, "timeline")) == 2
