"""What the walks share: everything that a page shows now, read in one call, and an independent witness to hold it against."""

import json
import math
import re
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, Request

from tests.browser.shared import listen

Document = dict[str, Any]
PANELS = ("whose", "stage", "story", "surface", "boundary", "loss", "live")
LENSES = ("derivation", "seam", "head", "matrix", "race")

# Presses the buttons of the transport that `press` names, one after the other, and reads when what they do is done.
READ = """async ({ panels, press }) => {
  const frame = () => new Promise(requestAnimationFrame);
  for (const [action, cursor] of press) {
    document.querySelector(`[data-action=${action}]`).click();
    while (chainrule.get("cursor") !== cursor) await frame();
  }
  await frame();
  await frame();
  const format = performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/format.js"));
  const { FORMATS, apart, show } = await import(format.name);
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const get = window.chainrule.get;
  const numbers = [], strays = [], bars = [];
  for (const panel of panels) {
    const root = document.querySelector(`[data-panel=${panel}]`) ?? document.getElementById(panel);
    for (const element of root.querySelectorAll("[data-path]")) {
      if (!seen(element)) continue;
      const path = element.getAttribute("data-path");
      const format = element.getAttribute("data-format") ?? "show";
      const near = element.getAttribute("data-near");
      const value = path === "" ? null : (get(path) ?? null);
      const expected = near ? show(value, apart(value, chainrule.get(near))) : (FORMATS[format] ?? show)(value);
      numbers.push({ panel, path, format, text: element.textContent, value, expected });
    }
    for (const bar of root.querySelectorAll("[data-bar]")) {
      const path = bar.dataset.bar, all = [...bar.closest("table").querySelectorAll("[data-bar]")];
      const longest = Math.max(...all.map((each) => Math.abs(get(each.dataset.bar) ?? 0)));
      const left = bar.classList.contains("bar-negative"), share = Number(bar.style.getPropertyValue("--share"));
      bars.push({ path, value: get(path) ?? null, longest, share, left });
    }
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { data, parentElement } = walker.currentNode;
      if (!/\\d/.test(data) || parentElement.closest("[data-path]") || !seen(parentElement)) continue;
      const chain = panel === "live" ? ["live-region"] : [];
      for (let each = parentElement; each && each !== root; each = each.parentElement) {
        chain.push(`${each.localName}${[...each.classList].map((name) => `.${name}`).join("")}`);
      }
      strays.push({ panel, text: data.trim(), chain: chain.join(" < ") });
    }
  }
  return { numbers, strays, bars, example: get("example"), whose: document.querySelector(".whose-label").textContent };
}"""


def call(server: str, path: str, body: Document | None = None) -> list[Document]:
    """The server's answer to GET or POST, a document a line."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{server}{path}", data, {"Content-Type": "application/json"})  # noqa: S310 (our own server)
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return [json.loads(line) for line in answer.read().splitlines()]


class Witness:
    """The same run taken again by the test itself: what /api/start and /api/step say, the page never asked."""

    def __init__(self, server: str, experiment: Document) -> None:
        self.server, self.experiment = server, experiment
        self.start = call(server, "/api/start", {"experiment": experiment})[0]
        self._states = [(self.start["state"], self.start["frame"])]

    def truth(self, step: int, row: int | None, *, done: bool) -> Document:
        """The store's documents while step `step` is told (`done`: when its update is taken), for the example in this row."""
        while len(self._states) <= step:
            answer = self._step(self._states[-1][0], None)
            self._states.append((answer["state"], answer["frame"]))
        state, frame = self._states[step]
        return self.told(state, frame, row, done=done) | self._losses(step + done)

    def told(self, state: Document, frame: Document, row: int | None, *, done: bool) -> Document:
        """The same for the step that is taken from any state."""
        answer = self._step(state, row)
        after = {"state": answer["state"], "frame": answer["frame"]}
        now = after if done else {"state": state, "frame": frame}
        return {"trace": answer["trace"], "next": after, "experiment": self.experiment, "info": self.start["info"], **now}

    def trained(self, steps: int) -> tuple[Document, Document]:
        """The state and the frame after so many updates, in one stream."""
        last = call(self.server, "/api/train", {"experiment": self.experiment, "steps": steps, "every": steps})[-1]
        return last["state"], {name: value for name, value in last.items() if name != "state"}

    def _step(self, state: Document, row: int | None) -> Document:
        return call(self.server, "/api/step", {"experiment": self.experiment, "state": state, "example": row})[0]

    def _losses(self, last: int) -> Document:
        frames = [frame for _, frame in self._states[: last + 1]]
        return {"losses": [{"step": frame["step"], **frame["loss"]} for frame in frames]} if len(frames) == last + 1 else {}


def at(document: Any, path: str) -> Any:
    """The number at a path such as "layers.2.grads.W.0.1"; None where the document ends before the path does."""
    for name in path.split("."):
        if isinstance(document, list) and name == "length":
            document = len(document)
        elif isinstance(document, list):
            document = document[int(name)] if name.isdecimal() and int(name) < len(document) else None
        else:
            document = document.get(name) if isinstance(document, dict) else None
    return document


