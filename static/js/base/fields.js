/**
 * The fields of an experiment as the address writes them: those in which it differs from another one, `optimizer.learning_rate=0.3`.
 *
 * @typedef {import("./types.js").Experiment} Experiment
 * @typedef {import("./types.js").Kind} Kind
 */
import { read, written } from "./store.js";

const PARTS = ["data", "loss", "penalty", "optimizer", "init", "gradient"];
const PLAIN = ["batch_size", "seed"];

/** Is it about a part of an experiment, as a problem's path is, within the layers too? @param {string} path */
export function ofExperiment(path) {
  return ["layers", ...PLAIN, ...PARTS].includes(path.split(".")[0]);
}

/** Is it the path of a field of an experiment? @param {string} name */
export function isField(name) {
  return name === "layers" || PLAIN.includes(name) || PARTS.includes(name.split(".")[0]);
}

/** Strings stand as they are; what would read as something else, and everything that is no string, as JSON. @param {any} value */
function packed(value) {
  if (typeof value !== "string") return JSON.stringify(value);
  return unpacked(value) === value ? value : JSON.stringify(value);
}

/** @param {string} text @returns {any} */
function unpacked(text) {
  try {
    return JSON.parse(text, held);
  } catch {
    return text; // nothing that JSON holds, so it is the string itself
  }
}

/**
 * A number that no float64 holds would go to the server as null, and nobody has written null.
 * @param {string} _
 * @param {any} value
 */
function held(_, value) {
  if (value === Infinity || value === -Infinity) throw new RangeError("no float64 holds it");
  return value;
}

/**
 * `dense(units:4),tanh,dense(units:1),sigmoid`
 * @param {Kind[]} layers
 */
function layersText(layers) {
  return layers
    .map(({ kind, ...fields }) => {
      const inner = Object.entries(fields).map(([name, value]) => `${name}:${packed(value)}`);
      return inner.length ? `${kind}(${inner.join(",")})` : kind;
    })
    .join(",");
}

/** @param {string} text @returns {Kind[]} */
function layersOf(text) {
  return [...text.matchAll(/([a-z_]\w*)(?:\(([^)]*)\))?/g)].map(([, kind, inner]) => {
    const fields = (inner ?? "").split(/,(?=[a-z_]\w*:)/).filter(Boolean);
    return { kind, ...Object.fromEntries(fields.map((f) => [f.slice(0, f.indexOf(":")), unpacked(f.slice(f.indexOf(":") + 1))])) };
  });
}

/**
 * The fields in which `experiment` differs from `base`, as pairs for the address.
 * @param {Experiment} experiment
 * @param {Experiment|null} base
 * @returns {[string, string][]}
 */
export function differences(experiment, base) {
  /** @type {[string, string][]} */
  const found = [];
  for (const part of PARTS) {
    const now = /** @type {any} */ (experiment)[part];
    const old = /** @type {any} */ (base)?.[part];
    if (now.kind !== old?.kind) found.push([`${part}.kind`, now.kind]);
    const known = now.kind === old?.kind ? old : {};
    for (const [name, value] of Object.entries(now)) {
      if (name !== "kind" && JSON.stringify(value) !== JSON.stringify(known[name])) found.push([`${part}.${name}`, packed(value)]);
    }
  }
  const layers = layersText(experiment.layers);
  if (!base || layers !== layersText(base.layers)) found.push(["layers", layers]);
  for (const name of PLAIN) {
    const value = /** @type {any} */ (experiment)[name];
    if (!base || value !== /** @type {any} */ (base)[name]) found.push([name, packed(value)]);
  }
  return found;
}

/**
 * The experiment that differs from `base` by these pairs.
 * @param {Experiment|null} base
 * @param {[string, string][]} pairs
 * @returns {Experiment}
 */
export function applied(base, pairs) {
  /** @type {any} */
  let experiment = base ?? {};
  for (const [path, text] of pairs) {
    const [part, name] = path.split(".");
    if (path === "layers") experiment = { ...experiment, layers: layersOf(text) };
    else if (PLAIN.includes(path)) experiment = { ...experiment, [path]: unpacked(text) };
    else if (PARTS.includes(part) && name === "kind") {
      if (read(experiment, path) !== text) experiment = { ...experiment, [part]: { kind: text } };
    } else if (PARTS.includes(part) && name) experiment = written(experiment, [part, name], unpacked(text));
  }
  return experiment;
}
