/** Where the windows of a convolution or a pooling lie, place by place. */

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

/**
 * The input that an element of the kernel meets in a window; null in the padding.
 * @param {{stride: number, padding?: number}} layer
 * @param {number[]} shape  of the input, channels first
 * @param {number[]} window
 * @param {number[]} element  its channel first
 * @returns {number[]|null}
 */
export function reaches({ stride, padding = 0 }, shape, window, [channel, ...element]) {
  const found = element.map((u, axis) => stride * window[axis] + u - padding);
  return found.every((n, axis) => n >= 0 && n < shape[axis + 1]) ? [channel, ...found] : null;
}

/**
 * The element of the kernel by which an input reaches a window; null where it does not.
 * @param {{kernel?: number, size?: number, stride: number, padding?: number}} layer
 * @param {number[]} window
 * @param {number[]} input  its channel first
 * @returns {number[]|null}
 */
export function elementAt({ kernel, size, stride, padding = 0 }, window, [channel, ...input]) {
  const found = input.map((n, axis) => n + padding - stride * window[axis]);
  return found.every((u) => u >= 0 && u < (kernel ?? size ?? 0)) ? [channel, ...found] : null;
}