def parsed(text: str) -> tuple[float | None, float]:
    """The number that a shown text stands for, and half a unit of the last digit shown; (None, 0) for «—»."""
    plain = re.sub(r"^\((-.*)\)$", r"\1", re.sub(r"[\s\u202f+]", "", text.replace("−", "-")))  # among others in a sum or product
    if plain == "—":
        return None, 0.0
    share = plain.endswith("%")
    mantissa, _, exponent = plain.rstrip("%").partition("e")
    decimals = len(mantissa.partition(".")[2])
    scale = 10.0 ** int(exponent or 0) / (100 if share else 1)
    return float(mantissa) * scale, 0.5 * 10.0**-decimals * scale


@dataclass
class Walk:
    """Reads a page state after state, and gathers every way in which what it shows is not so."""

    page: Page
    faults: list[str] = field(default_factory=list)
    read: int = 0
    witnessed: int = 0
    flying: set[Request] = field(default_factory=set)

    def __post_init__(self) -> None:
        listen(self.page, "request", self._sent)
        listen(self.page, "requestfinished", self._answered)
        listen(self.page, "requestfailed", self._answered)

    def _sent(self, request: Request) -> None:
        self.flying.add(request)

    def _answered(self, request: Request) -> None:
        self.flying.discard(request)

    def look(
        self,
        where: str,
        truth: Document,
        panels: tuple[str, ...] = PANELS,
        press: tuple[tuple[str, int], ...] = (),
        *,
        exactly: bool = True,
    ) -> Document:
        """Press these buttons, each until the cursor has come there, and hold what is shown against store and truth."""
        seen: Document = self.page.evaluate(READ, {"panels": panels, "press": press})
        self.faults += [f"{where}: {fault}" for number in seen["numbers"] for fault in self._wrong(number, truth, exactly)]
        self.faults += [f"{where}: a number of no place: {stray}" for stray in seen["strays"] if not justified(stray)]
        self.faults += [f"{where}: a bar of another number: {bar}" for bar in seen["bars"] if not measured(bar)]
        self.faults += [f"{where}: {fault}" for fault in strangers(seen, truth["trace"])]
        self.read += sum(number["value"] is not None for number in seen["numbers"])
        return seen

    def settled(self, where: str, truth: Document, lens: str) -> Document:
        """Look at a lens when nothing is on its way and it shows twice the same; out of sight it would sleep."""
        self.page.locator(f"[data-panel={lens}]").scroll_into_view_if_needed()
        shown = None
        while shown != (shown := self._shown(lens)) or self.flying:
            self.page.wait_for_timeout(60)
        return self.look(where, truth, (lens,))

    def _shown(self, panel: str) -> str:
        """The text of the panel."""
        return self.page.locator(f"[data-panel={panel}]").inner_text()

    def _wrong(self, number: Document, truth: Document, exactly: bool) -> list[str]:
        """Why this number should not be on the page."""
        path, text, value = number["path"], number["text"], number["value"]
        found = [] if text == number["expected"] else [f"the store says {number['expected']}"]
        root, _, rest = path.partition(".")
        if root in truth:
            self.witnessed += 1
            expected = at(truth[root], rest)
            same = value == expected or (not exactly and close(value, expected))
            found += [] if same else [f"the server says {expected!r}"]
        elif value is None and (path == "" or root in NOTHING_YET):
            return found if text == "—" else [f"{number}: a number of no place"]
        if isinstance(value, str):
            return [*found, *([] if text == value else ["another text"])]
        return [f"{number}: {why}" for why in found + unlike(text, value)]


def close(value: Any, expected: Any) -> bool:
    """The same but for the last bits, in which two processors, or two orders of adding, may differ."""
    numbers = isinstance(value, (int, float)) and isinstance(expected, (int, float))
    return numbers and math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-12)


# Results that stand as «—» until they have come. So does what the mean of a batch has none of (a target), at the path "".
NOTHING_YET = {"race", "surface", "line"}


def unlike(text: str, value: float | None) -> list[str]:
    """Does the shown text mean another number, or too few digits of it?"""
    try:
        number, half = parsed(text)
    except ValueError:
        return ["not a number"]
    if value is None:
        return ["shows nothing: it has no place, or its place is empty"]
    if number is None:
        return ["«—» although there is a number"]
    near = abs(number - value) <= half * (1 + 1e-9) and ("%" in text or abs(number - value) <= 5.1e-4 * abs(value))
    return [] if near else [f"means {number!r}, not {value!r}"]


def measured(bar: Document) -> bool:
    """Does a bar lie on its number's side, as long as its number is beside the longest of its table?"""
    value, longest = bar["value"] or 0.0, bar["longest"]
    return bool(bar["left"] == (value < 0) and abs(bar["share"] - (abs(value) / longest if longest else 0.0)) < 1e-4)


