"""«What is happening now»: in every sub-step of every preset each number on the page is its place in the store."""

import itertools
import re
from math import prod
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from app.presets import presets
from tests.browser.shared import deeply, painted, visit
from tests.browser.walk import call

PRESETS = ["xor", "iris", "digits", "line"]
BY_SLUG = {preset["slug"]: preset["experiment"] for preset in presets()}
PANEL = "[data-panel=story]"


def opened(page: Page, preset: str = "xor") -> None:
    visit(page, f"preset={preset}")
    page.wait_for_selector(f"{PANEL} .timeline-step")


def numbers(page: Page, panel: str = PANEL) -> list[dict[str, Any]]:
    """[{path, text, value}] of every number that the panel shows now; reads the store itself."""
    return page.evaluate(
        """(panel) => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(
        [...document.querySelectorAll(`${panel} [data-path]`)]
          .filter((e) => e.checkVisibility())
          .map((e) => ({path: e.dataset.path ?? e.getAttribute('data-path'), format: e.dataset?.format ?? null,
                        text: e.textContent, value: chainrule.get(e.getAttribute('data-path')) ?? null}))))))""",
        panel,
    )


def shown(text: str) -> float | None:
    plain = re.sub(r"^\((-.*)\)$", r"\1", text.replace("−", "-").replace("\u202f", "").replace("+", "").strip())
    if plain == "—":
        return None
    return float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)


def check(found: list[dict[str, Any]]) -> None:
    """What stands on the page is the number at its place, to the digits shown."""
    for each in found:
        if isinstance(each["value"], str):
            assert each["text"] == each["value"], each
            continue
        number = shown(each["text"])
        if each["format"] == "operand":  # among others in a sum or a product
            assert each["text"].startswith("(−") == (each["value"] is not None and each["value"] < 0), each
        if each["value"] is None:
            assert number is None, each
        elif each["format"] == "percent":
            assert number == pytest.approx(each["value"], abs=6e-4), each
        else:
            assert number == pytest.approx(each["value"], rel=6e-4), each


def go(page: Page, cursor: int) -> None:
    page.locator(f"{PANEL} .timeline-step").nth(cursor - 1).click()
    page.wait_for_function("(cursor) => chainrule.get('cursor') === cursor", arg=cursor)
    painted(page)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_number_of_every_sub_step_is_in_the_store(page: Page, preset: str) -> None:
    opened(page, preset)
    steps = page.locator(f"{PANEL} .timeline-step").count()
    assert steps == page.evaluate("chainrule.get('substeps').length")
    for cursor in range(1, steps):
        go(page, cursor)
        found = numbers(page)
        assert len(found) >= 2, cursor
        assert all(each["path"] and each["value"] is not None for each in found), (cursor, found)
        check(found)


@pytest.mark.parametrize("preset", ["iris"])
def test_the_batch_mean_is_told_with_its_own_numbers(page: Page, preset: str) -> None:
    opened(page, preset)
    page.get_by_role("button", name="Batch mean").click()
    for cursor in range(1, page.evaluate("chainrule.get('substeps').length")):
        go(page, cursor)
        found = numbers(page)
        check(found)
        assert not any(f".{each}." in path["path"] for each in ("example",) for path in found)


SPATIAL = (
    "preset=iris&data.kind=signals&lens=race"
    "&layers=conv1d(filters:2,kernel:3,stride:2,padding:1),relu,mean_pool1d(size:2,stride:2),flatten,dense(units:3),softmax"
)
SUMS = """() => [...document.querySelectorAll('.story .equation:not([hidden])')].map((equation) =>
  [...equation.querySelectorAll('.cell')].filter((cell) => !cell.hidden).map((cell) => ({
    op: cell.querySelector('.cell-op')?.textContent ?? '',
    values: [...cell.querySelectorAll('.cell-number:not(.cell-op) [data-path]')]
      .map((e) => chainrule.get(e.getAttribute('data-path')))})))"""


