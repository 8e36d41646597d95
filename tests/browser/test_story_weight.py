"""One weight is told, from its forward pass to its update, through a run."""

import pytest
from playwright.sync_api import Page

from app.presets import presets
from tests.browser.shared import deeply, visit
from tests.browser.told import PANEL, SUMS, check, go, numbers, opened

BY_SLUG = {preset["slug"]: preset["experiment"] for preset in presets()}


def test_a_selected_weight_is_the_one_told(page: Page) -> None:
    opened(page)
    page.evaluate("chainrule.store.set('selection', '2/W/0,1')")
    go(page, 10)
    assert "trace.example.grads.2.W.0.1" in {each["path"] for each in numbers(page)}
    go(page, 12)
    assert "trace.updates.2.W.0.1" in {each["path"] for each in numbers(page)}


def told_paths(page: Page) -> list[str]:
    return [each["path"] for each in numbers(page)]


@pytest.mark.parametrize("preset", ["xor", deeply("iris"), deeply("digits-cnn")])
def test_one_weight_is_told_from_its_forward_pass_to_its_update(page: Page, preset: str) -> None:
    """Its unit, or one on a way through it, is the one of every sub-step; its gradient is derived before it is used."""
    opened(page, preset)
    page.wait_for_selector(".story-card [data-path^='trace.after']")
    link, name, *index = page.evaluate("""() => [...document.querySelectorAll('.story-card:last-child [data-path]')][0]
      .dataset.path""").split(".")[2:]
    j, k = index[0], index[-1]
    steps = page.evaluate("chainrule.get('substeps')")
    assert BY_SLUG[preset]["layers"][int(link)]["kind"] == "dense"  # in all of these
    for cursor, what in enumerate(steps[:-1], 1):
        go(page, cursor)
        paths = told_paths(page)
        if what["link"] == int(link):
            place = {"forward": f"trace.before.{link}.W.{j}.{k}", "backward": f"trace.before.{link}.W.{j}.{k}",
                     "gradient": f"trace.example.grads.{link}.W.{j}.{k}"}[what["phase"]]  # fmt: skip
            assert place in paths, (what, paths)
        marked = page.evaluate("chainrule.get('spoken')")
        assert marked["weight"] == f"{link}/{name}/{j},{k}"
        if what["phase"] != "loss":
            row, place = page.evaluate("chainrule.get('example')"), marked["addresses"][0].replace("/", ".").replace(",", ".")
            where, array, rest = place.split(".", 2)
            alike = {f"trace.layers.{where}.{array}.{row}.{rest}", f"trace.layers.{int(where) + 1}.grad_input.{row}.{rest}",
                     f"trace.example.grads.{where}.{array}.{rest}"}  # fmt: skip
            assert alike & set(paths), (paths, marked)
            page.wait_for_function("() => [...document.querySelectorAll('.stage-told')].some((path) => path.getAttribute('d'))")
    go(page, len(steps))
    assert f"trace.updates.{link}.W.{j}.{k}" in told_paths(page)


@pytest.mark.deep
def test_levenberg_marquardt_tells_the_system_that_it_solved_and_its_tries(page: Page) -> None:
    """A step with rejected tries: λ, the two losses, the weight's row −∂L/∂w and its entry of the solution, from the trace."""
    visit(page, "preset=xor&loss.kind=half_mse&optimizer.kind=levenberg_marquardt&step=1")
    count = page.evaluate("chainrule.get('substeps').length")
    rejections = set()
    for step in range(1, 4):
        page.wait_for_function("(step) => chainrule.get('state.step') === step && !chainrule.get('pending')", arg=step)
        page.wait_for_function("(count) => chainrule.get('cursor') === count", arg=count)
        go(page, count)
        page.wait_for_function("(step) => chainrule.get('derived.story.of') === step - 1", arg=step)
        found = numbers(page)
        check(found)
        tries = page.evaluate("chainrule.get('trace.tries')")
        layer, name, *index = page.evaluate("chainrule.get('spoken').weight").replace("/", ".").replace(",", ".").split(".")
        place = ".".join((layer, name, *index))
        last = f"trace.tries.{len(tries) - 1}"
        wanted = {"trace.tries.0.damping", f"{last}.damping", f"{last}.loss", "trace.loss.value", "derived.story.rejected",
                  f"trace.layers.{layer}.grads.{'.'.join((name, *index))}", f"trace.updates.{place}"}  # fmt: skip
        assert wanted <= {each["path"] for each in found}
        rejected = next(each["value"] for each in found if each["path"] == "derived.story.rejected")
        assert rejected == sum(not each["accepted"] for each in tries)
        rejections.add(rejected)
        page.get_by_role("button", name="Step", exact=True).first.click()
    assert len(rejections) > 1


