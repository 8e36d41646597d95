/** The numbers of a box of any shape, by their places and by their order, the last axis quickest. */

/**
 * Every place of a box, in order: [0, 0], [0, 1] …
 * @param {number[]} shape
 * @returns {number[][]}
 */
export function nested(shape) {
  return shape.reduce((/** @type {number[][]} */ found, size) => found.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])), [[]]);
}

/**
 * The place of the n-th number of a box.
 * @param {number[]} shape
 * @param {number} n
 * @returns {number[]}
 */
export function placeOf(shape, n) {
  const index = [];
  let rest = n;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

/**
 * Which number of the box it is.
 * @param {number[]} shape
 * @param {number[]} place
 */
export function flatIndex(shape, place) {
  return place.reduce((n, at, axis) => n * shape[axis] + at, 0);
}
