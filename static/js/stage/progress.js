/**
 * What has been told of the step when the cursor stands somewhere: which numbers are known and may be shown.
 *
 * @typedef {import("../base/types.js").Substep} Substep
 * @typedef {{forward: number, loss: boolean, backward: number, gradients: Set<number>, updated: boolean}} Progress
 *   forward: so many links have given their output; backward: the lowest link whose gradient went back (links.length: none)
 */

/**
 * @param {Substep[]} substeps
 * @param {number} cursor
 * @param {number} links
 * @returns {Progress}
 */
export function progress(substeps, cursor, links) {
  /** @type {Progress} */
  const known = { forward: 0, loss: false, backward: links, gradients: new Set(), updated: false };
  for (const { phase, link } of substeps.slice(0, cursor)) {
    if (phase === "forward") known.forward = link + 1;
    else if (phase === "loss") known.loss = true;
    else if (phase === "backward") known.backward = link;
    else if (phase === "gradient") known.gradients.add(link);
    else known.updated = true;
  }
  return known;
}

/**
 * Is the number in this half of a neuron known?
 * @param {Progress} known
 * @param {{link: number, name: string}} half
 */
export function valueKnown(known, half) {
  return half.name === "input" || half.link < known.forward;
}

/**
 * Has the gradient with respect to this half's number arrived? A link's grad_output is the next link's grad_input.
 * @param {Progress} known
 * @param {{link: number, name: string}} half
 * @param {number} links
 */
export function gradientKnown(known, half, links) {
  if (half.name === "input") return known.backward <= 0;
  return half.link === links - 1 ? known.backward < links : known.backward <= half.link + 1;
}
