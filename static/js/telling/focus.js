/**
 * Whom the story is about: one weight, and a way through the network that it lies on. It is the selected one, or the one that the
 * run's first update moves most, so that it stays the same from step to step and after a reload; every sub-step tells of the units of
 * its way (space 0 is the input, space s the output of link s − 1).
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./path.js").Here} Here
 * @typedef {{units: string[], weights: (Weight|null)[], chosen: Weight}} Focus  units by space, weights by link; without a weight the chosen one has no index
 * @typedef {{layer: number, name: string, index: string}} Weight
 * @typedef {{link: number, what: string, index: number[]}} Picked
 */
import { ahead, back, between, passesOn, usedBy } from "./path.js";
import { read } from "../base/store.js";
import { parseAddress, row } from "../base/view.js";

/**
 * @param {Store} store
 * @returns {Focus}
 */
export function focus(store) {
  const links = store.get("experiment.layers.length") ?? 0;
  const here = { store, links, row: row(store) };
  const selected = parseAddress(store.get("selection"));
  const star = protagonist(store);
  // A network without weights has a way too: the one to its first output.
  const own = star.index === "" ? { link: links - 1, what: "output", index: [0] } : { link: star.layer, what: star.name, index: star.index.split(".").map(Number) };
  const [units, picked] = selected && selected.link < links ? [way(here, selected) ?? way(here, own) ?? [], selected] : [way(here, own) ?? [], own];
  const weights = Array.from({ length: links }, (_, link) => weight(here, link, units, picked));
  return { units, weights, chosen: (selected && near(weights, selected)) ?? star };
}

/**
 * The units of a way through what is picked, one a space; null where there is no such number.
 * @param {Here} here
 * @param {Picked} picked
 * @returns {string[]|null}
 */
function way(here, picked) {
  /** @type {(string|undefined)[]} */
  const units = Array.from({ length: here.links + 1 });
  pick(here, units, picked);
  spread(here.store, units);
  const known = (/** @type {number} */ space) => units[space] !== undefined;
  if (!units.some((unit) => unit !== undefined)) return null;
  for (let link = here.links - 1; link >= 0; link -= 1) if (!known(link) && known(link + 1)) units[link] = back(here, link, String(units[link + 1]));
  for (let link = 0; link < here.links; link += 1) if (!known(link + 1)) units[link + 1] = ahead(here, link, String(units[link]));
  return units.map((unit) => unit ?? "");
}

/**
 * @param {Here} here
 * @param {(string|undefined)[]} units
 * @param {Picked} picked
 */
function pick(here, units, { link, what, index }) {
  const { store } = here;
  const isParameter = store.get(`info.param_shapes.${link}.${what}`) !== undefined;
  const dense = store.get(`experiment.layers.${link}.kind`) === "dense";
  if (isParameter && !dense) {
    [units[link], units[link + 1]] = usedBy(here, link, index);
    return;
  }
  const space = what === "input" || what === "grad_input" ? link : link + 1;
  const sizes = store.get(`info.shapes.${space}`) ?? [];
  const at = what === "W" ? index.slice(0, 1) : index;
  if (at.length !== sizes.length || at.some((n, axis) => n >= sizes[axis])) return;
  units[space] = at.join(".");
  if (what === "W") units[link] = String(index[1]);
}

/**
 * What is chosen behind an activation is chosen in front of it too.
 * @param {Store} store
 * @param {(string|undefined)[]} units
 */
function spread(store, units) {
  for (let link = 0; link < units.length - 1; link += 1) if (passesOn(store, link)) units[link + 1] ??= units[link];
  for (let link = units.length - 2; link >= 0; link -= 1) if (passesOn(store, link)) units[link] ??= units[link + 1];
}

/**
 * The weight of a link that lies on the way; the picked parameter itself in its own link.
 * @param {Here} here
 * @param {number} link
 * @param {string[]} units
 * @param {Picked} picked
 * @returns {Weight|null}
 */
function weight(here, link, units, picked) {
  const { store } = here;
  const shapes = store.get(`info.param_shapes.${link}`) ?? {};
  const [name] = Object.keys(shapes);
  if (name === undefined) return null;
  if (picked.link === link && fits(shapes[picked.what], picked.index)) return { layer: link, name: picked.what, index: picked.index.join(".") };
  const index = between(here, link, units[link], units[link + 1]) || largest(store.get(`trace.layers.${link}.grads.${name}`));
  return { layer: link, name, index };
}

/**
 * @param {number[]|undefined} shape
 * @param {number[]} index
 */
function fits(shape, index) {
  return shape !== undefined && shape.length === index.length && index.every((n, axis) => n < shape[axis]);
}

/**
 * The weight that the update tells of when something else is selected: the one of that link, or of the nearest.
 * @param {(Weight|null)[]} weights
 * @param {Picked} selected
 */
function near(weights, { link }) {
  return weights[link] ?? weights[link - 1] ?? weights[link + 1];
}

/** @type {{first: any, own: any, weight: Weight}} */
let last = { first: null, own: null, weight: { layer: 0, name: "W", index: "" } };

/**
 * The weight that the run's first update moves most, of those that the shown example has a part in: a word that it lacks, or a unit that
 * gave it nothing, would make a story of zeros.
 * @param {Store} store
 * @returns {Weight}
 */
function protagonist(store) {
  const trace = store.get("trace");
  const first = store.get("firstUpdates");
  const r = row(store);
  const own = r !== null && trace?.example?.row === r ? trace.example.grads : null;
  if (first && last.first === first && last.own === own) return last.weight;
  const all = (store.get("info.param_shapes") ?? []).flatMap((/** @type {any} */ shapes, /** @type {number} */ layer) =>
    Object.keys(shapes).filter((name) => name !== "b").map((name) => ({ layer, name })));
  const moves = all.map((/** @type {{layer: number, name: string}} */ { layer, name }) => {
    const index = largest(first?.[layer]?.[name], own?.[layer]?.[name]);
    return { layer, name, index, size: Math.abs(read(first?.[layer]?.[name], index) ?? 0) };
  });
  const { layer, name, index } = moves.reduce((/** @type {any} */ most, /** @type {any} */ next) => (!most || next.size > most.size ? next : most), null)
    ?? { layer: 0, name: "W", index: "" };
  last = { first, own, weight: { layer, name, index } };
  return last.weight;
}

/**
 * The index of the largest magnitude in a nested list, joined by dots; where there is one at all, of those that `live` is not 0 at.
 * @param {any} numbers
 * @param {any} [live]  nested alike
 * @returns {string}
 */
export function largest(numbers, live = null) {
  let [best, at] = [-1, ""];
  const visit = (/** @type {any} */ value, /** @type {string} */ path, /** @type {any} */ part) => {
    if (Array.isArray(value)) value.forEach((v, i) => visit(v, path === "" ? String(i) : `${path}.${i}`, part?.[i]));
    else if (part !== 0 && Math.abs(value ?? 0) > best) [best, at] = [Math.abs(value ?? 0), path];
  };
  visit(numbers, "", live);
  return at === "" && live ? largest(numbers) : at;
}
