/**
 * Every number of the stage as text: a table a link, made when it is opened, each cell with its place in the store. The link that is
 * told, or the first, is open from the beginning.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { gradientKnown, progress } from "./progress.js";
import { placeOf } from "../base/box.js";
import { ofClass } from "../base/classes.js";
import { linkName, meanOfWords, place, row as rowOf, told } from "../base/view.js";
import { word } from "../telling/words.js";

const MOST_COLUMNS = 80;

/**
 * @param {HTMLDetailsElement} details
 * @param {Store} store
 */
export function mountTable(details, store) {
  const body = document.createElement("div");
  details.append(body);
  const fill = () => {
    if (!details.open) return body.replaceChildren();
    const links = (store.get("experiment.layers") ?? []).map((/** @type {any} */ layer, /** @type {number} */ i) => linkDetails(store, layer, i));
    const first = links[told(store).substep?.link ?? 0] ?? links[0];
    if (first) first.open = true;
    return body.replaceChildren(...links);
  };
  details.addEventListener("toggle", fill);
  store.subscribe("info", fill);
  let stood = "";
  store.subscribe(["example", "cursor", "trace"], () => {
    const now = whatStands(store);
    if (now === stood) return;
    stood = now;
    for (const own of /** @type {NodeListOf<HTMLDetailsElement>} */ (body.querySelectorAll("details[open]"))) own.dispatchEvent(new Event("refill"));
  });
}

/**
 * Which numbers there are: whose, how much of the step is told, and whether the example's own share of the gradient has come.
 * @param {Store} store
 */
function whatStands(store) {
  return [rowOf(store), store.get("trace.example.row"), store.get("cursor")].join();
}

/**
 * @param {Store} store
 * @param {{kind: string}} layer
 * @param {number} link
 */
function linkDetails(store, layer, link) {
  const own = document.createElement("details");
  own.append(Object.assign(document.createElement("summary"), { textContent: `Link ${link + 1}: ${linkName(store, layer.kind)}` }));
  const body = document.createElement("div");
  own.append(body);
  const fill = () => body.replaceChildren(...(own.open ? tables(store, link) : []));
  own.addEventListener("toggle", fill);
  own.addEventListener("refill", fill);
  return own;
}

/**
 * @param {Store} store
 * @param {number} link
 * @returns {Node[]}
 */
function tables(store, link) {
  const known = progress(store.get("substeps"), store.get("cursor"), store.get("experiment.layers.length"));
  const links = store.get("experiment.layers.length");
  const [before, after] = [store.get(`info.shapes.${link}`), store.get(`info.shapes.${link + 1}`)];
  const parameters = Object.entries(store.get(`info.param_shapes.${link}`) ?? {}).flatMap(([name, shape]) => [
    grid(store, `${name} now`, shape, link, `weight:${name}`),
    ...(known.gradients.has(link) ? [grid(store, `gradient of ${name}`, shape, link, `gradient:${name}`)] : []),
  ]);
  return [
    ...(link === 0 && !meanOfWords(store, "input", 0) ? [grid(store, "input", before, link, "input")] : []),
    ...parameters,
    ...(known.forward > link ? [grid(store, "output", after, link, "output")] : []),
    ...(gradientKnown(known, { link, name: "output" }, links) ? [grid(store, "gradient at the output", after, link, "grad_output")] : []),
  ];
}

/**
 * Rows by the first index, columns by the others.
 * @param {Store} store
 * @param {string} title
 * @param {number[]} shape
 * @param {number} link
 * @param {string} what
 */
function grid(store, title, shape, link, what) {
  const table = document.createElement("table");
  table.createCaption().textContent = title;
  const [rows, cols] = shape.length > 1 ? [shape[0], shape.slice(1).reduce((a, b) => a * b, 1)] : [1, shape[0]];
  for (let row = 0; row < rows; row += 1) {
    const line = table.insertRow();
    if (shape.length > 1) line.append(Object.assign(document.createElement("th"), { textContent: head(store, link, what, row), scope: "row" }));
    for (let col = 0; col < Math.min(cols, MOST_COLUMNS); col += 1) {
      const index = shape.length > 1 ? [row, ...placeOf(shape.slice(1), col)] : [col];
      const { path } = place(store, what, link, index);
      const cell = line.insertCell();
      if (path) cell.dataset.path = path;
    }
  }
  return table;
}

/**
 * What a row is called: counted from 1, with the class that an output stands for; of a table of words the word and its number.
 * @param {Store} store
 * @param {number} link
 * @param {string} what
 * @param {number} row
 */
function head(store, link, what, row) {
  if (!what.endsWith(":W")) return String(row + 1);
  if (store.get(`experiment.layers.${link}.kind`) === "embedding") return `${row} ${word(store, row)}`;
  return `${row + 1}${ofClass(store, link + 1, row)}`;
}
