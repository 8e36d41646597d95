/**
 * What a sub-step's page is made of: its words, its rule, its equations, and the way to the derivation below.
 *
 * @typedef {import("./view.js").Beat} Beat
 * @typedef {import("./view.js").Page} Page
 * @typedef {import("./view.js").Telling} Telling
 * @typedef {{phase: string, sentence: string, line: import("../telling/formula.js").Line}} Card
 */
import { Equation, tag } from "../telling/formula.js";
import { unbroken } from "../telling/parts.js";

/** Is there a weight to tell of? @param {import("./view.js").Story} story */
const weighted = (story) => Object.keys(story.subjects).length > 0;

/**
 * @param {Beat} beat
 * @param {Telling} telling
 * @param {import("./view.js").Story} story
 * @returns {Page}
 */
export function beatPage(beat, telling, story) {
  const element = tag("article", `story-beat story-${beat.phase}`);
  const title = tag("h3", "story-title");
  title.append(hidden(`${story.phases[beat.phase]}: `), ...unbroken(beat.title));
  const words = tag("p", "story-words", telling.sentence);
  const equations = telling.lines.map((line, n) => new Equation(line, `story.${n}`));
  const lines = tag("div", "story-lines");
  if (telling.rule) lines.append(tag("div", "story-rule", telling.rule));
  lines.append(...equations.map((equation) => equation.element));
  const told_ = tag("div", "story-told");
  told_.append(title, words);
  if (weighted(story)) told_.append(" ", tag("span", "story-subject"));
  if (weighted(story) && (beat.phase === "gradient" || beat.phase === "update")) told_.append(why());
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
  const some = "One training step moves every weight, in five phases. These are its results for one of them,";
  const none = "One training step moves every weight, and this network has none. These are the results of its other phases.";
  const told_ = tag("div", "story-told");
  const hint = tag("p", "story-words", "<b>Sub-step</b> shows how each comes about.");
  const subject = weighted(story) ? [" ", tag("span", "story-subject"), ". "] : [" "];
  told_.append(tag("h3", "story-title", "Before the step."), tag("p", "story-words", weighted(story) ? some : none), ...subject, hint);
  const equations = cards.map(({ line }, n) => new Equation(line, `story.${n}`));
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
  const first = story.substeps.findIndex((beat) => beat.phase === phase);
  // Without weights no sub-step is of gradients by them: there is nowhere to go.
  const title = first < 0 ? tag("h4", "story-card-title") : tag("button", "story-card-title quiet");
  item.classList.toggle("leads-nowhere", first < 0);
  title.textContent = story.phases[phase];
  if (title instanceof HTMLButtonElement) {
    title.type = "button";
    title.dataset.substep = String(1 + first);
  }
  item.append(title, tag("p", "story-card-words", sentence), equation);
  return item;
}
