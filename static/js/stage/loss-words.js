/**
 * What the loss on the network is called. Where a run has diverged it is told of the training loss, beside which the loss of one example
 * may be small: then the network says whose it shows, and of one that is no finite number that it is none.
 *
 * @typedef {import("./view.js").View} View
 */
import { place, told, whose } from "../base/view.js";

const ROOMY = 60; // pixels: a loss this wide has room for whose it is

/**
 * @param {View} view
 * @returns {{lines: string[], finite: boolean}}
 */
export function lossWords({ store, scene, lossKnown }) {
  if (!store.get("frame.diverged") || !told(store).done) return { lines: ["loss"], finite: true };
  const { mode, index } = whose(store);
  const long = scene.loss.w >= ROOMY;
  const owner = mode === "mean" ? "the batch" : `example ${index}`;
  return { lines: long ? ["loss of", owner] : ["loss"], finite: lossKnown <= 0.4 || typeof place(store, "loss", 0, []).value === "number" };
}
