/**
 * What was tried at this very step: for one weight, the gradient by the chosen method and the change by the chosen optimizer. Changing
 * the first column leaves the third as it is; changing the second changes only the fourth.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{gradient: string, optimizer: string, g: number, change: number}} Tried
 */
import { section } from "./derivation-sections.js";
import { h, number } from "./parts.js";
import { titleOf } from "./seam-table.js";
import { parseAddress } from "../base/view.js";

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
    /** @type {Tried[]} */
    this.tried = [];
  }

  /** @param {string} address */
  note(address) {
    const { store } = this;
    const at = parseAddress(address);
    if (!at || !/^[A-Za-z]+$/.test(at.what)) return;
    const tail = `${at.link}.${at.what}.${at.index.join(".")}`;
    const [before, change] = [store.get(`trace.before.${tail}`), store.get(`trace.updates.${tail}`)];
    const g = store.get(`trace.layers.${at.link}.grads.${at.what}.${at.index.join(".")}`);
    if (typeof before !== "number") return;
    const key = JSON.stringify([address, store.get("trace.step"), before, store.get("experiment.layers"), store.get("experiment.loss")]);
    if (key !== this.key) this.tried = [];
    this.key = key;
    const [gradient, optimizer] = [store.get("experiment.gradient.kind"), store.get("experiment.optimizer.kind")];
    const same = this.tried.find((each) => each.gradient === gradient && each.optimizer === optimizer && each.g === g && each.change === change);
    if (same && this.tried.length > 0 && this.table.childElementCount === this.tried.length) return;
    if (!same) this.tried = [...this.tried.filter((each) => each.gradient !== gradient || each.optimizer !== optimizer), { gradient, optimizer, g, change }];
    store.set("seam", { tried: this.tried });
    this.render(address);
  }

  /** @param {string} kind */
  optimizer(kind) {
    return (this.store.get("catalog.optimizer") ?? []).find((/** @type {any} */ entry) => entry.kind === kind)?.title ?? kind;
  }

  /** @param {string} address */
  render(address) {
    this.about.textContent = `For the weight ${address}, before the same update. Try another method on the left, or another optimizer on the right.`;
    this.table.replaceChildren(...this.tried.map((each, i) => h("tr", { class: i === this.tried.length - 1 ? "here" : "" },
      h("td", {}, titleOf(each.gradient)), h("td", {}, this.optimizer(each.optimizer)),
      h("td", { class: "num-cell" }, number(`seam.tried.${i}.g`)), h("td", { class: "num-cell" }, number(`seam.tried.${i}.change`))))); // prettier-ignore
  }
}
