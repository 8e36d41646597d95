/**
 * The step's batch and the chosen example, marked among the points; which example a click means.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../plot/host.js").Plot} Plot
 */
import { pointerIn } from "../base/larger.js";
import { svg } from "../base/svg.js";
import { row } from "../base/view.js";

const REACH = 14; // pixels within which a click means the example

/**
 * @param {Plot} plot
 * @param {Context} context
 */
export function marks(plot, { store }) {
  const rings = svg("path", { class: "boundary-batch" }, plot.overlay);
  const chosen = svg("g", { class: "boundary-chosen" }, plot.overlay);
  svg("circle", { r: 11 }, chosen);
  svg("path", { d: "M-17 0h7M10 0h7M0 -17v7M0 10v7" }, chosen);
  /** @type {Map<number, [number, number]>} */
  let places = new Map();
  /** @type {any} */
  let known = null;

  function locate() {
    if (known === plot.figure) return;
    known = plot.figure;
    places = new Map();
    for (const trace of plot.figure?.data ?? []) {
      (trace.customdata ?? []).forEach((/** @type {number} */ index, /** @type {number} */ i) => places.set(index, [trace.x[i], trace.y[i]]));
    }
  }

  /** @param {number} index @returns {[number, number]|null} pixels */
  function pixel(index) {
    const at = places.get(index);
    return at ? [plot.toX(at[0]), plot.toY(at[1])] : null;
  }

  return {
    draw() {
      locate();
      const indices = /** @type {number[]} */ (store.get("trace.batch.indices") ?? []);
      const whole = indices.length >= (store.get("info.train_count") ?? Infinity);
      // When every example is in the batch, rings around all of them tell nothing.
      rings.setAttribute("d", whole ? "" : indices.map((index) => ring(pixel(index))).join(""));
      const r = row(store);
      const at = r === null ? null : pixel(indices[r]);
      chosen.setAttribute("visibility", at ? "visible" : "hidden");
      if (at) chosen.setAttribute("transform", `translate(${at[0].toFixed(1)} ${at[1].toFixed(1)})`);
    },
    /**
     * The row in the batch of the example that was clicked on; null when none is near.
     * @param {MouseEvent} event
     * @returns {number|null}
     */
    near(event) {
      const [x, y] = pointerIn(plot.overlay, event);
      const indices = /** @type {number[]} */ (store.get("trace.batch.indices") ?? []);
      let [best, found] = [REACH, -1];
      indices.forEach((index, i) => {
        const at = pixel(index);
        const far = at ? Math.hypot(at[0] - x, at[1] - y) : Infinity;
        if (far < best) [best, found] = [far, i];
      });
      return found < 0 ? null : found;
    },
  };
}

/** @param {[number, number]|null} at @returns {string} */
function ring(at) {
  return at ? `M${(at[0] - 7).toFixed(1)} ${at[1].toFixed(1)}a7 7 0 1 0 14 0a7 7 0 1 0 -14 0` : "";
}
