/**
 * Start anywhere: a click on the contour puts the ball there, a drag carries it, coordinates can be typed. The weights off the plane
 * stay as they are on it, the optimizer's memory is emptied, and Back undoes it.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./model.js").Landscape} Landscape
 * @typedef {import("./flat.js").Flat} Flat
 */
import { ApiError, stale } from "../base/api.js";
import { parse, show } from "../base/format.js";
import { remember, withLoss } from "../play/history.js";
import { html } from "../plot/host.js";

const DRAG = 120; // ms between two places of a drag
const STILL = 8; // pixels that a finger may move and still mean a tap

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
  /** One drag is one thing to undo, however many places it went through. */
  let drag = { remembered: false };

  /**
   * @param {number} x
   * @param {number} y
   * @param {{remembered: boolean}} mine
   */
  async function place(x, y, mine) {
    if (!land.picture || store.get("pending") === "start") return;
    player.pause();
    const [experiment, example] = [store.get("experiment"), store.get("example")];
    const wanted = { step: store.get("state.step"), params: land.paramsAt(x, y), slots: null };
    try {
      const { state, frame: whole } = await api.call("/api/start", { experiment, state: wanted }, { kind: "place" });
      const frame = { ...whole, state: undefined };
      const answer = await api.step(experiment, state, typeof example === "number" ? example : null, { kind: "place-step" });
      if (experiment !== store.get("experiment")) return;
      if (!mine.remembered) remember(store);
      Object.assign(mine, { remembered: true });
      const before = store.get("losses").filter((/** @type {any} */ row) => row.step < state.step);
      store.patch({ state, frame, trace: answer.trace, next: { state: answer.state, frame: answer.frame }, cursor: 0, transition: null, losses: withLoss(before, frame) });
    } catch (error) {
      if (!stale(error)) store.set("error", error instanceof ApiError ? { field: error.field, message: error.message, hint: error.hint } : { field: null, message: String(error), hint: "" });
    }
  }

  const surface = flat.plot.graph;
  /** @type {{x: number, y: number}|null} a finger that may yet turn out to scroll the page */
  let tap = null;
  surface.addEventListener("pointerdown", (event) => {
    const at = flat.plot.locate(event);
    if (!at || event.button !== 0 || !inside(at)) return;
    drag = { remembered: false };
    if (event.pointerType === "touch") {
      tap = { x: event.clientX, y: event.clientY };
      return;
    }
    held = true;
    surface.setPointerCapture(event.pointerId);
    void place(at[0], at[1], drag);
  });
  surface.addEventListener("pointermove", (event) => {
    const now = performance.now();
    if (!held || now < due) return;
    due = now + DRAG;
    const at = flat.plot.locate(event);
    if (at && inside(at)) void place(at[0], at[1], drag);
  });
  surface.addEventListener("pointerup", (event) => {
    const at = flat.plot.locate(event);
    if (tap && at && Math.hypot(event.clientX - tap.x, event.clientY - tap.y) < STILL) void place(at[0], at[1], drag);
    release();
  });
  surface.addEventListener("pointercancel", release);

  function release() {
    held = false;
    tap = null;
  }

  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const [x, y] = fields.map((field) => parse(field.value) ?? NaN);
    fields.forEach((field, i) => field.setCustomValidity(Number.isFinite([x, y][i]) ? "" : "Expected a number."));
    if (element.reportValidity() && Number.isFinite(x) && Number.isFinite(y)) void place(x, y, { remembered: false });
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
