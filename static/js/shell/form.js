/**
 * The form of an experiment, drawn from the catalogue: no field is named here but the parts that hold them.
 *
 * @typedef {import("../base/types.js").Catalog} Catalog
 * @typedef {import("../base/types.js").Entry} Entry
 * @typedef {import("../base/types.js").Experiment} Experiment
 */
import { element, fieldRow, kindRow } from "./fields.js";
import { layerList } from "./layer-list.js";

/** The parts of each group, with the words before their kinds; "experiment.x" is a field of the experiment itself. */
const GROUPS = /** @type {[string, [string, string][]][]} */ ([
  ["Data", [["data", "Data"]]],
  ["Network", [["layers", "Layers"]]],
  ["Loss", [["loss", "Loss"], ["penalty", "Penalty"]]],
  ["Descent", [["optimizer", "Optimizer"], ["experiment.batch_size", "Batch size"], ["gradient", "Gradient by"]]],
  ["Start", [["init", "Weights"], ["experiment.seed", "Seed"]]],
]); // prettier-ignore

/**
 * What decides which fields there are; values alone do not.
 * @param {Experiment} experiment
 */
export function signature({ data, layers, loss, penalty, optimizer, init, gradient }) {
  return [data, ...layers, loss, penalty, optimizer, init, gradient].map(({ kind }) => kind).join();
}

/**
 * @param {Experiment} experiment
 * @param {Catalog} catalog
 * @returns {HTMLElement[]}
 */
export function groups(experiment, catalog) {
  return GROUPS.map(([title, parts]) => {
    const legend = element("legend", {}, title);
    return element("fieldset", { class: "group", "data-group": title.toLowerCase() }, legend, ...parts.flatMap(([part, words]) => partRows(experiment, catalog, part, words)));
  });
}

/**
 * @param {Experiment} experiment
 * @param {Catalog} catalog
 * @param {string} part
 * @param {string} words
 * @returns {HTMLElement[]}
 */
function partRows(experiment, catalog, part, words) {
  if (part === "layers") return [layerList(experiment.layers, catalog.layers, catalog.most_layers)];
  if (part.startsWith("experiment.")) return [ownField(experiment, catalog, part.slice("experiment.".length), words)];
  const now = /** @type {any} */ (experiment)[part];
  /** @type {Entry[]} */
  const entries = catalog[part];
  const fields = entries.find(({ kind }) => kind === now.kind)?.fields ?? [];
  return [kindRow(entries, part, words, now.kind), ...fields.map((field) => fieldRow(field, `${part}.${field.name}`, now[field.name] ?? field.default))];
}

/**
 * @param {Experiment} experiment
 * @param {Catalog} catalog
 * @param {string} name
 * @param {string} label
 */
function ownField(experiment, catalog, name, label) {
  const field = catalog.experiment.find((/** @type {{name: string}} */ other) => other.name === name);
  const row = fieldRow(field, name, /** @type {any} */ (experiment)[name], { label });
  if (name === "seed") row.append(element("button", { type: "button", class: "quiet dice", "data-dice": true, "aria-label": "Another seed", title: "Another seed: other initial weights" }, "⚄"));
  return row;
}