def test_a_convolution_is_told_window_by_window_and_its_sums_are_true(page: Page) -> None:
    visit(page, SPATIAL)
    page.wait_for_selector(f"{PANEL} .timeline-step")
    checked = 0
    for cursor in range(1, page.evaluate("chainrule.get('substeps').length")):
        go(page, cursor)
        found = numbers(page)
        assert all(each["value"] is not None for each in found), (cursor, found)
        check(found)
        what = page.evaluate("(at) => chainrule.get('substeps')[at]", cursor - 1)
        if what["phase"] == "loss" or what["link"] not in (0, 4):
            continue
        for result, *cells in page.evaluate(SUMS):
            if len(cells) > 2 and cells[0]["op"] == "=":
                mean = cells[1]["op"] == "("  # 1/N stands before the bracket
                terms, count = (cells[2:-1], cells[0]["values"][0]) if mean else (cells, 1)
                assert sum(prod(cell["values"]) for cell in terms) / count == pytest.approx(result["values"][0], rel=1e-9)
                checked += 1
    assert checked >= 5  # forward, backward and gradient of the convolution; forward and backward of the dense link


HANDED_ON = {
    "text": ("embedding", "max_pool1d", "flatten"),
    "digits-cnn": ("conv2d", "max_pool2d", "flatten"),
    "signals": ("mean_pool1d",),
}
STANDS = """(kinds) => chainrule.get('trace.example')
  && chainrule.get('trace.layers').map((link) => link.kind).join() === kinds.join()
  && document.querySelectorAll('.timeline-step').length === chainrule.get('substeps.length')"""


def test_links_that_hand_numbers_on_are_told_with_the_numbers_they_hand_on(page: Page) -> None:
    """Forward, backward and gradient: what stands left is the sum of what stands right, and not a number alone."""
    for preset, kinds in HANDED_ON.items():
        opened(page, preset)
        layers = [layer["kind"] for layer in BY_SLUG[preset]["layers"]]
        page.wait_for_function(STANDS, arg=layers)
        told = set()
        for cursor in range(1, page.evaluate("chainrule.get('substeps').length")):
            what = page.evaluate("(at) => chainrule.get('substeps')[at]", cursor - 1)
            if what["phase"] == "loss" or layers[what["link"]] not in kinds or (what["phase"], what["link"]) == ("backward", 0):
                continue
            go(page, cursor)
            check(numbers(page))
            kind, (result, *cells) = layers[what["link"]], page.evaluate(SUMS)[0]
            terms = [prod(cell["values"]) for cell in cells if cell["values"]]
            assert terms, (preset, what)
            share = {"mean_pool1d": 2.0}.get(kind, 1.0)
            if (what["phase"], kind.split("_")[0]) == ("forward", "max"):
                assert result["values"][0] == max(terms)
            else:
                assert sum(terms) == pytest.approx(share * result["values"][0], rel=1e-9, abs=1e-12), (preset, what)
            told.add((what["phase"], kind))
        assert {kind for phase, kind in told if phase != "gradient"} == set(kinds), preset


def test_an_embedding_is_told_with_numbers_throughout(page: Page) -> None:
    layers = "embedding(vocabulary:200,units:3),flatten,dense(units:2),softmax"
    visit(page, f"preset=iris&data.kind=sentences&layers={layers}&lens=race")
    page.wait_for_selector(f"{PANEL} .timeline-step")
    for cursor in range(1, page.evaluate("chainrule.get('substeps').length")):
        go(page, cursor)
        found = numbers(page)
        assert found, cursor
        assert all(each["value"] is not None for each in found), (cursor, found)
        check(found)


def test_the_numbers_follow_the_example(page: Page) -> None:
    opened(page)
    go(page, 10)
    before = numbers(page)
    page.get_by_role("button", name="Next example").click()
    page.wait_for_function("() => chainrule.get('trace.example.row') === 1")
    after = numbers(page)
    check(after)
    assert [each["text"] for each in before] != [each["text"] for each in after]


