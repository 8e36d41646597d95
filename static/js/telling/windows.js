/**
 * Which numbers meet in the windows of a convolution or a pooling, at a word's places, or across a flatten: the terms of a sum, by place.
 *
 * Forward, for an output "f.r.q": every cell of its window, {t: place in the kernel, x: place in the input, f}. Backward, for an input
 * "c.y.x": every window that holds it, {t: output, x: the weight there}. For a weight "f.c.u.v": every window, {t: output, x: input}; for a
 * bias "f" every output of its map, {t: output}.
 *
 * @typedef {import("./formula.js").Choice} Choice
 * For an input of a pooling: "held" every window that holds it, "won" those that it won. Across a flatten the one place of the same
 * number; of an output of an embedding the word's row, {t: its place, w: the weight, u: the unit, v: the word}; for a weight of its table
 * the word's "places".
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {"forward"|"backward"|"weight"|"bias"|"held"|"won"|"flatten"|"unflatten"|"word"|"places"} Way
 * @typedef {{way: Way, link: number, size: number, stride: number, padding: number, own_channel: boolean, in_shape: number[], out_shape: number[]}} Through
 */

import { flatIndex, nested, placeOf } from "../base/box.js";

/** @param {number[]} place @param {number[]} shape */
const within = (place, shape) => place.every((n, axis) => n >= 0 && n < shape[axis]);

/** Which choice a sum starts from: the unit told of forward (j) or backward (k), or the weight. @type {Record<Way, "j"|"k"|"index">} */
const FROM = { forward: "j", unflatten: "j", word: "j", backward: "k", held: "k", won: "k", flatten: "k", weight: "index", bias: "index", places: "index" };

/** @type {Record<Way, (window: Through, at: number[], read: (place: string) => any) => Choice[]>} */
const WAYS = {
  forward,
  backward,
  weight,
  bias: ({ out_shape: shape }, [f]) => nested(shape.slice(1)).map((o) => ({ t: [f, ...o].join(".") })),
  held,
  won: (window, at, read) => held(window, at).filter(({ t }) => read(`argmax.{row}.${t}`) === flatIndex(window.in_shape.slice(1), at.slice(1))),
  flatten: ({ in_shape: shape }, at) => [{ t: flatIndex(shape, at) }],
  unflatten: ({ in_shape: shape }, [j]) => [{ x: placeOf(shape, j).join(".") }],
  word(_, [unit, place], read) {
    const word = read(`input.{row}.${place}`);
    return [{ t: place, w: `${word}.${unit}`, u: unit, v: word }];
  },
  places: ({ in_shape: [count] }, [word, unit], read) => Array.from({ length: count }, (_, t) => t).flatMap((t) => (read(`input.{row}.${t}`) === word ? [{ t: `${unit}.${t}` }] : [])),
};

/**
 * @param {Through} window
 * @param {Choice} choice
 * @param {Store} store
 * @returns {Choice[]}
 */
export function through(window, choice, store) {
  const at = String(choice[FROM[window.way]] ?? "").split(".").map(Number); // prettier-ignore
  const read = (/** @type {string} */ place) => store.get(`trace.layers.${window.link}.${place.replace("{row}", String(choice.row))}`);
  return at.some(Number.isNaN) ? [] : WAYS[window.way](window, at, read);
}

/** The windows of a pooling that hold an input. @param {Through} window @param {number[]} at @returns {Choice[]} */
function held({ size, stride, out_shape: shape }, [c, ...input]) {
  return nested(shape.slice(1)).filter((o) => input.every((n, axis) => n >= stride * o[axis] && n < stride * o[axis] + size)).map((o) => ({ t: [c, ...o].join(".") })); // prettier-ignore
}

/** @param {Through} window @param {number[]} at @returns {Choice[]} */
function forward({ size, stride, padding, own_channel: own, in_shape: shape }, [f, ...o]) {
  const channels = own ? [f] : Array.from({ length: shape[0] }, (_, c) => c);
  const cells = nested(o.map(() => size));
  return channels.flatMap((c) => cells.flatMap((u) => {
    const input = o.map((n, axis) => stride * n + u[axis] - padding);
    return within(input, shape.slice(1)) ? [{ f, t: [c, ...u].join("."), x: [c, ...input].join(".") }] : [];
  })); // prettier-ignore
}

/** @param {Through} window @param {number[]} at @returns {Choice[]} */
function backward({ size, stride, padding, out_shape: shape }, [c, ...input]) {
  const outputs = nested(shape.slice(1));
  return Array.from({ length: shape[0] }, (_, f) => outputs.flatMap((o) => {
    const u = input.map((n, axis) => n + padding - stride * o[axis]);
    return within(u, u.map(() => size)) ? [{ t: [f, ...o].join("."), x: [f, c, ...u].join(".") }] : [];
  })).flat(); // prettier-ignore
}

/** @param {Through} window @param {number[]} at @returns {Choice[]} */
function weight({ stride, padding, in_shape: shape, out_shape: outputs }, [f, c, ...u]) {
  return nested(outputs.slice(1)).flatMap((o) => {
    const input = o.map((n, axis) => stride * n + u[axis] - padding);
    return within(input, shape.slice(1)) ? [{ t: [f, ...o].join("."), x: [c, ...input].join(".") }] : [];
  });
}
