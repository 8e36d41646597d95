"""The curves and the map beside the network: what is drawn is where the numbers say."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.plots.desk import comes_to, get, opened, stepped, ticks_are_read
from tests.browser.shared import deeply, until, visit

# What a path's data says in the coordinates of the axes it lies on.
END_OF_CURVE = """(trace) => {
  const graph = document.querySelector('.loss-box .plot-graph');
  const lines = [...graph.querySelectorAll('.scatterlayer .trace')].map((t) => t.querySelector('path.js-line'));
  const end = lines[trace].getAttribute('d').match(/[-\\d.]+/g).slice(-2).map(Number);
  const { xaxis, yaxis } = graph._fullLayout;
  return [xaxis.p2d(end[0]), yaxis.p2d(end[1])];
}"""


def test_the_curves_end_at_the_losses_of_the_present_weights(page: Page) -> None:
    opened(page)
    stepped(page, 3)
    for trace, name in enumerate(("train", "test")):
        comes_to(page, END_OF_CURVE, pytest.approx([3, get(page, f"frame.loss.{name}")], abs=0.01), trace)


@pytest.mark.deep
def test_who_pauses_within_a_step_is_told_all_losses_until_then(page: Page) -> None:
    """Plotly's own curve, and the table with it, had ended where the run had last stood still."""
    opened(page, "xor&step=1&substep=11&speed=2")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "chainrule.get('state.step') === 1 && chainrule.get('cursor') === 2")
    page.get_by_role("button", name="Pause", exact=True).click()
    until(page, "[...document.querySelector('.loss-box .plot-graph').data[0].x].join() === '0,1'")
    page.locator("[data-panel=loss] details > summary").click()
    expect(page.locator("[data-panel=loss] table [data-path='losses.1.train']")).to_have_count(1)


def test_the_logarithmic_curve_shows_the_same_losses(page: Page) -> None:
    opened(page)
    stepped(page, 2)
    page.locator("[data-panel=loss]").get_by_role("button", name="Log scale").click()
    until(page, "document.querySelector('.loss-box .plot-graph')._fullLayout.yaxis.type === 'log'")
    comes_to(page, END_OF_CURVE, pytest.approx([2, get(page, "frame.loss.train")], rel=0.03), 0)
    ticks_are_read(page, ".loss-box")


@pytest.mark.deep
def test_losses_below_0_are_drawn_within_the_axes_and_where_they_have_no_logarithm_it_is_said(page: Page) -> None:
    """Poisson's loss is that part of −ln P that ŷ decides: it falls below 0.  The marks had hung below the axis."""
    opened(page, "poisson", penalty__kind="l2", penalty__rate="0.2", optimizer__kind="nesterov")
    stepped(page, 7)
    until(page, "chainrule.get('trace.loss.value') < 0 && chainrule.get('losses.4.train') < 0")
    for trace, name in enumerate(("train", "test")):
        comes_to(page, END_OF_CURVE, pytest.approx([7, get(page, f"frame.loss.{name}")], abs=0.02), trace)
    boxes = page.evaluate("""() => {
      const plot = document.querySelector('.loss-box .plot-overlay').getBoundingClientRect();
      const marks = ['batch', 'train', 'test'].map((name) => document.querySelector(`.loss-box .mark-${name}`));
      return marks.map((mark) => mark.getBoundingClientRect()).map((mark) => [mark.top - plot.top, plot.bottom - mark.bottom]);
    }""")
    assert all(room >= 0 for mark in boxes for room in mark), boxes
    ticks_are_read(page, ".loss-box")
    note = page.locator(".loss-box .plot-blank")
    assert note.text_content() == ""
    page.locator("[data-panel=loss]").get_by_role("button", name="Log scale").click()
    note.filter(has_text=re.compile(r"^no logarithm: \S+ % of the curves$")).wait_for()
    page.locator("[data-panel=loss] .plot-summary").filter(has_text="A loss that is not above 0 has no logarithm").wait_for(
        state="attached"
    )


def test_going_back_takes_the_curve_back(page: Page) -> None:
    opened(page)
    stepped(page, 2)
    page.get_by_role("button", name="Back", exact=True).click()
    until(page, "chainrule.get('state.step') === 1")
    comes_to(page, END_OF_CURVE, pytest.approx([1, get(page, "losses.1.train")], abs=0.01), 0)


