/**
 * One example's way back as a product of Jacobians: the loss's slope, a row, times the Jacobian of each link, last to first. What stands
 * after each product is the gradient there, the trace's own.
 *
 * @typedef {import("./matrix-routes.js").Here} Here
 * @typedef {import("./matrix-axes.js").Axis} Axis
 * @typedef {import("./matrix-grid.js").Place} Place
 * @typedef {{title: string, place: (r: number, c: number) => Place, address?: (r: number, c: number) => string|null}} Jacobian
 */
import { section } from "./derivation-sections.js";
import { h } from "../telling/parts.js";
import { pagers, single } from "./matrix-axes.js";
import { equation, grid } from "./matrix-grid.js";
import { isPooling, route, shapeAt, sizeOf } from "./matrix-routes.js";
import { elementAt, reaches } from "./matrix-windows.js";
import { flatIndex, placeOf } from "../base/box.js";
import { linkName } from "../base/view.js";

export const MOST = 8;

/**
 * @param {Omit<Here, "link">} here
 * @returns {HTMLElement}
 */
export function jacobians(here) {
  const { store, row } = here;
  const layers = store.get("experiment.layers");
  const starts = inSight(store, row);
  const steps = layers.map((/** @type {any} */ _, /** @type {number} */ i) => step({ ...here, link: i }, starts)).reverse();
  const index = store.get(`trace.batch.indices.${row}`);
  return section(`Jacobians: example ${index}, from the loss back to the inputs`,
    h("p", { class: "small" }, "Each link’s Jacobian is outputs × inputs. A row vector times the Jacobians, from the right end of the network to the left: reverse mode. Nobody multiplies Jacobian by Jacobian, and few are ever written out."),
    h("div", { class: "jacobians" }, steps)); // prettier-ignore
}

/**
 * A place of every space whose block is in sight first: of the outputs the one that is told most, and in front of each link one that
 * reaches it, so that the bands of a convolution and the routes of a pooling are seen.
 * @param {Here["store"]} store
 * @param {number} row
 * @returns {number[]}
 */
function inSight(store, row) {
  const count = store.get("experiment.layers.length");
  const found = Array.from({ length: count + 1 }, () => 0);
  for (let b = count; b >= 0; b -= 1) {
    const shape = shapeAt(store, b);
    const layer = b < count ? store.get(`experiment.layers.${b}`) : null;
    const windowed = layer && (layer.kind.startsWith("conv") || isPooling(layer.kind));
    if (windowed) {
      const [channel, ...window] = placeOf(shapeAt(store, b + 1), found[b + 1]);
      const first = reaches(layer, shape, window, [isPooling(layer.kind) ? channel : 0, ...window.map(() => 0)]);
      found[b] = first ? flatIndex(shape, first) : 0;
    } else if (layer && !layer.units && sizeOf(shape) === sizeOf(shapeAt(store, b + 1))) found[b] = found[b + 1];
    else found[b] = busiest(b < count ? store.get(`trace.layers.${b}.grad_input.${row}`) : store.get(`trace.layers.${count - 1}.grad_output.${row}`));
  }
  return found;
}

/** The place of the largest number. @param {any} numbers */
function busiest(numbers) {
  const flat = [numbers].flat(Infinity).map((value) => Math.abs(value ?? 0));
  return flat.indexOf(Math.max(...flat));
}

/**
 * @param {Here} here
 * @param {number[]} starts
 */
function step(here, starts) {
  const { store, axes, link: i } = here;
  const kind = store.get(`experiment.layers.${i}.kind`);
  const axis = (/** @type {number} */ boundary, /** @type {string} */ name) => axes.axis(`jacobian:${boundary}`, name, sizeOf(shapeAt(store, boundary)), { most: MOST, at: starts[boundary] });
  const [ins, outs] = [axis(i, "inputs"), axis(i + 1, "outputs")];
  const jacobian = jacobianOf(here, kind, outs, ins);
  const title = h("h4", {}, `Link ${i + 1}: ${linkName(store, kind)}`);
  const given = vector(here, "∂ℓ/∂output", "grad_output", outs);
  if (!jacobian) return h("div", { class: "jacobian" }, title, h("p", { class: "small" }, "Here the way back ends: its inputs are the numbers of words, which are no amounts. There is nothing to differentiate by."), pagers(outs), given);
  const middle = grid({ ...jacobian, rows: outs, columns: ins });
  return h("div", { class: "jacobian" }, title, pagers(outs, ins), equation(given, "·", middle, "=", vector(here, "∂ℓ/∂input", "grad_input", ins)));
}

