/**
 * Which plane of the space of all weights is looked at.
 *
 * @typedef {import("./types.js").Context} Context
 * @typedef {import("./surface-model.js").Spec} Spec
 */
import { html } from "./plot-host.js";
import { choice } from "./plot-parts.js";
import { address } from "./view.js";

const MOST_LISTED = 1200;

/** The planes on offer; those that the server does not know yet are left out. */
const PLANES = [
  { kind: "weights", title: "Two weights" },
  { kind: "random", title: "Random plane" },
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
 * @param {import("./types.js").Store} store
 * @param {string[]} listed
 * @returns {[string, string]}
 */
function liveliest(store, listed) {
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
 * @param {Context} context
 * @param {(spec: Spec) => void} chosen
 */
export function planeChooser({ store }, chosen) {
  const kind = choice("Plane", PLANES.map((plane) => [plane.kind, plane.title]), () => tell());
  const axes = ["α", "β"].map((name) => choice(name, [], () => tell()));
  const another = html("button", { type: "button", class: "plot-toggle", title: "Draw two other random directions." }, "Another");
  const element = html("div", { class: "surface-planes" }, kind.element, ...axes.map((axis) => axis.element), another);
  let seed = 0;
  another.addEventListener("click", () => {
    seed += 1;
    tell();
  });

  /** @returns {Spec} */
  function spec() {
    const weights = kind.select.value === "weights";
    for (const axis of axes) axis.element.hidden = !weights;
    another.hidden = kind.select.value !== "random";
    return weights ? { kind: "weights", addresses: axes.map((axis) => axis.select.value) } : { kind: "random", seed };
  }

  function tell() {
    // A plane needs two different weights: the one chosen last stays, the other makes room.
    const [a, b] = axes.map((axis) => axis.select);
    if (a.value === b.value) b.selectedIndex = (b.selectedIndex + 1) % b.options.length;
    chosen(spec());
  }

  return {
    element,
    /** The list of weights of a new network, and the plane to begin with. @returns {Spec} */
    build() {
      const listed = addresses(store.get("info.param_shapes")).slice(0, MOST_LISTED);
      const first = liveliest(store, listed);
      axes.forEach((axis, i) => axis.fill(listed.map((text) => [text, text]), first[i]));
      return spec();
    },
  };
}
