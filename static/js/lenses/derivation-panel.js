/**
 * «Why this weight?»: where one number of the step comes from, for the shown example and for the batch, down to the loss.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 */
import { AddressPicker } from "./address-picker.js";
import { ApiError } from "../base/api.js";
import { Copies } from "./derivation-copies.js";
import { DerivationModel, wanted } from "./derivation-model.js";
import { batch, notes, paths, section, summary } from "./derivation-sections.js";
import { sum } from "./derivation-terms.js";
import { UpdateLines } from "./derivation-update.js";
import { formula, h, number } from "./parts.js";
import { row, whose } from "../base/view.js";

const WATCHED = ["trace", "selection", "example", "experiment", "info"];

class DerivationView {
  /**
   * @param {HTMLElement} root
   * @param {Context} context
   */
  constructor(root, context) {
    this.context = context;
    this.model = new DerivationModel(context.store, context.api);
    this.picker = new AddressPicker(context.store);
    this.update = new UpdateLines(context);
    this.copies = new Copies(this.model);
    this.title = h("h2", { class: "lens-title", tabindex: -1 }, "Why this weight?");
    this.live = h("p", { class: "visually-hidden", role: "status" });
    this.sum = h("div", { class: "derivation-part" });
    this.rest = h("div", { class: "derivation-part" });
    this.side = h("div", { class: "lens-column" });
    this.body = h("div", { class: "lens-body derivation-body" }, h("div", { class: "lens-column" }, this.sum, this.rest), this.side);
    this.place = h("div", {}, invitation());
    /** @type {unknown[]} */
    this.shown = [];
    this.asking = "";
    /** What the derivation stands beside: of which step, number and example. @type {unknown[]} */
    this.beside = [];
    root.classList.add("derivation");
    root.append(h("header", { class: "lens-head" }, this.title, this.picker.element, this.copies.element), this.place, this.live);
  }

  /** Called once a frame at most while the panel is in sight; asks the server only when what it shows is out of date. */
  draw() {
    const { store } = this.context;
    if (!store.get("trace") || !store.get("info")) return;
    const key = [wanted(store), store.get("trace.before"), store.get("experiment"), row(store) ?? 0];
    // While a run plays, one answer is waited for before the next is asked for; another number is wanted at once.
    if (this.asking === key[0] || key.every((part, i) => part === this.shown[i])) return;
    this.fetch(key);
  }

  /** @param {unknown[]} key */
  async fetch(key) {
    const { store, frames } = this.context;
    const address = wanted(store);
    this.asking = address;
    this.shown = key;
    this.picker.show(address);
    try {
      if (await this.model.refresh(() => this.begin())) this.finish();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.copies.show(null);
      this.title.replaceChildren("No derivation");
      this.place.replaceChildren(h("p", { class: "lens-problem" }, `${error.message}${error.hint ? ` (${error.hint})` : ""}`));
    } finally {
      if (this.asking === address) this.asking = "";
      frames.invalidate("derivation");
    }
  }

  /** @returns {Derivation} */
  get doc() {
    return this.context.store.get("derivation");
  }

  /** Another number: its own sum, at once. */
  begin() {
    this.title.replaceChildren(...headline(this.doc));
    this.sum.replaceChildren(this.example(this.doc));
    this.rest.replaceChildren();
    this.aside();
    this.place.replaceChildren(this.body);
  }

  /** All of it. */
  finish() {
    const { doc } = this;
    const focused = /** @type {HTMLElement|null} */ (document.activeElement)?.dataset?.key;
    this.title.replaceChildren(...headline(doc));
    this.tell();
    this.rest.replaceChildren(...[paths(doc, this.hands()), notes(doc)].filter((part) => part !== null));
    if (this.about().some((part, i) => part !== this.beside[i])) this.aside();
    this.place.replaceChildren(this.body);
    this.refocus(focused);
    this.live.textContent = this.context.store.get("playing") ? "" : `${summary(doc)} ${whose(this.context.store).text}`;
    if (this.context.store.get("selection")) this.highlight(doc.paths?.listed ?? []);
    else this.context.store.set("highlight", null);
  }

  /** The sum and its branches. */
  tell() {
    this.sum.replaceChildren(this.example(this.doc));
  }

