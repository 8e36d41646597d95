/**
 * The stage in words: what kind of network it shows, and one sentence about the moment.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./scene.js").Scene} Scene
 */
import { linkName, whose } from "../base/view.js";
import { weightless } from "../base/weights.js";

/**
 * The figure's name: what kind of network this is.
 * @param {Store} store
 * @param {Scene} scene
 */
export function figureName(store, scene) {
  const sizes = scene.columns.map((column) => (column.kind === "maps" ? `${column.count} × ${column.cells.join(" × ")}` : column.count));
  return `The network: ${sizes.join(", ")} neurons from the inputs to the outputs, ${scene.size} weights and biases, then the ${store.get("experiment.loss.kind").replaceAll("_", " ")} loss`;
}

/**
 * @param {Store} store
 * @returns {string}
 */
export function sentence(store) {
  const substeps = store.get("substeps") ?? [];
  const now = substeps[(store.get("cursor") ?? 0) - 1];
  const mine = whose(store).text;
  if (!now) return `Ready for the next step. Shown: ${mine}.`;
  const kind = linkName(store, store.get("experiment.layers")?.[now.link]?.kind);
  switch (now.phase) {
    case "forward":
      return `Forward: numbers have gone through ${kind} from left to right. Shown: ${mine}.`;
    case "loss":
      return `The loss compares the outputs with their targets. Shown: ${mine}.`;
    case "backward":
      return `Backward: the gradient has gone back through ${kind} from right to left, a share along every edge. Shown: ${mine}.`;
    case "gradient":
      return `Halos show the gradient of each weight of ${kind}. Shown: ${mine}.`;
    default:
      return `Updated: ${weightless(store.get("info.param_shapes") ?? []) ? "there is no weight to take a step" : "every weight has taken its step"}. Shown: ${mine}.`;
  }
}