# A number in the text of the page is justified when it is none of the step's: (where it stands, how it reads, why).
AXES = r"\.(xtick|ytick|ztick|g-xtitle|g-ytitle|plot-keys)\b|\.xaxislayer|\.yaxislayer"
SYMBOLS = r"cell-symbol|story-rule|story-words|story-subject|\.formula|pair-rule|equation-label|cell-note"
WORDED = r"[^\W\d_]{2,}"
WHOLE = r"^[^.%]*(\.( |$)[^.%]*)*$"
JUSTIFIED: tuple[tuple[str, str, str], ...] = (
    (AXES, r"", "ticks and titles of axes"),
    (SYMBOLS, WHOLE, "indices and exponents of symbols, and whole numbers in their wording"),
    (
        r"^mn < .*cell-number",
        r"^[012]$",
        "the whole numbers of a rule: the 1 of 1/N and of a bias, the 2 of a square, the 0 of a relu",
    ),
    (r"^span\.lens-sub", r"(neuron|input|to) .* of \w+|link \d+ of \d+$", "which weight it is, in words"),
    (r"stage-name|answer-name|\bth\b|\btd\b.*names", r"", "names of features and classes"),
    (r"button|^select|^option|^summary|^label|^output", WHOLE, "controls"),
    (r"^button < p\.nudge-buttons", r"^[wb] \+ 0\.0*1$", "by how much a press moves a weight: chosen, not computed"),
    (r"svg\.cost-plot", r"", "axes of the plot of costs"),
    (r"^text\.stage-scale", r"^(largest (gradient )?)?◂ ?[\d.]+(·10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?$", "rounded: the stage's tests have it"),
    (r"^b < p\.lens-intro", r"^\d+$", "the number of an example and of a unit, within a sentence"),
    (r"symbolic-line", r"", "a constant of the server's formula, such as the shift of a softmax; its value has a place"),
    (r"^span\.pair-left", r"^2$", "what is left of a pair's slopes: a factor of its formula"),
    (r"^span\.zero", r"^0$", "zero by the shape of an elementwise Jacobian, of which the trace holds only the diagonal"),
    (r"plot-summary|plot-about|visually-hidden", WORDED, "sentences, held against the store by their own tests"),
    (r"", WORDED + r"(?s:.)*$(?<!\d)|" + WHOLE, "whole numbers within words: counts, indices, shapes"),
)


# Sentences of the shell and the flat plots: each of their numbers has a place, but the counters of steps and sub-steps.
BOUND = re.compile(r"plot-summary|plot-subtitle|whose-label|story-whose|stage-whose|live-region")
DIMENSIONS = re.compile(r"\b[12]-D\b")
COUNTER = re.compile(r"(?i)step \d+|sub-step \d+ of \d+|link \d+ of \d+")


def justified(stray: Document) -> bool:
    """Is it a text whose number may stand without a place?"""
    text, chain = stray["text"], stray["chain"]
    if stray["panel"] in ("whose", "stage", "story", "boundary", "loss", "live") and BOUND.search(chain):
        return not re.search(r"\d", DIMENSIONS.sub("", COUNTER.sub("", text)))
    if re.fullmatch(r"[−+\d.,e%\s]+", text):  # a bare number
        return any(re.search(where, chain) and re.search(how, text) for where, how, _ in JUSTIFIED[:-1])
    return any(re.search(where, chain) and re.search(how, text) for where, how, _ in JUSTIFIED)


OF_A_ROW = re.compile(r"trace\.(?:layers\.\d+\.(?!grads\.)\w+|loss\.per_example|batch\.[xy]|batch\.indices)\.(\d+)")
OF_ONE = ("stage", "story")  # panels whose numbers are all of the shown example, or all of the batch


def strangers(seen: Document, trace: Document) -> list[str]:
    """Where the label that says whose numbers these are does not agree with their places."""
    indices, example = trace["batch"]["indices"], seen["example"]
    mean, count = example == "mean", len(indices)
    row = None if mean else example % count
    said = f"mean of the batch of {count}" if row is None else f"example {indices[row]} · row {row + 1} of the batch of {count}"
    found = [] if seen["whose"] == said else [f"expected the label «{said}», found «{seen['whose']}»"]
    for number in seen["numbers"]:
        match = OF_A_ROW.match(number["path"])
        panel, path = number["panel"], number["path"]
        if panel == "stage" and mean and (match or path.startswith("trace.example")):
            found.append(f"an example's number under the label of the mean: {number}")
        naming = panel == "story" and path.startswith("trace.batch.indices.")  # whose term of the batch's mean a symbol means
        if panel in OF_ONE and not mean and not naming and (path.startswith("trace.mean") or (match and int(match[1]) != row)):
            found.append(f"another's number under the label of row {row}: {number}")
    named = {int(number) for stray in seen["strays"] for number in re.findall(r"\b[Ee]xample (\d+)", stray["text"])}
    return found + [f"example {number} is named, which is not shown" for number in named - ({indices[row or 0]})]
