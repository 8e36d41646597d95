/**
 * The sub-steps of one training step as a strip: forward to the right, the loss, backward to the left, the gradients, the update. It shows
 * how far the step is told, and goes to the sub-step that is clicked.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {{phase: string, link: number, title: string}} Beat
 */
import { tag } from "../telling/formula.js";
import { say } from "../base/wording.js";
import { jump } from "../play/jump.js";

const ARROWS = /** @type {Record<string, string>} */ ({ forward: "→", backward: "←" });

export class Timeline {
  /** @param {Pick<Context, "store"|"player">} context */
  constructor(context) {
    this.context = context;
    this.element = tag("div", "story-top");
    this.strip = tag("div", "timeline");
    this.label = tag("span", "story-whose");
    this.side = tag("div", "story-side");
    this.side.append(this.label);
    this.element.append(this.strip, this.side);
    this.strip.setAttribute("role", "group");
    this.strip.setAttribute("aria-label", "Sub-steps of this training step");
    this.strip.addEventListener("keydown", (event) => this.move(event));
    /** @type {HTMLButtonElement[]} */
    this.buttons = [];
    this.shown = -1;
  }

  /**
   * @param {Beat[]} beats
   * @param {Record<string, string>} phases
   */
  build(beats, phases) {
    this.buttons = beats.map((beat, i) => this.button(beat, i));
    this.shown = -1;
    this.strip.replaceChildren(...Object.entries(phases).map(([phase, title]) => this.group(beats, phase, title)));
  }

  /**
   * @param {Beat[]} beats
   * @param {string} phase
   * @param {string} title
   */
  group(beats, phase, title) {
    const group = tag("div", `timeline-phase timeline-${phase}`);
    const heading = tag("span", "timeline-title");
    heading.textContent = [title, ARROWS[phase]].filter(Boolean).join(" ");
    const row = tag("div", "timeline-steps");
    const own = this.buttons.filter((_, i) => beats[i].phase === phase);
    // Backward is drawn as it goes: from right to left, below the forward pass that it retraces.
    row.append(...own);
    group.style.setProperty("--steps", String(own.length));
    group.append(heading, row);
    return group;
  }

  /**
   * @param {Beat} beat
   * @param {number} i
   */
  button(beat, i) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "timeline-step";
    button.title = beat.title;
    button.setAttribute("aria-label", `Sub-step ${i + 1}: ${beat.title}`);
    button.append(tag("span", "timeline-bar"));
    button.addEventListener("click", () => this.go(i + 1));
    return button;
  }

  /** @param {number} cursor */
  go(cursor) {
    jump(this.context, cursor);
  }

  /** Arrow keys go from sub-step to sub-step. @param {KeyboardEvent} event */
  move(event) {
    const by = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowLeft: -1 })[event.key];
    const at = this.buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    if (!by || at < 0) return;
    event.preventDefault();
    this.buttons[Math.min(this.buttons.length - 1, Math.max(0, at + by))].focus();
  }

  /**
   * Whose numbers are told.
   * @param {string} template
   * @param {"example"|"mean"} mode
   */
  whose(template, mode) {
    say(this.label, template);
    this.label.dataset.mode = mode;
  }

  /** @param {number} cursor */
  show(cursor) {
    if (cursor === this.shown) return;
    // Only those between the two places change; -1: none has been shown yet.
    const [from, to] = [Math.max(0, Math.min(cursor, this.shown) - 1), Math.max(cursor, this.shown)];
    this.shown = cursor;
    this.buttons.slice(from, to).forEach((button, n) => {
      const i = from + n;
      button.classList.toggle("done", i < cursor);
      button.classList.toggle("now", i === cursor - 1);
      if (i === cursor - 1) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
  }
}
