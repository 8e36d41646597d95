/**
 * The step's numbers as plain arrays for painting, for whoever's numbers are shown. Texts go through view.js; this is the same
 * choice for a whole link at once, because a frame has no time for a path lookup an edge.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./scene.js").Half} Half
 */
import { row } from "../base/view.js";

/**
 * Any nested list as one row of numbers; what is missing or not finite counts as 0.
 * @param {any} nested
 * @returns {number[]}
 */
export function flat(nested) {
  if (!Array.isArray(nested)) return nested == null ? [] : [Number(nested)];
  if (!Array.isArray(nested[0])) return nested.map((v) => v ?? 0);
  return nested.flat(5).map((v) => v ?? 0);
}

export class Values {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.trace = store.get("trace");
    this.params = store.get("state.params") ?? [];
    this.row = row(store);
    /** @type {Map<string, number[]>} */
    this.kept = new Map();
  }

  /**
   * input, output, grad_output or grad_input of a link.
   * @param {string} what
   * @param {number} link
   * @returns {number[]}
   */
  vector(what, link) {
    return this.#keep(`${what} ${link}`, () => {
      const nested = this.row === null ? this.trace?.mean?.[link]?.[what] : this.trace?.layers?.[link]?.[what]?.[this.row];
      return flat(nested);
    });
  }

  /**
   * Another of the link's arrays that the trace holds an example at a time (a mask, the winners): empty in mean mode.
   * @param {string} what
   * @param {number} link
   */
  own(what, link) {
    return this.#keep(`own ${what} ${link}`, () => flat(this.row === null ? null : this.trace?.layers?.[link]?.[what]?.[this.row]));
  }

  /** @param {Half} half */
  output(half) {
    return this.vector(half.name, half.link);
  }

  /** @param {Half} half */
  gradient(half) {
    return this.vector(half.name === "input" ? "grad_input" : "grad_output", half.link);
  }

  /**
   * A parameter: "now", "before", "after", "update" or "gradient" (the example's share, or the batch's).
   * @param {string} when
   * @param {number} link
   * @param {string} name
   * @returns {number[]}
   */
  parameter(when, link, name) {
    return this.#keep(`${when} ${link} ${name}`, () => flat(this.#tensor(when, link)?.[name]));
  }

  /**
   * @param {string} when
   * @param {number} link
   */
  #tensor(when, link) {
    switch (when) {
      case "now":
        return this.params[link];
      case "update":
        return this.trace?.updates?.[link];
      case "gradient":
        if (this.row === null) return this.trace?.layers?.[link]?.grads;
        return this.trace?.example?.row === this.row ? this.trace.example.grads[link] : null;
      default:
        return this.trace?.[when]?.[link];
    }
  }

  /**
   * @param {string} key
   * @param {() => number[]} make
   */
  #keep(key, make) {
    let found = this.kept.get(key);
    if (!found) this.kept.set(key, (found = make()));
    return found;
  }
}

/**
 * The largest magnitude, at least `least`.
 * @param {number[]} numbers
 * @param {number} [least]
 */
export function peak(numbers, least = 1e-12) {
  let most = least;
  for (const v of numbers) if (Math.abs(v) > most) most = Math.abs(v);
  return most;
}
