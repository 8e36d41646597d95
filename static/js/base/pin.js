/**
 * The moment of the run at which a plane stands still. An update alone does not tell it, for there weights may be moved by hand, or another
 * optimizer be chosen, before the pin or after it: `plane.pinned=60` in the address is update 60 with all that was changed there,
 * `plane.pinned=60:0` before the first of these changes. Of two optimizers chosen at one update the run keeps the second; a plane pinned
 * under the first tells of that one itself, `plane.pinned=60:0:optimizer.kind:adam;optimizer.learning_rate:0.01`.
 *
 * @typedef {import("./url.js").Change} Change
 * @typedef {object} Pin
 * @property {number} step
 * @property {Change[]} way  the changes of the run that were made until then
 * @property {import("./types.js").State} [state]  the weights, where they are at hand
 */
import { applied, differences, isField } from "./fields.js";

const MOMENT = /^(\d{1,9})(?::(\d{1,3}))?(?::(?=\D)(.+))?$/;

/**
 * What was changed at this update, weights or experiment. The run begins with a change that is none.
 * @param {Change[]} timeline
 * @param {number} step
 */
function changedAt(timeline, step) {
  return timeline.slice(1).filter((change) => change.step === step);
}

/**
 * @param {Change[]} timeline
 * @param {number} step
 * @param {{changes?: number, fields?: [string, string][], state?: import("./types.js").State}} [known]  how many of the changes at this
 *   update had been made; all of them. fields: what was chosen then, and is no change of the run any more
 * @returns {Pin}
 */
export function pinAt(timeline, step, { changes = Infinity, fields, state } = {}) {
  const until = timeline.filter((change) => change.step <= step);
  const later = changedAt(until, step).slice(changes);
  const way = until.slice(0, until.length - later.length);
  return { step, way: fields ? [...way, { step, experiment: applied(way[way.length - 1].experiment, fields) }] : way, state };
}

/**
 * Its place among the changes of the run as that is now: how many of those at its update had been made, and in what its experiment differs
 * from the run's there, for it may have been chosen and then another one instead, at the same weights. null: the run has been taken back
 * and gone another way, and does not come to those weights any more.
 * @param {Pin} pin
 * @param {Change[]} timeline
 * @returns {{changes: number, all: boolean, fields: [string, string][]}|null}
 */
function made({ step, way }, timeline) {
  const earlier = timeline.filter((change, i) => i === 0 || change.step < step);
  const [own, now] = [changedAt(way, step), changedAt(timeline, step)];
  const differs = own.findIndex((change, i) => change !== now[i]);
  const changes = differs < 0 ? own.length : differs;
  const [came, comes] = [way.slice(0, way.length - own.length), earlier];
  // Only the last change can be one that is not the run's: what weights were moved under stays.
  if (came.length !== comes.length || came.some((change, i) => change !== comes[i]) || own.slice(changes).some(({ moved }) => moved)) return null;
  const there = [...earlier, ...now.slice(0, changes)];
  return { changes, all: changes === now.length, fields: differences(way[way.length - 1].experiment, there[there.length - 1].experiment) };
}

/**
 * Is it where the run stands at that update, with all that was changed there?
 * @param {Pin} pin
 * @param {Change[]} timeline
 */
export function isLatest(pin, timeline) {
  const found = made(pin, timeline);
  return found !== null && found.all && found.fields.length === 0;
}

/**
 * @param {Pin} pin
 * @param {Change[]} timeline
 * @returns {string|null} null: no address leads to that moment any more
 */
export function pinText(pin, timeline) {
  const found = made(pin, timeline);
  if (found === null) return null;
  const { changes, all, fields } = found;
  return [pin.step, ...(all ? [] : [changes]), ...(fields.length > 0 ? [fields.map((field) => field.join(":")).join(";")] : [])].join(":");
}

/** @param {string} text @returns {{step: number, changes?: number, fields?: [string, string][]}|undefined} undefined: no moment can be read there */
export function pinOf(text) {
  const [, step, changes, told] = MOMENT.exec(text) ?? [];
  if (step === undefined) return undefined;
  const fields = told?.split(";").map((field) => /** @type {[string, string]} */ ([field.slice(0, field.indexOf(":")), field.slice(field.indexOf(":") + 1)]));
  if (fields?.some(([name]) => !isField(name))) return undefined;
  return { step: Number(step), changes: changes === undefined ? undefined : Number(changes), fields };
}
