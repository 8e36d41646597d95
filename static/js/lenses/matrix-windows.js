/** Where the windows of a convolution or a pooling lie, place by place. */

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
