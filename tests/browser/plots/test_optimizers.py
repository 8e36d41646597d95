"""What the optimizer makes of the gradient, drawn on the surface."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.plots.desk import VISIBLE, comes_to, get, opened, stepped, weights_shown
from tests.browser.shared import deeply

# Which arrows are seen.
LOOKS = f"""() => [...document.querySelectorAll('{VISIBLE} .actor-arrow')]
  .filter((arrow) => arrow.getAttribute('visibility') === 'visible').map((arrow) => arrow.classList[1])"""


def test_every_try_of_levenberg_marquardt_is_drawn_where_it_led(page: Page) -> None:
    opened(
        page,
        "xor",
        optimizer__kind="levenberg_marquardt",
        loss__kind="half_mse",
        layers="dense(units:4),tanh,dense(units:1),tanh",
    )
    stepped(page, 1)
    tries = get(page, "trace.tries")
    for _ in range(12):
        if len(tries) > 1:
            break
        stepped(page, 1)
        tries = get(page, "trace.tries")
    assert [one["accepted"] for one in tries] == [False] * (len(tries) - 1) + [True]
    lengths = [float(np.linalg.norm(one["change"])) for one in tries]
    assert lengths == sorted(lengths, reverse=True), "a higher damping steps less far"
    comes_to(page, LOOKS, ["actor-rejected"] * (len(tries) - 1) + ["actor-accepted"])
    page.locator("[data-panel=surface] .plot-about").filter(has_text="was turned down").wait_for()


@pytest.mark.deep
def test_only_arrows_that_there_are_are_said_to_have_been_turned_down(page: Page) -> None:
    opened(page, "line", optimizer__kind="levenberg_marquardt")
    stepped(page, 1)
    assert [one["accepted"] for one in get(page, "trace.tries")] == [True]
    about = page.locator("[data-panel=surface] .plot-about")
    about.filter(has_text="This step’s only try: ").wait_for(state="attached")
    assert "steps less far: the orange arrow was taken." in (about.text_content() or "")
    words = page.evaluate("""async () => {
      const { arrowsInWords } = await ours('surface/optimizer.js');
      const told = (tries) => arrowsInWords({ get: (path) => (path === 'trace.tries' ? tries : 'levenberg_marquardt') });
      const one = (accepted, change = [1]) => ({ damping: 1, loss: 1, accepted, change });
      const [down, nowhere, up] = [one(false), one(false, null), one(true)];
      const all = [[down, up], [down, down, up], [nowhere, up], [nowhere]];
      return all.map(told).map((text) => /steps less far(.*)\\.$/.exec(text)[1]);
    }""")
    assert words == [
        ": the red arrow was turned down, the orange one was taken",
        ": red arrows were turned down, the orange one was taken",
        ": the orange arrow was taken",
        "",
    ]
    adam, adamw = page.evaluate("""async () => {
      const { arrowsInWords } = await ours('surface/optimizer.js');
      const of = (kind) => ({ get: (path) => (path === 'experiment.optimizer.kind' ? kind : null) });
      return ['adam', 'adamw'].map((kind) => arrowsInWords(of(kind)));
    }""")
    assert adam.replace("1/√v̂.", "1/√v̂, and then −ηλw, by which every weight decays.") == adamw != adam


@pytest.mark.deep
def test_the_ring_of_adam_is_as_wide_as_its_steps_are_stretched(page: Page) -> None:
    opened(page, "xor", optimizer__kind="adam")
    stepped(page, 3)
    spread = get(page, "trace.shown")
    scale = [1 / (np.sqrt(ringed(spread, text)) + 1e-8) for text in weights_shown(page)]
    shape = f"""() => {{
      const ring = document.querySelector('{VISIBLE} .actor-scaling path')?.getBBox();
      const {{ xaxis, yaxis }} = document.querySelector('{VISIBLE} .plot-graph')._fullLayout;
      const unit = (axis) => (axis.range[1] - axis.range[0]) / axis._length;
      return ring && (ring.width * unit(xaxis)) / (ring.height * unit(yaxis));
    }}"""
    comes_to(page, shape, pytest.approx(scale[0] / scale[1], rel=0.02))


# Of the words on the picture: those that lie over others' middle, or beyond its edge.
COVERED = f"""() => {{
  const box = document.querySelector('{VISIBLE} .plot-overlay');
  const words = [...box.querySelectorAll('text')].filter((t) => t.textContent && getComputedStyle(t).visibility === 'visible');
  const [home, ...all] = [box, ...words].map((element) => element.getBoundingClientRect());
  const within = (r) => r.left > home.left - 1 && r.right < home.right + 1 && r.top > home.top - 1 && r.bottom < home.bottom + 1;
  const middle = (r) => [(r.left + r.right) / 2, (r.top + r.bottom) / 2];
  const over = all.flatMap((r) => all.filter((other) => other !== r).map((other) => [r, middle(other)]))
    .filter(([r, [x, y]]) => x > r.left && x < r.right && y > r.top && y < r.bottom);
  return [words.length, all.filter((r) => !within(r)).length, over.length];
}}"""


@pytest.mark.parametrize(
    ("kind", "small", "enlarged"),
    [
        # The gradient is a sixth as long as Adam's step: where that has no more room, the ball hides it.
        deeply("adam", ["actor-update"], ["actor-gradient", "actor-update"]),
        ("momentum", ["actor-gradient", "actor-velocity", "actor-update"], ["actor-gradient", "actor-velocity", "actor-update"]),
    ],
)
@pytest.mark.deep
def test_no_label_of_an_arrow_covers_another_or_leaves_the_picture(
    page: Page, kind: str, small: list[str], enlarged: list[str]
) -> None:
    opened(page, "xor", optimizer__kind=kind)
    stepped(page, 3)
    ring = kind == "adam"
    for looks in (small, enlarged):
        comes_to(page, LOOKS, looks)
        comes_to(page, COVERED, [len(looks) + ring, 0, 0])
        page.locator("[data-panel=surface] .plot-larger").click()


def ringed(shown: Any, address: str) -> float:
    """v̂ of one weight."""
    link, name, index = address.split("/")
    found = shown[int(link)][name]["v_hat"]
    for i in index.split(","):
        found = found[int(i)]
    return float(found)


def test_a_small_scene_has_the_run_and_the_update_alone(page: Page) -> None:
    opened(page, "xor", optimizer__kind="adam")
    looks = page.evaluate("""async () => {
      const { fewer } = await ours('surface/cast.js');
      const of = (looks) => looks.map((look) => ({ name: look, look, by: [1, 0], path: [] }));
      const all = of(['gradient', 'velocity', 'update', 'rejected', 'accepted']);
      const scene = { ball: [2, 3], arrows: all, trails: of(['converge', 'scaling']) };
      const { ball, arrows, trails } = fewer(scene);
      return [ball, ...[arrows, trails].map((all) => all.map(({ look }) => look))];
    }""")
    assert looks == [[2, 3], ["update", "accepted"], ["converge"]]


def test_an_arrow_that_the_ball_hides_is_left_out_with_its_name(page: Page) -> None:
    opened(page, "xor")
    names = page.evaluate("""async () => {
      const { Arrows } = await ours('surface/arrows.js');
      const { Labels } = await ours('surface/labels.js');
      const overlay = document.querySelector('.surface-views .plot:not([hidden]) .plot-overlay').cloneNode();
      document.body.append(overlay);
      const arrow = (name, x) => ({ name, look: 'gradient', by: [x, 0], group: 'step' });
      const ball = [200, 100];
      const seen = [[200, 100, 1], [200, 100, 4], [150, 100, 4]].map(([x, y, short]) => {
        const from = [x, y];
        const arrows = new Arrows(overlay, new Labels(overlay));
        arrows.labels.begin(ball);
        arrows.draw([arrow('short', short), arrow('long', 20)], { from, ball, taken: true }, (at) => at);
        const shown = [...arrows.root.children].filter((group) => group.getAttribute('visibility') === 'visible');
        return shown.map((group) => group.querySelector('text').textContent);
      });
      overlay.remove();
      return seen;
    }""")
    # Drawn longer the short one is seen as well, where the long one has room; beside the ball it is as it is.
    assert names == [["long"], ["short", "long (all ×5)"], ["short", "long"]]
