/**
 * What a sub-step's page is made of: its words, its rule, its equations, and the way to the derivation below.
 *
 * @typedef {import("./view.js").Beat} Beat
 * @typedef {import("./view.js").Page} Page
 * @typedef {import("./view.js").Telling} Telling
 * @typedef {{phase: string, sentence: string, line: import("./formula.js").Line}} Card
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
  if (beat.phase === "gradient" || beat.phase === "update") told_.append(why());
  element.append(told_, lines);
  return { element, equations };
}

function why() {
  const button = tag("button", "story-why quiet");
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

/**
 * Before the first sub-step: what each phase will come to, down to one weight's new value, and the way to where it is told.
 * @param {Card[]} cards
 * @param {import("./view.js").Story} story
 * @returns {Page}
 */
export function beginning(cards, story) {
  const element = tag("article", "story-beat story-beginning");
  const words = "One training step moves every weight, in five phases. These are its results for one of them,";
  const told_ = tag("div", "story-told");
  const hint = tag("p", "story-words", "<b>Sub-step</b> shows how each comes about.");
  told_.append(tag("h3", "story-title", "Before the step."), tag("p", "story-words", words), " ", tag("span", "story-subject"), ". ", hint);
  const equations = cards.map(({ line }, n) => new Equation(line, String(n)));
  const list = tag("ol", "story-cards");
  list.append(...cards.map((each, n) => card(each, equations[n].element, story)));
  element.append(told_, list);
  return { element, equations };
}

/**
 * @param {Card} given
 * @param {HTMLElement} equation
 * @param {import("./view.js").Story} story
 */
function card({ phase, sentence }, equation, story) {
  const item = tag("li", "story-card");
  const button = /** @type {HTMLButtonElement} */ (tag("button", "story-card-title quiet"));
  button.type = "button";
  button.textContent = story.phases[phase];
  button.dataset.substep = String(1 + story.substeps.findIndex((beat) => beat.phase === phase));
  item.append(button, tag("p", "story-card-words", sentence), equation);
  return item;
}
