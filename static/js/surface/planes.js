/**
 * Which plane of the space of all weights is looked at.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./model.js").Spec} Spec
 */
import { html } from "../plot/host.js";
import { choice } from "../plot/parts.js";
import { address } from "../base/view.js";
import { symbol } from "./names.js";
import { thirdState } from "./third.js";

const MOST_LISTED = 1200;
const RANDOM = "random";
const VELOCITIES = ["velocity", "m"]; // what the optimizers call their running mean of gradients
const SECONDS = /** @type {[string, string][]} */ ([["random", "a random one"], ["update", "the update"], ["momentum", "the momentum"]]);

/**
 * The planes on offer. `fields` names the controls that belong to it; `spec` reads them.
 * @type {{kind: string, title: string, fields: string[], spec: (read: (field: string) => string, seed: number, third: any) => Spec}[]}
 */
const PLANES = [
  { kind: "weights", title: "Two weights", fields: ["a", "b"], spec: (read) => ({ kind: "weights", addresses: [read("a"), read("b")] }) },
  { kind: RANDOM, title: "Random", fields: ["another"], spec: (_, seed) => ({ kind: RANDOM, seed }) },
  { kind: "gradient", title: "Gradient", fields: ["second"], spec: (read, seed) => ({ kind: "gradient", second: read("second"), seed }) },
  { kind: "trajectory", title: "The run’s own", fields: [], spec: () => ({ kind: "trajectory" }) },
  { kind: "points", title: "Start, now …", fields: ["third"], spec: (_, __, third) => ({ kind: "points", points: ["start", "now"], ...(third ? { third } : {}) }) },
];

/**
 * Every parameter's address, biases too.
 * @param {Record<string, number[]>[]} shapes
 * @returns {string[]}
 */
export function addresses(shapes) {
  return shapes.flatMap((tensors, link) => Object.entries(tensors).flatMap(([name, shape]) => indices(shape).map((index) => address(link, name, index))));
}

/** @param {number[]} shape @returns {number[][]} */
function indices(shape) {
  return shape.reduce((/** @type {number[][]} */ found, size) => found.flatMap((head) => Array.from({ length: size }, (_, i) => [...head, i])), [[]]);
}

/**
 * The two parameters that the first step moves the most, of those that can be listed: there is something to see along them.
 * @param {import("../base/types.js").Store} store
 * @param {string[]} listed
 * @returns {[string, string]}
 */
export function liveliest(store, listed) {
  const updates = store.get("trace.updates");
  const size = (/** @type {string} */ text) => {
    const [link, name, index] = text.split("/");
    const value = index.split(",").reduce((/** @type {any} */ array, i) => array?.[i], updates?.[link]?.[name]);
    return typeof value === "number" ? Math.abs(value) : 0;
  };
  const best = [...listed].sort((a, b) => size(b) - size(a)).slice(0, 2);
  return /** @type {[string, string]} */ (best.sort((a, b) => listed.indexOf(a) - listed.indexOf(b)));
}

/**
 * Does the optimizer keep a running mean of gradients, along which a plane could be laid?
 * @param {import("../base/types.js").Store} store
 * @returns {boolean}
 */
function rolls(store) {
  const kept = (store.get("trace.slots") ?? []).flatMap((/** @type {any} */ link) => Object.values(link ?? {}));
  return kept.length > 0 && kept.every((/** @type {any} */ own) => VELOCITIES.some((name) => name in own));
}

/**
 * @param {Context} context
 * @param {() => import("./visits.js").Visits} visits
 * @param {(spec: Spec) => void} chosen
 */
export function planeChooser({ store }, visits, chosen) {
  let seed = 0;
  /** @type {string[]} */
  let known = [];
  const kind = choice("Plane", PLANES.map((plane) => [plane.kind, plane.title]), () => tell());
  const a = choice("α", [], () => tell());
  const b = choice("β", [], () => tell());
  const second = choice("and", SECONDS.slice(0, 2), () => tell());
  const third = thirdState(visits, () => tell());
  const another = html("button", { type: "button", title: "Draw two other random directions." }, "Another");
  /** @type {Record<string, HTMLElement>} */
  const fields = { a: a.element, b: b.element, second: second.element, third: third.element, another };
  const element = html("div", { class: "surface-planes" }, kind.element, ...Object.values(fields));
  another.addEventListener("click", () => {
    seed += 1;
    tell();
  });

  /** @returns {Spec} */
  function spec() {
    const plane = PLANES.find((row) => row.kind === kind.select.value) ?? PLANES[0];
    for (const [name, field] of Object.entries(fields)) field.hidden = !plane.fields.includes(name);
    return plane.spec((name) => /** @type {HTMLSelectElement} */ (fields[name].querySelector("select")).value, seed, third.value);
  }

  function tell() {
    // A plane needs two different weights: the one chosen last stays, the other makes room.
    if (a.select.value === b.select.value) b.select.selectedIndex = (b.select.selectedIndex + 1) % b.select.options.length;
    chosen(spec());
  }

  /** @returns {boolean} is what was chosen no longer on offer? */
  function offer() {
    const [before, options] = [second.select.value, rolls(store) ? SECONDS : SECONDS.slice(0, 2)];
    const gone = !options.some(([value]) => value === before);
    second.fill(options, gone ? options[0][0] : before);
    return gone;
  }

  return {
    element,
    refresh: third.refresh,
    /** The run goes on under another optimizer, which may keep no momentum. */
    again() {
      if (offer() && kind.select.value === "gradient") tell();
    },
    /** The list of weights of a new network, and the plane to begin with. @returns {Spec} */
    build() {
      const listed = addresses(store.get("info.param_shapes")).slice(0, MOST_LISTED);
      offer();
      if (listed.join() !== known.join()) {
        third.clear();
        const first = liveliest(store, listed);
        [a, b].forEach((axis, i) => axis.fill(listed.map((text) => [text, symbol(text, store.get("info.param_shapes"))]), first[i]));
      }
      known = listed;
      return spec();
    },
  };
}
