/**
 * Fetches derivations: of the selected number, and of the factors that were opened. The answer stands in store.derivation:
 * the server's document, `opened` ([{key, doc}]), and for every document which terms of a long sum are written out.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{symbol: string, value: number|null, path: string|null, address?: string}} Factor
 * @typedef {{value: number|null, factors: Factor[], sign?: number}} Term
 * @typedef {Record<string, any> & {address: string, terms: Term[], math: Record<string, string>}} Derivation
 * @typedef {{key: string, doc: Derivation}} Opened
 */
import { ApiError, stale } from "../base/api.js";
import { networkOf } from "../base/shape.js";
import { focus } from "../telling/focus.js";
import { row, stateBefore } from "../base/view.js";

const SHOWN_TERMS = 8;
/** So many more terms of a long sum are written out each time they are asked for. */
const MORE_TERMS = 24;
const MOST_PATHS = 64;
const SEPARATOR = ">";
/** Parts of the server's answer that nothing here shows, or only when it is asked for. */
const UNSEEN = ["expansion", "update", "latex", "python"];
/** What is told a moment after the sum itself. */
const LATER = ["paths", "gates", "sweeps"];

/** @param {string} parent @param {string} address */
export const keyOf = (parent, address) => `${parent}${SEPARATOR}${address}`;

/**
 * What is derived: the selection, or the weight that this step changes most.
 * @param {Store} store
 * @returns {string}
 */
export function wanted(store) {
  const selection = store.get("selection");
  if (selection) return selection;
  const { layer, name, index } = focus(store).chosen;
  return index === "" ? "" : `${layer}/${name}/${index.replaceAll(".", ",")}`;
}

/**
 * Where the batch's means are shown, the paths are means too; terms and branches are products of one example, its first.
 * @param {number|null} shown
 */
function whom(shown) {
  return { example: shown ?? 0, over: shown === null ? "batch" : "example" };
}

/**
 * The number, the step, the experiment and the example that a derivation is of.
 * @param {Store} store
 * @returns {unknown[]}
 */
export function subject(store) {
  return [wanted(store), store.get("trace.before"), store.get("experiment"), row(store)];
}

/** @param {unknown[]} a @param {unknown[]} b */
export const same = (a, b) => a.length === b.length && a.every((part, i) => part === b[i]);

export class DerivationModel {
  /**
   * @param {Store} store
   * @param {import("../base/types.js").Api} api
   */
  constructor(store, api) {
    this.store = store;
    this.api = api;
    /** @type {Set<string>} */
    this.open = new Set();
    /** How many terms of a sum are written out, by its key. @type {Map<string, number>} */
    this.most = new Map();
    this.allPaths = false;
    this.address = "";
    this.network = "";
    /** What the present derivation is of. @type {unknown[]} */
    this.about = [];
    this.turn = 0;
    /** What the present derivation was asked for with. @type {Record<string, any>} */
    this.body = {};
    /** What is asked for before it is chosen, and what that is an answer to. @type {{to: unknown[], answer: Promise<Derivation|null>}} */
    this.early = { to: [], answer: Promise.resolve(null) };
  }

  /** Is the network that the derivation is of still the page's? The symbols beside its numbers are written for the page's. */
  get present() {
    return networkOf(this.body.experiment) === networkOf(this.store.get("experiment"));
  }

  /**
   * A hand rests on a number before it chooses it: that number's own sum is asked for then, and stands there with the click.
   * @param {string} address
   */
  ahead(address) {
    if (!this.store.get("trace") || address === this.address) return;
    const to = this.question(address);
    if (same(to, this.early.to)) return;
    const answer = this.derive(this.wish(address), "derive:ahead", this.alone(address)).catch((error) => {
      if (!(error instanceof ApiError)) throw error;
      return null; // nobody has chosen it: whoever does asks again, and is told what is wrong
    });
    this.early = { to, answer };
  }

  /** All that an answer depends on. @param {string} address */
  question(address) {
    return [address, row(this.store), ...["experiment", "trace", "state", "cursor"].map((key) => this.store.get(key))];
  }

  /** @param {string} address @returns {Record<string, any>} */
  wish(address) {
    return { experiment: this.store.get("experiment"), state: stateBefore(this.store), address, ...whom(row(this.store)) };
  }

  /** What the sum alone can do without. @param {string} address */
  alone(address) {
    return [...UNSEEN, ...LATER, ...this.headless(address)];
  }

  /**
   * Fetch it all anew. False where a newer wish took its place, or the run went on. Another number's own sum is told at once; its paths and its branches
   * are told when they come.
   * @param {() => void} told
   * @returns {Promise<boolean>}
   */
  async refresh(told) {
    const address = wanted(this.store);
    if (!address || !this.store.get("trace")) return false;
    this.turn += 1;
    const { turn } = this;
    const about = subject(this.store);
    // Beside the numbers of another step an answer would be untrue: whoever took that step asks anew.
    const late = () => turn !== this.turn || !same(about, subject(this.store));
    const network = networkOf(this.store.get("experiment"));
    const fresh = address !== this.address || network !== this.network;
    if (fresh) this.forget();
    const body = this.wish(address);
    const first = await (fresh ? this.sum(body) : this.derive(this.asked(body), "derive", [...UNSEEN, ...this.headless(address)]));
    if (!first || late()) return false;
    first.mean = body.over === "batch";
    Object.assign(this, { address, network, body });
    if (fresh) this.openFirst(first);
    // Under way while the sum is laid out: the server works in the meantime.
    const further = Promise.all([fresh ? this.paths(body) : first, ...[...this.open].map((key) => this.branch(body, key))]);
    if (fresh) {
      this.about = about;
      this.store.set("derivation", this.told(first, []));
      told();
    }
    const [rest, ...docs] = await further;
    if (!rest || docs.includes(null) || late()) return false;
    const opened = [...this.open].map((key, i) => ({ key, doc: this.prepared(/** @type {Derivation} */ (docs[i]), key) }));
    const { paths, gates, sweeps } = rest;
    this.about = about;
    this.store.set("derivation", this.told({ ...first, paths, gates, sweeps, math: { ...first.math, ...rest.math } }, opened));
    return true;
  }

