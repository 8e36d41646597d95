/**
 * The paths from a number to the loss, drawn on the network.
 *
 * @typedef {import("./pick.js").Picker} Picker
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./scene.js").Box} Box
 */
import { clearPlace } from "./label-places.js";
import { r1, svg } from "../base/svg.js";

const MOST_PATHS = 40;
const MOST_SHARES = 3; // that are written
const [SHARE_LETTER, SHARE_LINE] = [7.5, 15]; // pixels of a written share

/**
 * Every path a line as wide and as strong as its share; what paths have in common adds up by lying on itself. The largest says its
 * share, at the first edge that no other listed path takes.
 * @param {{addresses: string[], share: number}[]} all
 * @param {Picker} picker
 * @returns {SVGElement[]}
 */
export function drawnPaths(all, picker) {
  const paths = all.slice(0, MOST_PATHS);
  const most = Math.max(...paths.map((path) => Math.abs(path.share)), 1e-12);
  const order = [...paths].sort((a, b) => Math.abs(a.share) - Math.abs(b.share));
  const lines = order.map(({ addresses, share }) => {
    const part = Math.abs(share) / most;
    const d = addresses.map((each) => picker.outline(each)?.d ?? "").join("");
    return svg("path", { class: "stage-route", d, "stroke-width": r1(1.5 + 8 * part), "stroke-opacity": (0.12 + 0.4 * part).toFixed(2), "data-share": share });
  });
  /** @type {Box[]} */
  const shares = [];
  return [...lines, ...order.slice(-MOST_SHARES).reverse().flatMap((path) => shareLabel(path, paths, picker, shares))];
}

/**
 * Beside the weights' numbers, never over one: along the edge that the fewest other paths take, or the next of the path.
 * @param {{addresses: string[], share: number}} path
 * @param {{addresses: string[]}[]} paths
 * @param {Picker} picker
 * @param {Box[]} stand  the shares that are written already
 */
function shareLabel({ addresses, share }, paths, picker, stand) {
  const shared = (/** @type {string} */ each) => paths.filter((path) => path.addresses.includes(each)).length;
  const percent = Math.round(100 * share);
  const text = percent === 0 && share !== 0 ? "< 1 %" : `${percent} %`.replace("-", "−");
  const size = { w: text.length * SHARE_LETTER + 4, h: SHARE_LINE };
  const edges = addresses.filter((each) => picker.edges.has(each)).sort((a, b) => shared(a) - shared(b));
  for (const each of edges) {
    const box = clearPlace(picker.scene, /** @type {Edge} */ (picker.edges.get(each)), size, stand);
    if (!box) continue;
    stand.push(box);
    const label = svg("text", { class: "stage-share", x: r1(box.x), y: r1(box.y), "text-anchor": "middle" });
    label.textContent = text;
    return [label];
  }
  return [];
}
