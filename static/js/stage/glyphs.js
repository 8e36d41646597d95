/**
 * What travels, as path data: a dot on its way forward, an arrowhead on its way back.
 *
 * @typedef {import("./scene.js").Edge} Edge
 */
import { along } from "./scene.js";
import { r1 } from "../base/svg.js";

/** How wide an arrowhead is, as a multiple of its size. */
export const WIDTH = 1.44;

/**
 * @param {number} value
 * @param {number} scale
 */
export function headSize(value, scale) {
  return 3.2 + 7.8 * Math.sqrt(Math.min(1, Math.abs(value) / scale));
}

/**
 * @param {Edge} e
 * @param {number} t
 * @param {number} value
 * @param {number} scale
 * @param {(kind: string, value: number, d: string) => void} put
 */
export function dot(e, t, value, scale, put) {
  if (!(t > 0 && t < 1)) return;
  const { x, y } = along(e, t);
  const radius = r1(2.4 + 3.8 * Math.sqrt(Math.min(1, Math.abs(value) / scale)));
  put("dot", value, `M${r1(x - radius)} ${r1(y)}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0`);
}

/**
 * An arrowhead that points against the edge's direction.
 * @param {Edge} e
 * @param {number} t
 * @param {number} value
 * @param {number} s  its size in pixels
 * @param {(kind: string, value: number, d: string) => void} put
 */
export function arrow(e, t, value, s, put) {
  if (!(t > 0 && t < 1)) return;
  const { x, y, dx, dy } = along(e, t);
  if (value === 0) return; // no gradient goes this way
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [(-dx / length) * s, (-dy / length) * s];
  put("arrow", value,
    `M${r1(x + ux)} ${r1(y + uy)}L${r1(x - ux * 0.7 - (uy * WIDTH) / 2)} ${r1(y - uy * 0.7 + (ux * WIDTH) / 2)}` +
    `L${r1(x - ux * 0.3)} ${r1(y - uy * 0.3)}L${r1(x - ux * 0.7 + (uy * WIDTH) / 2)} ${r1(y - uy * 0.7 - (ux * WIDTH) / 2)}Z`);
}
