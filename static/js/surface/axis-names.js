/**
 * The words about the 3-D scene's axes: where Plotly writes their numbers, which no other words may cover, and their names. Those on the ground each beside the middle of the edge that is towards the eye, the height's above
 * its ticks. Plotly's own titles stand so far out that a low scene would be drawn a third smaller to have room for them.
 *
 * @typedef {[number, number]} Pixel
 * @typedef {(x: number, y: number, z: number) => Pixel} Project
 * @typedef {{xs: number[], ys: number[], low: number, high: number}} Sides  of what is drawn
 */
import { groundTicks, heightTicks } from "../plot/ticks.js";
import { svg } from "../base/svg.js";
import { around } from "./labels.js";

const OUT = { usual: 50, large: 96 }; // pixels beyond the edge: between them stand the ticks' numbers
const ABOVE = 8; // pixels over the highest tick

const NUMBERS = 31; // pixels beyond the edge: the middle of the numbers, as Plotly was seen to place them
const DOWN = 0.28; // of that, the heights' stand lower than they are
const RADIUS = { usual: 8, large: 12 };

export class AxisNames {
  /** @param {SVGElement} root */
  constructor(root) {
    this.texts = [0, 1, 2].map(() => svg("text", { class: "actor-axis" }, root));
  }

  /**
   * Where Plotly writes the numbers of α, β and the height.
   * @param {number[][]} ticks
   * @param {Sides} sides
   * @param {{eye: {x: number, y: number}, place: Project, large: boolean}} view
   * @returns {import("./labels.js").Box[]}
   */
  numbers([alphas, betas, heights], { xs, ys, low, high }, { eye, place, large }) {
    const radius = RADIUS[large ? "large" : "usual"];
    const centre = place(middle(xs), middle(ys), low);
    const [near, side] = [nearest(ys, eye.y), nearest(xs, eye.x)];
    const ground = [...alphas.map((v) => place(v, near, low)), ...betas.map((v) => place(side, v, low))];
    const [u, v] = corners(xs, ys).reduce((a, b) => (place(b[0], b[1], high)[0] < place(a[0], a[1], high)[0] ? b : a));
    const up = heights.map((z) => place(u, v, z)).map(([x, y]) => /** @type {Pixel} */ ([x - NUMBERS, y + DOWN * NUMBERS]));
    return [...ground.map((at) => outwards(centre, at, NUMBERS)), ...up].map((at) => around(at, radius));
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
      labels.put(this.texts[k], names[k], outwards(centre, edge, OUT[large ? "large" : "usual"]), edge[0] < centre[0]);
    }
    const tops = corners(xs, ys).map(([u, v]) => place(u, v, high));
    const [left, top] = tops.reduce((a, b) => (b[0] < a[0] ? b : a));
    labels.put(this.texts[2], names[2], [left, top - ABOVE], true);
  }
}

/** So many pixels farther from the centre. @param {Pixel} centre @param {Pixel} at @param {number} by @returns {Pixel} */
function outwards(centre, at, by) {
  const [dx, dy] = [at[0] - centre[0], at[1] - centre[1]];
  const far = by / (Math.hypot(dx, dy) || 1);
  return [at[0] + far * dx, at[1] + far * dy];
}

/** @param {number[]} xs @param {number[]} ys @returns {[number, number][]} */
function corners(xs, ys) {
  return ends(xs).flatMap((u) => ends(ys).map((v) => /** @type {[number, number]} */ ([u, v])));
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

/**
 * Where α, β and the height are numbered.
 * @param {import("./picture.js").Picture} picture
 * @param {import("../plot/scale.js").Scale} scale
 * @returns {number[][]}
 */
export function ticksOf({ xs, ys }, { low, high }) {
  return [groundTicks(xs), groundTicks(ys), heightTicks(low, high)];
}

/** @param {number[][]} ticks @returns {Record<string, any>} as a layout's changes; the figure comes without axes, and without a surface */
export function numbered(ticks) {
  return Object.fromEntries(ticks.flatMap((at, k) => {
    const axis = `scene.${"xyz"[k]}axis`;
    return [[`${axis}.visible`, true], [`${axis}.tickmode`, "array"], [`${axis}.tickvals`, at]];
  }));
}