def test_a_click_on_a_ringed_example_chooses_it(page: Page) -> None:
    opened(page)
    until(page, "document.querySelector('.boundary-batch')?.getAttribute('d')")
    indices = get(page, "trace.batch.indices")
    row = len(indices) - 1
    where = page.evaluate(
        """(index) => {
          const graph = document.querySelector('.boundary-box .plot-graph');
          const trace = graph._fullData.find((t) => t.customdata?.includes(index));
          const i = [...trace.customdata].indexOf(index);
          const { xaxis, yaxis } = graph._fullLayout;
          const box = graph.getBoundingClientRect();
          return [box.left + xaxis._offset + xaxis.d2p(trace.x[i]), box.top + yaxis._offset + yaxis.d2p(trace.y[i])];
        }""",
        indices[row],
    )
    page.mouse.click(*where)
    until(page, "(row) => chainrule.get('example') === row", arg=row)


def test_a_curve_that_is_out_of_the_picture_is_said_to_be(page: Page) -> None:
    opened(page, "line")
    bias = page.evaluate("structuredClone(chainrule.get('state'))")
    for b, said in ((-40.0, "▾ the curve lies below this picture"), (40.0, "▴ the curve lies above this picture"), (1.0, "")):
        bias["params"][0]["b"] = [b]
        page.evaluate("(state) => chainrule.store.set('state', state)", bias)
        until(page, "(said) => document.querySelector('.boundary-away').textContent === said", said)


def test_the_fitted_line_is_the_network_s_answer(page: Page) -> None:
    opened(page, "line")
    stepped(page, 1)
    weight, bias = get(page, "state.params.0.W.0.0"), get(page, "state.params.0.b.0")
    ends = """() => {
      const graph = document.querySelector('.boundary-box .plot-graph');
      const line = [...graph.querySelectorAll('path.js-line')].pop().getAttribute('d').match(/[-\\d.]+/g).map(Number);
      const { xaxis, yaxis } = graph._fullLayout;
      return [[xaxis.p2d(line[0]), yaxis.p2d(line[1])], [xaxis.p2d(line.at(-2)), yaxis.p2d(line.at(-1))]];
    }"""
    # Both ends of the line, through which y = w x + b: what it says there, less what it should.
    off = f"([w, b]) => ({ends})().map(([x, y]) => y - (w * x + b))"
    comes_to(page, off, pytest.approx([0.0, 0.0], abs=0.03), [weight, bias])


@pytest.mark.parametrize("place", ["logistic", deeply("logistic&layers=dense(units:1),identity&loss.kind=hinge")])
def test_the_boundary_is_where_both_classes_are_equally_likely(page: Page, place: str) -> None:
    """Of a linear classifier where w·x + b = 0: there a sigmoid is ½, and an answer whose targets are −1 and +1 is 0."""
    opened(page, place)
    stepped(page, 3)
    params = get(page, "state.params.0")
    off = """([[w1, w2], [b]]) => {
      const graph = document.querySelector('.boundary-box .plot-graph');
      const places = document.querySelector('.boundary-level').getAttribute('d')?.match(/-?[\\d.]+/g)?.map(Number) ?? [];
      const { xaxis, yaxis } = graph._fullLayout;
      const off = places.flatMap((x, i) => (i % 2 ? [] : [w1 * xaxis.p2d(x) + w2 * yaxis.p2d(places[i + 1]) + b]));
      return places.length ? Math.max(...off.map(Math.abs)) : null;
    }"""
    comes_to(page, off, pytest.approx(0.0, abs=0.02), [params["W"][0], params["b"]])


@pytest.mark.parametrize("before", ["xor", deeply("spiral")])
@pytest.mark.deep
def test_no_boundary_of_other_data_is_left_on_a_fitted_curve(page: Page, before: str) -> None:
    opened(page, before)
    until(page, "document.querySelector('.boundary-level')?.getAttribute('d')")
    opened(page, "line")
    stepped(page, 1)
    until(page, "document.querySelector('[data-panel=boundary] h2').textContent === 'Fitted curve'")
    painted = """() => {
      const canvas = document.querySelector('.boundary-box canvas');
      const inks = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
      return [document.querySelector('.boundary-level').getAttribute('d') ?? '', inks.some((ink) => ink > 0)];
    }"""
    comes_to(page, painted, ["", False])


