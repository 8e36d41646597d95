/**
 * «All 105 gradients checked, worst disagreement 3e-11»: always on the page. It rests while the run plays, and is found anew for the
 * step that is told as soon as the run stands still.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../telling/comparison.js").Checked} Checked
 */
import { fill } from "../base/numbers.js";
import { comparisonOf, runOf } from "../telling/comparison.js";
import { bringToFront } from "../telling/front.js";
import { h, number } from "../telling/parts.js";

/** The run stands still for so many milliseconds before anything is asked. */
const STILL = 600;
/** And so many more before each of many weights is checked by itself: who steps on does not wait for it, nor do thirty others. */
const PATIENT = 3000;
const UNDERWAY = "Gradients are being checked …";

/**
 * @param {Pick<Context, "store"|"api">} context
 * @returns {HTMLElement} a line that leads to the lens where one can look inside
 */
export function verdictLine({ store, api }) {
  const line = h("button", { type: "button", class: "verdict quiet", title: "The gradients by independent methods: look inside", onclick: () => bringToFront(store, "seam") }, UNDERWAY);
  const comparison = comparisonOf({ store, api });
  let timer = 0;
  let run = "";

  const rest = () => {
    clearTimeout(timer);
    const current = store.get("checked.before") === store.get("trace.before");
    line.classList.toggle("resting", !current);
    // What was found of another run is not said of this one.
    if (!current && runOf(store) !== run) {
      line.replaceChildren(UNDERWAY);
      line.classList.remove("apart");
    }
    if (!store.get("trace") || store.get("playing")) return;
    if (!current) timer = window.setTimeout(() => comparison.want(), STILL);
    else if ((store.get("checked.directions") ?? null) !== null) timer = window.setTimeout(() => comparison.want({ each: true }), PATIENT);
  };

  store.subscribe("checked", () => {
    run = runOf(store);
    line.replaceChildren(...words(store.get("checked")));
    line.classList.toggle("apart", store.get("checked.agree") === false);
    for (const element of line.querySelectorAll("[data-path]")) fill(element, store);
    rest();
  });
  store.subscribe(["trace", "playing"], rest);
  rest();
  return line;
}

/**
 * @param {Checked} checked
 * @returns {(Node|string)[]}
 */
function words(checked) {
  if (checked.message) return [`Gradients not checked: ${checked.message}`];
  const worst = [checked.agree ? ", worst disagreement " : ": methods differ by up to ", number("checked.difference"), stepTold()];
  // Four slopes along random directions hold all gradients at once, but no single one of them by itself.
  if (checked.directions !== null) {
    const along = ["Gradient of ", number("checked.count", { "data-format": "count" }), " weights checked along ", number("checked.directions", { "data-format": "count" })];
    return [...along, " directions", ...worst];
  }
  // Where a ReLU or a pooling switches, the loss has a corner; the lens tells more of them.
  const kinks = checked.kinks ? [", but for ", number("checked.kinks", { "data-format": "count" }), " near a corner of the loss"] : [];
  return [checked.agree && !checked.kinks ? "All " : "", number("checked.count", { "data-format": "count" }), " gradients checked", ...kinks, ...worst];
}

function stepTold() {
  return h("span", { class: "verdict-step" }, " · step ", number("checked.step", { "data-format": "count" }));
}
