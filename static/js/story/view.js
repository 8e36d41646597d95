/**
 * One sub-step told: its words, its rule, its equations, and which units they speak of.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("../telling/formula.js").Choice} Choice
 * @typedef {{sentence: string, rule: string, lines: import("../telling/formula.js").Line[]}} Telling
 * @typedef {{phase: string, link: number, title: string, example: Telling, mean: Telling}} Beat
 * @typedef {{phases: Record<string, string>, opening: Record<"example"|"mean", import("./page.js").Card[]>, substeps: Beat[], subjects: Record<string, string>}} Story
 * @typedef {{element: HTMLElement, equations: import("../telling/formula.js").Equation[]}} Page
 */
import { focus } from "../telling/focus.js";
import { Slots } from "../telling/formula.js";
import { ownClass } from "./own-class.js";
import { beatPage, beginning } from "./page.js";
import { Room } from "./room.js";
import { lastTry, rejected } from "../telling/tries.js";
import { showDerivation } from "../telling/derivation-way.js";
import { address, row, told, whose } from "../base/view.js";

export class StoryView {
  /**
   * @param {Store} store
   * @param {HTMLElement} root
   * @param {import("./timeline.js").Timeline} timeline
   */
  constructor(store, root, timeline) {
    this.store = store;
    this.root = root;
    this.timeline = timeline;
    /** @type {Story|null} */
    this.story = null;
    /** @type {Map<string, Page>} */
    this.pages = new Map();
    this.shown = "";
    /** The step whose numbers were told last. */
    this.step = 0;
    /** @type {Choice} */
    this.told = {};
    this.room = new Room(root);
    root.addEventListener("click", (event) => {
      const pressed = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest(".story-why"));
      if (pressed) this.why();
      const card = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest(".story-card"));
      const led = /** @type {HTMLElement|null|undefined} */ (card?.querySelector("[data-substep]"));
      if (led) this.timeline.go(Number(led.dataset.substep));
    });
  }

  /**
   * What the equation speaks of is marked in the network.
   * @param {import("../telling/focus.js").Weight} weight
   * @param {string[]} addresses
   */
  speak({ layer, name, index }, addresses) {
    const now = { weight: index === "" ? null : address(layer, name, index), addresses };
    if (JSON.stringify(now) !== JSON.stringify(this.store.get("spoken") ?? null)) this.store.set("spoken", now);
  }

  /** The weight that is told, derived in full below. */
  why() {
    const { layer, name, index } = this.told;
    showDerivation(this.store, `${layer}/${name}/${String(index).replaceAll(".", ",")}`);
  }

  /** Until the next network's story has come its numbers are told in no words: these are of the one before. */
  forget() {
    this.story = null;
  }

  /** @param {Story} story */
  tell(story) {
    this.story = story;
    this.pages.clear();
    this.shown = "";
    this.timeline.build(story.substeps, story.phases);
    this.prepare(story, 1);
  }

  /**
   * Build the pages while the browser has nothing to do, so that going on to the next sub-step only shows one.
   * @param {Story} story
   * @param {number} index
   */
  prepare(story, index) {
    if (story !== this.story || index > story.substeps.length) return;
    whenIdle(() => {
      if (story === this.story && this.store.get("trace")) this.page(story, index);
      this.prepare(story, index + 1);
    });
  }

  /**
   * @param {Story} story
   * @param {number} index
   * @returns {{key: string, page: Page}}
   */
  page(story, index) {
    const mode = row(this.store) === null ? "mean" : "example";
    const key = `${index}:${mode}`;
    return { key, page: this.pages.get(key) ?? this.made(key, story, index, mode) };
  }

  /** A screen reader hears every sub-step, but not a film of them. @param {boolean} playing */
  quiet(playing) {
    this.root.setAttribute("aria-live", playing ? "off" : "polite");
  }

  /** @returns {{step: number, cursor: number}|null} what is told now; null: nothing of this network yet */
  draw() {
    const { story, store } = this;
    if (!story || !store.get("trace") || story.substeps.length !== store.get("substeps").length) return null;
    const { index } = told(store);
    this.step = store.get("trace.step");
    const telling = { step: this.step, cursor: index };
    this.timeline.show(index);
    const { key, page } = this.page(story, index);
    // Filled before it is put in its place, so that it is laid out once.
    this.fill(page, story, index);
    if (this.shown === key) return telling;
    this.shown = key;
    this.root.replaceChildren(page.element);
    this.room.hold(page.element);
    return telling;
  }

  /**
   * @param {string} key
   * @param {Story} story
   * @param {number} index
   * @param {"example"|"mean"} mode
   * @returns {Page}
   */
  made(key, story, index, mode) {
    const beat = story.substeps[index - 1] ?? null;
    const page = beat ? beatPage(beat, beat[mode], story) : beginning(story.opening[mode], story);
    this.pages.set(key, page);
    return page;
  }

  /**
   * @param {Page} page
   * @param {Story} story
   * @param {number} index
   */
  fill(page, story, index) {
    const { store } = this;
    const found = focus(store);
    const beat = story.substeps[index - 1];
    const choice = choices(store, found, beat);
    /** @type {Record<string, any>} */
    const derived = { of: store.get("trace.step"), ...rejected(store) };
    page.equations.forEach((equation, n) => {
      derived[n] = equation.choose(store, choice);
    });
    store.set("derived", { ...(store.get("derived") ?? {}), story: derived });
    for (const equation of page.equations) equation.slots.fill(store);
    subject(page, story, beat, found, choice);
    this.told = choice;
    this.speak(found.chosen, spoken(found, beat, choice));
    const { template, mode } = whose(store);
    this.timeline.whose(mode === "mean" ? `⟨ ⟩ ${template} · [i] example i` : template, mode);
  }
}

