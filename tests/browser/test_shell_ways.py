"""Ways to a lens: a link, the three questions, and where on the screen one comes to stand."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Desk
from tests.browser.shared import PLACES, Get, deeply, painted, still, until, visit

SIZES = [(1440, 900), (820, 1180), (390, 844)]


TABS = "() => document.querySelector('#lenses > .tabs').getBoundingClientRect().top"
MASTHEAD = "() => Math.max(0, document.querySelector('.masthead').getBoundingClientRect().bottom)"


@pytest.mark.parametrize("size", [SIZES[0], deeply(SIZES[1]), deeply(SIZES[2])])
def test_a_link_to_a_lens_opens_with_it_in_view(fresh: Desk, size: tuple[int, int]) -> None:
    page = fresh.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto("/#preset=xor&lens=seam")
    until(page, f"() => Boolean(window.chainrule?.get('trace')) && ({TABS})() < innerHeight / 4")
    still(page, "() => scrollY")
    assert page.evaluate(MASTHEAD) <= page.evaluate(TABS) < size[1] / 4
    expect(page.get_by_role("tab", name="Gradient vs descent")).to_be_in_viewport()
    assert fresh.watch.unexpected() == []


@pytest.mark.deep
def test_a_reader_who_has_begun_to_move_is_not_carried_to_the_lens(fresh: Desk) -> None:
    page, held = fresh.page, list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/presets", hold)
    page.goto("/#preset=xor&lens=seam")
    until(page, "() => Boolean(window.chainrule)")
    page.mouse.move(300, 300)
    page.mouse.wheel(0, 3)
    page.wait_for_timeout(300)
    for route in held:
        route.continue_()
    until(page, "() => Boolean(window.chainrule.get('trace')) && !window.chainrule.get('pending')")
    still(page, "() => document.documentElement.scrollHeight")
    assert page.evaluate("() => scrollY") <= 3


@pytest.mark.deep
def test_the_number_that_is_derived_is_named_before_anybody_scrolls_to_it(fresh: Desk) -> None:
    page = fresh.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/#preset=xor")
    until(page, "() => document.querySelector('[data-panel=derivation] .picker select')?.value")
    assert page.evaluate("() => scrollY") == 0
    found = page.evaluate("""async () => {
      const { wanted } = await ours('lenses/derivation-model.js');
      const picker = document.querySelector('[data-panel=derivation] .picker');
      const index = [...picker.querySelectorAll('.picker-places input')].map((input) => Number(input.value) - 1);
      return [`${picker.querySelector('select').value}/${index}`, wanted(chainrule.store)];
    }""")
    assert found[0] == found[1]


@pytest.mark.parametrize("lens", ["derivation", deeply("seam"), deeply("head")])
def test_each_of_the_three_questions_is_a_click_from_its_answer(page: Page, get: Get, lens: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    asked = page.locator(f".lenses [data-question={lens}]")
    expect(asked).to_be_in_viewport()
    asked.click()
    expect(page.get_by_role("tab", selected=True)).to_have_id(f"tab-{lens}")
    expect(page.locator(f"#lens-{lens} .lens-title")).to_be_in_viewport()
    if lens == "derivation":
        moves = page.evaluate("chainrule.get('trace.updates').flatMap((link) => [link.W ?? []]).flat(2).map(Math.abs)")
        link, name, index = get("selection").split("/")
        assert abs(get(f"trace.updates.{link}.{name}.{index.replace(',', '.')}")) == max(moves)
    page.keyboard.press("?")
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.getElementById('help').scrollTo(0, 9999)")
    expect(page.locator("#help .close")).to_be_in_viewport()  # the way out, at the end of what is to be read, too
    page.locator(f"#help [data-question={lens}]").click()
    expect(page.get_by_role("dialog", name="Keys and words")).to_be_hidden()


@pytest.mark.parametrize("width", [820, deeply(1000), deeply(1440)])
@pytest.mark.deep
def test_a_lens_comes_to_stand_just_beneath_the_head(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, "preset=xor")
    painted(page)  # the head has been measured at this width
    page.evaluate("async () => (await ours('telling/front.js')).bringToFront(chainrule.store, 'seam')")
    until(page, "document.querySelector('#lens-seam .lens-title')")
    still(page, "() => scrollY")
    head, questions, tabs = page.evaluate(PLACES, [".masthead", ".lenses > .questions", ".lenses > .tabs"])
    assert abs(tabs["top"] - head["bottom"]) <= 2
    assert questions["bottom"] <= head["bottom"] + 2, "under the head, not half under it"
