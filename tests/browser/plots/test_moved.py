"""Weights that were moved by hand stand in the address: a reload, a link and Back come to the very bits."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.plots.desk import SETTLED, VISIBLE, comes_to, get, number, opened, plane, request, stepped, weights_shown
from tests.browser.shared import deeply, until

NOW = ("experiment", "state", "trace", "frame", "next", "cursor", "losses")
WRITTEN = "(text) => decodeURIComponent(location.hash).includes(text)"
STOOD = "window.stood = chainrule.get('timeline')"
MOVED = "chainrule.get('timeline') !== window.stood && chainrule.get('cursor') === 0"
# Of how many parts the curves are, Plotly's or the page's own.
PARTS = """() => [...document.querySelectorAll('.loss-box .js-line')]
  .map((path) => path.getAttribute('d')).join('').split('M').length - 1"""
ALERT = "#callouts [role=alert]"


def put(page: Page, alpha: str, beta: str) -> Any:
    """Type where the ball shall start; the state that this comes to."""
    until(page, SETTLED)
    page.evaluate(STOOD)
    for field, value in zip(page.locator(".surface-start input").all(), (alpha, beta), strict=True):
        field.fill(value)
    press(page, "Put the ball here")
    until(page, MOVED)
    return get(page, "state")


def carry(page: Page) -> Any:
    """Drag the ball across the contour; the state that this comes to."""
    until(page, SETTLED)
    page.evaluate(STOOD)
    box = page.locator(f"{VISIBLE} .plot-overlay").bounding_box()
    ball = page.evaluate(
        f"() => ['cx', 'cy'].map((n) => Number(document.querySelector('{VISIBLE} .actor-ball').getAttribute(n)))"
    )
    assert box
    page.mouse.move(box["x"] + ball[0], box["y"] + ball[1])
    page.mouse.down()
    for share in (0.3, 0.5, 0.62):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.3 * box["height"])
        page.wait_for_timeout(150)
    page.mouse.up()
    until(page, MOVED)
    page.wait_for_timeout(600)  # the last place of the drag may be under way
    return get(page, "state")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def choose(page: Page, kind: str) -> None:
    """Another optimizer, in mid-run."""
    page.locator("[name='optimizer.kind']").select_option(kind)
    until(page, "(kind) => chainrule.get('experiment.optimizer.kind') === kind && !chainrule.get('pending')", kind)


def enter(page: Page, name: str, value: str) -> None:
    """Another value of a field of the optimizer."""
    field = page.locator(f"[name='optimizer.{name}']")
    field.fill(value)
    field.press("Enter")
    until(page, f"(value) => chainrule.get('experiment.optimizer.{name}') === value && !chainrule.get('pending')", float(value))


def here(page: Page) -> dict[str, Any]:
    """All that a reload has to bring back."""
    return {name: get(page, name) for name in NOW}


def back(page: Page) -> Any:
    """One undone: where it comes to."""
    page.evaluate("window.stood = chainrule.get('history')")
    page.get_by_role("button", name="Back", exact=True).first.click()
    until(page, "chainrule.get('history') !== window.stood && !chainrule.get('pending')")
    return get(page, "state")


def reloaded(page: Page) -> None:
    """The page anew at its own address, once that is written."""
    until(page, "() => location.hash === window.address || ((window.address = location.hash), false)")
    page.wait_for_timeout(400)
    address = page.evaluate("location.hash")
    page.reload()
    until(page, "window.chainrule?.get('trace') && !chainrule.get('pending') && chainrule.get('progress') === null")
    until(page, "(address) => location.hash === address && !chainrule.get('pending')", address)


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


def test_only_what_was_moved_stands_in_the_address_exactly(page: Page) -> None:
    opened(page, "xor", example="0")
    stepped(page, 1)
    run = get(page, "state.params")
    axes = weights_shown(page)
    put(page, "0.1", "1e−7")
    params = get(page, "state.params")
    until(page, WRITTEN, "moved=1:")
    told = page.evaluate("decodeURIComponent(/moved=([^&]*)/.exec(location.hash)[1])")
    step, weights = told.split(":", 1)
    found = {address: float(value) for address, value in (weight.split(":") for weight in weights.split(";"))}
    assert step == "1"
    assert sorted(found) == sorted(axes)
    assert all(number(params, address) == value != number(run, address) for address, value in found.items())
    # The state is the run's own with these weights: every other is the run's to the bit, and the memory is a new one.
    assert (
        get(page, "state")
        == request(page, "/api/start", {"experiment": get(page, "experiment"), "state": {"step": 1, "params": params}})["state"]
    )
    # A second move at the same update is one more to be undone.
    put(page, "0.3", "0.5")
    assert len(get(page, "timeline")) == 3
    assert back(page)["params"] == params
    assert back(page)["params"] == run


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


def test_moves_that_an_address_would_not_hold_apart_are_one(page: Page) -> None:
    """Each of a network with 100 weights, of which 256 stand in an address: two apart, and the third takes the second's place."""
    opened(page, "xor")
    found = page.evaluate("""async () => {
      const { withMove, unheld } = await ours('base/moved.js');
      const begun = [{ step: 0, experiment: 'e' }];
      const here = { step: 5, experiment: 'e' };
      const move = (timeline, from, to) => withMove(timeline, here, [{ W: from }], [{ W: to }], { dragged: false });
      const all = (value) => Array.from({ length: 100 }, () => value);
      let timeline = begun;
      const seen = [1, 2, 3].map((i) => {
        timeline = move(timeline, all(i - 1), all(i));
        return [timeline.length, unheld(timeline), timeline.at(-1).moved.weights[7]];
      });
      timeline = begun;
      for (let i = 1; i <= 80; i += 1) timeline = move(timeline, [i - 1], [i]);
      return [seen, timeline.length, timeline.at(-1).moved.weights];
    }""")
    assert found == [
        [[2, -1, ["0/W/7", 1]], [3, -1, ["0/W/7", 2]], [3, -1, ["0/W/7", 3]]],
        64,
        [["0/W/0", 80]],
    ]


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


