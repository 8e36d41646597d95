/**
 * Cost against size: sweeps through the network that one gradient takes, as its hidden layers grow. Both axes are logarithmic: a method
 * that evaluates the network once for every weight is a line of slope 1, backpropagation one of slope 0.
 */
import { section } from "./derivation-sections.js";
import { h, number } from "./parts.js";
import { titleOf } from "./seam-table.js";

const [WIDTH, HEIGHT] = [460, 250];
const EDGE = { left: 46, right: 186, top: 14, bottom: 36 };
const NS = "http://www.w3.org/2000/svg";

/**
 * @param {string} name
 * @param {Record<string, string|number>} attributes
 * @param {string} [text]
 */
function svg(name, attributes, text) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/**
 * @param {{widths: number[], parameters: number[], methods: {kind: string, sweeps: number[], slope: number}[], message: string}|null} scaling
 * @returns {HTMLElement|null}
 */
export function costPlot(scaling) {
  if (!scaling) return null;
  if (scaling.message) return section("How the cost grows", h("p", { class: "small" }, scaling.message));
  const plot = drawn(scaling);
  const rows = scaling.methods.map((method, m) => h("tr", {}, h("th", { scope: "row" }, titleOf(method.kind)), method.sweeps.map((_, i) => h("td", { class: "num-cell" }, number(`comparison.scaling.methods.${m}.sweeps.${i}`, { "data-format": "count" })))));
  const heads = scaling.parameters.map((_, i) => h("th", { scope: "col" }, number(`comparison.scaling.parameters.${i}`, { "data-format": "count" })));
  const table = h("details", {}, h("summary", {}, "The counts as a table"), h("div", { class: "scroller" }, h("table", { class: "costs" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "parameters"), heads)), h("tbody", {}, rows))));
  const slopes = scaling.methods.map((method, m) => [m > 0 ? ", " : "", `${titleOf(method.kind)} `, number(`comparison.scaling.methods.${m}.slope`)]);
  return section("How the cost grows with the number of weights", plot, h("p", { class: "small" }, "Counted, not estimated: sweeps through this network as its hidden layers get wider. Slopes: ", slopes.flat(), "."), table);
}

/** @param {any} scaling */
function drawn(scaling) {
  const most = Math.max(...scaling.methods.flatMap((/** @type {any} */ method) => method.sweeps));
  const [low, high] = [Math.min(...scaling.parameters), Math.max(...scaling.parameters)];
  const x = (/** @type {number} */ n) => EDGE.left + ((WIDTH - EDGE.left - EDGE.right) * Math.log(n / low)) / Math.log(high / low);
  const y = (/** @type {number} */ n) => HEIGHT - EDGE.bottom - ((HEIGHT - EDGE.top - EDGE.bottom) * Math.log(n)) / Math.log(most);
  const label = `Sweeps for one gradient against parameters, from ${low} to ${high}: ${scaling.methods.map((/** @type {any} */ m) => `${titleOf(m.kind)} grows with slope ${m.slope.toFixed(2)}`).join(", ")}.`;
  const root = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, class: "cost-plot" });
  root.append(...axes(scaling, most, x, y));
  const ends = spaced(scaling.methods.map((/** @type {any} */ method) => y(method.sweeps.at(-1))));
  scaling.methods.forEach((/** @type {any} */ method, /** @type {number} */ m) => {
    const points = method.sweeps.map((/** @type {number} */ cost, /** @type {number} */ i) => `${x(scaling.parameters[i]).toFixed(1)},${y(cost).toFixed(1)}`);
    root.append(svg("polyline", { points: points.join(" "), class: `cost cost-${m}` }), svg("text", { x: WIDTH - EDGE.right + 8, y: ends[m] + 4, class: `cost-name cost-${m}` }, `${titleOf(method.kind)} · ${Math.abs(method.slope).toFixed(2).replace(/^-0/, "0")}`));
  });
  return root;
}

/**
 * Labels that keep out of each other's way.
 * @param {number[]} places
 */
function spaced(places) {
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
  const found = [...places];
  order.forEach((at, n) => {
    if (n > 0) found[at] = Math.max(found[at], found[order[n - 1]] + 15);
  });
  return found;
}

/**
 * @param {any} scaling
 * @param {number} most
 * @param {(n: number) => number} x
 * @param {(n: number) => number} y
 */
function axes(scaling, most, x, y) {
  const [left, bottom] = [EDGE.left, HEIGHT - EDGE.bottom];
  const marks = [1, 10, 100, 1000].filter((n) => n <= most);
  const sizes = [scaling.parameters[0], scaling.parameters[scaling.parameters.length >> 1], scaling.parameters.at(-1)];
  return [
    ...marks.flatMap((n) => [svg("line", { x1: left, x2: WIDTH - EDGE.right, y1: y(n), y2: y(n), class: "cost-grid" }), svg("text", { x: left - 6, y: y(n) + 4, "text-anchor": "end" }, String(n))]),
    ...sizes.map((n) => svg("text", { x: x(n), y: bottom + 16, "text-anchor": "middle" }, String(n))),
    svg("text", { x: (left + WIDTH - EDGE.right) / 2, y: HEIGHT - 4, "text-anchor": "middle", class: "cost-axis" }, "parameters"),
    svg("text", { x: 10, y: HEIGHT / 2, "text-anchor": "middle", transform: `rotate(-90 10 ${HEIGHT / 2})`, class: "cost-axis" }, "sweeps"),
  ];
}
