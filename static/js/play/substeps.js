/**
 * The story of one training step, link by link: forward, the loss, backward, the gradients, the update.
 *
 * @typedef {import("../base/types.js").Substep} Substep
 * @typedef {import("../base/types.js").Kind} Kind
 */
/**
 * @param {Kind[]} layers
 * @param {Record<string, number[]>[]} paramShapes aligned with layers
 * @param {(kind: string) => string} called  what a kind is called within a sentence
 * @returns {Substep[]}
 */
export function substepsOf(layers, paramShapes, called) {
  const links = layers.map((_, i) => i);
  const back = [...links].reverse();
  const trained = back.filter((i) => Object.keys(paramShapes[i] ?? {}).length > 0);
  const name = (/** @type {number} */ i) => `${called(layers[i].kind)} (link ${i + 1} of ${layers.length})`;
  return [
    ...links.map((i) => substep("forward", i, `Forward through ${name(i)}`)),
    substep("loss", -1, "The loss: how wrong is the output?"),
    ...back.map((i, n) => substep("backward", i, n === 0 ? `Delta at the output: back through ${name(i)}` : `Backward through ${name(i)}`)),
    ...trained.map((i) => substep("gradient", i, `Gradient of the weights of ${name(i)}`)),
    substep("update", -1, trained.length > 0 ? "Update: every weight takes its step" : "Update: there is no weight to take a step"),
  ];
}

/**
 * @param {import("../base/types.js").Phase} phase
 * @param {number} link
 * @param {string} title
 * @returns {Substep}
 */
function substep(phase, link, title) {
  return { phase, link, title };
}
