/**
 * Where an activation lets nothing of a map's gradient through: what arrives is not 0, the slope is. In a neuron the numbers say so; on
 * a map, whose cells have no room for one, a cross does.
 *
 * @typedef {import("./scene.js").Link} Link
 * @typedef {import("./view.js").View} View
 */
import { cell } from "./scene.js";

/** Activations that are flat somewhere. */
const FLAT = ["relu"];

/**
 * Does a gradient that goes back through this network meet a map that may stop it?
 * @param {import("./scene.js").Scene} scene
 * @param {Link} link
 */
export function mayStop(scene, link) {
  return FLAT.includes(link.kind) && scene.columns[link.to].kind === "maps";
}

/**
 * The cells, on the map of the gradient, at which the sub-step that is told stops it.
 * @param {View} view
 * @returns {import("./scene.js").Box[]}
 */
export function stops(view) {
  const { substep, scene, values } = view;
  const link = substep?.phase === "backward" && !view.streaming ? scene.links[substep.link] : null;
  if (!link || !mayStop(scene, link)) return [];
  const { maps, cells: [rows, cols] } = scene.columns[link.to];
  const [arrives, goes] = [values.vector("grad_output", link.link), values.vector("grad_input", link.link)];
  return arrives.flatMap((v, i) => (v !== 0 && goes[i] === 0 ? [cell(maps[Math.floor(i / (rows * cols))], rows, cols, i % (rows * cols))] : []));
}
