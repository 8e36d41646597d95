"""The page's small modules, run where they run: how numbers are written, the address, the store, the speeds."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shared import Get

SIZES = [(1440, 900), (820, 1180), (390, 844)]


def test_numbers_are_written_with_four_digits_and_read_back(page: Page, get: Get) -> None:
    shown = page.evaluate("""async () => {
      const { show, parse } = await ours("base/format.js");
      const values = [0, 1, -1, 200, 0.1, -0.123456, 3.14159265, 12345.678, -1e-7, 2.5e-12, 9.9999e20, 0.00012345];
      return values.map((value) => [value, show(value), parse(show(value))]);
    }""")
    for value, text, back in shown:
        assert "-" not in text, "a minus sign, not a hyphen"
        assert back == pytest.approx(value, rel=5.1e-4), text
    dashes = page.evaluate("""async () => {
      const { show } = await ours("base/format.js");
      return [null, undefined, NaN, Infinity].map((value) => show(value));
    }""")
    assert dashes == ["—"] * 4


def test_an_experiment_survives_its_way_through_the_address(page: Page, get: Get) -> None:
    lost = page.evaluate("""async () => {
      const { hashOf, parsed } = await ours("base/url.js");
      const presets = window.chainrule.get("presets");
      const changes = [
        {}, { batch_size: null, seed: 3 },
        { optimizer: { kind: "adam", learning_rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } },
        { layers: [{ kind: "conv1d", filters: 2, kernel: 3, stride: 1, padding: 0 }, { kind: "relu" }, { kind: "flatten" }] },
        { data: { kind: "points", x: [[0, 1], [-2.5, 1e-9]], y: [0, 1], task: "binary", test_fraction: 0, seed: 0 } },
      ];
      const failures = [];
      for (const preset of [...presets, null]) for (const change of changes) for (const later of changes) {
        const first = { ...(preset ?? presets[0]).experiment, ...change };
        const timeline = [{ step: 0, experiment: first }];
        const second = { ...first, ...later };
        if (JSON.stringify(second) !== JSON.stringify(first)) timeline.push({ step: 7, experiment: second });
        const hash = hashOf({ preset, timeline, places: { step: 9, selection: "2/W/3,1" } });
        const back = parsed(hash, presets);
        const isObject = (value) => value && typeof value === "object" && !Array.isArray(value);
        const sorted = (key, value) => (isObject(value) ? Object.fromEntries(Object.entries(value).sort()) : value);
        const same = JSON.stringify(back.timeline, sorted) === JSON.stringify(timeline, sorted);
        if (!same || back.places.selection !== "2/W/3,1") failures.push(hash);
      }
      return failures;
    }""")
    assert lost == []


def test_the_store_tells_everybody_who_asked_once_and_mutates_nothing(page: Page, get: Get) -> None:
    heard = page.evaluate("""async () => {
      const { createStore } = await ours("base/store.js");
      const store = createStore({ a: { b: [1, 2], c: 3 }, d: 4 });
      const calls = [];
      for (const path of ["a", "a.b", "a.b.1", "a.c", "d", ""]) store.subscribe(path, () => calls.push(path));
      const old = store.get("a");
      store.patch({ "a.b.1": 9, d: 5 });
      return { calls, old, now: store.get("a") };
    }""")
    assert heard["calls"] == ["a", "a.b", "a.b.1", "d", ""]
    assert heard["old"] == {"b": [1, 2], "c": 3}
    assert heard["now"] == {"b": [1, 9], "c": 3}


def test_speeds_go_from_three_seconds_a_link_to_as_fast_as_it_goes(page: Page, get: Get) -> None:
    slider = page.get_by_label("Speed")
    slider.fill("0")
    expect(page.locator("#speed-value")).to_have_text("3.0 s a link")
    assert get("speed") == pytest.approx(1 / 3)
    slider.fill("100")
    expect(page.locator("#speed-value")).to_have_text("full speed")
    assert get("speed") == "max"


SHOWN_AT = """async ([screen, lateFrames]) => {
  // Each state that is shown makes so many frames after it late, by three intervals of the screen.
  const { Cadence } = await ours("play/cadence.js");
  const cadence = new Cadence();
  const shown = [];
  let [now, late] = [0, 0];
  while (now < 12000) {
    now += late > 0 ? 3 * screen : screen;
    late -= 1;
    cadence.tick(now);
    if (!cadence.ready(now)) continue;
    cadence.shown(now);
    shown.push(now);
    late = lateFrames;
  }
  return { shown, aSecond: cadence.aSecond };
}"""


@pytest.mark.parametrize(
    ("screen", "late", "gap"),
    [
        pytest.param(1000 / 60, 0, 1000 / 12, id="60 Hz on time"),
        pytest.param(1000 / 30, 0, 1000 / 12, id="30 Hz on time: its own interval is not late"),
        pytest.param(1000 / 144, 0, 1000 / 12, id="144 Hz on time"),
        pytest.param(1000 / 60, 2, 200.0, id="100 ms late, so 100 ms on time"),
        pytest.param(1000 / 60, 100, 500.0, id="always late"),
    ],
)
def test_a_stream_shows_states_as_often_as_leaves_the_page_on_time_half_of_the_while(
    page: Page, get: Get, screen: float, late: int, gap: float
) -> None:
    """At twelve a second a slow machine had drawn nothing but whole states: 6 x 8 moved at 15 frames a second."""
    found = page.evaluate(SHOWN_AT, [screen, late])
    gaps = [b - a for a, b in zip(found["shown"][3:], found["shown"][4:], strict=False)]
    assert len(gaps) > 15
    longest = 3 * screen if late == 100 else screen
    assert all(gap - 10 < each < gap + longest for each in gaps), gaps  # at a frame
    assert found["aSecond"] == pytest.approx(1000 / gap, rel=0.1)
