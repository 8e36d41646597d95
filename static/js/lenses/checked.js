/**
 * «All 105 gradients checked, worst disagreement 3e-11»: always on the page. It rests while the run plays, and is found anew for the
 * step that is told as soon as the run stands still.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {{count: number, methods: number, difference: number, step: number, before: any, directions: number|null, kinks: number, message: string}} Checked
 */
import { ApiError, stale } from "../base/api.js";
import { fill } from "../base/numbers.js";
import { stateBefore } from "./derivation-model.js";
import { h, number } from "./parts.js";

/** The run stands still for so many milliseconds before anything is asked. */
const STILL = 600;

/**
 * What a comparison comes to; steps count from 1, as everywhere on the page.
 * @param {any} found the answer of POST /api/compare
 * @param {any} before the parameters it was asked for, as the trace holds them
 * @returns {Checked}
 */
export function checkedBy(found, before) {
  const worst = found.worst ? found.smooth : found.along;
  const kinks = found.kinks.length;
  const nothing = { count: found.count, methods: found.methods.length, difference: 0, step: found.step + 1, before, kinks, directions: null };
  if (!worst) return { ...nothing, message: "this network has no parameters, so there is nothing to learn" };
  const directions = found.worst ? null : found.along.directions.length;
  return { ...nothing, difference: worst.difference, directions, message: "" };
}

/** Are there weights that were only checked all at once? @param {any} found */
export const unfinished = (found) => !found.worst && found.along !== null;

/**
 * Each weight by itself, also where that takes seconds; what was asked for is given up when it is asked for anew.
 * @param {Context["store"]} store
 * @param {Context["api"]} api
 */
export function everyOne(store, api) {
  return api.compare(/** @type {any} */ ({ experiment: store.get("experiment"), state: stateBefore(store), thorough: true }), { kind: "check:thorough" });
}

/**
 * @param {Pick<Context, "store"|"api">} context
 * @returns {HTMLElement} a line that leads to the lens where one can look inside
 */
export function verdictLine({ store, api }) {
  const line = h("button", { type: "button", class: "verdict quiet", title: "The gradients by independent methods: look inside", onclick: () => open(store) }, "Gradients are being checked …");
  let timer = 0;

  const rest = () => {
    clearTimeout(timer);
    const current = store.get("checked.before") === store.get("trace.before");
    line.classList.toggle("resting", !current);
    if (!current && store.get("trace") && !store.get("playing")) timer = window.setTimeout(ask, STILL);
  };

  async function ask() {
    const [experiment, before] = [store.get("experiment"), store.get("trace.before")];
    const here = () => store.get("trace.before") === before;
    try {
      const found = await api.compare(/** @type {any} */ ({ experiment, state: stateBefore(store) }), { kind: "check" });
      if (here()) store.set("checked", checkedBy(found, before));
      // The open lens asks for itself.
      if (!here() || !unfinished(found) || store.get("lens") === "seam") return;
      const every = await everyOne(store, api);
      if (here()) store.set("checked", checkedBy(every, before));
    } catch (error) {
      if (stale(error)) return;
      if (!(error instanceof ApiError)) throw error;
      store.set("checked", { message: error.message, before });
    }
  }

  store.subscribe("checked", () => {
    line.replaceChildren(...words(store.get("checked")));
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
  const worst = [", worst disagreement ", number("checked.difference"), stepTold()];
  // Four slopes along random directions hold all gradients at once, but no single one of them by itself.
  if (checked.directions !== null) {
    const along = ["Gradient of ", number("checked.count", { "data-format": "count" }), " weights checked along ", number("checked.directions", { "data-format": "count" })];
    return [...along, " directions", ...worst];
  }
  const kinks = checked.kinks ? [", without ", number("checked.kinks", { "data-format": "count" }), " where a ReLU or a pooling switches"] : [];
  return ["All ", number("checked.count", { "data-format": "count" }), " gradients checked", ...worst, ...kinks];
}

function stepTold() {
  return h("span", { class: "verdict-step" }, " · step ", number("checked.step", { "data-format": "count" }));
}

/** @param {import("../base/types.js").Store} store */
function open(store) {
  store.set("lens", "seam");
  document.getElementById("lenses")?.scrollIntoView({ behavior: store.get("motion") === "reduced" ? "auto" : "smooth" });
}
