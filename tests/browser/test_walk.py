"""A walk over the page: in every state of every preset, each number shown is the one that the server gives for it.

The witness takes the same run by its own requests; nothing that the page holds goes into it.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from app.presets import presets
from tests.browser.conftest import Desk
from tests.browser.shared import visit
from tests.browser.walk import LENSES, Document, Walk, Witness, parsed

PLOTS = True

BY_SLUG = {preset["slug"]: preset["experiment"] for preset in presets()}
# What the presets do not have: a penalty.
PENALISED = {"penalty": {"kind": "l2", "rate": 0.1}, "optimizer": {"kind": "momentum", "learning_rate": 0.1, "momentum": 0.9}}
EXPERIMENTS = {slug: (f"preset={slug}", experiment) for slug, experiment in BY_SLUG.items()} | {
    "penalised": (
        "preset=circle&penalty.kind=l2&penalty.rate=0.1&optimizer.kind=momentum&optimizer.learning_rate=0.1&optimizer.momentum=0.9",
        BY_SLUG["circle"] | PENALISED,
    ),
    # Where the optimizer is given other numbers than the sums of products come to.
    "secant": (
        "preset=xor&gradient.kind=numerical&gradient.step=1",
        BY_SLUG["xor"] | {"gradient": {"kind": "numerical", "step": 1.0}},
    ),
}
ROW = 1  # not the one that the page opens with
FEWEST = {"derivation": 10, "seam": 10, "head": 10, "matrix": 10, "race": 3}


def soon(*names: str) -> list[Any]:
    """Every experiment: these in `make test`, which has minutes, the others in `make check-deep`."""
    return [n if n in names else pytest.param(n, marks=pytest.mark.deep) for n in EXPERIMENTS]


@pytest.fixture(scope="module", params=soon("xor"))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def witness(server: str, name: str) -> Witness:
    return Witness(server, EXPERIMENTS[name][1])


@pytest.fixture(scope="module")
def opened(desk: Desk, name: str) -> Desk:
    """The file's page on an experiment, its plots drawn; motion is reduced, so that what is told is there at once."""
    page = desk.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(reduced_motion="reduce")
    with desk.watch.counted(page) as quiet:
        visit(page, f"{EXPERIMENTS[name][0]}&example={ROW}")
        page.wait_for_function("() => Boolean(chainrule.get('trace.example')) && document.querySelector('.timeline-step')")
        page.wait_for_function("() => document.querySelector('[data-panel=surface] [data-path]')")
        quiet(400)
    return desk


@pytest.fixture
def walk(opened: Desk) -> Iterator[Walk]:
    """At the start of the run, on the example of row ROW. Its faults, and what the page must not do, fail the test."""
    page = opened.page
    press(page, "Example")
    press(page, "Reset")
    page.wait_for_function(
        "() => chainrule.get('state.step') === 0 && !chainrule.get('history.length') && !chainrule.get('pending')"
    )
    walking = Walk(page)
    yield walking
    assert not opened.watch.unexpected()


def press(page: Page, name: str) -> None:
    """Press the button of this very name."""
    page.get_by_role("button", name=name, exact=True).click()


def kept(page: Page) -> str:
    """What Back must restore, to the bits."""
    return str(page.evaluate("JSON.stringify(['state', 'trace', 'frame', 'losses', 'cursor'].map(chainrule.get))"))


def test_every_number_of_every_sub_step_is_the_servers(walk: Walk, witness: Witness) -> None:
    page = walk.page
    substeps = page.evaluate("chainrule.get('substeps')")
    last = len(substeps)
    first = kept(page)
    for row in (ROW, None):
        if row is None:
            press(page, "Batch mean")
        before, after = (witness.truth(0, row, done=done) for done in (False, True))
        reconcile(before["trace"], witness.experiment)
        walk.look(f"row {row}, start", before)
        for cursor, substep in enumerate(substeps, 1):
            where = f"row {row}, {substep['phase']} {substep['link']}"
            seen = walk.look(where, after if cursor == last else before, press=(("substep", cursor),))
            assert any(number["panel"] == "story" for number in seen["numbers"]), where
            if substep["phase"] == "gradient" and row is not None:
                assert products_shown(seen, witness.experiment, substep["link"]), where
        walk.look(f"row {row}, back", before, press=tuple(("back", cursor) for cursor in reversed(range(last))))
    assert kept(page) == first, "Back must restore the very bits"
    assert not walk.faults, "\n".join(walk.faults[:20])
    # Half of them at least are the step's own; the rest are the plane's and those that the story sums up.
    assert walk.read >= 30 * last, walk.read
    assert walk.witnessed >= walk.read / 2, (walk.witnessed, walk.read)


