/**
 * «Gradient vs descent»: two independent choices. How the gradient is computed changes what it costs, not what it is; what is done
 * with it changes the step, not the gradient. Every parameter's derivative is checked by every method that fits, always.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../base/types.js").Store} Store
 */
import { comparisonOf } from "../telling/comparison.js";
import { h } from "../telling/parts.js";
import { SeamLog } from "./seam-log.js";
import { costPlot } from "./seam-plot.js";
import { remedy } from "./seam-remedy.js";
import { Symbolic } from "./seam-symbolic.js";
import { tellKept, worstOf } from "./seam-kept.js";
import { everyParameter, methods, verdict } from "./seam-table.js";

const WATCHED = ["trace", "experiment", "example", "selection", "playing", "catalog", "comparison", "checked"];

/** Of an optimizer that reads more than the gradient. */
const SOLVED = "This one does not read g. It takes the residuals r and the slopes of each, J, which the links’ own rules give: one sweep back for each output. The gradient stays: g = Jᵀr.";

class SeamView {
  /**
   * @param {HTMLElement} root
   * @param {Context} context
   */
  constructor(root, context) {
    this.context = context;
    this.log = new SeamLog(context.store);
    this.symbolic = new Symbolic(context);
    this.verdict = h("p", { class: "seam-verdict", role: "status" });
    this.choices = h("div", { class: "seam-choices" });
    /** Do the numbers stay? It hangs on what was found. */
    this.kept = h("p", { class: "small seam-kept" });
    this.body = h("div", { class: "lens-body seam-body" });
    this.comparison = comparisonOf(context);
    /** The comparison that stands here. @type {any} */
    this.shown = null;
    this.built = "";
    /** What the server would not do. @type {import("./seam-remedy.js").Refused|null} */
    this.refused = null;
    root.classList.add("seam");
    root.append(h("h2", { class: "lens-title" }, "Is backpropagation gradient descent?"), h("p", { class: "lens-answer" }, h("b", {}, "No:"), " backpropagation computes ", h("span", { class: "unbroken" }, "g = ∂L/∂w"), "; the optimizer decides what to do with it."),
      this.verdict, this.choices, this.body); // prettier-ignore
  }

  draw() {
    const { store } = this.context;
    if (!store.get("trace") || !store.get("catalog")) return;
    this.choose();
    tellKept(this.kept, store);
    if (store.get("playing")) return;
    this.log.note();
    this.comparison.want({ grows: true, each: true });
    const found = store.get("comparison");
    if (!found) this.clear();
    else if (found !== this.shown) this.render();
    if (found?.scaling) void this.symbolic.refresh();
  }

  /** Nothing is found yet of this network, or nothing can be. */
  clear() {
    this.shown = null;
    this.verdict.classList.remove("apart");
    this.verdict.textContent = this.context.store.get("checked.message") || "Gradients are being checked …";
    this.body.replaceChildren();
  }

  render() {
    const { store } = this.context;
    const found = (this.shown = store.get("comparison"));
    this.verdict.replaceChildren(...verdict(found, store));
    this.verdict.classList.toggle("apart", worstOf(found)?.agree === false);
    const left = h("div", { class: "lens-column" }, this.log.element, methods(found, store, this.symbolic.row), this.symbolic.element);
    const right = h("div", { class: "lens-column" }, found.scaling && costPlot(found.scaling), everyParameter(found, store));
    this.body.replaceChildren(left, right);
    this.symbolic.render();
  }

  /** The two choices, from the catalogue. */
  choose() {
    const { store } = this.context;
    const [gradient, optimizer] = [store.get("experiment.gradient.kind"), store.get("experiment.optimizer.kind")];
    const key = JSON.stringify([gradient, optimizer, store.get("catalog.gradient").length, this.refused]);
    if (key === this.built) return;
    this.built = key;
    const solves = store.get("catalog.optimizer").find((/** @type {any} */ entry) => entry.kind === optimizer)?.reads === "residuals";
    this.choices.replaceChildren(
      this.group("gradient", "How the gradient is computed", this.kept, gradient),
      h("span", { class: "seam-arrow", "aria-hidden": "true" }, solves ? "r, J" : "g = ∂L/∂w"),
      this.group("optimizer", "What is done with it", h("p", { class: "small" }, solves ? SOLVED : "The gradient stays; the step changes.", " This very update is taken again: the same weights, the same examples, the same η. A memory (a velocity, means of gradients) begins empty here."), optimizer),
    );
  }

  /**
   * @param {"gradient"|"optimizer"} name
   * @param {string} title
   * @param {HTMLElement} about
   * @param {string} chosen
   */
  group(name, title, about, chosen) {
    const { store } = this.context;
    const kinds = store.get(`catalog.${name}`).map((/** @type {any} */ entry) => h("label", { class: "seam-kind", title: entry.help },
      h("input", { type: "radio", name: `seam-${name}`, value: entry.kind, checked: entry.kind === chosen, onchange: () => this.take(name, entry.kind) }), entry.title)); // prettier-ignore
    if (name === "gradient") kinds.push(this.formulas());
    const refused = this.refused?.name === name && remedy(this.context, this.refused, (wanted) => this.load(name, wanted));
    return h("fieldset", { class: "seam-group" }, h("legend", {}, title), h("span", { class: "seam-kinds" }, kinds), refused, about);
  }

  /** The fifth way: looked at, of one weight at a time, while training goes on with the one that was chosen before. */
  formulas() {
    const onchange = () => {
      this.symbolic.element.scrollIntoView({ block: "start" });
      this.symbolic.element.focus({ preventScroll: true });
    };
    return h("label", { class: "seam-kind", title: "The derivative as a formula, of one weight at a time" }, h("input", { type: "radio", name: "seam-gradient", value: "symbolic", onchange }), "Symbolic (to look at)");
  }

  /**
   * @param {"gradient"|"optimizer"} name
   * @param {string} kind
   */
  take(name, kind) {
    const { store } = this.context;
    const experiment = store.get("experiment");
    const fields = store.get(`catalog.${name}`).find((/** @type {any} */ entry) => entry.kind === kind).fields;
    const old = experiment[name];
    // A learning rate that was chosen goes along, so that what changes is the rule alone; everything else is the rule's own.
    const stays = (/** @type {string} */ field) => field in old && (name === "gradient" || field === "learning_rate");
    const kept = Object.fromEntries(fields.filter((/** @type {any} */ f) => stays(f.name)).map((/** @type {any} */ f) => [f.name, old[f.name]]));
    return this.load(name, { ...experiment, [name]: { kind, ...kept } });
  }

  /**
   * The told step anew under this experiment; where the server will not, its words stand beside the choice.
   * @param {"gradient"|"optimizer"} name
   * @param {import("../base/types.js").Experiment} wanted
   */
  async load(name, wanted) {
    const { store, player, frames } = this.context;
    const fine = await player.load(wanted, { again: true });
    const problem = store.get("error");
    this.refused = fine || !problem ? null : { name, wanted, problem };
    // Said beside the choice, it is not said beside the experiment's own as well.
    if (this.refused && problem.field) store.set("error", null);
    this.built = "";
    frames.invalidate("seam");
  }
}

/**
 * @param {HTMLElement} root
 * @param {Context} context
 */
export function mount(root, context) {
  const view = new SeamView(root, context);
  context.frames.register("seam", () => view.draw(), root);
  context.frames.invalidate("seam");
  context.store.subscribe(WATCHED, () => context.frames.invalidate("seam"));
}
