/**
 * Start anywhere: a click on the contour puts the ball there, a drag carries it, coordinates can be typed. The weights off the plane
 * stay as they are on it, the optimizer's memory is emptied, and Back undoes it.
 *
 * @typedef {import("./types.js").Context} Context
 * @typedef {import("./surface-model.js").Landscape} Landscape
 * @typedef {import("./surface-flat.js").Flat} Flat
 */
import { ApiError, stale } from "./api.js";
import { parse, show } from "./format.js";
import { remember, withLoss } from "./history.js";
import { html } from "./plot-host.js";

const DRAG = 120; // ms between two places of a drag

/**
 * @param {Flat} flat
 * @param {Landscape} land
 * @param {Context} context
 */
export function starting(flat, land, context) {
  const { store, api, player } = context;
  const fields = ["α", "β"].map((name) => html("input", { type: "text", inputmode: "decimal", size: "8", "aria-label": `${name} of the ball` }));
  const put = html("button", { type: "submit" }, "Put the ball here");
  const element = html("form", { class: "surface-start" }, html("span", {}, "Start from"), ...fields, put);
  let held = false;
  let due = 0;
  let remembered = false;

  /**
   * @param {number} x
   * @param {number} y
   */
  async function place(x, y) {
    if (!land.picture || store.get("pending") === "start") return;
    player.pause();
    const [experiment, example] = [store.get("experiment"), store.get("example")];
    const wanted = { step: store.get("state.step"), params: land.paramsAt(x, y), slots: null };
    try {
      const { state, frame: whole } = await api.call("/api/start", { experiment, state: wanted }, { kind: "place" });
      const frame = { ...whole, state: undefined };
      const answer = await api.step(experiment, state, typeof example === "number" ? example : null, { kind: "place-step" });
      if (experiment !== store.get("experiment")) return;
      if (!remembered) remember(store);
      remembered = held;
      const before = store.get("losses").filter((/** @type {any} */ row) => row.step < state.step);
      store.patch({ state, frame, trace: answer.trace, next: { state: answer.state, frame: answer.frame }, cursor: 0, transition: null, losses: withLoss(before, frame) });
    } catch (error) {
      if (!stale(error)) store.set("error", error instanceof ApiError ? { field: error.field, message: error.message, hint: error.hint } : { field: null, message: String(error), hint: "" });
    }
  }

  flat.plot.graph.addEventListener("pointerdown", (event) => {
    const at = flat.plot.locate(event);
    if (!at || event.button !== 0 || !inside(at)) return;
    held = true;
    remembered = false;
    flat.plot.graph.setPointerCapture(event.pointerId);
    void place(at[0], at[1]);
  });
  flat.plot.graph.addEventListener("pointermove", (event) => {
    const now = performance.now();
    if (!held || now < due) return;
    due = now + DRAG;
    const at = flat.plot.locate(event);
    if (at && inside(at)) void place(at[0], at[1]);
  });
  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
    flat.plot.graph.addEventListener(name, () => {
      held = false;
      remembered = false;
    });
  }
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const [x, y] = fields.map((field) => parse(field.value) ?? NaN);
    fields.forEach((field, i) => field.setCustomValidity(Number.isFinite([x, y][i]) ? "" : "Expected a number."));
    if (element.reportValidity() && Number.isFinite(x) && Number.isFinite(y)) void place(x, y);
  });
  store.subscribe("surface", (now) => {
    if (!now || element.contains(document.activeElement)) return;
    fields[0].value = show(now.at.alpha);
    fields[1].value = show(now.at.beta);
  });

  /** @param {[number, number]} at */
  function inside(at) {
    const axes = flat.plot.axes;
    return axes !== null && at[0] >= axes.x[0] && at[0] <= axes.x[1] && at[1] >= axes.y[0] && at[1] <= axes.y[1];
  }

  return { element };
}
