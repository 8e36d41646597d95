/**
 * Weights that were moved by hand: a change of the run, as another optimizer is one. `moved=60:2/W/0,3:1.25;2/b/0:0.3` in the address
 * says that at update 60 these weights were set; all others stayed, and the optimizer's memory was emptied. A number's shortest decimal
 * text is that very number.
 *
 * @typedef {import("./types.js").Tensors} Tensors
 * @typedef {import("./types.js").Numbers} Numbers
 * @typedef {import("./url.js").Change} Change
 * @typedef {object} Moved
 * @property {[string, number][]|null} weights  those that differ from the run's; null: too many for an address
 * @property {Tensors[]} [params]  all of them as they were set, where they are at hand
 */
import { written } from "./store.js";
import { parseAddress } from "./view.js";

/** An address holds so many moved weights, of all its moves together. */
export const MOST_MOVED = 256;
/** An address tells of so many changes, the start of the run among them. */
export const MOST_CHANGES = 64;
const MANY = "many"; // stands in the address for weights that it cannot hold
const WEIGHT = /^([^:]+):(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/**
 * Every number that differs, with its place and its new value.
 * @param {Numbers} before
 * @param {Numbers} after
 * @param {string} at
 * @returns {Generator<[string, number]>}
 */
function* differing(before, after, at) {
  if (!Array.isArray(after)) {
    if (after !== before) yield [at, /** @type {number} */ (after)];
    return;
  }
  for (const [i, value] of after.entries()) yield* differing(/** @type {Numbers[]} */ (before)[i], value, `${at}${at.endsWith("/") ? "" : ","}${i}`);
}

/**
 * What was moved, at most one more than an address holds.
 * @param {Tensors[]} before
 * @param {Tensors[]} after
 * @returns {[string, number][]}
 */
function differences(before, after) {
  /** @type {[string, number][]} */
  const found = [];
  for (const [link, tensors] of after.entries()) {
    for (const [name, values] of Object.entries(tensors)) {
      for (const weight of differing(before[link][name], values, `${link}/${name}/`)) {
        if (found.push(weight) > MOST_MOVED) return found;
      }
    }
  }
  return found;
}

/**
 * The changes that hold at an update before anything else is changed there: those before it, and what was moved at it.
 * @param {Change[]} timeline
 * @param {number} step
 */
export function standing(timeline, step) {
  return timeline.slice(0, timeline.findLastIndex((change) => change.step < step || (change.step === step && change.moved)) + 1);
}

/**
 * The timeline with another experiment from this update on. One more at the same update takes its place, and the one that is there is none.
 * @param {Change[]} timeline
 * @param {number} step
 * @param {Change["experiment"]} experiment
 * @returns {Change[]}
 */
export function withExperiment(timeline, step, experiment) {
  const earlier = standing(timeline, step);
  const same = earlier.length > 0 && JSON.stringify(earlier[earlier.length - 1].experiment) === JSON.stringify(experiment);
  return same ? earlier : [...earlier, { step, experiment }];
}

/**
 * Were weights moved at this update?
 * @param {Change[]} timeline
 * @param {number} step
 */
export function movedAt(timeline, step) {
  return timeline.some((change) => change.step === step && change.moved);
}

/**
 * The timeline with one move more. Each is a change of its own, so that Back undoes it alone after a reload too; but the places that one drag
 * goes through are one, and so are moves of one update where the address would not hold them apart: only where the weights end counts.
 * @param {Change[]} timeline
 * @param {Omit<Change, "moved">} here
 * @param {Tensors[]} before
 * @param {Tensors[]} after
 * @param {{dragged: boolean, kept?: Change[]}} how  dragged: of the drag that the last move was of; kept: changes that are pointed to, and
 *   stay what they are
 * @returns {Change[]}
 */
export function withMove(timeline, here, before, after, { dragged, kept = [] }) {
  const rest = timeline.filter(({ step }) => step <= here.step);
  const last = rest[rest.length - 1];
  const add = (/** @type {Change[]} */ earlier, /** @type {[string, number][]|null|undefined} */ known) => [...earlier, { ...here, moved: movedTo(known, before, after) }];
  const apart = add(rest, []);
  const joins = last.moved && last.step === here.step && last.experiment === here.experiment && !kept.includes(last);
  const held = apart.length <= MOST_CHANGES && unheld(apart) < 0;
  return joins && (dragged || !held) ? add(rest.slice(0, -1), last.moved?.weights) : apart;
}

/**
 * @param {[string, number][]|null|undefined} known  what had been moved already; null: more than an address holds
 * @param {Tensors[]} before
 * @param {Tensors[]} after
 * @returns {Moved}
 */
function movedTo(known, before, after) {
  const weights = known && [...new Map([...known, ...differences(before, after)])];
  return { weights: weights && weights.length <= MOST_MOVED ? weights : null, params: after };
}

/**
 * The state that a move leads to, as the server is asked for it.
 * @param {import("./types.js").State} state
 * @param {Moved} moved
 * @returns {import("./types.js").State}
 */
export function stateMoved({ step, params }, { weights, params: all }) {
  const set = weights ? weights.reduce((now, [address, value]) => written(now, address.split(/[/,]/), value), params) : /** @type {Tensors[]} */ (all);
  return { step, params: set, slots: null };
}

/**
 * The place in the timeline of the first move that an address cannot hold; −1: it holds them all.
 * @param {Change[]} timeline
 */
export function unheld(timeline) {
  let count = 0;
  return timeline.findIndex(({ moved }) => {
    count += moved ? (moved.weights?.length ?? Infinity) : 0;
    return count > MOST_MOVED;
  });
}

/**
 * A move as the address tells it.
 * @param {number} step
 * @param {Moved} moved
 * @param {boolean} held  does the address hold it?
 */
export function movedText(step, { weights }, held) {
  return `${step}:${held && weights ? weights.map((weight) => weight.join(":")).join(";") : MANY}`;
}

/** @param {string} text @returns {{step: number, moved: Moved}|null} null: no move can be read there */
export function movedOf(text) {
  const [, step, rest] = /^(\d{1,8}):(.*)$/.exec(text) ?? [];
  if (step === undefined) return null;
  if (rest === MANY) return { step: Number(step), moved: { weights: null } };
  const parts = rest === "" ? [] : rest.split(";").map((part) => WEIGHT.exec(part));
  const weights = parts.flatMap((found) => (found && parseAddress(found[1]) && Number.isFinite(Number(found[2])) ? [/** @type {[string, number]} */ ([found[1], Number(found[2])])] : []));
  return weights.length === parts.length ? { step: Number(step), moved: { weights } } : null;
}

/** How a move is read, and what is expected of it. @type {[(text: string) => boolean, string]} */
export const MOVED_PLACE = [(text) => movedOf(text) !== null, "an update and the weights set there, such as 60:2/W/0,3:1.25;2/b/0:0.3"];
