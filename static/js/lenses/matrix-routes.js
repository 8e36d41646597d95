/**
 * Links without weights as matrices, for the shown example: a pooling routes by 0 and 1, a dropout by the diagonal of its mask, a flatten
 * only writes the same numbers in one row.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./matrix-axes.js").Axis} Axis
 * @typedef {import("./matrix-axes.js").Axes} Axes
 * @typedef {import("./matrix-grid.js").Place} Place
 * @typedef {{store: Store, axes: Axes, link: number, row: number}} Here
 */
import { section } from "./derivation-sections.js";
import { words } from "../base/format.js";
import { h, number } from "../telling/parts.js";
import { pagers, places, single } from "./matrix-axes.js";
import { equation, grid, lightFactors } from "./matrix-grid.js";
import { elementAt, reaches } from "./matrix-windows.js";
import { flatIndex, nested, placeOf } from "../base/box.js";

/** Cells of a window that are written out beside each other, at most. */
const WIDE = 12;

/**
 * The sections of a link without weights; none of one that is applied number by number.
 * @param {Here} here
 * @returns {(HTMLElement|null)[]}
 */
export function routes(here) {
  const kind = here.store.get(`experiment.layers.${here.link}.kind`);
  if (/_pool/.test(kind)) return pooling(here);
  if (kind === "dropout") return dropout(here);
  return kind === "flatten" ? [flatten(here)] : [];
}

/** @param {Store} store @param {number} boundary @returns {number[]} */
export const shapeAt = (store, boundary) => store.get(`info.shapes.${boundary}`);

/** @param {number[]} shape */
export const sizeOf = (shape) => shape.reduce((product, n) => product * n, 1);

/**
 * The wire of a pooling between two flat places: where its 0, 1 or 1/n stands in the store, null where there is none. A loser of its
 * window has a 0 too, but that one is the step's own.
 * @param {Here} here
 * @param {number} out
 * @param {number} into
 * @returns {number|null}
 */
export function route({ store, link, row }, out, into) {
  const layer = store.get(`experiment.layers.${link}`);
  const [channel, ...window] = placeOf(shapeAt(store, link + 1), out);
  const from = placeOf(shapeAt(store, link), into);
  if (from[0] !== channel || !elementAt(layer, window, from)) return null;
  if (layer.kind.startsWith("mean")) return 1 / layer.size ** window.length;
  const winner = store.get(`trace.layers.${link}.argmax.${row}.${[channel, ...window].join(".")}`);
  return Number(winner === flatIndex(shapeAt(store, link).slice(1), from.slice(1)));
}

/**
 * What a vector's places are called, from 1, as its symbols are.
 * @param {number[]} shape
 * @returns {(n: number) => string}
 */
export const titles = (shape) => (n) => placeOf(shape, n).map((i) => i + 1).join(","); // prettier-ignore

/**
 * A column of the example's numbers.
 * @param {Here} here
 * @param {string} title
 * @param {"input"|"output"|"grad_input"|"grad_output"} name
 * @param {Axis} axis
 * @param {string} role
 */
function column({ store, link, row }, title, name, axis, role) {
  const shape = shapeAt(store, name.endsWith("output") ? link + 1 : link);
  const at = (/** @type {number} */ n) => placeOf(shape, n);
  const address = (/** @type {number} */ n) => (name === "input" ? (link > 0 ? `${link - 1}/output/${at(n)}` : null) : `${link}/${name}/${at(n)}`);
  return grid({ title, rows: axis, columns: single(), role, heads: "rows", place: (n) => `trace.layers.${link}.${name}.${row}.${at(n).join(".")}`, address });
}

/** @param {Here} here */
function pooling(here) {
  const { store, axes, link, row } = here;
  const layer = store.get(`experiment.layers.${link}`);
  const [shape, outputs] = [shapeAt(store, link), shapeAt(store, link + 1)];
  const cells = nested(shape.slice(1).map(() => layer.size));
  const most = Math.max(1, Math.floor(WIDE / cells.length));
  const outs = axes.axis(`${link}:pooled`, "outputs", sizeOf(outputs), { most, at: busiest(store, link, row, outputs), title: titles(outputs) });
  const held = outs.shown.flatMap((o) => {
    const [channel, ...window] = placeOf(outputs, o);
    return cells.map((cell) => reaches(layer, shape, window, [channel, ...cell])).filter((place) => place !== null).map((place) => flatIndex(shape, place));
  }); // prettier-ignore
  const ins = places("inputs", sizeOf(shape), [...new Set(held)].sort((a, b) => a - b), titles(shape));
  const found = routed(here, outs.shown, ins.shown);
  const entry = (/** @type {number} */ o, /** @type {number} */ n) => (found[o][n] === undefined ? null : `derived.routes.${link}.${o}.${n}`);
  const same = (/** @type {number} */ o, /** @type {number} */ n) => `route${o}:${n}`;
  const forth = grid({ title: "R", rows: outs, columns: ins, role: "left", heads: "both", place: entry, same });
  const back = grid({ title: "Rᵀ", rows: ins, columns: outs, role: "left", heads: "both", place: (n, o) => entry(o, n), same: (n, o) => same(o, n) });
  const forward = equation(column(here, "y", "output", outs, "result"), "=", forth, "·", column(here, "x", "input", ins, "right"));
  const backward = equation(column(here, "∂ℓ/∂x", "grad_input", ins, "result"), "=", back, "·", column(here, "∂ℓ/∂y", "grad_output", outs, "right"));
  for (const line of [forward, backward]) lightFactors(line);
  const how = layer.kind.startsWith("mean") ? "Every window’s row has the same share for each of its cells" : "Every window’s row has a 1 at its winner and 0 elsewhere, for this example: another one has other winners";
  return [
    section(`Forward: y = R x, R of 0 and ${layer.kind.startsWith("mean") ? "1/n" : "1"}`, h("p", { class: "small" }, `${how}. Written out are some windows, and the inputs that they hold.`), pagers(outs), forward),
    section("Back: ∂ℓ/∂x = Rᵀ ∂ℓ/∂y", h("p", { class: "small" }, "The same routes, the other way: what a window’s output is told goes to those who made it. There is no weight here, so no gradient stays."), pagers(outs), backward),
  ];
}