  /** What stands beside it: the batch, the update, the script. */
  aside() {
    const { doc } = this;
    this.beside = this.about();
    const parts = [batch(doc, this.hands()), doc.quantity === "gradient" ? this.update.card(doc) : null, this.copies.show(doc)];
    this.side.replaceChildren(...parts.filter((part) => part !== null));
  }

  /** The update is told in the story's words, which may come after the derivation. */
  retold() {
    if (this.beside.length > 0 && this.doc) this.aside();
  }

  /** What the answer in hand was asked for, which need not be what the store has come to by now. */
  about() {
    const { experiment, state } = this.model.body;
    return [experiment, state.params, this.doc.step, this.doc.address, this.doc.example];
  }

  /** @param {string|undefined} key */
  refocus(key) {
    if (key) /** @type {HTMLElement|null} */ (this.body.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus();
  }

  /** @param {any[]} found */
  highlight(found) {
    this.context.store.set("highlight", { paths: found });
  }

  hands() {
    const { player } = this.context;
    const more = () => {
      this.model.allPaths = true;
      this.fetch(this.shown);
    };
    return { highlight: (/** @type {any[]} */ found) => this.highlight(found), choose: (/** @type {number} */ r) => player.choose(r), more };
  }

  /** @param {Derivation} doc */
  example(doc) {
    const onToggle = (/** @type {string} */ key) => {
      this.model.toggle(key);
      this.fetch(this.shown);
    };
    const onMore = (/** @type {string} */ key) => {
      this.model.more(key);
      this.tell();
      this.refocus(`more${key}`);
    };
    const onSelect = (/** @type {string} */ address) => this.context.store.set("selection", address);
    const tree = sum({ doc, path: "derivation", key: "", opened: doc.opened, onToggle, onSelect, onMore });
    return section(`Example ${doc.index}: the chain rule, link by link`, other(doc, onSelect),
      h("p", { class: "small" }, doc.quantity === "value" ? "Each framed number opens: what it was computed from." : "Each coloured factor opens: one link further towards the loss."), h("div", { class: "tree" }, tree)); // prettier-ignore
  }
}

/** What stands there before anything is derived. */
function invitation() {
  return h("p", { class: "lens-invitation" }, h("b", {}, "Click any number of the network"), " – a weight, a bias, a neuron, an element of a kernel – or choose one above. ",
    "Its gradient is then taken apart: which products it is the sum of, every path along which it reaches the loss, what each example of the batch adds, and what the optimizer makes of it."); // prettier-ignore
}

/**
 * From a neuron to its δ, and back.
 * @param {Derivation} doc
 * @param {(address: string) => void} onSelect
 */
function other(doc, onSelect) {
  const there = doc.quantity === "value" ? doc.grad : doc.quantity === "grad" ? doc.output : null;
  if (!there?.address || there.address === doc.address) return null;
  const title = doc.quantity === "value" ? "And what does the loss say of it? " : "And the number itself? ";
  return h("p", { class: "small" }, title, h("button", { type: "button", class: "other", "data-key": "other", onclick: () => onSelect(there.address) }, "Derive ", formula(doc.math[there.symbol])));
}

/** @param {Derivation} doc @returns {(Node|string)[]} */
function headline(doc) {
  if (doc.quantity !== "gradient") return [formula(doc.math[doc.symbol]), " = ", number("derivation.value"), h("span", { class: "lens-sub" }, doc.address)];
  const about = h("span", { class: "lens-sub" }, formula(doc.math[doc.parameter.symbol]), " = ", number("derivation.parameter.value"), ` · ${doc.address}`);
  return ["Why is ", formula(doc.math[doc.symbol]), " = ", number("derivation.gradient"), " ? ", about];
}

/**
 * @param {HTMLElement} root
 * @param {Context} context
 */
export function mount(root, context) {
  const view = new DerivationView(root, context);
  const { store, frames } = context;
  frames.register("derivation", () => view.draw(), root);
  frames.invalidate("derivation");
  const offs = [
    // What was chosen is derived even while this panel is below the screen: its paths are drawn on the network above.
    store.subscribe([...WATCHED, "playing"], () => (store.get("selection") && !store.get("playing") ? view.draw() : frames.invalidate("derivation"))),
    store.subscribe("story", () => view.retold()),
  ];
  if (store.get("selection")) view.draw();
  return () => {
    offs.forEach((off) => off());
    store.set("highlight", null);
  };
}
