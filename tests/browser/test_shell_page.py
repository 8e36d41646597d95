"""The page itself: landmarks, names, themes, sizes, tabs."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shared import PLACES, Get, deeply, painted, still, until, visit

PLOTS = True

SIZES = [(1440, 900), (820, 1180), (390, 844)]


def test_landmarks_headings_and_a_way_past_them(page: Page, get: Get) -> None:
    page.reload()  # or Tab would go on from what another test has clicked
    expect(page).to_have_title("Chainrule: backpropagation with its real numbers")
    for role in ("banner", "main", "contentinfo"):
        expect(page.get_by_role(role)).to_have_count(1)  # type: ignore[arg-type]
    expect(page.get_by_role("heading", level=1)).to_have_text("Chainrule")
    expect(page.locator(".stage-figure")).to_be_attached()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the network")).to_be_focused()
    page.keyboard.press("Enter")
    for place in (".stage-figure", "#controls"):
        expect(page.locator(place)).to_be_focused()
        expect(page.locator(place)).to_have_css("outline-style", "solid")
        page.locator("a.skip").nth(1).focus()
        page.keyboard.press("Enter")
    expect(page.locator("#help .keys")).to_contain_text("on the network")
    for name in ("Play", "Step", "Sub-step", "Back", "Reset"):
        expect(page.get_by_role("button", name=name, exact=True).first).to_be_visible()


@pytest.mark.deep
def test_nothing_overflows_sideways_on_either_side_of_where_the_layout_changes(page: Page, get: Get) -> None:
    """Where a desktop is enlarged to 200 % as well: 720 x 450."""
    for width in (481, 640, 680, 681, 720, 799, 801, 1240, 1241):
        page.set_viewport_size({"width": width, "height": 450})
        painted(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width


@pytest.mark.parametrize("size", [deeply(SIZES[0]), deeply(SIZES[1]), SIZES[2]])
def test_nothing_overflows_sideways_and_targets_are_large_enough(page: Page, get: Get, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    assert still(page, "() => document.documentElement.scrollWidth - innerWidth") <= 0
    small = page.evaluate("""() => [...document.querySelectorAll("header, .controls, .whose, .tabs")]
      .flatMap((part) => [...part.querySelectorAll("button, select, input[type=range], input[type=number]")])
      .map((one) => [one, one.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
      .map(([one, box]) => `${one.outerHTML.slice(0, 80)} ${box.width} x ${box.height}`)""")
    assert small == []


def test_a_laptop_holds_the_hero_without_scrolling(page: Page, get: Get) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    for panel in ("transport", "controls", "whose", "stage", "story", "surface", "boundary", "loss"):
        box = page.locator(f"[data-panel={panel}]").bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900, panel
        assert box["width"] > 150, panel
        assert box["height"] > 30, panel


ENDS = "(each) => ['top', 'bottom'].map((end) => each.getBoundingClientRect()[end])"


@pytest.mark.parametrize("preset", [deeply("xor"), deeply("digits"), "text"])
@pytest.mark.deep
def test_a_projector_shows_all_of_each_plot_on_its_first_screen(page: Page, get: Get, preset: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    visit(page, f"preset={preset}")
    expect(page.locator(".plots .plot-front")).to_have_count(3)
    until(page, "document.querySelector('.loss-box .mark-train')?.getAttribute('transform')")
    cut = page.locator(".plots .plot-front, .plots .plot-front > *, .answer-row").evaluate_all("""(all) => {
      const bottom = (each) => each.getBoundingClientRect().bottom;
      const room = (each) => Math.min(innerHeight, bottom(each.closest('.panel')));
      return all.filter((each) => each.checkVisibility() && bottom(each) > room(each) + 1).map((each) => each.className);
    }""")
    assert cut == []
    given = page.locator(".answer-given")
    if given.is_visible():
        assert given.evaluate("(each) => each.scrollHeight <= each.clientHeight"), "all inputs are seen"
        head, around, numbers = (
            page.locator(f".plot-boundary {each}").evaluate(ENDS) for each in (".plot-head", ".answer-given", ".plot-numbers")
        )
        assert head[1] <= around[0]
        assert around[1] <= numbers[0], "nothing stands over the measures"


@pytest.mark.deep
def test_on_a_phone_the_three_questions_follow_the_story(page: Page, get: Get) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    asked = page.locator(".questions-near .question")
    expect(asked).to_have_count(3)
    expect(page.locator(".lenses > .questions")).to_be_hidden()
    story, near, plots = page.evaluate(PLACES, [".story", ".questions-near", ".plots"])
    assert story["bottom"] <= near["top"]
    assert near["bottom"] <= plots["top"]
    asked.nth(1).click()
    expect(page.get_by_role("tab", selected=True)).to_have_id("tab-seam")
    expect(page.locator("#lens-seam .lens-title")).to_be_in_viewport()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator(".lenses > .questions")).to_be_visible()
    expect(page.locator(".questions-near")).to_be_hidden()


def test_on_a_phone_the_numbers_of_the_moment_stand_above_the_transport(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, "preset=xor&step=1&substep=8")
    until(page, "() => document.querySelector('.story-lines .cell-number:not(:empty)')?.offsetParent")
    still(page, "() => document.querySelector('.story-lines').getBoundingClientRect().top")
    ends = page.evaluate("""() => [...document.querySelectorAll('.story-lines .equation')].find((each) => each.offsetParent)
      .getBoundingClientRect().bottom""")
    assert ends <= page.evaluate(PLACES, [".transport"])[0]["top"]


def test_a_plot_that_is_not_there_yet_says_so_and_shows_no_mark(page: Page, get: Get) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator(".boundary-box, .loss-box")).to_have_count(2)
    expect(page.locator(".boundary-box.is-drawing, .loss-box.is-drawing")).to_have_count(0)
    shown = page.evaluate("""() => {
      const box = document.querySelector(".boundary-box");
      box.classList.add("is-drawing");
      const seen = [getComputedStyle(box, "::after").content, getComputedStyle(box.querySelector(".plot-overlay")).opacity];
      box.classList.remove("is-drawing");
      return seen;
    }""")
    assert shown == ['"drawing…"', "0"]


def test_shift_and_the_arrow_go_one_link_back_within_a_step(page: Page, get: Get) -> None:
    page.evaluate("() => window.chainrule.store.set('speed', 60)")
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("() => chainrule.get('state.step') === 1")
    last = get("cursor")
    for cursor in (last - 1, last - 2):
        page.keyboard.press("Shift+ArrowLeft")
        page.wait_for_function("(cursor) => chainrule.get('cursor') === cursor", arg=cursor)
    assert (get("state.step"), get("trace.step")) == (0, 0)


@pytest.mark.motion
def test_who_goes_back_while_a_step_is_told_stays_there(page: Page, get: Get) -> None:
    page.evaluate("() => window.chainrule.store.set('speed', 4)")
    page.get_by_role("button", name="Step", exact=True).click()
    page.wait_for_function("() => chainrule.get('cursor') >= 2")
    page.keyboard.press("Shift+ArrowLeft")
    there = get("cursor")
    page.wait_for_timeout(600)  # of a step that went on, two more links would have been told
    assert get("cursor") == there < len(get("substeps"))


def test_nothing_moves_when_numbers_change(page: Page, get: Get) -> None:
    measure = """() => [...document.querySelectorAll("[data-panel], header button, .whose button, .whose b")]
      .filter((one) => one.closest("[hidden]") === null)
      .map((one) => one.getBoundingClientRect())
      .filter((box) => box.y < innerHeight)
      .map((box) => [box.x, box.y, box.width, box.height].map(Math.round).join())"""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.evaluate("() => window.chainrule.store.set('speed', 'max')")
    before = still(page, measure)
    for step in range(1, 4):
        page.get_by_role("button", name="Step", exact=True).click()
        page.wait_for_function("(step) => chainrule.get('state.step') === step", arg=step)
        page.mouse.move(5, 400)
        assert still(page, measure) == before


def test_every_number_of_the_shell_is_the_stores(page: Page, get: Get) -> None:
    check = """async () => {
      const { show, parse, FORMATS } = await ours("base/format.js");
      return [...document.querySelectorAll(".whose [data-path], header [data-path]")].map((one) => {
        const value = window.chainrule.get(one.dataset.path);
        return [one.dataset.path, one.textContent, (FORMATS[one.dataset.format] ?? show)(value)];
      });
    }"""
    page.evaluate("() => window.chainrule.store.set('speed', 60)")
    for _ in range(14):
        found = page.evaluate(check)
        assert len(found) >= 3
        assert [(path, text) for path, text, _ in found] == [(path, wanted) for path, _, wanted in found]
        cursor = get("cursor")
        page.get_by_role("button", name="Sub-step", exact=True).click()
        page.wait_for_function("(old) => window.chainrule.get('cursor') !== old", arg=cursor)


def test_whose_numbers_are_shown_is_said_and_can_be_changed(page: Page, get: Get) -> None:
    label = page.locator(".whose-label")
    indices = get("trace.batch.indices")
    expect(label).to_have_text(f"example {indices[0]} · row 1 of the batch of {len(indices)}")
    page.get_by_role("button", name="Next example").click()
    expect(label).to_have_text(f"example {indices[1]} · row 2 of the batch of {len(indices)}")
    page.wait_for_function("() => window.chainrule.get('trace.example.row') === 1")
    assert get("trace.example.index") == indices[1]
    page.get_by_role("button", name="Batch mean").click()
    expect(label).to_have_text(f"mean of the batch of {len(indices)}")


def test_the_contributions_of_all_examples_average_to_the_gradient_of_the_batch(page: Page, get: Get) -> None:
    count, contributions = len(get("trace.batch.indices")), []
    for row in range(count):
        contributions.append(get("trace.example.grads.0.W.0.0"))
        page.get_by_role("button", name="Next example").click()
        page.wait_for_function("(row) => window.chainrule.get('trace.example.row') === row", arg=(row + 1) % count)
    assert sum(contributions) / count == pytest.approx(get("trace.layers.0.grads.W.0.0"), rel=1e-12)


def test_themes_follow_the_system_until_one_is_chosen(page: Page, get: Get) -> None:
    theme = page.locator("html")
    page.emulate_media(color_scheme="dark")
    expect(theme).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Theme: auto").click()
    expect(theme).to_have_attribute("data-theme", "light")
    page.reload()
    expect(theme).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="Theme: light").click()
    expect(theme).to_have_attribute("data-theme", "dark")


def test_the_tabs_are_walked_with_the_arrow_keys(page: Page, get: Get) -> None:
    names = page.get_by_role("tab").all_inner_texts()
    page.get_by_role("tab", name=names[0]).focus()
    for name in [*names[1:], names[0]]:
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=name)).to_be_focused()
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("tabpanel")).to_have_count(1)
    assert (get("state.step"), get("cursor")) == (0, 0), "arrows in the tabs are not the player's"


def test_the_present_sub_step_is_spoken(page: Page, get: Get) -> None:
    page.get_by_role("button", name="Sub-step", exact=True).click()
    expect(page.locator("#live")).to_contain_text(f"sub-step 1 of {len(get('substeps'))}: {get('substeps.0.title')}")
    expect(page.locator(".told .is-wide")).to_have_text(f"step 1, sub-step 1 of {len(get('substeps'))}")
    page.wait_for_function("() => location.hash.includes('step=1&substep=1')")


@pytest.mark.parametrize("size", [(1280, 720), deeply((1440, 900))])
@pytest.mark.deep
def test_what_a_preset_is_about_is_never_cut_within_a_sentence(page: Page, size: tuple[int, int]) -> None:
    """In a narrow head its first sentences stand, or none; the whole is told where a pointer rests on the picker."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    visit(page, "preset=xor")
    say = """async (text) => {
      const { Summary } = await ours('shell/summary.js');
      const [place, picker] = ['preset-summary', 'preset'].map((id) => document.getElementById(id));
      window.told ??= new Summary(place, picker);
      window.told.say(text);
      // Read at once: the page has a summary of its own, which says its own again.
      const lines = place.clientHeight / parseFloat(getComputedStyle(place).lineHeight);
      return [picker.title, place.scrollHeight - place.clientHeight, place.textContent, Math.round(lines)];
    }"""
    for preset in page.evaluate("chainrule.get('presets')"):
        title, cut, shown, lines = page.evaluate(say, preset["summary"])
        assert title == preset["summary"]
        assert cut <= 1, preset["slug"]
        assert preset["summary"].startswith(shown.replace("\u00a0", " "))
        assert not re.search(" [−=]|[−=] ", shown), "an equation is not broken"
        assert lines <= 3, preset["slug"]
        assert re.search(r"([.!?]|^)$", shown), shown
        assert shown or size[0] < 1440, preset["slug"]
