/**
 * Who runs: up to eight variations of the experiment that differ in optimizer, rate, gradient method or seed, never in data, network
 * or start.
 *
 * @typedef {import("../base/types.js").Experiment} Experiment
 * @typedef {import("../base/types.js").Kind} Kind
 * @typedef {{optimizer: Kind, gradient: Kind, seed: number}} Entrant
 */
import { show, words } from "../base/format.js";

export const MOST = 8;
const SQUARES = ["half_mse", "mse"];
const RATES = [1 / 27, 1 / 9, 1 / 3, 1, 3, 9, 27];

/**
 * A kind with its defaults, from the catalogue.
 * @param {any} entry
 * @returns {Kind}
 */
function complete(entry) {
  return { kind: entry.kind, ...Object.fromEntries(entry.fields.map((/** @type {any} */ field) => [field.name, field.default])) };
}

/** @param {Experiment} experiment @returns {Entrant} */
export function present({ optimizer, gradient, seed }) {
  return { optimizer, gradient, seed };
}

/**
 * The field that says how far a step goes: the learning rate, or the damping of the optimizer that has none.
 * @param {Kind} optimizer
 */
export function pace(optimizer) {
  return "learning_rate" in optimizer ? "learning_rate" : "damping";
}

/**
 * @param {any} catalog
 * @param {Experiment} experiment
 * @param {string} kind
 * @returns {Kind}
 */
export function optimizerOf(catalog, experiment, kind) {
  if (kind === experiment.optimizer.kind) return experiment.optimizer;
  return complete(catalog.optimizer.find((/** @type {any} */ entry) => entry.kind === kind));
}

/**
 * An optimizer that reads residuals needs a loss that is a sum of their squares.
 * @param {any} optimizer
 * @param {Experiment} experiment
 */
function fits(optimizer, experiment) {
  return optimizer.reads !== "residuals" || SQUARES.includes(experiment.loss.kind);
}

/** @type {{name: string, title: string, make: (experiment: Experiment, catalog: any) => Entrant[]}[]} */
export const LINEUPS = [
  {
    name: "optimizers",
    title: "Optimizers",
    make: (experiment, catalog) => catalog.optimizer.filter((/** @type {any} */ entry) => fits(entry, experiment))
      .map((/** @type {any} */ entry) => ({ ...present(experiment), optimizer: optimizerOf(catalog, experiment, entry.kind) })),
  },
  {
    name: "rates",
    title: "Learning rates",
    make(experiment) {
      const name = pace(experiment.optimizer);
      return RATES.map((factor) => ({ ...present(experiment), optimizer: { ...experiment.optimizer, [name]: Number((experiment.optimizer[name] * factor).toPrecision(3)) } }));
    },
  },
  {
    name: "gradients",
    title: "Gradient methods",
    make: (experiment, catalog) => catalog.gradient.map((/** @type {any} */ entry) => ({ ...present(experiment), gradient: complete(entry) })),
  },
  {
    name: "seeds",
    title: "Orders of the examples",
    make: (experiment) => Array.from({ length: MOST }, (_, seed) => ({ ...present(experiment), seed })),
  },
];

/**
 * What a kind is called: «Levenberg–Marquardt», never «levenberg_marquardt».
 * @param {any} catalog
 * @param {"optimizer"|"gradient"} part
 * @param {string} kind
 * @returns {string}
 */
export function kindTitle(catalog, part, kind) {
  return catalog[part].find((/** @type {any} */ entry) => entry.kind === kind)?.title ?? words(kind);
}

/**
 * What sets this run apart from the others.
 * @param {any} catalog
 * @param {Entrant} entrant
 * @param {Entrant[]} all
 * @returns {string}
 */
export function titleOf(catalog, entrant, all) {
  const differ = (/** @type {(e: Entrant) => unknown} */ read) => new Set(all.map((other) => JSON.stringify(read(other)))).size > 1;
  const name = pace(entrant.optimizer);
  const symbol = name === "learning_rate" ? "η" : "λ";
  const parts = [];
  if (differ((e) => e.optimizer.kind) || all.length === 1) parts.push(kindTitle(catalog, "optimizer", entrant.optimizer.kind));
  if (differ((e) => e.optimizer[pace(e.optimizer)])) parts.push(`${symbol} = ${show(entrant.optimizer[name])}`);
  if (differ((e) => e.gradient)) parts.push(kindTitle(catalog, "gradient", entrant.gradient.kind));
  if (differ((e) => e.seed)) parts.push(`examples in order ${entrant.seed}`);
  return parts.join(", ") || "the same as the others";
}