def test_how_well_the_network_answers_is_told_in_its_own_measures_before_its_figure_has_come(page: Page) -> None:
    opened(page, "logistic")
    measures = page.locator("[data-panel=boundary] .readout").all_inner_texts()
    assert [re.sub(r" [\d.]+ %", "", text) for text in measures] == ["accuracy: training", "test"]
    held: list[Route] = []

    def hold(route: Route) -> None:
        if '"boundary"' in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/figure", hold)
    visit(page, "preset=poisson")
    shown = page.locator("[data-panel=boundary] .readout [data-path]").evaluate_all(
        "(all) => all.map((each) => [each.dataset.path, each.textContent])"
    )
    assert [path for path, _ in shown] == ["frame.loss.train", "frame.loss.test"]
    assert "—" not in [text for _, text in shown]
    said = page.locator("[data-panel=boundary] .plot-summary")
    assert [said.locator(f"[data-path='frame.{path}']").count() for path in ("metrics.train_accuracy", "loss.train")] == [0, 1]
    assert "—" not in said.inner_text()
    assert held
    for route in held:
        route.continue_()
    page.unroute("**/api/figure")
    until(page, "document.querySelector('[data-panel=boundary]').dataset.view === 'curve'")


@pytest.mark.deep
def test_the_axes_are_those_of_the_data_whatever_was_drawn_before(page: Page) -> None:
    """Plotly keeps the wider ranges of the figure before, where both axes have one scale."""
    opened(page, "dropout")
    ranges = "() => ['xaxis', 'yaxis'].map((name) => document.querySelector('.boundary-box .plot-graph')._fullLayout[name].range)"
    wide = page.evaluate(ranges)
    opened(page, "xor")
    figure = page.evaluate("""async () => {
      const body = JSON.stringify({ name: 'boundary', experiment: chainrule.get('experiment') });
      const answer = await fetch('/api/figure', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
      return (await answer.json()).layout;
    }""")
    own = [figure["xaxis"]["range"], figure["yaxis"]["range"]]
    assert max(high - low for low, high in own) < min(high - low for low, high in wide)
    comes_to(page, ranges, own)


@pytest.mark.parametrize(
    ("preset", "low"), [("signals", 0), deeply("iris&loss.kind=hinge", -1), deeply("iris", 0), deeply("digits", 0)]
)
def test_data_that_no_map_can_show_show_one_example_and_its_answer(page: Page, preset: str, low: int) -> None:
    opened(page, preset)
    values = page.locator(".answer-value")
    outputs = get(page, "trace.layers")[-1]["output"][0]
    assert values.count() == len(outputs)
    paths = [cell.get_attribute("data-path") for cell in values.all()]
    assert paths == [f"trace.layers.{len(get(page, 'trace.layers')) - 1}.output.0.{k}" for k in range(len(outputs))]
    # A bar goes from 0 to the answer on a track that begins at the lowest target, where that target's mark stands.
    bars, marks = page.evaluate("""() => ["bar", "tick"].map((part) => [...document.querySelectorAll(`.answer-${part}`)]
      .map(({ style }) => [parseFloat(style.left), parseFloat(style.left) + parseFloat(style.width || 0)]))""")
    at = [100 * (value - low) / (1 - low) for value in (0, *outputs)]
    assert bars == [pytest.approx(sorted([at[0], each]), abs=0.11) for each in at[1:]]
    assert [left for left, _ in marks] == [100 if target == 1 else 0 for target in get(page, "trace.batch.y")[0]]
    for given, of in ((".answer-signal", "signals"), (".answer-picture", "digits"), (".answer-inputs", "iris")):
        assert page.locator(given).is_visible() == preset.startswith(of)
    if preset != "signals":
        return
    # A signal is the curve of its values, from left to right, the larger the higher; the lowest and the highest are told.
    values = get(page, "trace.layers.0.input.0.0")
    until(page, "document.querySelector('.answer-line').getAttribute('d')")
    points = [tuple(map(float, pair.split())) for pair in page.get_attribute(".answer-line", "d")[1:].split("L")]
    least, most = min(values), max(values)
    bottom, top = (points[values.index(end)][1] for end in (least, most))
    assert bottom > top
    assert [x for x, _ in points] == sorted({x for x, _ in points})
    # Each place is rounded to a tenth.
    assert [y for _, y in points] == pytest.approx(
        [bottom + (top - bottom) * (value - least) / (most - least) for value in values], abs=0.15
    )
    told = [get(page, cell.get_attribute("data-path")) for cell in page.locator(".answer-signal b").all()]
    assert told == [least, most]


