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
import { stale } from "../base/api.js";
import { focus } from "../story/focus.js";
import { row } from "../base/view.js";

const SHOWN_TERMS = 8;
const SEPARATOR = ">";

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
 * The state that the told step set out from.
 * @param {Store} store
 */
export function stateBefore(store) {
  const trace = store.get("trace");
  if (store.get("cursor") < store.get("substeps").length && store.get("state.step") === trace.step) return store.get("state");
  return { step: trace.step, params: trace.before, slots: trace.memory };
}

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
    this.address = "";
  }

  /**
   * Fetch it all anew. False where a newer wish took its place. Another number's own sum is told at once, and its branches when they come.
   * @param {() => void} told
   * @returns {Promise<boolean>}
   */
  async refresh(told) {
    const address = wanted(this.store);
    if (!address || !this.store.get("trace")) return false;
    if (address !== this.address) this.open.clear();
    const body = { experiment: this.store.get("experiment"), state: stateBefore(this.store), example: row(this.store) ?? 0 };
    const root = await this.derive(body, address, "derive");
    if (!root) return false;
    if (address !== this.address) {
      this.openFirst(root);
      this.address = address;
      this.store.set("derivation", { ...root, opened: [] });
      told();
    }
    const keys = [...this.open];
    const docs = await Promise.all(keys.map((key) => this.derive(body, /** @type {string} */ (key.split(SEPARATOR).at(-1)), `derive${key}`)));
    if (docs.some((doc) => doc === null)) return false;
    const opened = keys.map((key, i) => ({ key, doc: docs[i] }));
    this.store.set("derivation", { ...root, opened });
    return true;
  }

  /**
   * @param {Record<string, any>} body
   * @param {string} address
   * @param {string} kind
   * @returns {Promise<Derivation|null>}
   */
  async derive(body, address, kind) {
    try {
      return prepared(await this.api.derive(/** @type {any} */ ({ ...body, address }), { kind }));
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
}

/**
 * Of a long sum the largest terms are written out, and the others added up.
 * @param {Derivation} doc
 * @returns {Derivation}
 */
export function prepared(doc) {
  const indices = doc.terms.map((_, i) => i);
  if (doc.terms.length <= SHOWN_TERMS) return { ...doc, shown: indices, hidden: 0, rest: null };
  const size = (/** @type {number} */ i) => Math.abs(doc.terms[i].value ?? 0);
  const shown = [...indices].sort((a, b) => size(b) - size(a) || a - b).slice(0, SHOWN_TERMS - 1).sort((a, b) => a - b); // prettier-ignore
  const others = indices.filter((i) => !shown.includes(i)).map((i) => doc.terms[i].value);
  const rest = others.reduce((total, value) => (total === null || value === null ? null : total + value), 0);
  return { ...doc, shown, hidden: others.length, rest };
}