/**
 * The output that is told most.
 * @param {Store} store
 * @param {number} link
 * @param {number} row
 * @param {number[]} shape
 */
function busiest(store, link, row, shape) {
  const sizes = nested(shape).map((at) => Math.abs(store.get(`trace.layers.${link}.grad_output.${row}.${at.join(".")}`) ?? 0));
  return sizes.indexOf(Math.max(...sizes));
}

/**
 * The entries of R that are written out, [out][into], also in store.derived.routes.
 * @param {Here} here
 * @param {number[]} outs
 * @param {number[]} ins
 */
function routed(here, outs, ins) {
  /** @type {Record<number, Record<number, number>>} */
  const found = {};
  for (const o of outs) {
    found[o] = {};
    for (const n of ins) {
      const entry = route(here, o, n);
      if (entry !== null) found[o][n] = entry;
    }
  }
  here.store.set(`derived.routes.${here.link}`, found);
  return found;
}

/** @param {Here} here */
function dropout(here) {
  const { store, axes, link, row } = here;
  const shape = shapeAt(store, link);
  const all = axes.axis(`${link}:dropped`, "numbers", sizeOf(shape), { title: titles(shape) });
  const mask = grid({ title: "diag(m)", rows: all, columns: all, role: "left", place: (r, c) => (r === c ? `trace.layers.${link}.mask.${row}.${placeOf(shape, r).join(".")}` : null) });
  const scale = () => h("span", { class: "matrix-op" }, "/ (1 − ", number(`experiment.layers.${link}.drop`), ")");
  const forward = equation(column(here, "y", "output", all, "result"), "=", mask, "·", column(here, "x", "input", all, "right"), scale());
  const backward = equation(column(here, "∂ℓ/∂x", "grad_input", all, "result"), "=", mask.cloneNode(true), "·", column(here, "∂ℓ/∂y", "grad_output", all, "right"), scale());
  for (const line of [forward, backward]) lightFactors(line);
  return [
    section("Forward: y = diag(m) x / (1 − p)", h("p", { class: "small" }, "The mask as a diagonal matrix, drawn anew for every example and step: 0 cuts a number, 1 lets it through, and those that stay are scaled up."), pagers(all), forward),
    section("Back: ∂ℓ/∂x = diag(m) ∂ℓ/∂y / (1 − p)", h("p", { class: "small" }, "A diagonal matrix is its own transpose: what was cut on the way forward gets no gradient."), pagers(all), backward),
  ];
}

/** @param {Here} here */
function flatten({ store, axes, link, row }) {
  const shape = shapeAt(store, link);
  const [high, wide] = [shape.length > 2 ? shape[1] : shape[0], shape[shape.length - 1]];
  const plane = shape.length > 2 ? high * wide : 0;
  const all = axes.axis(`${link}:flat`, "numbers", sizeOf(shape), { most: plane > 0 && plane <= WIDE ? plane : WIDE });
  const channel = plane > 0 ? Math.floor(all.shown[0] / plane) : 0;
  const at = (/** @type {number} */ r, /** @type {number} */ c) => (plane > 0 ? [channel, r, c] : [r, c]);
  const [rows, columns] = [places(plane > 0 ? "rows" : "channels", high, nested([high]).flat()), places(plane > 0 ? "columns" : "places", wide, nested([wide]).flat())];
  const block = grid({
    title: plane > 0 ? `x, channel ${channel + 1} of ${shape[0]}` : "x", rows, columns, same: (r, c) => `flat${flatIndex(shape, at(r, c))}`,
    place: (r, c) => `trace.layers.${link}.input.${row}.${at(r, c).join(".")}`, address: (r, c) => `${link}/grad_input/${at(r, c)}`,
  }); // prettier-ignore
  const flat = (/** @type {string} */ title, /** @type {"output"|"grad_output"} */ name) => grid({ title, rows: single(), columns: all, heads: "columns", same: (_, n) => `flat${n}`, place: (_, n) => `trace.layers.${link}.${name}.${row}.${n}`, address: (_, n) => `${link}/${name}/${n}` });
  return section("The same numbers, in one row", h("p", { class: "small" }, `Flatten computes nothing: ${shape.join(" × ")} numbers become a row of ${sizeOf(shape)}, channel by channel and row by row, so that a dense layer can take them. Going back, the gradient of that row takes the old shape again. Point at a number to find it in the other.`),
    pagers(all), equation(block, "⇄", flat("y", "output")), equation(flat("∂ℓ/∂y, which goes back to those places", "grad_output"))); // prettier-ignore
}

/** @param {string} kind */
export const isPooling = (kind) => words(kind).includes(" pool");
