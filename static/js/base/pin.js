/**
 * The moment of the run at which a plane stands still. An update alone does not tell it, for there weights may be moved by hand, or another
 * optimizer be chosen, before the pin or after it: `plane.pinned=60` in the address is update 60 with all that was changed there,
 * `plane.pinned=60:0` before the first of these changes.
 *
 * @typedef {import("./url.js").Change} Change
 * @typedef {object} Pin
 * @property {number} step
 * @property {Change[]} way  the changes of the run that were made until then
 * @property {import("./types.js").State} [state]  the weights, where they are at hand
 */
const MOMENT = /^(\d{1,9})(?::(\d{1,3}))?$/;

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
 * @param {{changes?: number, state?: import("./types.js").State}} [known]  how many of the changes at this update had been made; all of them
 * @returns {Pin}
 */
export function pinAt(timeline, step, { changes = Infinity, state } = {}) {
  const until = timeline.filter((change) => change.step <= step);
  const later = changedAt(until, step).slice(changes);
  return { step, way: until.slice(0, until.length - later.length), state };
}

/**
 * How many of the changes at its update had been made, as the run tells them now; all: the run stands so at that update; null: it has been
 * taken back and gone another way, and does not come to those weights any more.
 * @param {Pin} pin
 * @param {Change[]} timeline
 * @returns {number|"all"|null}
 */
function made({ step, way }, timeline) {
  const earlier = (/** @type {Change[]} */ all) => all.filter((change, i) => i === 0 || change.step < step);
  const [own, now] = [changedAt(way, step), changedAt(timeline, step)];
  const moves = own.filter(({ moved }) => moved);
  const came = [...earlier(way), ...moves];
  const comes = [...earlier(timeline), ...now.filter(({ moved }) => moved)];
  if (came.some((change, i) => change !== comes[i]) || earlier(way).length !== earlier(timeline).length) return null;
  const differs = own.findIndex((change, i) => change !== now[i]);
  // An experiment that another one has taken the place of: the weights were the same.
  const replaced = differs >= 0 && now[differs] !== undefined && !now[differs].moved;
  const count = differs < 0 ? own.length : differs + (replaced ? 1 : 0);
  return count === now.length ? "all" : count;
}

/**
 * Is it where the run stands at that update, with all that was changed there?
 * @param {Pin} pin
 * @param {Change[]} timeline
 */
export function isLatest(pin, timeline) {
  return made(pin, timeline) === "all";
}

/**
 * @param {Pin} pin
 * @param {Change[]} timeline
 * @returns {string|null} null: no address leads to that moment any more
 */
export function pinText(pin, timeline) {
  const changes = made(pin, timeline);
  if (changes === null) return null;
  return changes === "all" ? String(pin.step) : `${pin.step}:${changes}`;
}

/** @param {string} text @returns {{step: number, changes: number|undefined}|undefined} */
export function pinOf(text) {
  const [, step, changes] = MOMENT.exec(text) ?? [];
  return step === undefined ? undefined : { step: Number(step), changes: changes === undefined ? undefined : Number(changes) };
}
