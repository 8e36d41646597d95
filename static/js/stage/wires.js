/**
 * What travels between the outputs and the loss.
 *
 * @typedef {import("./stage.js").View} View
 */
import { arrow, dot, headSize } from "./glyphs.js";
import { along } from "./scene.js";
import { peak } from "./values.js";

const [NAME, LETTER] = [4, 7]; // pixels from an output to its name, and of a letter of it
const [LONGEST, LEAST] = [18.7, 0.4]; // an arrowhead at its largest, in pixels; and the smallest share that a narrow place leaves of it

/**
 * @param {View} view
 * @param {string} kind
 * @param {number} t
 * @param {(kind: string, value: number, d: string) => void} put
 */
export function wires(view, kind, t, put) {
  const { wires: all, link } = view.scene.loss;
  const numbers = view.values.vector(kind === "dot" ? "output" : "grad_output", link);
  const scale = peak(numbers);
  const { start, end } = clear(view.scene);
  const smaller = Math.min(1, Math.max(LEAST, (end - start) / LONGEST));
  all.forEach((e, i) => {
    if (kind === "dot") dot(e, t, 0, scale, put);
    else arrow(e, t, numbers[i] ?? 0, smaller * headSize(numbers[i] ?? 0, scale), put);
  });
}

/**
 * From where to where an arrowhead on a wire is clear of the outputs' names and of the targets.
 * @param {import("./scene.js").Scene} scene
 */
function clear(scene) {
  const [wire] = scene.loss.wires;
  const [chip] = scene.loss.chips;
  const last = scene.columns[scene.columns.length - 1];
  const end = chip && chip.x < scene.loss.x ? chip.x - chip.w / 2 : wire.x1;
  const start = wire.x0 + (last.names?.length > 1 ? NAME + LETTER * Math.max(...last.names.map((name) => name.length)) : 0);
  return { start, end };
}

/**
 * Where the arrowheads of the wires stand at rest: clear of the outputs' names and of the targets.
 * @param {View} view
 */
export function resting({ scene }) {
  const [wire] = scene.loss.wires;
  const { start, end } = clear(scene);
  const middle = Math.max(start, (start + end) / 2);
  let [low, high] = [0, 1];
  for (let i = 0; i < 20; i += 1) {
    const t = (low + high) / 2;
    if (along(wire, t).x < middle) low = t;
    else high = t;
  }
  return low;
}
