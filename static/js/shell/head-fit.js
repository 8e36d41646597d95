/**
 * Which output fits which data: the last dense layer's units, the activation after it, and the loss.
 *
 * @typedef {import("../base/types.js").Experiment} Experiment
 * @typedef {import("../base/types.js").Catalog} Catalog
 * @typedef {import("../base/types.js").Entry} Entry
 * @typedef {import("../base/types.js").Kind} Kind
 */
import { midline } from "../base/format.js";

/** The activation that a loss wants, by the task; the first loss is the one to choose where the present one does not fit. */
const HEADS = /** @type {Record<string, Record<string, string>>} */ ({
  binary: { binary_cross_entropy: "sigmoid", cross_entropy: "softmax", hinge: "identity", half_mse: "sigmoid", mse: "sigmoid" },
  classes: { cross_entropy: "softmax", binary_cross_entropy: "sigmoid", hinge: "identity", half_mse: "softmax", mse: "softmax" },
  regression: { half_mse: "identity", mse: "identity", mae: "identity", huber: "identity" },
  counts: { poisson: "exp", half_mse: "identity", mse: "identity", mae: "identity", huber: "identity" },
});

/**
 * @param {Kind} data
 * @param {Catalog} catalog
 * @returns {{task: string, classes: number}}
 */
export function taskOf(data, catalog) {
  const entry = catalog.data.find((/** @type {Entry} */ { kind }) => kind === data.kind);
  const task = data.task ?? entry?.task ?? "regression";
  // Labels of own points are 0 … C − 1, whether or not each of them occurs.
  const own = Array.isArray(data.y) ? Math.max(2, ...data.y.flat().map((/** @type {number} */ label) => label + 1)) : 0;
  return { task, classes: entry?.labels?.length || own };
}

/**
 * The experiment with an output that fits its data, and what was changed for it in words ("" if nothing was).
 * @param {Experiment} experiment
 * @param {Catalog} catalog
 * @param {{keepLoss?: boolean}} [options] keep the loss if it has a meaning for these data
 * @returns {{experiment: Experiment, said: string}}
 */
export function fitted(experiment, catalog, { keepLoss = false } = {}) {
  const { task, classes } = taskOf(experiment.data, catalog);
  const heads = HEADS[task] ?? HEADS.regression;
  const loss = keepLoss && experiment.loss.kind in heads ? experiment.loss : { kind: Object.keys(heads)[0] };
  const units = task === "classes" ? classes : loss.kind === "cross_entropy" ? 2 : 1;
  const layers = withHead(experiment.layers, units, heads[loss.kind], catalog);
  const same = JSON.stringify([layers, loss]) === JSON.stringify([experiment.layers, experiment.loss]);
  const said = `The output now fits the data: dense with ${units} ${units === 1 ? "unit" : "units"}, ${titled(catalog.layers, heads[loss.kind])}, ${titled(catalog.loss, loss.kind)}.`;
  return same ? { experiment, said: "" } : { experiment: { ...experiment, layers, loss }, said };
}

/** A kind as the menus call it, within a sentence. @param {Entry[]} entries @param {string} kind */
function titled(entries, kind) {
  return midline(entries.find((entry) => entry.kind === kind)?.title ?? kind);
}

/**
 * @param {Kind[]} layers
 * @param {number} units
 * @param {string} activation
 * @param {Catalog} catalog
 * @returns {Kind[]}
 */
function withHead(layers, units, activation, catalog) {
  const activations = catalog.layers.filter((/** @type {Entry} */ entry) => entry.activation).map((/** @type {Entry} */ entry) => entry.kind);
  const last = layers[layers.length - 1];
  const body = last && activations.includes(last.kind) ? layers.slice(0, -1) : [...layers];
  const dense = body[body.length - 1];
  if (dense?.kind === "dense") body[body.length - 1] = dense.units === units ? dense : { ...dense, units };
  else body.push({ kind: "dense", units });
  // A regression without an activation is the same as one with identity: leave it as it is.
  if (activation === "identity" && last?.kind === "dense") return body;
  return [...body, last?.kind === activation ? last : { kind: activation }];
}

/**
 * The experiment with a flatten layer where a link that takes vectors was given something else; null where that is not what is wrong.
 * @param {Experiment} experiment
 * @param {import("../base/types.js").Problem} problem
 * @param {Catalog} catalog
 * @returns {{experiment: Experiment, said: string, at: number}|null} at: its place among the layers
 */
export function flattened(experiment, problem, catalog) {
  const at = /^layers\.(\d+)/.exec(problem.field ?? "");
  if (!at || !/flatten/.test(problem.hint)) return null;
  const i = Number(at[1]);
  const said = `A flatten layer in front of ${titled(catalog.layers, experiment.layers[i].kind)} makes a vector of its input.`;
  return { experiment: { ...experiment, layers: experiment.layers.toSpliced(i, 0, { kind: "flatten" }) }, said, at: i };
}

/**
 * The experiment without the layers up to its flatten, where one of these takes maps or words and was given something else; null where
 * that is not what is wrong.
 * @param {Experiment} experiment
 * @param {import("../base/types.js").Problem} problem
 * @param {{newData?: boolean}} [options]  newData: these layers ran until the data were chosen, whatever is wrong with them now
 * @returns {{experiment: Experiment, said: string, at: number}|null} at: −1, for no layer was laid
 */
export function unspread(experiment, problem, { newData = false } = {}) {
  const at = /^layers\.(\d+)\./.exec(problem.field ?? "");
  const last = experiment.layers.findIndex(({ kind }) => kind === "flatten");
  if (!at || Number(at[1]) >= last || last === experiment.layers.length - 1) return null;
  if (!newData && !/^choose data of/.test(problem.hint)) return null;
  const said = "The layers up to flatten went, for these data do not fit them.";
  return { experiment: { ...experiment, layers: experiment.layers.slice(last + 1) }, said, at: -1 };
}

/**
 * What would mend a refused experiment, as a button's words and the experiment; null if we know nothing.
 * @param {Experiment|null} experiment null: the page has none yet
 * @param {import("../base/types.js").Problem} problem
 * @param {Catalog} catalog
 * @returns {{words: string, experiment: Experiment}|null}
 */
export function mended(experiment, problem, catalog) {
  if (!experiment || !catalog) return null;
  const flat = flattened(experiment, problem, catalog);
  if (flat) return { words: "Put a flatten layer in front of it", experiment: flat.experiment };
  const plain = unspread(experiment, problem);
  if (plain) return { words: "Take away the layers up to flatten", experiment: plain.experiment };
  if (!/^(loss|data|layers)/.test(problem.field ?? "")) return null;
  const fit = fitted(experiment, catalog, { keepLoss: true });
  if (fit.said) return { words: "Fit the output to data and loss", experiment: fit.experiment };
  return null;
}
