/**
 * Which unit is told of in each space of the chain (space 0 is the input, space s the output of link s − 1): that of the selection, and
 * elsewhere the one whose gradient is the largest now.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{units: string[], weights: (Weight|null)[], chosen: Weight}} Focus  units by space, weights by link
 * @typedef {{layer: number, name: string, index: string}} Weight
 */
import { read } from "../base/store.js";
import { parseAddress, row } from "../base/view.js";

/** Links that give a number for every number, at the same place. */
const ALIKE = new Set(["dropout"]);

/**
 * @param {Store} store
 * @returns {Focus}
 */
export function focus(store) {
  const links = store.get("experiment.layers.length") ?? 0;
  /** @type {(string|undefined)[]} */
  const units = Array.from({ length: links + 1 });
  const picked = parseAddress(store.get("selection"));
  if (picked && picked.link < links) pick(store, units, picked);
  spread(store, units);
  /** @type {string[]} */
  const found = [];
  for (const [space, unit] of units.entries()) {
    const alike = space > 0 && passesOn(store, space - 1);
    found.push(unit ?? (alike ? found[space - 1] : liveliest(gradients(store, space, links), values(store, space, links))));
  }
  const weights = Array.from({ length: links }, (_, link) => weight(store, link, found, picked));
  return { units: found, weights, chosen: chosen(store, weights, picked) };
}

/**
 * @param {Store} store
 * @param {(string|undefined)[]} units
 * @param {{link: number, what: string, index: number[]}} picked
 */
function pick(store, units, { link, what, index }) {
  const isParameter = store.get(`info.param_shapes.${link}.${what}`) !== undefined;
  const dense = store.get(`experiment.layers.${link}.kind`) === "dense";
  if (isParameter && !dense) return;
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
 * Does the link give one number for every number: an activation, a dropout?
 * @param {Store} store
 * @param {number} link
 */
function passesOn(store, link) {
  const kind = store.get(`experiment.layers.${link}.kind`);
  if (ALIKE.has(kind)) return true;
  const entries = store.get("catalog.layers") ?? [];
  return Boolean(entries.find((/** @type {any} */ entry) => entry.kind === kind)?.activation);
}

/**
 * ∂ℓ/∂(the numbers of a space), in the present mode.
 * @param {Store} store
 * @param {number} space
 * @param {number} links
 */
function gradients(store, space, links) {
  const [link, name] = space === links ? [links - 1, "grad_output"] : [space, "grad_input"];
  const r = row(store);
  const found = store.get(r === null ? `trace.mean.${link}.${name}` : `trace.layers.${link}.${name}.${r}`);
  // A prediction that hits its target has no gradient; the unit behind the largest δ is meant all the same.
  return found ?? store.get(`trace.layers.${link}.${name}.0`);
}

/**
 * The numbers of a space, in the present mode.
 * @param {Store} store
 * @param {number} space
 * @param {number} links
 */
function values(store, space, links) {
  const [link, name] = space === links ? [links - 1, "output"] : [space, "input"];
  const r = row(store);
  return store.get(r === null ? `trace.mean.${link}.${name}` : `trace.layers.${link}.${name}.${r}`);
}

/**
 * The gradients of a link's parameter: the example's own, whose factors are shown, and the batch's.
 * @param {Store} store
 * @param {number} link
 * @param {string} name
 */
function slopes(store, link, name) {
  const own = store.get("trace.example");
  return [row(store) !== null && own?.row === row(store) ? own.grads[link]?.[name] : null, store.get(`trace.layers.${link}.grads.${name}`)];
}

/**
 * The index of the largest magnitude in the first of these lists that are not all zero: where nothing happens there is nothing to tell.
 * @param {...any} lists  nested alike
 */
function liveliest(...lists) {
  const known = lists.filter((list) => list !== null && list !== undefined);
  const at = known.map((list) => largest(list));
  const live = known.findIndex((list, i) => at[i] !== "" && read(list, at[i]) !== 0);
  return at[Math.max(0, live)] ?? "";
}

/**
 * The index of the largest magnitude in a nested list, joined by dots.
 * @param {any} numbers
 * @returns {string}
 */
export function largest(numbers) {
  let [best, at] = [-1, ""];
  const visit = (/** @type {any} */ value, /** @type {string} */ path) => {
    if (Array.isArray(value)) value.forEach((v, i) => visit(v, path === "" ? String(i) : `${path}.${i}`));
    else if (Math.abs(value ?? 0) > best) [best, at] = [Math.abs(value ?? 0), path];
  };
  visit(numbers, "");
  return at;
}

/**
 * @param {Store} store
 * @param {number} link
 * @param {string[]} units
 * @param {{link: number, what: string, index: number[]}|null} picked
 * @returns {Weight|null}
 */
function weight(store, link, units, picked) {
  const shapes = store.get(`info.param_shapes.${link}`) ?? {};
  if (picked?.link === link && fits(shapes[picked.what], picked.index)) return { layer: link, name: picked.what, index: picked.index.join(".") };
  if (store.get(`experiment.layers.${link}.kind`) === "dense" && units[link + 1] !== "") {
    const grads = slopes(store, link, "W").map((all) => all?.[units[link + 1]]);
    const start = picked && units[link] !== "" && chosenHere(picked, link) ? units[link] : liveliest(...grads);
    return { layer: link, name: "W", index: `${units[link + 1]}.${start}` };
  }
  const name = Object.keys(shapes)[0];
  return name === undefined ? null : { layer: link, name, index: liveliest(...slopes(store, link, name)) };
}

/**
 * Does the selection lie at the start of this link's weights?
 * @param {{link: number, what: string}} picked
 * @param {number} link
 */
function chosenHere(picked, link) {
  return picked.link === link - 1 || (picked.link === link && picked.what === "input");
}

/**
 * @param {number[]|undefined} shape
 * @param {number[]} index
 */
function fits(shape, index) {
  return shape !== undefined && shape.length === index.length && index.every((n, axis) => n < shape[axis]);
}

/**
 * The one weight that the update tells of: the selected one, or the one that changes most.
 * @param {Store} store
 * @param {(Weight|null)[]} weights
 * @param {{link: number, what: string, index: number[]}|null} picked
 * @returns {Weight}
 */
function chosen(store, weights, picked) {
  const own = picked && weights[picked.link];
  if (own) return own;
  const near = picked && (weights[picked.link - 1] ?? weights[picked.link + 1]);
  if (near) return near;
  let best = /** @type {Weight} */ ({ layer: 0, name: "W", index: "" });
  let size = -1;
  for (const [link, shapes] of (store.get("info.param_shapes") ?? []).entries()) {
    for (const name of Object.keys(shapes)) {
      const index = largest(store.get(`trace.updates.${link}.${name}`));
      const value = Math.abs(store.get(`trace.updates.${link}.${name}.${index}`) ?? 0);
      if (value > size) [best, size] = [{ layer: link, name, index }, value];
    }
  }
  return best;
}