  /** A number's own sum: what was asked for ahead, if that is still the answer. @param {Record<string, any>} body */
  async sum(body) {
    const { turn } = this;
    const early = same(this.question(body.address), this.early.to) ? await this.early.answer : null;
    return early || turn !== this.turn ? early : this.derive(body, "derive", this.alone(body.address));
  }

  /** Another number: nothing of it is open yet. */
  forget() {
    this.open.clear();
    this.most.clear();
    this.allPaths = false;
    this.address = "";
  }

  /** Nothing is to be derived: what is under way is an answer to nobody. @param {unknown[]} about */
  leave(about) {
    this.turn += 1;
    this.about = about;
    this.forget();
  }

  /** @param {Derivation} root @param {Opened[]} opened */
  told(root, opened) {
    return { ...this.prepared(root, ""), opened };
  }

  /** With the terms that are written out. @param {Derivation} doc @param {string} key */
  prepared(doc, key) {
    return prepared(doc, this.most.get(key) ?? SHOWN_TERMS);
  }

  /** Every path, and what the gradient meets on its way. @param {Record<string, any>} body */
  paths(body) {
    return this.derive(this.asked(body), "derive:paths", [...UNSEEN, "head"]);
  }

  /** @param {Record<string, any>} body @returns {Record<string, any>} */
  asked(body) {
    return this.allPaths ? { ...body, paths: MOST_PATHS } : body;
  }

  /** What an opened factor is made of. @param {Record<string, any>} body @param {string} key */
  branch(body, key) {
    const address = /** @type {string} */ (key.split(SEPARATOR).at(-1));
    return this.derive({ ...body, address }, `derive${key}`, this.alone(address));
  }

  /** The two factors of a matched pair are told of δ at the output only. @param {string} address */
  headless(address) {
    const last = (this.store.get("experiment.layers.length") ?? 0) - 1;
    return address.includes("/grad_") && Number(address.split("/")[0]) >= last - 1 ? [] : ["head"];
  }

  /** The present derivation as LaTeX and as a script, which are made when somebody wants them. @returns {Promise<Derivation|null>} */
  written() {
    return this.derive(this.body, "derive:written", [...UNSEEN.filter((part) => part !== "latex" && part !== "python"), ...LATER, "head"]);
  }

  /**
   * @param {Record<string, any>} body
   * @param {string} kind
   * @param {string[]} without
   * @returns {Promise<Derivation|null>}
   */
  async derive(body, kind, without) {
    try {
      return await this.api.derive(/** @type {any} */ ({ ...body, without }), { kind });
    } catch (error) {
      if (stale(error)) return null;
      throw error;
    }
  }

  /** The first δ is opened from the start: one link further. @param {Derivation} root */
  openFirst(root) {
    const sizes = root.terms.map((term) => Math.abs(term.value ?? 0));
    const largest = root.terms[sizes.indexOf(Math.max(...sizes))];
    const delta = largest?.factors.find((factor) => factor.address?.includes("/grad_output/") && factor.address !== root.address);
    if (delta?.address) this.open.add(keyOf("", delta.address));
  }

  /** @param {string} key */
  toggle(key) {
    if (this.open.has(key)) {
      for (const other of [...this.open]) if (other === key || other.startsWith(key + SEPARATOR)) this.open.delete(other);
    } else this.open.add(key);
  }

  /** More terms of the sum with this key. @param {string} key */
  more(key) {
    this.most.set(key, (this.most.get(key) ?? SHOWN_TERMS) + MORE_TERMS);
    const found = this.store.get("derivation");
    const opened = found.opened.map((/** @type {Opened} */ entry) => (entry.key === key ? { key, doc: this.prepared(entry.doc, key) } : entry));
    this.store.set("derivation", { ...(key === "" ? this.prepared(found, key) : found), opened });
  }
}

/**
 * Of a long sum the largest terms are written out, terms of 0 only when more are asked for.
 * @param {Derivation} doc
 * @param {number} most terms that are written out
 * @returns {Derivation}
 */
export function prepared(doc, most) {
  const indices = doc.terms.map((_, i) => i);
  if (doc.terms.length <= most) return { ...doc, shown: indices, hidden: 0, rest: null };
  const size = (/** @type {number} */ i) => Math.abs(doc.terms[i].value ?? 0);
  const live = indices.filter((i) => doc.terms[i].value !== 0).length;
  const room = most === SHOWN_TERMS ? Math.max(1, Math.min(most - 1, live)) : most - 1;
  const shown = [...indices].sort((a, b) => size(b) - size(a) || a - b).slice(0, room).sort((a, b) => a - b); // prettier-ignore
  const others = indices.filter((i) => !shown.includes(i)).map((i) => doc.terms[i].value);
  const rest = others.reduce((total, value) => (total === null || value === null ? null : total + value), 0);
  return { ...doc, shown, hidden: others.length, rest };
}
