"""How the links of every kind are told: convolutions, what hands numbers on, words, classes, and what is used more than once."""

import itertools
from math import prod

import pytest
from playwright.sync_api import Page, expect

from app.presets import presets
from tests.browser.shared import deeply, visit
from tests.browser.told import PANEL, SUMS, check, go, numbers, opened
from tests.browser.walk import call

BY_SLUG = {preset["slug"]: preset["experiment"] for preset in presets()}


SPATIAL = (
    "preset=iris&data.kind=signals&lens=race"
    "&layers=conv1d(filters:2,kernel:3,stride:2,padding:1),relu,mean_pool1d(size:2,stride:2),flatten,dense(units:3),softmax"
)


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
                terms, count = (cells[2:], cells[0]["values"][0]) if mean else (cells, 1)
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


@pytest.mark.deep
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


@pytest.mark.parametrize("preset", [deeply("digits"), "digits-cnn"])
@pytest.mark.deep
def test_an_output_that_stands_for_a_class_is_told_with_its_name(page: Page, preset: str) -> None:
    """Outputs are counted from 1, and digits from 0: ŷ₃ is the output of the 2, in its z, ŷ, loss and δ, and at its weights."""
    opened(page, preset)
    page.wait_for_selector(".story-card [data-path^='trace.layers']")
    noted = """() => [...document.querySelectorAll('.story .cell:has([data-name])')]
      .filter((cell) => !cell.closest('[hidden]')).map((cell) =>
      ({ note: cell.querySelector('.cell-note').textContent, index: cell.querySelector('[data-index]').textContent }))"""
    names = page.evaluate("chainrule.get('info.output_names')")
    assert names == [str(digit) for digit in range(10)]
    loss = page.evaluate("chainrule.get('substeps').findIndex((each) => each.phase === 'loss')") + 1
    gradient = page.evaluate("chainrule.get('substeps').findIndex((each) => each.phase === 'gradient')") + 1
    for cursor in (0, loss - 2, loss - 1, loss, loss + 1, loss + 2, gradient):
        if cursor:
            go(page, cursor)
        numbers(page)
        found = page.evaluate(noted)
        assert found, cursor
        assert all(each["note"] == f"class {names[int(each['index']) - 1]}" for each in found), found
    described = """async (address) => (await ours("telling/words.js")).describe(chainrule.store, address)"""
    link = max(i for i, layer in enumerate(BY_SLUG[preset]["layers"]) if layer["kind"] == "dense")
    assert " to neuron 9 (class 8) of dense" in page.evaluate(described, f"{link}/W/8,2")
    assert page.evaluate(described, f"{link}/b/0").startswith("bias of neuron 1 (class 0) of dense")


# A word of the first example, a kernel's element, a bias that is used in every window; with a penalty, that has its own part.
SOON = ("iris",)  # the others are for `make check-deep`
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
@pytest.mark.deep
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


@pytest.mark.deep
def test_each_product_of_the_softmax_names_the_class_that_it_runs_through(page: Page) -> None:
    """Of the ten outputs of the digits those are written out whose product is not 0, the target's, and the told one's own."""
    opened(page, "digits-cnn")
    go(page, page.evaluate("chainrule.get('substeps').findIndex(({ phase }) => phase === 'loss') + 1"))
    told = page.locator(f"{PANEL} .equation .cell:visible .cell-number:not(.cell-op) [data-path^='trace.batch.y.']")
    expect(told).to_have_text(["1"])  # −0 · ln ŷ had stood before −1 · ln ŷ
    go(page, 1)
    unbroken = page.locator(f"{PANEL} .story-title .unbroken")
    expect(unbroken).to_have_text("2-D")
    assert unbroken.evaluate("(part) => getComputedStyle(part).whiteSpace") == "nowrap", "no line ends within it"
    go(page, page.evaluate("chainrule.get('substeps').findIndex(({ phase }) => phase === 'backward') + 1"))
    line = page.locator(f"{PANEL} .equation", has_text="Jacobian")
    slopes = line.locator(".cell-number:visible [data-path*='.jacobian.']")
    outputs = [int(path.split(".")[-2]) for path in (each.get_attribute("data-path") or "" for each in slopes.all())]
    targets = page.evaluate("chainrule.get('trace.batch.y')[chainrule.get('trace.example.row')]")
    assert len(set(outputs)) == len(outputs) == 2
    assert targets.index(1) in outputs
    products = line.locator(".cell:visible", has=page.locator("[data-path*='.jacobian.']"))
    classes = page.evaluate("chainrule.get('info.class_names')")
    expect(products.locator(".cell-note")).to_have_text([f"class {classes[output]}" for output in outputs])
