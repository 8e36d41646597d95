/**
 * «Error or gradient?»: δ at the output for every pair of output activation and loss, at the shown example's z and y. Where the two
 * factors cancel, δ looks like the plain error ŷ − y; elsewhere it does not. Below: the hidden δ in its two usual wordings.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{activation: string, loss: string, fits: boolean, why?: string, cancels?: boolean, factor?: number|null, slope?: number[]|null}} Pair
 * @typedef {{activations: {kind: string, title: string, slope: string}[], losses: {kind: string, title: string, gradient: string}[], pairs: Pair[]}} Pairs
 */
import { ApiError, stale } from "../base/api.js";
import { focus } from "../story/focus.js";
import { Wordings } from "./head-wordings.js";
import { formula, h, number } from "./parts.js";
import { row } from "../base/view.js";

const WATCHED = ["trace", "example", "experiment", "selection", "story"];

class HeadView {
  /**
   * @param {HTMLElement} root
   * @param {Context} context
   */
  constructor(root, context) {
    this.context = context;
    this.intro = h("p", { class: "lens-intro" });
    this.table = h("div", { class: "scroller head-scroller", tabindex: 0, role: "region", "aria-label": "δ for every pair of activation and loss" });
    this.half = h("p", { class: "small" }, "Where the ½ goes: the slope of the squared error (ŷ − y)² is 2 (ŷ − y). The half squared error puts a ½ in front, which cancels that 2, so that δ is ŷ − y itself. The direction stays; for plain gradient descent it is as if the learning rate were half as large.");
    this.wordings = new Wordings(context.store);
    this.key = "";
    this.busy = false;
    root.classList.add("head");
    root.append(h("h2", { class: "lens-title" }, "Is δ at the output an error, or a gradient?"), this.intro, this.table, this.half, this.wordings.element);
  }

  draw() {
    const { store } = this.context;
    if (!store.get("trace")) return;
    this.wordings.draw();
    const asked = question(store);
    const key = JSON.stringify([asked, focus(store).units.at(-1)]);
    if (this.busy || key === this.key) return;
    this.key = key;
    this.fetch(asked);
  }

  /** @param {Record<string, any>} asked */
  async fetch(asked) {
    const { store, api, frames } = this.context;
    this.busy = true;
    try {
      const answer = /** @type {Pairs} */ (await api.call("/api/pairs", asked));
      store.set("pairs", answer);
      this.render(answer);
    } catch (error) {
      if (!(error instanceof ApiError) && !stale(error)) throw error;
      if (error instanceof ApiError) this.table.replaceChildren(h("p", { class: "lens-problem" }, error.message));
    } finally {
      this.busy = false;
      frames.invalidate("head");
    }
  }

  /** @param {Pairs} answer */
  render(answer) {
    const { store } = this.context;
    const unit = Number(focus(store).units.at(-1) ?? 0) || 0;
    const index = store.get("trace.batch.indices")[row(store) ?? 0];
    this.intro.replaceChildren("By the chain rule δ = ∂ℓ/∂ŷ · φ′(z): the slope of the loss times the slope of the output activation. Here both factors for example ",
      h("b", {}, String(index)), ", output ", h("b", {}, String(unit + 1)), ", at this network’s own z. ",
      h("span", { class: "key-match" }, "Lit pairs"), " cancel to ŷ − y: a gradient that looks like an error."); // prettier-ignore
    const head = h("thead", {}, h("tr", {}, h("td"), answer.losses.map((loss) => h("th", { scope: "col" }, h("span", {}, loss.title), h("span", { class: "pair-rule" }, "∂ℓ/∂ŷ = ", formula(loss.gradient))))));
    const rows = answer.activations.map((activation, a) => h("tr", {}, h("th", { scope: "row" }, h("span", {}, activation.title), h("span", { class: "pair-rule" }, "φ′ = ", formula(activation.slope))),
      answer.losses.map((_, l) => this.cell(answer.pairs[a * answer.losses.length + l], a * answer.losses.length + l, unit)))); // prettier-ignore
    this.table.replaceChildren(h("table", { class: "pairs" }, head, h("tbody", {}, rows)));
  }

  /**
   * @param {Pair} pair
   * @param {number} i
   * @param {number} unit
   */
  cell(pair, i, unit) {
    if (!pair.fits) return h("td", { class: "pair pair-out" }, pair.why ?? "");
    const { store } = this.context;
    const layers = store.get("experiment.layers");
    const here = layers.at(-1).kind === pair.activation && store.get("experiment.loss.kind") === pair.loss;
    const at = `pairs.pairs.${i}`;
    const scale = pair.factor && pair.factor !== 1 ? `${pair.factor}` : "";
    const left = pair.cancels ? ["= ", scale, scale ? "(" : "", number(`${at}.predicted.${unit}`), " − ", number(`${at}.target.${unit}`), scale ? ")" : ""] : ["ŷ − y = ", number(`${at}.residual.${unit}`)];
    const factors = pair.slope ? [number(`${at}.loss_slope.${unit}`), " · ", number(`${at}.slope.${unit}`)] : ["Jᵀ · ∂ℓ/∂ŷ"];
    const use = here ? h("span", { class: "pair-here" }, "this network") : h("button", { type: "button", class: "pair-use quiet", onclick: () => this.use(pair) }, "Use");
    return h("td", { class: `pair${pair.cancels ? " pair-match" : ""}${here ? " pair-now" : ""}` },
      h("span", { class: "pair-delta" }, "δ = ", number(`${at}.delta.${unit}`)),
      h("span", { class: "pair-factors" }, factors),
      h("span", { class: "pair-left" }, left), use); // prettier-ignore
  }

  /** Train with this pair: the last activation and the loss are exchanged. @param {Pair} pair */
  use(pair) {
    const { store, player } = this.context;
    const experiment = store.get("experiment");
    const layers = [...experiment.layers];
    const entry = (store.get("catalog.layers") ?? []).find((/** @type {any} */ e) => e.kind === layers.at(-1).kind);
    if (entry?.activation) layers.pop();
    layers.push({ kind: pair.activation });
    player.load({ ...experiment, layers, loss: { kind: pair.loss } });
  }
}

/**
 * The output's pre-activations and the targets of the shown example (in mean mode, of the batch's first).
 * @param {Store} store
 */
function question(store) {
  const r = row(store) ?? 0;
  const last = store.get("trace.layers").at(-1);
  const kind = store.get("experiment.layers").at(-1).kind;
  const entry = (store.get("catalog.layers") ?? []).find((/** @type {any} */ e) => e.kind === kind);
  const y = store.get(`trace.batch.y.${r}`);
  const loss = store.get("experiment.loss");
  // A loss of signs has its targets as −1 and 1; the others know them as 0 and 1.
  const plain = loss.kind === "hinge" ? y.map((/** @type {number} */ v) => (v + 1) / 2) : y;
  return { z: (entry?.activation ? last.input : last.output)[r], y: plain, loss };
}

/**
 * @param {HTMLElement} root
 * @param {Context} context
 */
export function mount(root, context) {
  const view = new HeadView(root, context);
  context.frames.register("head", () => view.draw(), root);
  context.frames.invalidate("head");
  return context.store.subscribe(WATCHED, () => context.frames.invalidate("head"));
}