@pytest.mark.deep
def test_the_browser_s_own_back_comes_to_each_address_s_own_weights(page: Page) -> None:
    opened(page, "xor", example="0")
    stepped(page, 1)
    there = put(page, "0.5", "0.25")
    until(page, WRITTEN, "moved=1:")
    page.evaluate("location.hash = 'preset=spiral&step=1'")
    until(page, "chainrule.get('preset') === 'spiral' && chainrule.get('state.step') === 1 && !chainrule.get('pending')")
    page.go_back()
    until(page, "chainrule.get('preset') === 'xor' && chainrule.get('timeline').length === 2 && !chainrule.get('pending')")
    assert get(page, "state") == there


@pytest.mark.deep
def test_more_than_an_address_holds_is_said_beside_the_move_and_to_whoever_follows_the_link(page: Page) -> None:
    opened(page, "digits", example="0")
    stepped(page, 2)
    came = get(page, "state")
    plane(page, "random")
    until(page, SETTLED)
    note = page.get_by_text("The address cannot hold this")
    expect(note).to_have_count(0)
    there = put(page, "1", "0.5")
    expect(note).to_have_text(
        "The address cannot hold this: more than 256 weights were moved by hand. "
        "A reload or a link comes to update 2, before that."
    )
    stepped(page, 1)
    until(page, WRITTEN, "moved=2:many&step=3")
    assert back(page) == there
    page.reload()
    expect(page.locator(ALERT)).to_contain_text("The address is understood in part")
    expect(page.locator(ALERT)).to_contain_text(
        "moved=2:many: more weights were moved by hand there than an address can hold; the page stands before that."
    )
    assert get(page, "state") == came
    until(page, "() => !location.hash.includes('moved') && location.hash.includes('step=2')")


@pytest.mark.parametrize(
    ("place", "said", "step"),
    [
        deeply(
            "moved=ball&step=2", "moved=ball: expected an update and the weights set there, such as 60:2/W/0,3:1.25;2/b/0:0.3.", 2
        ),
        ("moved=1:2/W/0,3:red&step=2", "moved=1:2/W/0,3:red: expected an update", 2),
        deeply(
            "moved=1:9/W/0,0:1;2/W/0,4:1&step=2",
            "moved=1:9/W/0,0: this network has no such weight. moved=1:2/W/0,4: this network",
            2,
        ),
        deeply("moved=7:2/W/0,3:1&step=2", "moved=7: the page stands before that, and nothing was moved.", 2),
        deeply(
            "moved=3:2/W/0,3:1&moved=1:2/b/0:1&step=4", "moved=1:2/b/0:1: changes stand there in the order of their updates.", 4
        ),
        deeply("moved=0:many", "moved=0:many: more weights", 0),
    ],
)
def test_nonsense_about_a_move_is_told(page: Page, place: str, said: str, step: int) -> None:
    opened(page, "xor", example="0")
    page.evaluate("(place) => { location.hash = `preset=xor&${place}`; }", place)
    expect(page.locator(ALERT)).to_contain_text("The address is understood in part")
    expect(page.locator(ALERT)).to_contain_text(said)
    assert get(page, "state.step") == step
    press(page, "Dismiss")


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


@pytest.mark.deep
def test_the_loss_curve_breaks_where_weights_were_moved(page: Page) -> None:
    opened(page, "xor", example="0")
    stepped(page, 3)
    comes_to(page, PARTS, 2)
    put(page, "1.25", "−0.5")
    stepped(page, 2)
    comes_to(page, PARTS, 4)
    rows = get(page, "losses")
    assert [(row["step"], row.get("moved", False)) for row in rows] == [
        (0, False),
        (1, False),
        (2, False),
        (3, False),
        (3, True),
        (4, False),
        (5, False),
    ]
    assert rows[4]["train"] != rows[3]["train"]
    page.wait_for_timeout(500)
    assert page.evaluate(PARTS) == 4, "also when Plotly has drawn it"
    # What Plotly is given, for hovering and saving, has the same gap; the dashed line stands at the update.
    data = "() => document.querySelector('.loss-box .plot-graph').data.map(({ x, y }) => [x, y])"
    comes_to(
        page,
        data,
        [
            [[0, 1, 2, 3, 3, 3, 4, 5], [*(row[name] for row in rows[:4]), None, *(row[name] for row in rows[4:])]]
            for name in ("train", "test")
        ],
    )
    mark = page.evaluate(
        "() => { const at = document.querySelector('.loss-box .plot-graph')._fullLayout.xaxis.d2p(3);"
        "return Math.abs(Number(/^M([\\d.]+) /.exec(document.querySelector('.mark-moved').getAttribute('d'))[1]) - at); }"
    )
    assert mark <= 0.1
    summary = page.locator("[data-panel=loss] .plot-summary")
    expect(summary).to_contain_text("Weights were moved by hand at update 3 (dashed): no step led there.")
    for _ in range(3):
        back(page)
    comes_to(page, PARTS, 2)
    expect(summary).not_to_contain_text("by hand")
