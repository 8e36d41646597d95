/**
 * The gradients of the told step by independent methods: asked for once, whoever wants them, and one request under way at most. What the
 * server found stands in store.comparison, in short in store.checked.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {{count: number, methods: number, difference: number, agree: boolean, step: number, before: any, directions: number|null, kinks: number, message: string}} Checked
 * @typedef {{before: any, experiment: string}} Key  what a comparison hangs on
 */
import { ApiError, stale } from "../base/api.js";
import { stateBefore } from "../base/view.js";

/** The run whose gradients these are: all of the experiment but how a gradient is computed and what is done with it. @param {Context["store"]} store */
export function runOf(store) {
  const { data, layers, loss, penalty, init, batch_size: size, seed } = store.get("experiment");
  return JSON.stringify([data, layers, loss, penalty, init, size, seed]);
}

/** After so many ms a server that was away, or overloaded, is asked again. */
const AGAIN = 4000;

class Comparison {
  /** @param {Pick<Context, "store"|"api">} context */
  constructor({ store, api }) {
    this.store = store;
    this.api = api;
    this.busy = false;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.again = undefined;
    /** @type {Key} */
    this.wanted = { before: null, experiment: "" };
    /** What is being asked for, or was last. @type {Key|null} */
    this.asked = null;
    /** Is the cost as the network grows wanted too? */
    this.grows = false;
    /** Of which step each of many weights is to be checked by itself, which takes a server half a second. @type {any} */
    this.each = null;
    /** The cost as the network grows, and of which one. @type {{experiment: string, scaling: any}} */
    this.grown = { experiment: "", scaling: null };
    /** What has been found, or refused, for the parameters that a step set out from. @type {WeakMap<object, {experiment: string, answer: any}>} */
    this.kept = new WeakMap();
    /** The run that the comparison in the store is of. */
    this.shown = "";
    /** Stops the request that takes seconds. @type {AbortController|null} */
    this.slow = null;
  }

  /**
   * The told step's comparison, unless it stands there or is on its way.
   * @param {{grows?: boolean, each?: boolean}} [more]  with the cost as the network grows; with each of many weights by itself
   */
  want({ grows = false, each = false } = {}) {
    this.grows ||= grows;
    this.wanted = this.key();
    if (each) this.each = this.wanted.before;
    const kept = this.found();
    // What was found of another run is not shown beside this one.
    if (!kept && this.shown !== runOf(this.store) && this.store.get("comparison")) this.store.set("comparison", null);
    if (kept && this.store.get("checked.before") !== this.wanted.before) this.tell(kept, this.wanted);
    if (!this.busy) void this.run();
    else if (this.slow && !this.same(this.asked)) this.slow.abort();
  }

  /** @returns {Key} */
  key() {
    const { data, layers, loss, penalty, gradient, batch_size: size, seed } = this.store.get("experiment");
    return { before: this.store.get("trace.before"), experiment: JSON.stringify([data, layers, loss, penalty, gradient, size, seed]) };
  }

  /** Is it what is wanted, and what is told? @param {Key|null|undefined} key */
  same(key) {
    const now = this.key();
    return Boolean(key) && [this.wanted, now].every(({ before, experiment }) => before === key?.before && experiment === key?.experiment);
  }

  /** What has been found for what is wanted. */
  found() {
    const kept = this.kept.get(this.wanted.before);
    return kept?.experiment === this.wanted.experiment ? kept.answer : null;
  }

  /** One request after another, until nothing is missing. */
  async run() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.again);
    try {
      for (let body = this.missing(); body; body = this.missing()) {
        if (await this.ask(body)) continue;
        this.again = setTimeout(() => void this.run(), AGAIN);
        break;
      }
    } finally {
      this.busy = false;
    }
  }

  /** What is to be asked next; null where all stands there. @returns {Record<string, any>|null} */
  missing() {
    const answer = this.found();
    if (this.store.get("playing") || !this.same(this.wanted) || answer?.message) return null;
    const grows = this.grows && this.grown.experiment !== this.wanted.experiment;
    if (!answer) return grows ? { scaling: true } : {};
    if (grows) return { scaling: true, methods: ["backprop"] };
    // Along directions all are checked at once; each by itself takes longer.
    const many = !answer.worst && answer.along !== null && !answer.thorough;
    return many && this.each === this.wanted.before ? { thorough: true } : null;
  }

  /** @param {Record<string, any>} more @returns {Promise<boolean>} false: it is to be asked again in a while */
  async ask(more) {
    const { store, api } = this;
    const key = (this.asked = this.wanted);
    const keep = (/** @type {any} */ answer) => {
      this.kept.set(key.before, { experiment: key.experiment, answer });
      if (this.same(key)) this.tell(answer, key);
    };
    this.slow = more.thorough ? new AbortController() : null;
    try {
      const body = { experiment: store.get("experiment"), state: stateBefore(store), ...more };
      const { scaling, ...answer } = await api.compare(/** @type {any} */ (body), { kind: "compare", signal: this.slow?.signal });
      if (scaling) this.grown = { experiment: key.experiment, scaling };
      keep(more.methods ? this.found() : { ...answer, thorough: Boolean(more.thorough) });
    } catch (error) {
      if (stale(error)) return true;
      if (!(error instanceof ApiError)) throw error;
      if (error.passing) {
        // That is told of the step, but is no verdict on it.
        if (!this.found() && this.same(key)) this.tell({ message: error.message }, key);
        return false;
      }
      keep(more.thorough ? { ...this.found(), thorough: true, problem: error.message } : { message: error.message });
    } finally {
      this.slow = null;
    }
    return true;
  }

  /** @param {any} answer @param {Key} key */
  tell(answer, { before, experiment }) {
    this.shown = runOf(this.store);
    if (answer.message) this.store.patch({ comparison: null, checked: { message: answer.message, before } });
    else this.store.patch({ comparison: { ...answer, told: answer.step + 1, scaling: this.grown.experiment === experiment ? this.grown.scaling : null }, checked: checkedBy(answer, before) });
  }
}

/** @type {WeakMap<Context["store"], Comparison>} */
const known = new WeakMap();

/**
 * The one of the page.
 * @param {Pick<Context, "store"|"api">} context
 */
export function comparisonOf(context) {
  const found = known.get(context.store) ?? new Comparison(context);
  known.set(context.store, found);
  return found;
}

/**
 * What a comparison comes to; steps count from 1, as everywhere on the page.
 * @param {any} found the answer of POST /api/compare
 * @param {any} before the parameters it was asked for, as the trace holds them
 * @returns {Checked}
 */
function checkedBy(found, before) {
  const worst = found.worst ? found.smooth : found.along;
  const kinks = found.kinks.length;
  const nothing = { count: found.count, methods: found.methods.length, difference: 0, agree: true, step: found.step + 1, before, kinks, directions: null };
  if (!worst) return { ...nothing, message: "this network has no parameters, so there is nothing to learn" };
  const directions = found.worst ? null : found.along.directions.length;
  return { ...nothing, difference: worst.difference, agree: worst.agree, directions, message: "" };
}
