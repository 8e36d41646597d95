/**
 * The moment of the run at which a plane stands still. An update alone does not tell it, for weights may be moved by hand there, before the
 * pin or after it: `plane.pinned=60` in the address is update 60 with all its moves, `plane.pinned=60:0` before the first of them.
 *
 * @typedef {import("./url.js").Change} Change
 * @typedef {object} Pin
 * @property {number} step
 * @property {Change[]} way  the changes of the run that were made until then
 * @property {import("./types.js").State} [state]  the weights, where they are at hand
 */
const MOMENT = /^(\d{1,9})(?::(\d{1,3}))?$/;

/**
 * @param {Change[]} timeline
 * @param {number} step
 * @param {{moves?: number, state?: import("./types.js").State}} [known]  how many of the moves at this update had been made; all of them
 * @returns {Pin}
 */
export function pinAt(timeline, step, { moves = Infinity, state } = {}) {
  const until = timeline.filter((change) => change.step <= step);
  const later = until.filter((change) => change.step === step && change.moved)[moves];
  return { step, way: later ? until.slice(0, until.indexOf(later)) : until, state };
}

/**
 * The changes that the weights of an update depend on, and not only the step behind it.
 * @param {Change[]} timeline
 * @param {number} step
 */
function deciding(timeline, step) {
  return timeline.filter((change, i) => i === 0 || change.step < step || (change.step === step && change.moved));
}

/**
 * The moves that were made at its update since; null: the run has been taken back and gone another way, and does not come there any more.
 * @param {Pin} pin
 * @param {Change[]} timeline
 * @returns {Change[]|null}
 */
function since({ step, way }, timeline) {
  const [own, now] = [deciding(way, step), deciding(timeline, step)];
  const later = now.slice(own.length);
  return own.every((change, i) => change === now[i]) && later.every((change) => change.step === step) ? later : null;
}

/**
 * Is it where the run stands at that update, all its moves made?
 * @param {Pin} pin
 * @param {Change[]} timeline
 */
export function isLatest(pin, timeline) {
  return since(pin, timeline)?.length === 0;
}

/**
 * @param {Pin} pin
 * @param {Change[]} timeline
 * @returns {string|null} null: no address leads to that moment any more
 */
export function pinText(pin, timeline) {
  const { step, way } = pin;
  const later = since(pin, timeline);
  if (!later?.length) return later && String(step);
  return `${step}:${way.filter((change) => change.step === step && change.moved).length}`;
}

/** @param {string} text @returns {{step: number, moves: number|undefined}|undefined} */
export function pinOf(text) {
  const [, step, moves] = MOMENT.exec(text) ?? [];
  return step === undefined ? undefined : { step: Number(step), moves: moves === undefined ? undefined : Number(moves) };
}
