/**
 * A number outside its bounds is told at once, without asking: the catalogue brings each field's bounds and the very words in which the
 * server would say what it expected. So is a text that is no list. Whatever takes more than bounds to see is left to the server.
 *
 * @typedef {import("../base/types.js").Field} Field
 * @typedef {import("../base/types.js").Catalog} Catalog
 * @typedef {import("../base/types.js").Experiment} Experiment
 * @typedef {import("../base/types.js").Problem} Problem
 */
import { unread } from "./rows.js";

/** The parts in the order in which the server reads them. */
const PARTS = /** @type {const} */ (["data", "loss", "penalty", "optimizer", "init", "gradient"]);
const [DIGITS, LARGE] = [6, 1e15];

/**
 * The numbers of an experiment that their bounds refuse.
 * @param {Experiment} experiment
 * @param {Catalog} catalog
 * @returns {Problem[]}
 */
export function outOfBounds(experiment, catalog) {
  const kinds = [...PARTS.map((part) => ({ path: part, entries: catalog[part], value: experiment[part] })),
    ...experiment.layers.map((value, i) => ({ path: `layers.${i}`, entries: catalog.layers, value }))];
  const found = kinds.flatMap(({ path, entries, value }) => {
    const fields = entries.find((/** @type {{kind: string}} */ { kind }) => kind === value.kind)?.fields ?? [];
    return refused(fields, value, `${path}.`);
  });
  return [...found, ...refused(catalog.experiment, experiment, "")];
}

/**
 * @param {Field[]} fields
 * @param {Record<string, any>} values
 * @param {string} prefix
 * @returns {Problem[]}
 */
function refused(fields, values, prefix) {
  return fields.flatMap((field) => {
    const value = values[field.name];
    if (field.type === "array" && typeof value === "string") return [unlisted(`${prefix}${field.name}`, value)];
    if (field.expects === undefined || value === undefined || fits(field, value)) return [];
    return [{ field: `${prefix}${field.name}`, message: `expected ${field.expects}, got ${shown(value)}`, hint: field.help ?? "" }];
  });
}

/**
 * What was typed for a list and is none. The server would only say that it got text.
 * @param {string} field
 * @param {string} text
 * @returns {Problem}
 */
function unlisted(field, text) {
  const why = unread(text);
  return { field, message: `cannot be read as a list${why && `: ${why}`}`, hint: "A line of numbers for each, such as 0, 1; or JSON, such as [[0, 1], [1, 0]]." };
}

/**
 * @param {Field} field
 * @param {unknown} value
 */
function fits({ type, low = -Infinity, high = Infinity, above, below, nullable }, value) {
  if (value === null) return nullable === true;
  if (typeof value !== "number" || !Number.isFinite(value) || (type === "integer" && !Number.isInteger(value))) return false;
  return (above ? value > low : value >= low) && (below ? value < high : value <= high);
}

/**
 * A number as the server writes it into a message: a whole one in full, others with six digits.
 * @param {any} value
 * @returns {string}
 */
function shown(value) {
  if (typeof value !== "number" || Number.isNaN(value)) return "null";
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return Math.abs(value) < LARGE ? String(value) : "a very large integer";
  const [digits, power] = value.toExponential(DIGITS - 1).split("e");
  if (Number(power) >= -4 && Number(power) < DIGITS) return String(Number(value.toPrecision(DIGITS)));
  return `${Number(digits)}e${power.startsWith("-") ? "-" : "+"}${power.slice(1).padStart(2, "0")}`;
}
