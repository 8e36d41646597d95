/**
 * The way of one weight over the run: its values after the updates that the page keeps, as a line.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 */
import { section } from "./derivation-sections.js";
import { h, number } from "../telling/parts.js";
import { svg } from "../base/svg.js";
import { read } from "../base/store.js";
import { parseAddress } from "../base/view.js";

const [WIDTH, HEIGHT, RIM] = [300, 56, 4];
/** Values that have a dot each; more would run into one another. */
const MOST_DOTS = 60;

/**
 * @param {Derivation} doc
 * @param {Store} store
 * @returns {HTMLElement|null} null while there is one value only
 */
export function trail(doc, store) {
  const at = parseAddress(doc.address);
  if (!at || doc.quantity !== "gradient") return null;
  const tail = `params.${at.link}.${at.what}.${at.index.join(".")}`;
  const points = values(store, tail);
  if (points.length < 2) return null;
  const [first, last] = [points[0], points[points.length - 1]];
  const words = h("p", { class: "small" }, "From ", number(first.path), ` after update ${first.step} to `, number(last.path), ` after update ${last.step}; ${points.length > MOST_DOTS ? "the line goes through" : "the dots are"} its ${points.length} values that this page keeps, one an update.`);
  return section("Its way over the run", line(points), words);
}

/**
 * The value at every update that is kept, each once.
 * @param {Store} store
 * @param {string} tail
 */
function values(store, tail) {
  /** @type {Map<number, {step: number, value: number, path: string}>} */
  const found = new Map();
  const history = store.get("history") ?? [];
  [...history.map((/** @type {any} */ each, /** @type {number} */ i) => ({ state: each.state, root: `history.${i}.state` })), { state: store.get("state"), root: "state" }].forEach(({ state, root }) => {
    const value = state && read(state, tail);
    if (typeof value === "number" && Number.isFinite(value)) found.set(state.step, { step: state.step, value, path: `${root}.${tail}` });
  });
  return [...found.values()].sort((a, b) => a.step - b.step);
}

/** @param {{step: number, value: number}[]} points */
function line(points) {
  const [from, to] = [points[0].step, points[points.length - 1].step];
  const sizes = points.map(({ value }) => value);
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const x = (/** @type {number} */ step) => RIM + ((WIDTH - 2 * RIM) * (step - from)) / (to - from);
  const y = (/** @type {number} */ value) => (high > low ? HEIGHT - RIM - ((HEIGHT - 2 * RIM) * (value - low)) / (high - low) : HEIGHT / 2);
  const image = svg("svg", { class: "weight-trail", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
  svg("polyline", { points: points.map(({ step, value }) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(" ") }, image);
  if (points.length <= MOST_DOTS) for (const { step, value } of points) svg("circle", { cx: x(step).toFixed(1), cy: y(value).toFixed(1), r: 2 }, image);
  return image;
}