@pytest.mark.parametrize("name", soon("xor"), indirect=True)
def test_paused_in_a_run_every_number_is_of_one_moment(walk: Walk, witness: Witness) -> None:
    page = walk.page
    page.evaluate("chainrule.store.set('speed', 40)")
    press(page, "Play")
    page.wait_for_function("() => chainrule.get('trace.step') === 1 && chainrule.get('cursor') >= 3")
    press(page, "Pause")
    step, done = page.evaluate("[chainrule.get('trace.step'), chainrule.get('cursor') === chainrule.get('substeps.length')]")
    walk.look("paused while a step is told", witness.truth(step, ROW, done=done))
    page.evaluate("chainrule.store.set('speed', 'max')")
    press(page, "Play")
    page.wait_for_function("() => chainrule.get('state.step') > 20")
    press(page, "Pause")
    step = page.evaluate("chainrule.get('trace.step')")
    state, frame = witness.trained(step)
    # The witness ran at another pace: a compiled plan took other steps of it than the page's, so the last bits may differ.
    walk.look("paused in a stream", witness.told(state, frame, ROW, done=True), exactly=False)
    press(page, "Batch mean")
    walk.look("paused, the mean", witness.told(state, frame, None, done=True), exactly=False)
    assert not walk.faults, "\n".join(walk.faults[:20])
    assert walk.witnessed >= 40, walk.witnessed


@pytest.mark.parametrize("name", soon("xor"), indirect=True)
def test_every_number_of_every_lens_is_the_servers_before_and_after_a_step(walk: Walk, witness: Witness) -> None:
    page = walk.page
    last = page.evaluate("chainrule.get('substeps.length')")
    for lens in LENSES:
        page.locator(f"#tab-{lens}").click()
        seen = walk.settled(f"{lens}, before", witness.truth(0, ROW, done=False), lens)
        assert len(seen["numbers"]) >= FEWEST[lens], (lens, len(seen["numbers"]))
    page.evaluate("document.querySelector('[data-action=step]').click()")
    page.wait_for_function("(last) => chainrule.get('cursor') === last", arg=last)
    press(page, "Batch mean")
    for lens in reversed(LENSES):
        page.locator(f"#tab-{lens}").click()
        walk.settled(f"{lens}, after, mean", witness.truth(0, None, done=True), lens)
    assert not walk.faults, "\n".join(walk.faults[:20])
    assert walk.witnessed >= 100, walk.witnessed


def products_shown(seen: Document, experiment: Document, link: int) -> bool:
    """Of a dense link the story shows δ, a and their product: is it, to the digits shown?"""
    if experiment["layers"][link]["kind"] != "dense":
        return True
    shown = {number["path"]: parsed(number["text"])[0] for number in seen["numbers"] if number["panel"] == "story"}
    [told] = [path for path in shown if path.startswith(f"trace.example.grads.{link}.W.")]
    j, k = told.split(".")[-2:]
    delta = shown[f"trace.layers.{link}.grad_output.{ROW}.{j}"]
    arriving = shown[f"trace.layers.{link}.input.{ROW}.{k}"]
    assert delta is not None
    assert arriving is not None
    return bool(shown[told] == pytest.approx(delta * arriving, rel=2e-3, abs=1e-12))


def reconcile(trace: Document, experiment: Document) -> None:
    """Forward and backward numbers, and those of an example and of the batch, are of one step."""
    penalty = experiment["penalty"].get("rate", 0.0)
    loss = trace["loss"]
    assert loss["value"] == pytest.approx(np.mean(loss["per_example"]) + loss["penalty"], rel=1e-12)
    for i, link in enumerate(trace["layers"]):
        if i > 0:
            assert link["input"] == trace["layers"][i - 1]["output"]
            assert link["grad_input"] == trace["layers"][i - 1]["grad_output"]
        for name in ("input", "output", "grad_output", "grad_input"):
            if trace["mean"][i].get(name) is not None:
                np.testing.assert_allclose(trace["mean"][i][name], np.mean(link[name], axis=0), rtol=1e-12, atol=1e-15)
        if link["kind"] == "dense":
            delta, arriving = np.array(link["grad_output"]), np.array(link["input"])
            contributions = delta[:, :, None] * arriving[:, None, :]  # (N,O,1)·(N,1,I) -> (N,O,I)
            whole = contributions.mean(axis=0) + penalty * np.array(trace["before"][i]["W"])
            np.testing.assert_allclose(link.get("backprop", link["grads"])["W"], whole, rtol=1e-11, atol=1e-14)
            if trace.get("example"):
                np.testing.assert_allclose(trace["example"]["grads"][i]["W"], contributions[ROW], rtol=1e-12, atol=1e-15)
        for name, before in trace["before"][i].items():
            assert (np.array(before) + np.array(trace["updates"][i][name])).tolist() == trace["after"][i][name]