def test_the_strip_goes_back_into_a_step_whose_update_was_taken(page: Page) -> None:
    opened(page)
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("() => chainrule.get('cursor') === chainrule.get('substeps').length")
    after = page.evaluate("chainrule.get('state.params.0.W.0.0')")
    go(page, 3)
    assert page.evaluate("chainrule.get('state.params.0.W.0.0') === chainrule.get('trace.before.0.W.0.0')")
    page.locator(f"{PANEL} .timeline-step").last.click()
    page.wait_for_function("() => chainrule.get('cursor') === chainrule.get('substeps').length")
    assert page.evaluate("chainrule.get('state.params.0.W.0.0')") == after


def test_the_strip_is_reached_and_moved_by_keyboard(page: Page) -> None:
    opened(page)
    first = page.locator(f"{PANEL} .timeline-step").first
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("() => chainrule.get('cursor') === 2")
    expect(page.locator(f"{PANEL} [aria-current=step]")).to_have_count(1)


def test_a_selected_weight_is_the_one_told(page: Page) -> None:
    opened(page)
    page.evaluate("chainrule.store.set('selection', '2/W/0,1')")
    go(page, 10)
    assert "trace.example.grads.2.W.0.1" in {each["path"] for each in numbers(page)}
    go(page, 12)
    assert "trace.updates.2.W.0.1" in {each["path"] for each in numbers(page)}


def test_numbers_change_without_formulas_being_made_anew(page: Page) -> None:
    opened(page)
    go(page, 3)
    page.evaluate("window.kept = document.querySelector('.story-lines math')")
    page.get_by_role("button", name="Next example").click()
    page.wait_for_function("() => chainrule.get('example') === 1")
    numbers(page)
    assert page.evaluate("window.kept.isConnected")


def test_formulas_are_set_in_the_font_that_comes_with_the_page(page: Page) -> None:
    opened(page)
    go(page, 4)
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Chainrule Math\"', '𝛿φ∂'))")
    assert page.evaluate("getComputedStyle(document.querySelector('.story math')).fontFamily").startswith('"Chainrule Math"')


def test_before_the_step_its_results_are_shown_and_each_leads_to_its_telling(page: Page) -> None:
    opened(page, "spiral")
    cards = page.locator(f"{PANEL} .story-card")
    expect(cards).to_have_count(5)
    check(numbers(page))
    old, new = page.evaluate("""() => [...document.querySelectorAll('.story-card:last-child [data-path]')]
      .map((e) => e.getAttribute('data-path'))""")
    place = old.removeprefix("trace.before.")
    assert new == f"trace.after.{place}"
    moves = page.evaluate("chainrule.get('trace.updates').flatMap((link) => Object.values(link).flat(2)).map(Math.abs)")
    assert abs(page.evaluate(f"chainrule.get('trace.updates.{place}')")) == max(moves)
    page.evaluate("chainrule.store.set('selection', '2/W/3,1')")
    expect(cards.last.locator("[data-path='trace.after.2.W.3.1']")).to_be_visible()
    cards.nth(2).locator("button").click()
    page.wait_for_function("() => chainrule.get('substeps')[chainrule.get('cursor') - 1].phase === 'backward'")
    assert page.evaluate("chainrule.get('substeps')[chainrule.get('cursor') - 2].phase") == "loss"


