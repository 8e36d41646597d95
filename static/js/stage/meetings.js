/**
 * What a number that is used more than once met in the example: for each of its products the number it multiplied and the δ of its window,
 * ringed, and the way from one to the other; the stronger, the larger the product.
 *
 * @typedef {import("./pick.js").Picker} Picker
 * @typedef {import("./scene.js").Box} Box
 * @typedef {import("../base/types.js").Meeting} Meeting
 */
import { capsule } from "./nodes.js";
import { shifted } from "./pick.js";
import { curve } from "./scene.js";
import { svg } from "../base/svg.js";

const MOST_WAYS = 5; // that are drawn: the strongest
const LEAST = 7; // pixels: however small the cell, its ring is found

/**
 * @param {Meeting[]} met  the strongest first
 * @param {Picker} picker
 * @returns {SVGElement[]}
 */
export function drawnMeetings(met, picker) {
  const most = Math.max(...met.map(({ share }) => Math.abs(share)), 1e-300);
  const drawn = met.map(({ addresses, share }, order) => {
    const strength = (0.25 + 0.75 * Math.sqrt(Math.abs(share) / most)).toFixed(2);
    const outlines = addresses.map((each) => picker.outline(each));
    const rings = outlines.map((outline) => (outline?.cell ? about(outline.cell) : outline?.open ? "" : (outline?.d ?? ""))).join("");
    const [from, to] = outlines.map((outline) => outline?.cell);
    const way = from && to && order < MOST_WAYS ? curve({ x0: from.x + from.w / 2, y0: from.y, x1: to.x - to.w / 2, y1: to.y }) : "";
    const both = [svg("path", { class: "stage-met is-under", d: rings }), svg("path", { class: "stage-met", d: rings, "stroke-opacity": strength, "data-share": share })];
    return [...(way ? [svg("path", { class: "stage-met-way", d: way, "stroke-opacity": strength })] : []), ...both];
  });
  return drawn.reverse().flat(); // the strongest on top
}

/** @param {Box} cell */
function about({ x, y, w, h }) {
  return shifted(capsule(Math.max(w + 1, LEAST), Math.max(h + 1, LEAST), 1, 1), x, y);
}