/**
 * What stands for {row}, {j}, {k} … in this sub-step.
 * @param {Store} store
 * @param {import("../telling/focus.js").Focus} found
 * @param {Beat|undefined} beat
 * @returns {Choice}
 */
function choices(store, found, beat) {
  const weight = (beat?.phase === "gradient" && found.weights[beat.link]) || found.chosen;
  const r = row(store);
  /** @type {Choice} */
  const choice = { layer: weight.layer, name: weight.name, index: weight.index, ...lastTry(store) };
  if (r !== null) Object.assign(choice, { row: r, own: Number(store.get("trace.example.row") === r) });
  const own = beat ? null : ownClass(store);
  return Object.assign(choice, own === null ? units(found, beat, weight) : { j: own });
}

/**
 * @param {import("../telling/focus.js").Focus} found
 * @param {Beat|undefined} beat
 * @param {import("../telling/focus.js").Weight} weight
 * @returns {Choice}
 */
function units(found, beat, weight) {
  const last = found.units.length - 1;
  switch (beat?.phase) {
    case "forward":
      return { j: found.units[beat.link + 1], k: found.units[beat.link], keep: found.units[beat.link] };
    case "backward":
      // Behind the link the unit is j, in front of it k: through an activation they are the same, and at the output j has the loss's slope.
      return { j: found.units[beat.link + 1], k: found.units[beat.link], keep: found.units[beat.link + 1] };
    case "gradient":
    case "update": {
      const [j, k] = weight.index.split(".");
      return { j, k: k ?? found.units[weight.layer], keep: found.units[weight.layer + 1] };
    }
    default:
      return { j: found.units[last] };
  }
}

/**
 * What the equation speaks of, as addresses: the number that it gives, and the weight on the way there.
 * @param {import("../telling/focus.js").Focus} found
 * @param {Beat|undefined} beat
 * @param {Choice} choice
 * @returns {string[]}
 */
function spoken(found, beat, choice) {
  const at = (/** @type {import("../telling/focus.js").Weight|null|undefined} */ weight) => (weight ? [address(weight.layer, weight.name, weight.index)] : []);
  switch (beat?.phase) {
    case "loss":
      return [];
    case "forward":
      return [address(beat.link, "output", String(choice.j)), ...at(found.weights[beat.link])];
    case "backward":
      // What goes back into a link is what comes back out of the one before it, where the network draws it.
      return [beat.link === 0 ? address(0, "grad_input", String(choice.k)) : address(beat.link - 1, "grad_output", String(choice.k)), ...at(found.weights[beat.link])];
    default:
      return choice.index === "" ? [] : [address(Number(choice.layer), String(choice.name), String(choice.index))];
  }
}

/**
 * Which weight the opening and the update tell of.
 * @param {Page} page
 * @param {Story} story
 * @param {Beat|undefined} beat
 * @param {import("../telling/focus.js").Focus} found
 * @param {Choice} choice
 */
function subject(page, story, beat, found, choice) {
  const place = /** @type {HTMLElement|null} */ (page.element.querySelector(".story-subject"));
  if (!place) return;
  const weight = !beat || beat.phase === "update" ? found.chosen : null;
  place.hidden = !weight;
  if (!weight) return;
  const name = `${weight.layer}.${weight.name}`;
  if (place.dataset.of !== name) {
    place.dataset.of = name;
    place.innerHTML = `${beat ? "for " : ""}<i>w</i> = ${story.subjects[name] ?? ""}`;
  }
  const [j, k] = weight.index.split(".");
  new Slots(place).choose({ ...choice, j, ...(k === undefined ? {} : { k }) });
}

/** @param {() => void} work */
function whenIdle(work) {
  if ("requestIdleCallback" in window) requestIdleCallback(work);
  else setTimeout(work, 50);
}
