/**
 * The paths from a number to the loss, drawn on the network.
 *
 * @typedef {import("./pick.js").Picker} Picker
 */
import { MOST_PATHS, sharePlaces } from "./share-places.js";
import { r1, svg } from "../base/svg.js";

/**
 * Every path a line as wide and as strong as its share; what paths have in common adds up by lying on itself. The largest say their
 * shares where there is room.
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
  const written = sharePlaces(picker.scene, all).map(({ text, box }) => Object.assign(svg("text", { class: "stage-share", x: r1(box.x), y: r1(box.y), "text-anchor": "middle" }), { textContent: text }));
  return [...lines, ...written];
}
