/**
 * Which numbers meet in the windows of a convolution or a pooling: the terms of a sum, by place.
 *
 * Forward, for an output "f.r.q": every cell of its window, {t: place in the kernel, x: place in the input, f}. Backward, for an input
 * "c.y.x": every window that holds it, {t: output, x: the weight there}. For a weight "f.c.u.v": every window, {t: output, x: input}.
 *
 * @typedef {import("./formula.js").Choice} Choice
 * @typedef {{way: "forward"|"backward"|"weight", size: number, stride: number, padding: number, own_channel: boolean, in_shape: number[], out_shape: number[]}} Through
 */

/**
 * Every place of a box, in order: [0, 0], [0, 1] …
 * @param {number[]} shape
 * @returns {number[][]}
 */
function places(shape) {
  return shape.reduce((/** @type {number[][]} */ found, size) => found.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])), [[]]);
}

/** @param {number[]} place @param {number[]} shape */
const within = (place, shape) => place.every((n, axis) => n >= 0 && n < shape[axis]);

/**
 * @param {Through} window
 * @param {Choice} choice
 * @returns {Choice[]}
 */
export function through(window, choice) {
  const { way } = window;
  const at = String(way === "forward" ? choice.j : way === "backward" ? choice.k : choice.index).split(".").map(Number); // prettier-ignore
  if (way === "forward") return forward(window, at);
  return way === "backward" ? backward(window, at) : weight(window, at);
}

/** @param {Through} window @param {number[]} at @returns {Choice[]} */
function forward({ size, stride, padding, own_channel: own, in_shape: shape }, [f, ...o]) {
  const channels = own ? [f] : Array.from({ length: shape[0] }, (_, c) => c);
  const cells = places(o.map(() => size));
  return channels.flatMap((c) => cells.flatMap((u) => {
    const input = o.map((n, axis) => stride * n + u[axis] - padding);
    return within(input, shape.slice(1)) ? [{ f, t: [c, ...u].join("."), x: [c, ...input].join(".") }] : [];
  })); // prettier-ignore
}

/** @param {Through} window @param {number[]} at @returns {Choice[]} */
function backward({ size, stride, padding, out_shape: shape }, [c, ...input]) {
  const outputs = places(shape.slice(1));
  return Array.from({ length: shape[0] }, (_, f) => outputs.flatMap((o) => {
    const u = input.map((n, axis) => n + padding - stride * o[axis]);
    return within(u, u.map(() => size)) ? [{ t: [f, ...o].join("."), x: [f, c, ...u].join(".") }] : [];
  })).flat(); // prettier-ignore
}

/** @param {Through} window @param {number[]} at @returns {Choice[]} */
function weight({ stride, padding, in_shape: shape, out_shape: outputs }, [f, c, ...u]) {
  return places(outputs.slice(1)).flatMap((o) => {
    const input = o.map((n, axis) => stride * n + u[axis] - padding);
    return within(input, shape.slice(1)) ? [{ t: [f, ...o].join("."), x: [c, ...input].join(".") }] : [];
  });
}
