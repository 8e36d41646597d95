/**
 * One way through the network, unit by unit: from a unit back to one that it read, and on to one that read it. Where many meet, the way
 * takes the one with the largest |value · gradient|: what matters most to the loss of whoever is shown.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{store: Store, links: number, row: number|null}} Here
 */
import { nested } from "../base/box.js";
import { read } from "../base/store.js";
import { through } from "./windows.js";

/** Links that give a number for every number, at the same place. */
const ALIKE = new Set(["dropout"]);

/**
 * Does the link give one number for every number: an activation, a dropout?
 * @param {Store} store
 * @param {number} link
 */
export function passesOn(store, link) {
  const kind = store.get(`experiment.layers.${link}.kind`);
  if (ALIKE.has(kind)) return true;
  const entries = store.get("catalog.layers") ?? [];
  return Boolean(entries.find((/** @type {any} */ entry) => entry.kind === kind)?.activation);
}

/**
 * The unit of space `link` that the way takes on reaching `unit` behind the link.
 * @param {Here} here
 * @param {number} link
 * @param {string} unit
 */
export function back(here, link, unit) {
  if (passesOn(here.store, link)) return unit;
  const read_ = met(here, link, { forward: "forward", flatten: "unflatten", embedding: "word" }, { j: unit });
  return liveliest(here, link, read_.map((item) => String(item.x ?? item.t)));
}

/**
 * The unit behind the link that the way takes on leaving `unit` in front of it.
 * @param {Here} here
 * @param {number} link
 * @param {string} unit
 */
export function ahead(here, link, unit) {
  const { store } = here;
  if (passesOn(store, link)) return unit;
  const kind = store.get(`experiment.layers.${link}.kind`);
  const forward = /_pool/.test(kind) ? (/^mean/.test(kind) || here.row === null ? "held" : "won") : "backward";
  const reading = met(here, link, { forward, flatten: "flatten" }, { k: unit });
  const all = kind === "embedding" ? units(store, link + 1).filter((/** @type {string} */ each) => each.split(".").at(-1) === unit) : reading.map(({ t }) => String(t));
  return liveliest(here, link + 1, all);
}

/**
 * Where a shared weight is used: the output that it serves, and the input it meets there.
 * @param {Here} here
 * @param {number} link
 * @param {number[]} index  of the weight; of a bias its filter
 * @returns {[string|undefined, string|undefined]} front and behind
 */
export function usedBy(here, link, index) {
  const { store } = here;
  if (index.length === 1) return [undefined, liveliest(here, link + 1, units(store, link + 1).filter((/** @type {string} */ unit) => Number(unit.split(".")[0]) === index[0]))];
  const uses = met(here, link, { forward: "weight", embedding: "places" }, { index: index.join(".") });
  if (uses.length === 0) return [undefined, undefined];
  const behind = liveliest(here, link + 1, uses.map(({ t }) => String(t)));
  const use = uses.find(({ t }) => String(t) === behind);
  return [String(use?.x ?? behind.split(".").at(-1)), behind];
}

/**
 * The weight between two units that the way joins; "" where no weight lies there.
 * @param {Here} here
 * @param {number} link
 * @param {string} from
 * @param {string} to
 */
export function between(here, link, from, to) {
  const kind = here.store.get(`experiment.layers.${link}.kind`);
  if (from === "" || to === "") return "";
  if (kind === "dense") return `${to}.${from}`;
  const use = met(here, link, { forward: "forward", embedding: "word" }, { j: to }).find(({ x, t }) => String(x ?? t) === from);
  if (!use) return "";
  return String(kind === "embedding" ? use.w : `${use.f}.${use.t}`);
}

/**
 * Which numbers meet in this link, if it has windows, places or words; see windows.js.
 * @param {Here} here
 * @param {number} link
 * @param {Record<string, import("./windows.js").Way>} ways  of the kind, or "forward" of whatever has windows
 * @param {import("./formula.js").Choice} choice
 */
function met({ store, row }, link, ways, choice) {
  const layer = store.get(`experiment.layers.${link}`) ?? {};
  const windowed = /^(conv|max_pool|min_pool|mean_pool)/.test(layer.kind);
  const way = windowed ? ways.forward : ways[layer.kind];
  if (!way || (row === null && layer.kind === "embedding")) return [];
  const window = {
    way, link, size: layer.kernel ?? layer.size, stride: layer.stride ?? 1, padding: layer.padding ?? 0, own_channel: !("kernel" in layer),
    in_shape: store.get(`info.shapes.${link}`), out_shape: store.get(`info.shapes.${link + 1}`),
  };
  return through(window, { ...choice, ...(row === null ? {} : { row }) }, store);
}

/**
 * Every unit of a space, as its index joined by dots.
 * @param {Store} store
 * @param {number} space
 */
function units(store, space) {
  return nested(store.get(`info.shapes.${space}`) ?? []).map((place) => place.join("."));
}

/**
 * The unit with the largest |value · gradient|; where all are 0, with the largest gradient, or value.
 * @param {Here} here
 * @param {number} space
 * @param {string[]} [among]  none, or nothing: all of them
 * @returns {string}
 */
export function liveliest({ store, links, row }, space, among = []) {
  const [link, name] = space === links ? [links - 1, "output"] : [space, "input"];
  const place = (/** @type {string} */ what) => store.get(row === null ? `trace.mean.${link}.${what}` : `trace.layers.${link}.${what}.${row}`);
  const [values, gradients] = [place(name), place(`grad_${name}`)];
  const candidates = among.length > 0 ? among : units(store, space);
  const size = (/** @type {any} */ numbers, /** @type {string} */ unit) => Math.abs(read(numbers, unit) ?? 0);
  const measures = [(/** @type {string} */ unit) => size(values, unit) * size(gradients, unit), (/** @type {string} */ unit) => size(gradients, unit), (/** @type {string} */ unit) => size(values, unit)];
  for (const measure of measures) {
    const best = candidates.reduce((/** @type {string} */ most, /** @type {string} */ unit) => (measure(unit) > measure(most) ? unit : most), candidates[0] ?? "");
    if (measure(best) > 0) return best;
  }
  return candidates[0] ?? "";
}
