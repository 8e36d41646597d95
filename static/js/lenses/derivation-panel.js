/**
 * «Why this weight?»: where one number of the step comes from, for the shown example and for the batch, down to the loss.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 */
import { AddressPicker } from "./address-picker.js";
import { ApiError } from "../base/api.js";
import { DerivationModel, wanted } from "./derivation-model.js";
import { batch, notes, paths, section, summary } from "./derivation-sections.js";
import { sum } from "./derivation-terms.js";
import { UpdateLines } from "./derivation-update.js";
import { copy, formula, h, number } from "./parts.js";
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
    this.title = h("h2", { class: "lens-title" });
    this.live = h("p", { class: "visually-hidden", role: "status" });
    this.body = h("div", { class: "lens-body derivation-body" });
    /** @type {unknown[]} */
    this.shown = [];
    this.busy = false;
    root.classList.add("derivation");
    root.append(h("header", { class: "lens-head" }, this.title, this.picker.element, this.copies()), this.body, this.live);
  }

  copies() {
    const doc = () => this.context.store.get("derivation");
    const press = (/** @type {(doc: Derivation) => string} */ text) => (/** @type {MouseEvent} */ event) => doc() && copy(text(doc()), /** @type {HTMLElement} */ (event.currentTarget));
    return h("span", { class: "lens-actions" },
      h("button", { type: "button", onclick: press(asLatex) }, "Copy as LaTeX"),
      h("button", { type: "button", onclick: press((d) => d.python) }, "Copy as Python")); // prettier-ignore
  }

  /** Called once a frame at most while the panel is in sight; asks the server only when what it shows is out of date. */
  draw() {
    const { store } = this.context;
    if (!store.get("trace") || !store.get("info")) return;
    const key = [wanted(store), store.get("trace.before"), store.get("experiment"), row(store) ?? 0];
    if (this.busy || key.every((part, i) => part === this.shown[i])) return;
    this.fetch(key);
  }

  /** @param {unknown[]} key */
  async fetch(key) {
    const { store, frames } = this.context;
    this.busy = true;
    this.shown = key;
    this.picker.show(wanted(store));
    try {
      if (await this.model.refresh(() => this.render())) this.render();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.title.replaceChildren("No derivation");
      this.body.replaceChildren(h("p", { class: "lens-problem" }, `${error.message}${error.hint ? ` (${error.hint})` : ""}`));
    } finally {
      this.busy = false;
      frames.invalidate("derivation");
    }
  }

  render() {
    const { store, player } = this.context;
    const doc = /** @type {Derivation} */ (store.get("derivation"));
    const focused = /** @type {HTMLElement|null} */ (document.activeElement)?.dataset?.key;
    const highlight = (/** @type {any[]} */ found) => store.set("highlight", { paths: found });
    const hands = { highlight, choose: (/** @type {number} */ r) => player.choose(r) };
    this.title.replaceChildren(...headline(doc));
    const example = section(`Example ${doc.index}: the chain rule, link by link`, h("p", { class: "small" }, "Each coloured factor opens: one link further towards the loss."), h("div", { class: "tree" }, this.tree(doc)));
    const left = h("div", { class: "lens-column" }, example, paths(doc, hands), notes(doc));
    const right = h("div", { class: "lens-column" }, batch(doc, hands), doc.quantity === "gradient" ? this.update.card(doc) : null, code(doc));
    this.body.replaceChildren(left, right);
    if (focused) /** @type {HTMLElement|null} */ (this.body.querySelector(`[data-key="${CSS.escape(focused)}"]`))?.focus();
    this.live.textContent = store.get("playing") ? "" : `${summary(doc)} ${whose(store).text}`;
    if (store.get("selection")) highlight(doc.paths?.listed ?? []);
    else store.set("highlight", null);
  }

  /** @param {Derivation} doc */
  tree(doc) {
    const onToggle = (/** @type {string} */ key) => {
      this.model.toggle(key);
      this.fetch(this.shown);
    };
    return sum({ doc, path: "derivation", key: "", opened: doc.opened, onToggle, onSelect: (address) => this.context.store.set("selection", address) });
  }
}

/** @param {Derivation} doc @returns {(Node|string)[]} */
function headline(doc) {
  if (doc.quantity !== "gradient") return [formula(doc.math[doc.symbol]), " = ", number("derivation.value")];
  const about = h("span", { class: "lens-sub" }, formula(doc.math[doc.parameter.symbol]), " = ", number("derivation.parameter.value"), ` · ${doc.address}`);
  return ["Why is ", formula(doc.math[doc.symbol]), " = ", number("derivation.gradient"), " ? ", about];
}

/** @param {Derivation} doc */
function asLatex(doc) {
  return [`% ${doc.address}, step ${doc.step}, example ${doc.index}`, ...Object.values(doc.latex).map((line) => `\\[ ${line} \\]`)].join("\n");
}

/** @param {Derivation} doc */
function code(doc) {
  return h("details", { class: "lens-card" }, h("summary", {}, "The same number in NumPy"), h("pre", { tabindex: 0 }, doc.python));
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
    store.subscribe(WATCHED, () => frames.invalidate("derivation")),
    // What was chosen on the network is derived even while this panel is below the screen: it stands there when one scrolls down.
    store.subscribe("selection", (selection) => {
      if (selection && !store.get("playing")) view.draw();
    }),
  ];
  return () => {
    offs.forEach((off) => off());
    store.set("highlight", null);
  };
}
