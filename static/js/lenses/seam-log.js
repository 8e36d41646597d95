/**
 * What was tried at this very step: for one weight, the gradient by the chosen method and the change by the chosen optimizer. Changing
 * the first column leaves the third as it is; changing the second changes only the fourth. The step is the same one for all: taken from
 * the same weights, on the same examples.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{gradient: string, optimizer: string, trace: any}} Tried
 */
import { section } from "./derivation-sections.js";
import { formula, h, number } from "../telling/parts.js";
import { titleOf } from "./seam-table.js";
import { symbol } from "../base/symbol.js";
import { read } from "../base/store.js";
import { parseAddress } from "../base/view.js";
import { focus } from "../telling/focus.js";

export class SeamLog {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.table = h("tbody");
    this.about = h("p", { class: "small" });
    const heads = ["gradient by", "optimizer", "g", "Δw"].map((title) => h("th", { scope: "col" }, title));
    this.element = section("What you tried, at this step", this.about,
      h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "What you tried" }, h("table", { class: "costs" }, h("thead", {}, h("tr", {}, heads)), this.table))); // prettier-ignore
    this.key = "";
    /** The weight that is told of where none is selected: the one that changed most at first. */
    this.address = "";
    /** @type {any} */
    this.seen = null;
    this.shown = "";
    /** @type {Tried[]} */
    this.tried = [];
  }

  /** The present step, kept beside those that were tried before it. */
  note() {
    const { store } = this;
    const trace = store.get("trace");
    if (trace !== this.seen) this.add(trace);
    // What changes most is another weight under another optimizer: without a selection the first one stays.
    const address = store.get("selection") ? chosen(store) : this.address;
    const shown = JSON.stringify([address, this.tried.length, store.get("experiment.gradient.kind"), store.get("experiment.optimizer"), this.key.length]);
    if (address && (trace !== this.seen || shown !== this.shown)) this.render(address);
    Object.assign(this, { seen: trace, shown });
  }

  /** @param {any} trace */
  add(trace) {
    const { store } = this;
    const { data, layers, loss, penalty } = store.get("experiment");
    const key = JSON.stringify([trace.step, trace.batch.indices, data, layers, loss, penalty, trace.before]);
    if (key !== this.key) Object.assign(this, { key, tried: [], address: chosen(store) });
    const [gradient, optimizer] = [store.get("experiment.gradient.kind"), store.get("experiment.optimizer.kind")];
    this.tried = [...this.tried.filter((each) => each.gradient !== gradient || each.optimizer !== optimizer), { gradient, optimizer, trace }];
  }

  /** @param {string} kind */
  optimizer(kind) {
    return (this.store.get("catalog.optimizer") ?? []).find((/** @type {any} */ entry) => entry.kind === kind)?.title ?? kind;
  }

  /** @param {string} address */
  render(address) {
    const at = /** @type {{link: number, what: string, index: number[]}} */ (parseAddress(address));
    const tail = `${at.what}.${at.index.join(".")}`;
    const tried = this.tried.map(({ gradient, optimizer, trace }) => ({ gradient, optimizer, g: read(trace, `layers.${at.link}.grads.${tail}`), change: read(trace, `updates.${at.link}.${tail}`) }));
    this.store.set("seam", { tried });
    this.about.replaceChildren("For the weight ", formula(symbol(this.store, address)), ": the same update, taken anew by each of your choices from the same weights and the same examples. ", alike(tried.map(({ g }) => g), this.tried[0]?.trace), " and what each optimizer makes of it."); // prettier-ignore
    this.table.replaceChildren(...tried.map((each, i) => h("tr", { class: i === tried.length - 1 ? "here" : "" },
      h("td", {}, titleOf(each.gradient)), h("td", {}, this.optimizer(each.optimizer)),
      h("td", { class: "num-cell" }, number(`seam.tried.${i}.g`)), h("td", { class: "num-cell" }, number(`seam.tried.${i}.change`))))); // prettier-ignore
  }
}

/** From so large a difference on, in the largest gradient of the step, g is another number. */
const APART = 1e-4;

/**
 * Is it one g that the choices came to?
 * @param {number[]} found
 * @param {any} trace
 */
function alike(found, trace) {
  const largest = Math.max(0, ...(trace?.layers ?? []).flatMap((/** @type {any} */ link) => Object.values(link.grads).flat(Infinity).map(Math.abs)));
  const gap = Math.max(...found) - Math.min(...found);
  if (gap === 0) return "One and the same g,";
  return gap <= APART * largest ? "One g, to within the methods’ accuracy," : "The methods’ g differ: here they are,";
}

/**
 * The weight that is told of: the selected one or the nearest, or the one that changes most.
 * @param {Store} store
 * @returns {string} "" of a network without weights
 */
export function chosen(store) {
  const { layer, name, index } = focus(store).chosen;
  return index === "" ? "" : `${layer}/${name}/${index.replaceAll(".", ",")}`;
}
