/**
 * Start anywhere: a click on the surface or its contour puts the ball there, a drag carries it, coordinates can be typed. The weights
 * off the plane stay as they are on it, the optimizer's memory is emptied, and Back undoes it.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./model.js").Landscape} Landscape
 * @typedef {object} View  a picture of the plane
 * @property {HTMLElement} element
 * @property {(event: PointerEvent) => [number, number]|null} locate  the place of the plane that is seen under the pointer
 * @property {(event: PointerEvent) => boolean} grabs  does a press here carry the ball, and do nothing else?
 */
import { count, parse, show } from "../base/format.js";
import { MOST_MOVED, unheld, withMove } from "../base/moved.js";
import { remember, withMovedLoss } from "../play/history.js";
import { tellFailure } from "../play/network.js";
import { html } from "../plot/host.js";

const AXES = ["α", "β"];
const DRAG = 120; // ms between two places of a drag
const STILL = { finger: 8, mouse: 3 }; // pixels that a press may move and still mean a click

/**
 * @param {View[]} views
 * @param {Landscape} land
 * @param {Context} context
 */
export function starting(views, land, context) {
  const { store, api, player } = context;
  const fields = AXES.map((name) => html("input", { type: "text", inputmode: "decimal", size: "8", "aria-label": `${name} of the ball` }));
  const button = html("button", { type: "submit" }, "Put the ball here");
  const element = html("form", { class: "surface-start" }, html("span", {}, "Start from"), ...fields.map((field, i) => html("label", {}, AXES[i], field)), button);
  const note = html("p", { class: "plot-note quiet", role: "status" });
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
    if (!land.picture || store.get("pending")) return;
    player.stop(); // a step that is being told would go on from the weights of before
    land.hold();
    const [experiment, example] = [store.get("experiment"), store.get("example")];
    const wanted = { step: store.get("state.step"), params: land.paramsAt(x, y), slots: null };
    try {
      const { state, frame } = await api.start(experiment, { state: wanted, kind: "place" });
      const answer = await api.step(experiment, state, typeof example === "number" ? example : null, { kind: "place-step" });
      if (experiment !== store.get("experiment") || state.step !== store.get("state.step")) return;
      const timeline = withMove(store.get("timeline"), { step: state.step, experiment }, store.get("state.params"), state.params, { dragged: mine.remembered, kept: land.at?.way });
      if (!mine.remembered) remember(store);
      Object.assign(mine, { remembered: true });
      const losses = withMovedLoss(store.get("losses"), frame);
      store.patch({ state, frame, timeline, trace: answer.trace, next: { state: answer.state, frame: answer.frame }, cursor: 0, transition: null, losses });
    } catch (error) {
      tellFailure(store, error);
    }
  }

  /** @type {{x: number, y: number}|null} a press that may yet turn out to turn the scene, or to scroll the page */
  let tap = null;

  /** @param {View} view */
  function listen(view) {
    view.element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !view.locate(event)) return;
      drag = { remembered: false };
      tap = { x: event.clientX, y: event.clientY };
      held = event.pointerType !== "touch" && view.grabs(event);
      if (!held) return;
      // A 3-D scene takes the pointer's leaving its canvas for a turn, so there the canvas itself keeps it.
      const keeper = event.target instanceof HTMLCanvasElement ? event.target : view.element;
      keeper.setPointerCapture(event.pointerId);
    }, { capture: true });
    view.element.addEventListener("pointermove", (event) => {
      const now = performance.now();
      if (!held || now < due) return;
      due = now + DRAG;
      put(view.locate(event));
    });
    view.element.addEventListener("pointerup", (event) => {
      const most = event.pointerType === "touch" ? STILL.finger : STILL.mouse;
      const still = tap !== null && Math.hypot(event.clientX - tap.x, event.clientY - tap.y) <= most;
      if (held || still) put(view.locate(event));
      release();
    }, { capture: true });
    view.element.addEventListener("pointercancel", release);
  }

  /** @param {[number, number]|null} at */
  function put(at) {
    if (at) void place(at[0], at[1], drag);
  }

  function release() {
    held = false;
    tap = null;
  }

  for (const view of views) listen(view);
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const [x, y] = fields.map((field) => parse(field.value) ?? NaN);
    fields.forEach((field, i) => field.setCustomValidity(Number.isFinite([x, y][i]) ? "" : "Expected a number, such as 0.5."));
    if (element.reportValidity() && Number.isFinite(x) && Number.isFinite(y)) void place(x, y, { remembered: false });
  });
  // What was wrong holds the form back, and so would never be looked at again.
  for (const field of fields) field.addEventListener("input", () => field.setCustomValidity(""));
  store.subscribe("surface", (now) => {
    if (!now || element.contains(document.activeElement)) return;
    for (const field of fields) field.setCustomValidity("");
    fields[0].value = show(now.at.alpha);
    fields[1].value = show(now.at.beta);
  });

  // An address must not lead elsewhere in silence: where it cannot hold what was moved, that is said beside the move.
  const tell = () => {
    const timeline = store.get("timeline");
    const lost = timeline[unheld(timeline)];
    const words = lost ? `The address cannot hold this: more than ${MOST_MOVED} weights were moved by hand. A reload or a link comes to update ${count(lost.step)}, before that.` : "";
    if (note.textContent !== words) note.textContent = words;
  };
  store.subscribe("timeline", tell);
  tell();

  return { element, note };
}
