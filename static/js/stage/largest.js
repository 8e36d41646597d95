/**
 * Of a weight matrix too large for edges, those with the largest gradients of the present step, drawn over it: hue and dash are the
 * weight's sign, as of any edge. They change with the trace, not with the frame.
 *
 * @typedef {import("./view.js").View} View
 */
import { routes } from "./routes.js";
import { curve } from "./scene.js";
import { svg } from "../base/svg.js";

export class Largest {
  /** @param {SVGElement} parent */
  constructor(parent) {
    this.negative = svg("path", { class: "stage-largest is-negative" }, parent);
    this.positive = svg("path", { class: "stage-largest is-positive" }, parent);
    this.key = "";
  }

  /** @param {View} view */
  paint(view) {
    const key = `${view.drawn} ${view.traceKey} ${view.paramsKey}`;
    if (key === this.key) return;
    this.key = key;
    const edges = view.scene.links.filter((link) => link.mode === "matrix" || link.mode === "fields").flatMap((link) => routes(view, link, false));
    for (const [path, sign] of /** @type {[SVGPathElement, number][]} */ ([[this.negative, -1], [this.positive, 1]])) {
      path.setAttribute("d", edges.filter((e) => (view.parameterOf("now", e) < 0 ? -1 : 1) === sign).map(curve).join(""));
    }
  }
}