@pytest.mark.parametrize("preset", ["digits", "digits-cnn"])
def test_an_output_that_stands_for_a_class_is_told_with_its_name(page: Page, preset: str) -> None:
    """Outputs are counted from 1, and digits from 0: ŷ₃ is the output of the 2, in its z, ŷ, loss and δ."""
    opened(page, preset)
    page.wait_for_selector(".story-card [data-path^='trace.layers']")
    noted = """() => [...document.querySelectorAll('.story .cell:not([hidden]):has([data-name])')].map((cell) =>
      ({ note: cell.querySelector('.cell-note').textContent, index: cell.querySelector('[data-index]').textContent }))"""
    names = page.evaluate("chainrule.get('info.output_names')")
    assert names == [str(digit) for digit in range(10)]
    loss = page.evaluate("chainrule.get('substeps').findIndex((each) => each.phase === 'loss')") + 1
    for cursor in (0, loss - 2, loss - 1, loss, loss + 1):
        if cursor:
            go(page, cursor)
        numbers(page)
        found = page.evaluate(noted)
        assert found, cursor
        assert all(each["note"] == f"class {names[int(each['index']) - 1]}" for each in found), found


def told_paths(page: Page) -> list[str]:
    return [each["path"] for each in numbers(page)]


@pytest.mark.parametrize("preset", ["xor", "iris", "digits-cnn"])
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


@pytest.mark.parametrize("preset", ["xor", "iris"])
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


# A word of the first example, a kernel's element, a bias that is used in every window; with a penalty, that has its own part.
SOON = ("iris", "digits")  # the others are for `make check-deep`
SHARED = {
    "text": ("0/W/142,1", "1/W/1,2,0", "1/b/1"),
    "digits-cnn&penalty.kind=l2&penalty.rate=0.5": ("0/W/1,0,1,1", "0/b/1"),
    "signals": ("0/W/1,0,2", "0/b/0"),
    "iris": ("0/b/1",),
}
LAST_LINE = """() => {
  const lines = [...document.querySelectorAll('.story .equation')].filter((each) => !each.hidden), last = lines.at(-1);
  return [...last.querySelectorAll('.cell')].filter((cell) => !cell.hidden).map((cell) => {
    const numbers = (within) => [...cell.querySelectorAll(within)].map((e) => chainrule.get(e.dataset.path));
    const whose = numbers('.cell-symbol [data-path^="trace.batch.indices"]');
    return {whose: whose[0] ?? null, rest: numbers('[data-path$=".rest"]')[0] ?? 0,
            values: numbers('.cell-number:not(.cell-op) [data-path]')};
  });
}"""


@pytest.mark.parametrize("preset", [s if s.startswith(SOON) else deeply(s) for s in SHARED])
def test_what_is_used_more_than_once_has_every_examples_own_share_in_the_mean(page: Page, server: str, preset: str) -> None:
    """Kernels, a table's rows, biases: the terms are the derivation's, the shown example's among them, and give the mean."""
    for address, example in itertools.product(SHARED[preset], (0, 3, "mean")):
        link, name, place = address.split("/")
        opened(page, f"{preset}&selection={address}&example={example}")
        at = "(link) => chainrule.get('substeps').findIndex((each) => each.phase === 'gradient' && each.link === link) + 1"
        go(page, page.evaluate(at, int(link)))
        page.wait_for_function("(row) => row === 'mean' || chainrule.get('trace.example.row') === row", arg=example)
        found = numbers(page)
        check(found)
        asked = {"experiment": page.evaluate("chainrule.get('experiment')"), "address": address}
        [witness] = call(server, "/api/derive", asked)
        shares = {each["index"]: each["value"] for each in witness["examples"]}
        result, count, *cells = page.evaluate(LAST_LINE)
        told = {cell["whose"]: cell["values"][0] for cell in cells if cell["whose"] is not None}
        assert len(told) >= 2
        assert told == pytest.approx({i: shares[i] for i in told}, rel=1e-12, abs=1e-15), address
        rest = sum(cell["rest"] for cell in cells)
        pull = prod(cells[-1]["values"]) if witness["penalty"] else 0.0
        mean = (sum(told.values()) + rest) / count["values"][0]
        assert mean + pull == pytest.approx(witness["gradient"], rel=1e-9, abs=1e-15), address
        assert result["values"] == [pytest.approx(witness["gradient"], rel=1e-12)]
        own = f"trace.example.grads.{link}.{name}.{place.replace(',', '.')}"
        if example == "mean":
            assert own not in {each["path"] for each in found}
        else:
            assert witness["examples"][example]["index"] in told
            assert page.evaluate(f"chainrule.get('{own}')") == pytest.approx(witness["examples"][example]["value"], rel=1e-12)
            assert own in {each["path"] for each in found}