/**
 * A row of the example's numbers.
 * @param {Here} here
 * @param {string} title
 * @param {"grad_input"|"grad_output"} name
 * @param {Axis} axis
 */
export function vector({ store, link, row }, title, name, axis) {
  const shape = shapeAt(store, name === "grad_output" ? link + 1 : link);
  const at = (/** @type {number} */ n) => placeOf(shape, n);
  return grid({ title, rows: single(), columns: axis, place: (_, c) => `trace.layers.${link}.${name}.${row}.${at(c).join(".")}`, address: (_, c) => `${link}/${name}/${at(c)}` });
}

/**
 * @param {Here} here
 * @param {string} kind
 * @param {Axis} outs
 * @param {Axis} ins
 * @returns {Jacobian|null}
 */
export function jacobianOf(here, kind, outs, ins) {
  const { store, link: i, row } = here;
  const [into, out] = [shapeAt(store, i), shapeAt(store, i + 1)];
  const diagonal = (/** @type {string} */ title, /** @type {(n: number) => string} */ place) => ({ title, place: (/** @type {number} */ r, /** @type {number} */ c) => (r === c ? place(r) : null) });
  const at = (/** @type {number} */ n) => placeOf(into, n).join(".");
  if (kind === "dense") return { title: "W", place: (r, c) => `trace.before.${i}.W.${r}.${c}`, address: (r, c) => `${i}/W/${r},${c}` };
  if (kind.startsWith("conv")) return kernels(here, into, out);
  if (isPooling(kind)) return routed(here, "R", outs, ins, (r, c) => route(here, r, c));
  if (kind === "embedding") return null;
  if (kind === "flatten") return routed(here, "I: the same numbers", outs, ins, (r, c) => (r === c ? 1 : null));
  if (kind === "dropout") {
    const kept = 1 / (1 - store.get(`experiment.layers.${i}.drop`));
    return routed(here, "diag m / (1 − p)", outs, ins, (r, c) => (r === c ? kept * store.get(`trace.layers.${i}.mask.${row}.${at(r)}`) : null));
  }
  if (store.get(`trace.layers.${i}.jacobian`)) return { title: "J of softmax", place: (r, c) => `trace.layers.${i}.jacobian.${row}.${r}.${c}` };
  return diagonal("diag φ′(z)", (n) => `trace.layers.${i}.slope.${row}.${at(n)}`);
}

/**
 * The kernel's weights along bands: every window sees its own part of the input, by the same weights.
 * @param {Here} here
 * @param {number[]} into
 * @param {number[]} out
 * @returns {Jacobian}
 */
function kernels({ store, link: i }, into, out) {
  const layer = store.get(`experiment.layers.${i}`);
  const weight = (/** @type {number} */ r, /** @type {number} */ c) => {
    const [filter, ...window] = placeOf(out, r);
    const element = elementAt(layer, window, placeOf(into, c));
    return element && [filter, ...element];
  };
  const place = (/** @type {number} */ r, /** @type {number} */ c) => weight(r, c)?.join(".");
  return {
    title: "the kernels, in bands",
    place: (r, c) => (place(r, c) === undefined ? null : `trace.before.${i}.W.${place(r, c)}`),
    address: (r, c) => (place(r, c) === undefined ? null : `${i}/W/${weight(r, c)}`),
  };
}

/**
 * Entries that follow from the trace, in store.derived.jacobian.
 * @param {Here} here
 * @param {string} title
 * @param {Axis} outs
 * @param {Axis} ins
 * @param {(r: number, c: number) => number|null} entry
 * @returns {Jacobian}
 */
function routed({ store, link }, title, outs, ins, entry) {
  /** @type {Record<number, Record<number, number>>} */
  const found = {};
  for (const r of outs.shown) {
    found[r] = {};
    for (const c of ins.shown) {
      const value = entry(r, c);
      if (value !== null) found[r][c] = value;
    }
  }
  store.set(`derived.jacobian.${link}`, found);
  return { title, place: (r, c) => (found[r][c] === undefined ? null : `derived.jacobian.${link}.${r}.${c}`) };
}
