/**
 * The layers as a list: another kind, its fields, up, down, away, and a new one.
 *
 * @typedef {import("../base/types.js").Entry} Entry
 * @typedef {import("../base/types.js").Kind} Kind
 */
import { element, fieldRow, idOf, selectOf } from "./fields.js";
import { label as labelled } from "../base/format.js";

/**
 * @param {Kind[]} layers
 * @param {Entry[]} entries
 * @param {number} most
 * @returns {HTMLElement}
 */
export function layerList(layers, entries, most) {
  const list = element("ol", { class: "layers", "data-field": "layers" }, ...layers.map((layer, i) => layerRow(layer, i, layers.length, entries)));
  const add = selectOf({ id: "add-layer", "data-add": true, "aria-label": "Add a layer", disabled: layers.length >= most }, [["", "+ Add a layer"], ...grouped(entries)], "");
  return element("div", { class: "layer-list" }, list, add);
}

/** @param {Entry[]} entries @returns {[string, string][]} */
function grouped(entries) {
  return entries.map((entry) => [entry.kind, entry.activation ? `φ ${entry.title}` : entry.title]);
}

/**
 * @param {Kind} layer
 * @param {number} i
 * @param {number} count
 * @param {Entry[]} entries
 * @returns {HTMLElement}
 */
function layerRow(layer, i, count, entries) {
  const path = `layers.${i}`;
  const entry = entries.find(({ kind }) => kind === layer.kind);
  const id = idOf(`${path}.kind`);
  const kind = selectOf({ id, name: `${path}.kind`, "aria-label": `Layer ${i + 1}`, "aria-describedby": `${id}-help` }, grouped(entries), layer.kind);
  const fields = entry?.fields ?? [];
  const inline = fields.length === 1 ? numberBox(fields[0], path, layer) : null;
  const rest = fields.length > 1 ? element("div", { class: "layer-fields" }, ...fields.map((field) => fieldRow({ ...field, low: undefined }, `${path}.${field.name}`, layer[field.name]))) : null;
  const line = element("div", { class: "layer-line" }, kind, inline, element("span", { class: "layer-tools" }, move(i, -1, i === 0), move(i, 1, i === count - 1), remove(i, count)));
  const tip = element("span", { class: "tip", id: `${id}-help`, role: "tooltip" }, entry?.help ?? "");
  const own = inline && fields[0].help ? element("span", { class: "tip of-number", id: `${inline.id}-help`, role: "tooltip" }, fields[0].help) : null;
  return element("li", { class: "layer field", "data-field": path, "data-activation": Boolean(entry?.activation) }, line, rest, tip, own);
}

/**
 * @param {import("../base/types.js").Field} field
 * @param {string} path
 * @param {Kind} layer
 */
function numberBox(field, path, layer) {
  const full = `${path}.${field.name}`;
  const id = idOf(full);
  return element("input", {
    id, name: full, type: "number", step: field.type === "integer" ? 1 : "any", min: field.low, max: field.high,
    value: layer[field.name] ?? "", "aria-describedby": field.help ? `${id}-help` : undefined, "aria-label": labelled(field.name), "data-field": full,
  }); // prettier-ignore
}

/** @param {number} i @param {number} by @param {boolean} disabled */
function move(i, by, disabled) {
  const words = `Move layer ${i + 1} ${by < 0 ? "up" : "down"}`;
  return element("button", { type: "button", class: "quiet", "data-move": i, "data-by": by, disabled, "aria-label": words, title: words }, by < 0 ? "↑" : "↓");
}

/** @param {number} i @param {number} count */
function remove(i, count) {
  const words = `Remove layer ${i + 1}`;
  return element("button", { type: "button", class: "quiet", "data-remove": i, disabled: count === 1, "aria-label": words, title: words }, "×");
}

/**
 * The layers after a press in the list; null if the press meant nothing.
 * @param {Kind[]} layers
 * @param {HTMLElement} pressed
 * @returns {Kind[]|null}
 */
export function rearranged(layers, pressed) {
  const { move: from, by, remove: gone } = pressed.dataset;
  if (gone !== undefined) return layers.toSpliced(Number(gone), 1);
  if (from === undefined) return null;
  const [i, to] = [Number(from), Number(from) + Number(by)];
  const without = layers.toSpliced(i, 1);
  return without.toSpliced(to, 0, layers[i]);
}

/**
 * The button to go on with after a press in the list: the same of the layer that was moved, of the one that came in a removed one's place.
 * @param {HTMLElement} pressed
 * @param {number} count  of layers, afterwards
 * @returns {string} CSS selectors, the best first
 */
export function nextButton({ dataset: { move: from, by, remove: gone } }, count) {
  if (gone !== undefined) return `[data-remove="${Math.min(Number(gone), count - 1)}"]`;
  const to = Number(from) + Number(by);
  return `[data-move="${to}"][data-by="${by}"], [data-move="${to}"][data-by="${-Number(by)}"]`;
}

/**
 * A new layer goes before the output: behind it, it would take the output's place.
 * @param {Kind[]} layers
 * @param {Entry} entry
 * @param {Entry[]} entries
 * @returns {Kind[]}
 */
export function withLayer(layers, entry, entries) {
  const isActivation = (/** @type {Kind|undefined} */ layer) => Boolean(entries.find(({ kind }) => kind === layer?.kind)?.activation);
  const head = layers.length - (isActivation(layers[layers.length - 1]) ? 2 : 1);
  const fields = entry.fields.filter((field) => field.default !== undefined);
  return layers.toSpliced(Math.max(0, head), 0, { kind: entry.kind, ...Object.fromEntries(fields.map((field) => [field.name, field.default])) });
}
