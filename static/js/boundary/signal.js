/**
 * A signal as what it is: its values over their index, one curve a channel, with the lowest and the highest value told.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { placeOf } from "../base/box.js";
import { r1, svg } from "../base/svg.js";
import { place } from "../base/view.js";
import { html } from "../plot/host.js";

const [WIDTH, HEIGHT, EDGE] = [112, 64, 3];

/** Is an example a sequence of values, and no picture? @param {number[]} shape  of one example */
export function isSignal(shape) {
  return shape.length === 2 || (shape.length === 1 && !Number.isInteger(Math.sqrt(shape[0])));
}

/** @param {Store} store */
export function signalView(store) {
  const picture = svg("svg", { class: "answer-curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  const zero = svg("path", { class: "answer-zero" }, picture);
  const curve = svg("path", { class: "answer-line" }, picture);
  const [low, high] = [html("b"), html("b")];
  const element = html("div", { class: "answer-signal" }, html("span", {}, low, " to ", high));
  element.prepend(picture);

  /**
   * @param {number[]} values
   * @param {number[]} shape
   * @param {string} name
   */
  function draw(values, shape, name) {
    const length = shape[shape.length - 1];
    const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
    const x = (/** @type {number} */ i) => r1(EDGE + ((WIDTH - 2 * EDGE) * i) / Math.max(1, length - 1));
    const y = (/** @type {number} */ value) => r1(HEIGHT - EDGE - ((HEIGHT - 2 * EDGE) * (value - least)) / (most - least || 1));
    zero.setAttribute("d", `M${x(0)} ${y(0)}H${x(length - 1)}`);
    curve.setAttribute("d", values.map((value, i) => `${i % length ? "L" : "M"}${x(i % length)} ${y(value)}`).join(""));
    picture.setAttribute("aria-label", `${name}: a curve of ${length} values`);
    for (const [cell, wanted] of /** @type {[HTMLElement, number][]} */ ([[low, Math.min(...values)], [high, Math.max(...values)]])) {
      const { path } = place(store, "input", 0, placeOf(shape, values.indexOf(wanted)));
      if (cell.dataset.path !== path) cell.dataset.path = path;
    }
  }

  return { element, draw };
}
