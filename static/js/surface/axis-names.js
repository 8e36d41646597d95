/**
 * The names of the 3-D scene's axes: those on the ground each beside the middle of the edge that is towards the eye, the height's above
 * its ticks. Plotly's own titles stand so far out that a low scene would be drawn a third smaller to have room for them.
 *
 * @typedef {[number, number]} Pixel
 * @typedef {(x: number, y: number, z: number) => Pixel} Project
 * @typedef {{xs: number[], ys: number[], low: number, high: number}} Sides  of what is drawn
 */
import { svg } from "../plot/host.js";

const OUT = { usual: 50, large: 96 }; // pixels beyond the edge: between them stand the ticks' numbers
const ABOVE = 8; // pixels over the highest tick

export class AxisNames {
  /** @param {SVGElement} root */
  constructor(root) {
    this.texts = [0, 1, 2].map(() => svg("text", { class: "actor-axis" }, root));
  }

  /**
   * @param {import("./labels.js").Labels} labels  which keeps words apart
   * @param {string[]} names  of α, β and the height
   * @param {Sides} sides
   * @param {{eye: {x: number, y: number}, place: Project, large: boolean}} view  large: with larger words
   */
  draw(labels, names, { xs, ys, low, high }, { eye, place, large }) {
    const [x, y] = [middle(xs), middle(ys)];
    const centre = place(x, y, low);
    for (const [k, edge] of [place(x, nearest(ys, eye.y), low), place(nearest(xs, eye.x), y, low)].entries()) {
      const [dx, dy] = [edge[0] - centre[0], edge[1] - centre[1]];
      const far = OUT[large ? "large" : "usual"] / (Math.hypot(dx, dy) || 1);
      labels.put(this.texts[k], names[k], [edge[0] + far * dx, edge[1] + far * dy], dx < 0);
    }
    const tops = ends(xs).flatMap((u) => ends(ys).map((v) => place(u, v, high)));
    const [left, top] = tops.reduce((a, b) => (b[0] < a[0] ? b : a));
    labels.put(this.texts[2], names[2], [left, top - ABOVE], true);
  }
}

/** @param {number[]} values */
function middle(values) {
  const [first, last] = ends(values);
  return (first + last) / 2;
}

/** The end of an axis that is towards the eye. @param {number[]} values @param {number} eye */
function nearest(values, eye) {
  return ends(values)[eye > 0 ? 1 : 0];
}

/** @param {number[]} values */
function ends(values) {
  return [values[0], values[values.length - 1]];
}
