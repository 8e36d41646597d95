/**
 * Costs as lines: sweeps against the number of weights, or the length of a formula against depth. The costs' axis is logarithmic, so that
 * what evaluates the network once for every weight is a line of slope 1 against the logarithm of their number, and what grows
 * exponentially is straight against the number itself.
 *
 * @typedef {{name: string, values: number[], end: string}} Line
 * @typedef {{sizes: number[], logarithmic: boolean, lines: Line[], titles: [string, string], label: string}} Plot
 */
import { slope as inHundredths } from "../base/format.js";
import { raised } from "../base/symbol.js";
import { section } from "./derivation-sections.js";
import { h, number } from "../telling/parts.js";
import { titleOf } from "./seam-table.js";

const [WIDTH, HEIGHT] = [460, 250];
const EDGE = { left: 52, right: 186, top: 14, bottom: 36 };
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
  const sizes = scaling.parameters;
  const lines = scaling.methods.map(({ kind, sweeps, slope }) => ({ name: titleOf(kind), values: sweeps, end: `${titleOf(kind)} · ${inHundredths(slope)}` }));
  const label = `Sweeps for one gradient against parameters, from ${Math.min(...sizes)} to ${Math.max(...sizes)}: ${scaling.methods.map((m) => `${titleOf(m.kind)} grows with slope ${inHundredths(m.slope)}`).join(", ")}.`;
  const plot = drawn({ sizes, logarithmic: true, lines, titles: ["parameters", "sweeps"], label });
  const rows = scaling.methods.map(({ kind }, m) => ({ name: titleOf(kind), path: `comparison.scaling.methods.${m}.sweeps` }));
  const slopes = scaling.methods.map((method, m) => [m > 0 ? ", " : "", `${titleOf(method.kind)} `, number(`comparison.scaling.methods.${m}.slope`, { "data-format": "slope" })]);
  return section("How the cost grows with the number of weights", plot, h("p", { class: "small" }, "Counted, not estimated: sweeps through this network as its hidden layers get wider. Slopes: ", slopes.flat(), "."),
    counts("parameters", "comparison.scaling.parameters", sizes.length, rows)); // prettier-ignore
}

/**
 * The same counts, to be read.
 * @param {string} title
 * @param {string} sizes  their place
 * @param {number} count
 * @param {{name: string, path: string}[]} rows
 */
export function counts(title, sizes, count, rows) {
  const all = (/** @type {string} */ path) => Array.from({ length: count }, (_, i) => number(`${path}.${i}`, { "data-format": "count" }));
  const head = h("tr", {}, h("th", { scope: "col" }, title), all(sizes).map((size) => h("th", { scope: "col" }, size)));
  const body = rows.map(({ name, path }) => h("tr", {}, h("th", { scope: "row" }, name), all(path).map((each) => h("td", { class: "num-cell" }, each))));
  return h("details", {}, h("summary", {}, "The counts as a table"), h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "The counts" }, h("table", { class: "costs" }, h("thead", {}, head), h("tbody", {}, body))));
}

/** @param {Plot} plot */
export function drawn({ sizes, logarithmic, lines, titles, label }) {
  const most = Math.max(...lines.flatMap(({ values }) => values));
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const share = (/** @type {number} */ n) => (logarithmic ? Math.log(n / low) / Math.log(high / low) : (n - low) / (high - low));
  const x = (/** @type {number} */ n) => EDGE.left + (WIDTH - EDGE.left - EDGE.right) * share(n);
  const y = (/** @type {number} */ n) => HEIGHT - EDGE.bottom - ((HEIGHT - EDGE.top - EDGE.bottom) * Math.log(n)) / Math.log(most);
  const root = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, class: "cost-plot" });
  root.append(...axes({ sizes: logarithmic ? [sizes[0], sizes[sizes.length >> 1], high] : sizes, titles }, most, x, y));
  const ends = spaced(lines.map(({ values }) => y(values[values.length - 1])));
  lines.forEach(({ values, end }, m) => {
    const points = values.map((cost, i) => `${x(sizes[i]).toFixed(1)},${y(cost).toFixed(1)}`);
    root.append(svg("polyline", { points: points.join(" "), class: `cost cost-${m}` }), svg("text", { x: WIDTH - EDGE.right + 8, y: ends[m] + 4, class: `cost-name cost-${m}` }, end));
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
 * @param {{sizes: number[], titles: [string, string]}} plot
 * @param {number} most
 * @param {(n: number) => number} x
 * @param {(n: number) => number} y
 */
function axes({ sizes, titles }, most, x, y) {
  const [left, bottom] = [EDGE.left, HEIGHT - EDGE.bottom];
  const step = most > 1e5 ? 100 : 10;
  const marks = Array.from({ length: 12 }, (_, i) => step ** i).filter((n) => n <= most);
  return [
    ...marks.flatMap((n) => [svg("line", { x1: left, x2: WIDTH - EDGE.right, y1: y(n), y2: y(n), class: "cost-grid" }), svg("text", { x: left - 6, y: y(n) + 4, "text-anchor": "end" }, n > 1000 ? `10${raised(String(Math.round(Math.log10(n))))}` : String(n))]),
    ...sizes.map((n) => svg("text", { x: x(n), y: bottom + 16, "text-anchor": "middle" }, String(n))),
    svg("text", { x: (left + WIDTH - EDGE.right) / 2, y: HEIGHT - 4, "text-anchor": "middle", class: "cost-axis" }, titles[0]),
    svg("text", { x: 10, y: HEIGHT / 2, "text-anchor": "middle", transform: `rotate(-90 10 ${HEIGHT / 2})`, class: "cost-axis" }, titles[1]),
  ];
}
