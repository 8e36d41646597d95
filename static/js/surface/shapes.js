/** The shapes of arrays that came without them. */

/**
 * @param {Record<string, any>[]} params
 * @returns {Record<string, number[]>[]}
 */
export function shapesOf(params) {
  /** @param {any} array @returns {number[]} */
  const shape = (array) => (Array.isArray(array) ? [array.length, ...shape(array[0])] : []);
  return params.map((own) => Object.fromEntries(Object.entries(own).map(([name, array]) => [name, shape(array)])));
}