@pytest.mark.parametrize("preset", ["xor", deeply("iris")])
@pytest.mark.deep
def test_the_same_weight_is_followed_through_the_run_and_after_a_reload(page: Page, preset: str) -> None:
    """The one that the first update moves most; which one a later update moves most differs from step to step."""
    opened(page, preset)
    page.wait_for_selector(".story-card [data-path^='trace.after']")
    followed = page.evaluate("chainrule.get('spoken').weight")
    largest = """() => chainrule.get('trace.updates').flatMap((link, at) => (link.W ?? []).flatMap((row, j) =>
      row.map((move, k) => [Math.abs(move), `${at}/W/${j},${k}`]))).sort((a, b) => b[0] - a[0])[0][1]"""
    movers = set()
    for step in range(1, 7):
        page.get_by_role("button", name="Step", exact=True).first.click()
        page.wait_for_function(
            "(step) => chainrule.get('state.step') === step && chainrule.get('derived.story.of') === step - 1", arg=step
        )
        movers.add(page.evaluate(largest))
        assert page.evaluate("chainrule.get('spoken').weight") == followed
        place = followed.replace("/", ".").replace(",", ".")
        assert f"trace.updates.{place}" in told_paths(page)
    assert len(movers) > 1
    visit(page, f"preset={preset}&step=4&substep=5")
    page.wait_for_function("() => chainrule.get('derived.story.of') === 3")
    assert page.evaluate("chainrule.get('spoken').weight") == followed
    page.evaluate("chainrule.store.set('selection', '0/W/1,0')")
    page.wait_for_function("() => chainrule.get('spoken').weight === '0/W/1,0'")


def test_what_the_optimizer_is_given_is_added_up_over_the_batch(page: Page) -> None:
    opened(page)
    go(page, 10)
    result, share, *cells = page.evaluate(SUMS)[-1]
    cells = [cell for cell in cells if cell["values"]]
    assert len(cells) == 3  # the shown example's term, the largest other, and what the rest come to
    own, found = page.evaluate("""() => [...document.querySelectorAll('.story .equation:not([hidden])')].map((equation) =>
      chainrule.get(equation.querySelector('.cell-number [data-path]').dataset.path)).filter((_, i) => i !== 1)""")
    assert cells[0]["values"] == [own]
    total = sum(cell["values"][0] for cell in cells)
    assert total / share["values"][0] == pytest.approx(found, rel=1e-9)
    assert found == result["values"][0]


@pytest.mark.parametrize("phase", [deeply("gradient"), "update"])
@pytest.mark.deep
def test_beside_the_short_answer_the_equations_are_still_seen_whole(page: Page, phase: str) -> None:
    """On a projector's screen nothing has to be scrolled: the words make room, and are said all the same."""
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, "digits-cnn&optimizer.kind=adam&selection=0/W/1,0,1,1")
    go(page, page.evaluate(f"chainrule.get('substeps').findLastIndex((each) => each.phase === '{phase}') + 1"))
    page.locator(f"{PANEL} .answer-strip").wait_for()
    page.locator(f"{PANEL} .story-{phase}").wait_for()
    numbers(page)
    over = "(() => { const page = document.querySelector('.story-page'); return page.scrollHeight - page.clientHeight; })()"
    assert page.evaluate(over) <= 4
    assert page.locator(f"{PANEL} .story-words").first.inner_text()
