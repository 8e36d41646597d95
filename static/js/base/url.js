/**
 * The address is the save file: `#preset=xor&optimizer.learning_rate=0.3&step=12&substep=3&example=mean&selection=2/W/3,1`.
 * Experiment fields are named as everywhere, and stand there only where they differ from the preset. A change made in mid-run
 * stands behind the step it was made at: `@50.optimizer.learning_rate=0.03`; what was moved by hand as `moved=60:2/W/0,3:1.25`. The plane
 * of the loss surface stands there as `plane.…`.
 *
 * @typedef {import("./types.js").Experiment} Experiment
 * @typedef {{step: number, experiment: Experiment, moved?: import("./moved.js").Moved}} Change  the weights are moved last
 */
import { applied, differences, isField } from "./fields.js";
import { MOST_CHANGES, MOVED_PLACE, movedOf, movedText, unheld } from "./moved.js";
import { PLANE_PLACES } from "./plane.js";

const PLACES = ["step", "substep", "example", "selection", "lens", "speed", ...Object.keys(PLANE_PLACES)];
/** An address may lead so many updates into a run: they are all taken again. */
export const MOST_REPLAYED = 1_000_000;

/** @param {string} text @returns {string} */
function encode(text) {
  return encodeURIComponent(text).replace(/%(?:2C|2F|3A|3B|40|7C)/g, decodeURIComponent);
}

/**
 * @param {{preset: import("./types.js").Preset|null, timeline: Change[], places: Record<string, any>}} what
 * @returns {string} with its #
 */
export function hashOf({ preset, timeline, places }) {
  /** @type {[string, string][]} */
  const pairs = preset ? [["preset", preset.slug]] : [];
  let base = preset?.experiment ?? null;
  const lost = unheld(timeline);
  // Behind a move that the address cannot hold it knows no more of the run.
  timeline.slice(0, lost < 0 ? timeline.length : lost + 1).forEach(({ step, experiment, moved }, i) => {
    const found = differences(experiment, base);
    pairs.push(.../** @type {[string, string][]} */ (found.map(([name, text]) => [i === 0 ? name : `@${step}.${name}`, text])));
    if (moved) pairs.push(["moved", movedText(step, moved, i !== lost)]);
    base = experiment;
  });
  for (const name of PLACES) if (places[name] != null && places[name] !== "") pairs.push([name, String(places[name])]);
  return `#${pairs.map(([name, text]) => `${name}=${encode(text)}`).join("&")}`;
}

/**
 * @param {string} hash
 * @param {import("./types.js").Preset[]} presets
 * @returns {{preset: import("./types.js").Preset|null, timeline: Change[], end: number|null, places: Record<string, string>, odd: string[]}}
 *   places: those that can be read; end: the update at which more was moved than an address holds, and so the last one that it knows; odd: what was not understood
 */
export function parsed(hash, presets) {
  const pairs = /** @type {[string, string][]} */ ([...new URLSearchParams(hash.replace(/^#/, "").replaceAll("+", "%2B"))]);
  const places = Object.fromEntries(pairs.filter(([name, text]) => PLACES.includes(name) && readable(name, text)));
  const preset = presets.find(({ slug }) => slug === pairs.find(([name]) => name === "preset")?.[1]) ?? null;
  const own = pairs.filter(([name]) => isField(name));
  const start = preset ?? (own.length ? null : (presets[0] ?? null));
  const odd = oddities(pairs, presets);
  return { preset: start, ...changesOf(applied(start?.experiment ?? null, own), pairs, odd), places, odd };
}

/**
 * The run's changes on its way.
 * @param {Experiment} begun
 * @param {[string, string][]} pairs
 * @param {string[]} odd  what cannot be followed is added
 * @returns {{timeline: Change[], end: number|null}}
 */
function changesOf(begun, pairs, odd) {
  /** @type {Change[]} */
  const timeline = [{ step: 0, experiment: begun }];
  for (const [name, text] of pairs) {
    const last = timeline[timeline.length - 1];
    const change = changeOf(name, text, last.experiment);
    if (!change) continue;
    if (change.moved?.weights === null) {
      odd.push(`${name}=${text}: more weights were moved by hand there than an address can hold; the page stands before that.`);
      return { timeline, end: change.step };
    }
    const fits = last.step === change.step && timeline.length > 1 && !last.moved && !change.moved;
    if (fits) timeline[timeline.length - 1] = change;
    else if (change.step < last.step) odd.push(`${said(name, text)}: changes stand there in the order of their updates.`);
    else if (timeline.length === MOST_CHANGES) odd.push(`${said(name, text)}: an address makes ${MOST_CHANGES - 1} changes on the way at most.`);
    else timeline.push(change);
  }
  return { timeline, end: null };
}

/**
 * What a pair of the address changes in mid-run.
 * @param {string} name
 * @param {string} text
 * @param {Experiment} experiment  until then
 * @returns {Change|null}
 */
function changeOf(name, text, experiment) {
  if (name === "moved") {
    const found = movedOf(text);
    return found && { ...found, experiment };
  }
  const [, step, field] = /^@(\d+)\.(.+)$/.exec(name) ?? [];
  return step !== undefined && isField(field) ? { step: Number(step), experiment: applied(experiment, [[field, text]]) } : null;
}

/** What a place may read like, and what was expected of it. @type {Record<string, [(text: string) => boolean, string]>} */
const READABLE = {
  step: [whole, "a whole number"],
  substep: [whole, "a whole number"],
  example: [(text) => text === "mean" || whole(text), "a row of the batch, counted from 0, or «mean»"],
  speed: [(text) => text === "max" || Number(text) > 0, "links a second, or «max»"],
  lens: [(text) => /^(derivation|seam|head|matrix|race)$/.test(text), "derivation, seam, head, matrix or race"],
  selection: [(text) => /^\d+\/\w+\/\d+(,\d+)*$/.test(text), "a place such as 2/W/0,3"],
  moved: MOVED_PLACE,
  ...PLANE_PLACES,
};

/** Can such a place be read? @param {string} name @param {string} text */
function readable(name, text) {
  return READABLE[name][0](text);
}

/** @param {string} text */
function whole(text) {
  return /^\d+$/.test(text);
}

/** @param {string} name @param {string} text */
function said(name, text) {
  return `${name}=${text.slice(0, 40)}`;
}

/**
 * What an address says that the page does not understand, in words.
 * @param {[string, string][]} pairs
 * @param {import("./types.js").Preset[]} presets
 * @returns {string[]}
 */
function oddities(pairs, presets) {
  return pairs.flatMap(([name, text]) => {
    const words = said(name, text);
    if (name === "preset") return presets.some(({ slug }) => slug === text) ? [] : [`${words}: there is no such preset.`];
    // Of its own: an object has a «constructor» and a «toString» that nobody has put there.
    if (Object.hasOwn(READABLE, name)) return readable(name, text) ? [] : [`${words}: expected ${READABLE[name][1]}.`];
    return isField(name.replace(/^@\d+\./, "")) || PLACES.includes(name) ? [] : [`${words}: the page knows no «${name.slice(0, 40)}».`];
  });
}
