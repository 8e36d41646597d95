/**
 * The address is the save file: `#preset=xor&optimizer.learning_rate=0.3&step=12&substep=3&example=mean&selection=2/W/3,1`.
 * Experiment fields are named as everywhere, and stand there only where they differ from the preset. A change made in mid-run
 * stands behind the step it was made at: `@50.optimizer.learning_rate=0.03`. The plane of the loss surface stands there as `plane.…`.
 *
 * @typedef {import("./types.js").Experiment} Experiment
 * @typedef {import("./types.js").Kind} Kind
 * @typedef {{step: number, experiment: Experiment}} Change
 */
import { PLANE_PLACES } from "./plane.js";
import { read, written } from "./store.js";

const PARTS = ["data", "loss", "penalty", "optimizer", "init", "gradient"];
const PLAIN = ["batch_size", "seed"];
const PLACES = ["step", "substep", "example", "selection", "lens", "speed", ...Object.keys(PLANE_PLACES)];
export const MOST_CHANGES = 20;
/** An address may lead so many updates into a run: they are all taken again. */
export const MOST_REPLAYED = 1_000_000;

/** Is it the path of a field of an experiment? @param {string} name */
function isField(name) {
  return name === "layers" || PLAIN.includes(name) || PARTS.includes(name.split(".")[0]);
}

/** @param {string} text @returns {string} */
function encode(text) {
  return encodeURIComponent(text).replace(/%(?:2C|2F|3A|40|7C)/g, decodeURIComponent);
}

/** Strings stand as they are; what would read as something else, and everything that is no string, as JSON. @param {any} value */
function packed(value) {
  if (typeof value !== "string") return JSON.stringify(value);
  return unpacked(value) === value ? value : JSON.stringify(value);
}

/** @param {string} text @returns {any} */
function unpacked(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text; // not JSON, so it is the string itself
  }
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

/**
 * @param {{preset: import("./types.js").Preset|null, timeline: Change[], places: Record<string, any>}} what
 * @returns {string} with its #
 */
export function hashOf({ preset, timeline, places }) {
  /** @type {[string, string][]} */
  const pairs = preset ? [["preset", preset.slug]] : [];
  let base = preset?.experiment ?? null;
  timeline.forEach(({ step, experiment }, i) => {
    const found = differences(experiment, base);
    pairs.push(.../** @type {[string, string][]} */ (found.map(([name, text]) => [i === 0 ? name : `@${step}.${name}`, text])));
    base = experiment;
  });
  for (const name of PLACES) if (places[name] != null && places[name] !== "") pairs.push([name, String(places[name])]);
  return `#${pairs.map(([name, text]) => `${name}=${encode(text)}`).join("&")}`;
}

/**
 * @param {string} hash
 * @param {import("./types.js").Preset[]} presets
 * @returns {{preset: import("./types.js").Preset|null, timeline: Change[], places: Record<string, string>, odd: string[]}} odd: what was not understood
 */
export function parsed(hash, presets) {
  const pairs = /** @type {[string, string][]} */ ([...new URLSearchParams(hash.replace(/^#/, "").replaceAll("+", "%2B"))]);
  const places = Object.fromEntries(pairs.filter(([name]) => PLACES.includes(name)));
  const preset = presets.find(({ slug }) => slug === pairs.find(([name]) => name === "preset")?.[1]) ?? null;
  const fields = pairs.filter(([name]) => isField(name.replace(/^@\d+\./, "")));
  const own = fields.filter(([name]) => !name.startsWith("@"));
  const start = preset ?? (own.length ? null : (presets[0] ?? null));
  /** @type {Change[]} */
  const timeline = [{ step: 0, experiment: applied(start?.experiment ?? null, own) }];
  for (const [name, text] of fields.filter(([other]) => other.startsWith("@"))) {
    const parts = /^@(\d+)\.(.+)$/.exec(name);
    if (!parts) continue;
    const last = timeline[timeline.length - 1];
    const change = { step: Number(parts[1]), experiment: applied(last.experiment, [[parts[2], text]]) };
    if (last.step === change.step && timeline.length > 1) timeline[timeline.length - 1] = change;
    else if (change.step >= last.step && timeline.length < MOST_CHANGES) timeline.push(change);
  }
  return { preset: start, timeline, places, odd: oddities(pairs, presets) };
}

/** What a place may read like, and what was expected of it. @type {Record<string, [(text: string) => boolean, string]>} */
const READABLE = {
  step: [whole, "a whole number"],
  substep: [whole, "a whole number"],
  example: [(text) => text === "mean" || whole(text), "a row of the batch, counted from 0, or «mean»"],
  speed: [(text) => text === "max" || Number(text) > 0, "links a second, or «max»"],
  lens: [(text) => /^(derivation|seam|head|matrix|race)$/.test(text), "derivation, seam, head, matrix or race"],
  selection: [(text) => /^\d+\/\w+\/\d+(,\d+)*$/.test(text), "a place such as 2/W/0,3"],
  ...PLANE_PLACES,
};

/** @param {string} text */
function whole(text) {
  return /^\d+$/.test(text);
}

/**
 * What an address says that the page does not understand, in words.
 * @param {[string, string][]} pairs
 * @param {import("./types.js").Preset[]} presets
 * @returns {string[]}
 */
function oddities(pairs, presets) {
  return pairs.flatMap(([name, text]) => {
    const said = `${name}=${text.slice(0, 40)}`;
    if (name === "preset") return presets.some(({ slug }) => slug === text) ? [] : [`${said}: there is no such preset.`];
    if (READABLE[name]) return READABLE[name][0](text) ? [] : [`${said}: expected ${READABLE[name][1]}.`];
    return isField(name.replace(/^@\d+\./, "")) || PLACES.includes(name) ? [] : [`${said}: the page knows no «${name.slice(0, 40)}».`];
  });
}