@pytest.mark.deep
def test_of_several_amounts_the_first_is_drawn_over_the_plane_and_no_boundary(page: Page) -> None:
    """They had been taken for classes: the likelier had its colour, and a line stood where they were equal."""
    own = "data.kind=points&data.task=regression&data.x=[[0,0],[1,0],[0,1],[1,1]]&data.y=[[0,5],[1,5],[1,-5],[2,-5]]"
    opened(page, f"xor&{own}&layers=dense(units:2)&loss.kind=mse&optimizer.learning_rate=0.05")
    expect(page.locator("[data-panel=boundary]")).to_contain_text("Shown is the first of 2 outputs.")
    painted = """() => {
      const canvas = document.querySelector('.boundary-box canvas');
      return canvas.width > 0 && canvas.getContext('2d').getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data[3] > 0;
    }"""
    until(page, painted)
    assert page.evaluate("document.querySelector('.boundary-level').getAttribute('d')") == ""


@pytest.mark.deep
def test_of_which_weights_the_bars_are_is_said_once_the_measures_are_of_others(page: Page) -> None:
    opened(page, "iris")
    moment = page.locator(".answer-moment")
    expect(page.locator(".answer-value")).to_have_count(3)
    expect(moment).to_be_hidden()
    page.get_by_role("button", name="Step", exact=True).click()
    expect(moment).to_have_text("bars: before the update")
    expect(moment).to_be_visible()
    assert (get(page, "frame.step"), get(page, "trace.step")) == (1, 0)
    opened(page, "xor")
    expect(moment).to_be_hidden()


@pytest.mark.parametrize("preset", ["xor", "line", "digits"])
@pytest.mark.deep
def test_what_a_plot_says_beside_its_name_is_not_cut(page: Page, preset: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, preset)
    until(page, "document.querySelector('[data-panel=boundary] .plot-subtitle').textContent")
    cut = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent)"
    assert page.locator(".plot-subtitle").evaluate_all(cut) == []


@pytest.mark.deep
def test_the_marks_of_a_run_that_has_not_begun_stand_clear_of_the_axis_numbers(page: Page) -> None:
    opened(page)
    until(page, "document.querySelector('.loss-box .mark-train').getAttribute('transform')")
    marks = page.locator(".loss-box .mark-train, .loss-box .mark-test, .loss-box .mark-batch")
    rights = "(all) => all.map((each) => each.getBoundingClientRect().right)"
    axis = max(page.locator(".loss-box .ytick text").evaluate_all(rights))
    assert marks.count() == 3
    for mark in marks.all():
        box = mark.bounding_box()
        assert box
        assert box["x"] >= axis


def test_each_figure_has_a_name_a_summary_and_a_table(page: Page) -> None:
    opened(page)
    stepped(page, 1)
    for panel in ("surface", "boundary", "loss"):
        section = page.locator(f"[data-panel={panel}]")
        assert section.get_attribute("aria-label")
        section.locator(".plot-summary").filter(has_text="loss" if panel != "boundary" else "examples").wait_for()
        section.locator(".plot-table summary").last.click()
        section.locator(".plot-table tbody tr").first.wait_for()


def test_below_a_plot_there_is_a_way_back_to_it(page: Page) -> None:
    """The head, with the button that led there, is out of sight then."""
    opened(page)
    panel = page.locator("[data-panel=boundary]")
    back = panel.get_by_role("button", name="Back to the plot")
    panel.evaluate("(panel) => panel.scrollTo(0, 0)")  # a test before may have read below the plot
    expect(back).to_be_hidden()
    panel.get_by_role("button", name="About this plot").click()
    expect(back).to_be_in_viewport()
    expect(panel.locator(".plot-summary")).to_be_in_viewport()
    back.click()
    expect(back).to_be_hidden()
    expect(panel.locator("h2")).to_be_in_viewport()
    expect(panel.get_by_role("button", name="About this plot")).to_be_focused()


@pytest.mark.deep
def test_one_example_is_spoken_of_as_one(page: Page) -> None:
    opened(page, "line&data.kind=points&data.task=regression&data.x=[[1]]&data.y=[[2]]")
    expect(page.locator("[data-panel=boundary]")).to_contain_text("1 training example, 1 in this step’s batch")
    expect(page.locator("[data-panel=loss] .plot-subtitle")).to_have_text("over the one training example")
    expect(page.locator("[data-panel=loss] .readout[title*='batch of 1 example,']")).to_have_count(1)
