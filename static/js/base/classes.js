/**
 * Which class an output stands for: outputs are counted from 1, and a class may itself be called 2.
 *
 * @typedef {import("./types.js").Store} Store
 */

/**
 * The classes' names in the order of the outputs; empty where outputs stand for none.
 * @param {Store} store
 * @returns {string[]}
 */
export function classes(store) {
  const names = store.get("info.class_names") ?? [];
  return names.length > 1 && names.length === store.get("info.output_names.length") ? names : [];
}

/**
 * « (class virginica)» of a number at the outputs, or of their z; "" of any other.
 * @param {Store} store
 * @param {number} boundary  the place between the links, 0 the input
 * @param {number} unit
 */
export function ofClass(store, boundary, unit) {
  const layers = store.get("experiment.layers") ?? [];
  const ends = boundary === layers.length || (boundary === layers.length - 1 && !store.get(`info.param_shapes.${boundary}.W`));
  const name = ends ? classes(store)[unit] : undefined;
  return name === undefined ? "" : ` (class ${name})`;
}
