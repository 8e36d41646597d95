/**
 * The windows that an element of a kernel met in this example: which numbers of the input, under which δ, and the products that count.
 *
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 * @typedef {import("../base/types.js").Store} Store
 */
import { count } from "../base/format.js";
import { within } from "./derivation-places.js";
import { h, number, operand } from "../telling/parts.js";
import { svg } from "../base/svg.js";
import { parseAddress } from "../base/view.js";

const LISTED = 5;
const CELL = 14; // pixels
const WIDEST = 220;

/**
 * @param {Derivation} doc
 * @param {Store} store
 * @returns {HTMLElement|null}
 */
export function windows(doc, store) {
  const { meetings: found } = doc;
  if (found?.kind !== "windows") return null;
  const live = found.met.map((/** @type {any} */ _, /** @type {number} */ i) => i).filter((/** @type {number} */ i) => doc.terms[i]?.value);
  const all = doc.terms.filter((term) => term.value).length;
  const padding = found.in_padding ? `, in ${count(found.in_padding)} of which it lies on the padding and meets nothing` : "";
  const what = found.shape.length > 1 ? "This kernel element" : "This bias";
  const sum = `${what} is used in ${count(found.windows)} windows${padding}: its gradient is the sum of their products, ${all === 0 ? "all of them 0" : `of which ${count(all)} ${all === 1 ? "is" : "are"} not 0`}.`;
  return h("div", { class: "met" }, h("p", {}, sum), images(doc, store, live), largest(doc, live));
}

/**
 * The products that count most, by window.
 * @param {Derivation} doc
 * @param {number[]} live
 */
function largest(doc, live) {
  if (!live.length) return null;
  const size = (/** @type {number} */ i) => Math.abs(doc.terms[i].value ?? 0);
  const rows = [...live].sort((a, b) => size(b) - size(a)).slice(0, LISTED).map((i) => {
    const { window, input } = doc.meetings.met[i];
    const factors = doc.terms[i].factors.map((_, f, all) => [f > 0 ? " · " : "", (all.length > 1 ? operand : number)(`derivation.terms.${i}.factors.${f}.value`)]);
    return h("li", {}, `window ${place(window)}`, input ? `, over ${within(input)} of the input: ` : ": ", "δ", input ? " · input" : "", " = ", factors.flat(), doc.terms[i].factors.length > 1 ? [" = ", number(`derivation.terms.${i}.value`)] : []);
  }); // prettier-ignore
  const more = live.length > LISTED ? `The ${LISTED} largest of them:` : live.length === 1 ? "It is this one:" : "They are these:";
  return h("div", {}, h("p", { class: "small" }, more), h("ul", { class: "notes" }, rows));
}

/**
 * The input with the numbers it met framed, the strong frames where the product is not 0; and δ of the windows.
 * @param {Derivation} doc
 * @param {Store} store
 * @param {number[]} live
 */
function images(doc, store, live) {
  const at = parseAddress(doc.address);
  if (!at) return null;
  const [map, channel] = at.index;
  const { met } = doc.meetings;
  const inputs = met.map((/** @type {any} */ each) => each.input?.slice(1)).filter(Boolean);
  const read = (/** @type {string} */ name, /** @type {number} */ unit) => store.get(`trace.layers.${at.link}.${name}.${doc.example}.${unit}`);
  const deltas = picture(read("grad_output", map), [], live.map((i) => met[i].window)); // prettier-ignore
  const told = [figure(deltas, `δ of map ${map + 1}, a number for each window`)];
  if (inputs.length) told.unshift(figure(picture(read("input", channel), inputs, live.map((i) => met[i].input.slice(1))), `channel ${channel + 1} of the input: framed is what it met`));
  return h("div", { class: "met-images" }, told);
}

/** @param {Element|null} image @param {string} caption */
function figure(image, caption) {
  return image && h("figure", {}, image, h("figcaption", {}, caption));
}

/**
 * @param {any} numbers  rows of columns, or a row
 * @param {number[][]} weak  places that are framed
 * @param {number[][]} strong
 */
function picture(numbers, weak, strong) {
  if (!Array.isArray(numbers)) return null;
  const rows = /** @type {number[][]} */ (Array.isArray(numbers[0]) ? numbers : [numbers]);
  const size = Math.min(CELL, WIDEST / rows[0].length);
  const most = Math.max(...rows.flat().map(Math.abs), 1e-300);
  const [width, height] = [rows[0].length * size, rows.length * size];
  const image = svg("svg", { class: "met-image", width: `${(width + 2) / 16}rem`, height: `${(height + 2) / 16}rem`, viewBox: `-1 -1 ${width + 2} ${height + 2}`, "aria-hidden": "true" });
  rows.forEach((row, r) => row.forEach((value, c) => {
    svg("rect", { class: value < 0 ? "met-negative" : "met-positive", x: c * size, y: r * size, width: size, height: size, "fill-opacity": (Math.abs(value) / most).toFixed(3) }, image);
  })); // prettier-ignore
  for (const [places, name] of /** @type {[number[][], string][]} */ ([[weak, "met-frame"], [strong, "met-frame met-strong"]])) {
    for (const each of places) {
      const [r, c] = each.length === 2 ? each : [0, each[0]];
      svg("rect", { class: name, x: c * size + 0.5, y: r * size + 0.5, width: size - 1, height: size - 1 }, image);
    }
  }
  svg("rect", { class: "met-rim", x: 0, y: 0, width, height }, image);
  return image;
}

/** @param {number[]} window */
function place(window) {
  return window.length === 2 ? `(row ${window[0] + 1}, column ${window[1] + 1})` : String(window[0] + 1);
}
