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