@pytest.mark.parametrize("phase", ["gradient", "update"])
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


def test_numbers_that_differ_little_are_told_apart(page: Page) -> None:
    """Late in training −1.449 = −1.449 + (−3.811e−5) would be no equation; the shown digits add up to what is shown."""
    opened(page)
    page.evaluate("""() => {
      const { store } = chainrule, trace = structuredClone(store.get("trace"));
      for (const [link, params] of trace.after.entries()) {
        for (const name of Object.keys(params)) {
          const small = (_, v) => (typeof v === "number" ? v / 4096 : v);
          trace.updates[link][name] = JSON.parse(JSON.stringify(trace.updates[link][name]), small);
          const add = (a, b) => (Array.isArray(a) ? a.map((each, i) => add(each, b[i])) : a + b);
          params[name] = add(trace.before[link][name], trace.updates[link][name]);
        }
      }
      store.patch({ trace, cursor: store.get("substeps").length });
    }""")
    found = [each for each in numbers(page) if each["path"].split(".")[1] in ("after", "before", "updates")]
    new, old, change = [shown(each["text"]) for each in found[-3:]]
    assert new is not None
    assert old is not None
    assert new != old
    assert new - old == pytest.approx(change, rel=0.1)


def test_while_steps_stream_past_the_equations_rest_and_say_so(page: Page) -> None:
    opened(page)
    go(page, 3)
    page.evaluate("chainrule.store.set('speed', 'max')")
    note = page.locator(f"{PANEL} .story-rest")
    expect(note).to_be_hidden()
    page.get_by_role("button", name="Play").click()
    expect(note).to_be_visible()
    expect(note).to_contain_text("rest at update 1 ")
    expect(page.locator(f"{PANEL} .story-whose")).to_be_hidden()
    page.wait_for_function("() => chainrule.get('trace.step') > 3")
    page.get_by_role("button", name="Pause").click()
    expect(note).to_be_hidden()
    check(numbers(page))


def test_the_equations_of_the_network_before_do_not_stand_beside_the_next_one(page: Page) -> None:
    visit(page, "preset=xor&optimizer.kind=adam&step=1")
    told = page.locator(".story-page")
    expect(told).to_contain_text("Adam")
    held: list[Route] = []
    page.route("**/api/story", lambda route: held.append(route))  # noqa: PLW0108 (Playwright marks the function it is given)
    page.evaluate("() => { location.hash = 'preset=xor&step=1'; }")
    page.wait_for_function("() => chainrule.get('experiment.optimizer.kind') === 'sgd'")
    expect(told).not_to_be_visible()
    for route in held:
        route.continue_()
    expect(told).to_be_visible()
    expect(told).to_contain_text("Gradient descent")


def test_each_product_of_the_softmax_names_the_class_that_it_runs_through(page: Page) -> None:
    """Of the ten outputs of the digits the three largest products are written out, which need not be the first."""
    opened(page, "digits-cnn")
    go(page, page.evaluate("chainrule.get('substeps').findIndex(({ phase }) => phase === 'backward') + 1"))
    line = page.locator(f"{PANEL} .equation", has_text="Jacobian")
    slopes = line.locator(".cell-number:visible [data-path*='.jacobian.']")
    outputs = [int(path.split(".")[-2]) for path in (each.get_attribute("data-path") or "" for each in slopes.all())]
    assert len(set(outputs)) == len(outputs) == 3
    products = line.locator(".cell:visible", has=page.locator("[data-path*='.jacobian.']"))
    classes = page.evaluate("chainrule.get('info.class_names')")
    expect(products.locator(".cell-note")).to_have_text([f"class {classes[output]}" for output in outputs])
