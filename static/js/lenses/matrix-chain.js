/**
 * The Jacobian of the whole network, the product of all of them, where they are small enough to be written out: what reverse mode never
 * makes, and what one row times it comes to. Its numbers stand in store.derived.product.
 *
 * @typedef {import("./matrix-routes.js").Here} Here
 * @typedef {import("./matrix-jacobians.js").Jacobian} Jacobian
 */
import { section } from "./derivation-sections.js";
import { h } from "../telling/parts.js";
import { equation, grid } from "./matrix-grid.js";
import { jacobianOf, MOST, vector } from "./matrix-jacobians.js";
import { shapeAt, sizeOf } from "./matrix-routes.js";
import { fill } from "../base/numbers.js";
import { layerOf, raised, stem } from "../base/symbol.js";

const DIGITS = "₀₁₂₃₄₅₆₇₈₉";

/** @param {number} n */
const name = (n) => `J${String(n).replace(/\d/g, (digit) => DIGITS[Number(digit)])}`;

/**
 * @param {Omit<Here, "link">} here
 * @returns {{element: HTMLElement, draw: () => void}|null} draw: with the numbers of the present step
 */
export function wholeJacobian(here) {
  const { store, axes } = here;
  const count = store.get("experiment.layers.length");
  const sizes = Array.from({ length: count + 1 }, (_, b) => sizeOf(shapeAt(store, b)));
  if (sizes.some((size) => size > MOST) || store.get("experiment.layers.0.kind") === "embedding") return null;
  const axis = (/** @type {number} */ b) => axes.axis(`jacobian:${b}`, b === 0 ? "inputs" : b === count ? "outputs" : between(store, b), sizes[b], { most: MOST });
  const factors = Array.from({ length: count }, (_, i) => {
    const [rows, columns] = [axis(i + 1), axis(i)];
    const own = /** @type {Jacobian} */ (jacobianOf({ ...here, link: i }, store.get(`experiment.layers.${i}.kind`), rows, columns));
    return { ...own, title: `${name(i + 1)}: ${own.title}`, rows, columns };
  });
  const product = () => grid({ title: "J = ∂ŷ/∂x", rows: axis(count), columns: axis(0), place: (r, c) => `derived.product.${r}.${c}` });
  const written = factors.map((factor) => grid(factor)).reverse();
  const [given, back] = [vector({ ...here, link: count - 1 }, "∂ℓ/∂ŷ", "grad_output", axis(count)), vector({ ...here, link: 0 }, "∂ℓ/∂x", "grad_input", axis(0))];
  const element = section("Their product, for the same example",
    h("p", { class: "small" }, `J = ${factors.map((_, i) => name(i + 1)).reverse().join(" ")}: ${sizes[count]} × ${sizes[0]}, how every output answers to every input. The row ∂ℓ/∂ŷ times J is ∂ℓ/∂x, what the steps above come to as well. They take fewer multiplications: all that they carry is a row.`),
    equation(product(), "=", ...written.flatMap((each, n) => (n > 0 ? ["·", each] : [each]))), equation(given, "·", product(), "=", back)); // prettier-ignore
  const draw = () => {
    const numbers = factors.map(({ place, rows, columns }) => rows.shown.map((r) => columns.shown.map((c) => number(store, place(r, c)))));
    store.set("derived", { ...(store.get("derived") ?? {}), product: numbers.reduce((done, next) => times(next, done)) });
    for (const each of element.querySelectorAll("[data-path]")) fill(each, store);
  };
  draw();
  return { element, draw };
}

/**
 * What the numbers between two links are called: z⁽¹⁾, a⁽¹⁾.
 * @param {Here["store"]} store
 * @param {number} boundary
 */
function between(store, boundary) {
  const layer = layerOf(store, boundary - 1);
  return stem(store, boundary) + (layer ? raised(`(${layer})`) : "");
}

/** @param {Here["store"]} store @param {string|null} place */
function number(store, place) {
  return place === null ? 0 : store.get(place);
}

/** @param {number[][]} a @param {number[][]} b */
function times(a, b) {
  return a.map((line) => b[0].map((_, c) => line.reduce((total, left, k) => total + left * b[k][c], 0)));
}
