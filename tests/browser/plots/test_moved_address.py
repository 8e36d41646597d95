"""Weights that were moved by hand, as the address holds them: exactly, as many as it has room for, and told where it cannot."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.plots.desk import SETTLED, WRITTEN, comes_to, get, number, opened, plane, request, stepped, weights_shown
from tests.browser.plots.moving import back, press, put
from tests.browser.shared import deeply, until

# Of how many parts the curves are, Plotly's or the page's own.
PARTS = """() => [...document.querySelectorAll('.loss-box .js-line')]
  .map((path) => path.getAttribute('d')).join('').split('M').length - 1"""
ALERT = "#callouts [role=alert]"


@pytest.mark.deep
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


@pytest.mark.deep
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
