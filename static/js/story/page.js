/**
 * What a sub-step's page is made of: its words, its rule, its equations, and the way to the derivation below.
 *
 * @typedef {import("./view.js").Beat} Beat
 * @typedef {import("./view.js").Page} Page
 * @typedef {import("./view.js").Telling} Telling
 */
import { Equation, tag } from "./formula.js";

/**
 * @param {Beat} beat
 * @param {Telling} telling
 * @param {string} phase
 * @returns {Page}
 */
export function beatPage(beat, telling, phase) {
  const element = tag("article", `story-beat story-${beat.phase}`);
  const title = tag("h3", "story-title");
  title.textContent = beat.title;
  title.prepend(hidden(`${phase}: `));
  const words = tag("p", "story-words", telling.sentence);
  const equations = telling.lines.map((line, n) => new Equation(line, String(n)));
  const lines = tag("div", "story-lines");
  if (telling.rule) lines.append(tag("div", "story-rule", telling.rule));
  lines.append(...equations.map((equation) => equation.element));
  const told_ = tag("div", "story-told");
  told_.append(title, words, " ", tag("span", "story-subject"));
  told_.append(beat.phase === "gradient" || beat.phase === "update" ? why() : why("story-why-chosen"));
  element.append(told_, lines);
  return { element, equations };
}

/**
 * What was chosen on the network is derived below: a way there.
 * @param {Page} page
 * @param {string|null} selection
 */
export function whyChosen(page, selection) {
  const button = /** @type {HTMLElement|null} */ (page.element.querySelector(".story-why-chosen"));
  if (!button) return;
  button.hidden = !selection;
  button.textContent = `Why ${selection}? ↓`;
}

/** @param {string} [more] */
function why(more = "") {
  const button = tag("button", `story-why quiet ${more}`);
  /** @type {HTMLButtonElement} */ (button).type = "button";
  button.textContent = "Why this weight? ↓";
  return button;
}

/** Said, but not shown. @param {string} text */
function hidden(text) {
  const element = tag("span", "visually-hidden");
  element.textContent = text;
  return element;
}

/** Before the first sub-step. @returns {Page} */
export function beginning() {
  const element = tag("article", "story-beat story-beginning");
  const words = "One training step begins: a batch of examples, and the weights as they are. <b>Sub-step</b> goes one link at a time; <b>Step</b> takes the whole update.";
  const told_ = tag("div", "story-told");
  told_.append(tag("h3", "story-title", "Before the step."), tag("p", "story-words", words), why("story-why-chosen"));
  element.append(told_);
  return { element, equations: [] };
}
