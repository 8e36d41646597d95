/**
 * «Error or gradient?»: δ at the output for every pair of output activation and loss, at the shown example's z and y. Where the two
 * factors cancel, δ looks like the plain error ŷ − y; elsewhere it does not. Below: the hidden δ in its two usual wordings.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{activation: string, loss: string, fits: boolean, why?: string, cancels?: boolean, factor?: number|null, slope?: number[]|null, jacobian?: number[][]|null, loss_slope?: number[], residual?: number[], target?: number[]}} Pair
 * @typedef {{activations: {kind: string, title: string, slope: string, further: boolean}[], losses: {kind: string, title: string, gradient: string}[], pairs: Pair[]}} Pairs
 */
import { ApiError, stale } from "../base/api.js";
import { classes, ofClass } from "../base/classes.js";
import { focus } from "../telling/focus.js";
import { Wordings } from "./head-wordings.js";
import { formula, h, number, operand } from "../telling/parts.js";
import { row } from "../base/view.js";

/** Terms of a sum over the outputs that are written out. */
const MOST_TERMS = 3;
/** Activations that hand z on as it is while it is above 0, and otherwise not. */
const HALF_IDENTITIES = ["relu", "leaky_relu", "elu"];
/** What stands in a loss's formula under another name than its field's. @type {Record<string, string>} */
const NOTES = { huber: "d: the threshold, delta", hinge: "y is −1 or 1" };

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
    this.half = h("p", { class: "small" }, "Where the ½ goes: the slope of the squared error (ŷ\u00a0−\u00a0y)² is 2\u00a0(ŷ\u00a0−\u00a0y). The half squared error puts a ½ in front, which cancels that 2, so that δ is ŷ\u00a0−\u00a0y itself. The direction stays; for plain gradient descent it is as if the learning rate were half as large.");
    this.wordings = new Wordings(context.store);
    this.key = "";
    this.busy = false;
    /** Are the further activations in sight? */
    this.more = false;
    root.classList.add("head");
    root.append(h("h2", { class: "lens-title" }, "Is δ at the output an error, or a gradient?"),
      h("p", { class: "lens-answer" }, h("b", {}, "δ is always a gradient."), " With ", h("span", { class: "key-match" }, "these pairs"), " its value happens to equal ŷ\u00a0−\u00a0y, or 2\u00a0(ŷ\u00a0−\u00a0y) where no ½ stands before the square."), this.intro, this.table, this.half, this.wordings.element); // prettier-ignore
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
      h("b", {}, String(index)), ", output ", h("b", {}, String(unit + 1)), ofClass(store, store.get("experiment.layers.length"), unit), ", at this network’s own z. Where they cancel, a gradient looks like an error."); // prettier-ignore
    const rule = (/** @type {string} */ name, /** @type {string} */ mathml) => h("span", { class: "pair-rule" }, name, formula(mathml));
    const head = h("thead", {}, h("tr", {}, h("td"), answer.losses.map((loss) => h("th", { scope: "col" }, h("span", {}, loss.title), rule("∂ℓ/∂ŷ = ", loss.gradient), NOTES[loss.kind] && h("span", { class: "pair-rule" }, NOTES[loss.kind])))));
    const count = answer.losses.length;
    const line = (/** @type {Pairs["activations"][number]} */ activation, /** @type {number} */ a) => {
      const own = answer.pairs.slice(a * count, (a + 1) * count);
      const title = h("th", { scope: "row" }, h("span", {}, activation.title), activation.kind === "softmax" ? null : rule("φ′ = ", activation.slope));
      return h("tr", {}, title, own.some((pair) => pair.fits) ? own.map((pair, l) => this.cell(pair, a * count + l, unit, answer.losses[l].title)) : none(activation.kind, own));
    };
    const lines = answer.activations.map(line);
    const further = answer.activations.map((activation, a) => (activation.further ? lines[a] : null)).filter((each) => each !== null);
    const [first, rest] = [h("tbody", {}, lines.filter((each) => !further.includes(each))), h("tbody", { class: "pairs-further" }, further)];
    rest.hidden = !this.more && !further.some((each) => each.querySelector(".pair-now") !== null);
    const names = answer.activations.filter((activation) => activation.further).map((activation) => activation.title).join(", ");
    const toggle = (/** @type {Event} */ event) => {
      this.more = Boolean(rest.hidden);
      rest.hidden = !this.more;
      /** @type {HTMLElement} */ (event.currentTarget).setAttribute("aria-expanded", String(this.more));
    };
    const button = h("button", { type: "button", class: "quiet", "aria-expanded": !rest.hidden, onclick: toggle }, `More activations: ${names}`);
    this.table.replaceChildren(h("table", { class: "pairs" }, head, first, rest), button);
  }

  /**
   * @param {Pair} pair
   * @param {number} i
   * @param {number} unit
   * @param {string} loss  what it is called
   */
  cell(pair, i, unit, loss) {
    if (!pair.fits) return h("td", { class: "pair pair-out", "data-loss": loss }, pair.why ?? "");
    const { store } = this.context;
    const layers = store.get("experiment.layers");
    const here = layers.at(-1).kind === pair.activation && store.get("experiment.loss.kind") === pair.loss;
    const at = `pairs.pairs.${i}`;
    const scale = pair.factor && pair.factor !== 1 ? `${pair.factor}` : "";
    const left = pair.cancels ? ["= ", scale, scale ? "(" : "", operand(`${at}.predicted.${unit}`), " − ", operand(`${at}.target.${unit}`), scale ? ")" : ""] : ["ŷ − y = ", number(`${at}.residual.${unit}`)];
    const factors = pair.slope ? [operand(`${at}.loss_slope.${unit}`), " · ", operand(`${at}.slope.${unit}`)] : shared(pair, at, unit, classes(store));
    const sign = ofSigns(store, pair.loss) ? h("span", { class: "pair-left" }, "y = ", number(`${at}.target.${unit}`)) : null;
    const use = here ? h("span", { class: "pair-here" }, "this network") : h("button", { type: "button", class: "pair-use quiet", onclick: () => this.use(pair) }, "Use");
    return h("td", { class: `pair${pair.cancels ? " pair-match" : ""}${here ? " pair-now" : ""}`, "data-loss": loss },
      h("span", { class: "pair-delta" }, "δ = ", number(`${at}.delta.${unit}`)),
      h("span", { class: "pair-factors" }, factors),
      h("span", { class: "pair-left" }, left), alike(pair, unit), sign, use); // prettier-ignore
  }

  /** Train with this pair: the last activation and the loss are exchanged. @param {Pair} pair */
  use(pair) {
    const { store, player } = this.context;
    const experiment = store.get("experiment");
    const layers = [...experiment.layers];
    const own = layers.at(-1);
    const entry = (store.get("catalog.layers") ?? []).find((/** @type {any} */ e) => e.kind === own.kind);
    if (entry?.activation) layers.pop();
    // What is kept of the two keeps its hyperparameters, with which the table was computed.
    layers.push(own.kind === pair.activation ? own : { kind: pair.activation });
    player.load({ ...experiment, layers, loss: experiment.loss.kind === pair.loss ? experiment.loss : { kind: pair.loss } });
  }
}

/**
 * What looks like a pair at this z, and is none. Huber's slope is the error itself within its threshold, and cut off beyond; a ReLU hands z
 * on as it is while z > 0, so that squares have the error itself, or twice the error, as their δ.
 * @param {Pair} pair
 * @param {number} unit
 */
function alike({ activation, loss, slope, loss_slope: slopes, residual, target }, unit) {
  // A condition is not broken at the end of a line. No-break spaces would not do: a line may end behind a bar.
  const [above, within, sure] = ["z > 0", "|ŷ − y| ≤ d", "y = 1"].map((text) => h("span", { class: "pair-condition" }, text));
  const say = (/** @type {(string|Node)[]} */ ...words) => h("span", { class: "pair-within" }, words);
  if (activation === "identity" && loss === "huber") return say("equal only while ", within);
  if (activation === "sigmoid" && loss === "cross_entropy") return mine(target, unit) ? say("equal only where ", sure) : null;
  if (!HALF_IDENTITIES.includes(activation) || slope?.[unit] !== 1) return null;
  if (loss === "half_mse") return say("equal only while ", above);
  if (loss === "mse") return say("2 (ŷ − y) only while ", above);
  return loss === "huber" && slopes?.[unit] === residual?.[unit] ? say("equal only while ", above, " and ", within) : null;
}

/** Is it the output of the example's own class? Of the others' −y (1 − ŷ) is 0. @param {number[]|undefined} target @param {number} unit */
function mine(target, unit) {
  return target?.[unit] === 1;
}

/**
 * Behind a softmax every ŷ depends on every z: δⱼ = Σₘ Jₘⱼ · ∂ℓ/∂ŷₘ, its largest terms with their factors.
 * @param {Pair} pair
 * @param {string} at
 * @param {number} unit
 * @param {string[]} names  of the classes that the outputs stand for
 */
function shared({ jacobian, loss_slope: slopes }, at, unit, names) {
  if (!jacobian || !slopes) return [];
  const size = (/** @type {number} */ m) => Math.abs(jacobian[m][unit] * slopes[m]);
  const order = slopes.map((_, m) => m).sort((a, b) => size(b) - size(a));
  const live = Math.max(1, order.filter((m) => size(m) !== 0).length);
  const written = order.slice(0, slopes.length <= MOST_TERMS + 1 ? slopes.length : Math.min(MOST_TERMS, live)).sort((a, b) => a - b);
  const rest = slopes.length - written.length;
  const term = (/** @type {number} */ m, /** @type {number} */ n) => h("span", { class: "pair-term", title: `∂ŷ/∂z · ∂ℓ/∂ŷ of output ${m + 1}${names[m] ? `, class ${names[m]}` : ""}` }, n > 0 ? "+\u2009" : "", operand(`${at}.jacobian.${m}.${unit}`), "\u2009· ", operand(`${at}.loss_slope.${m}`));
  return [...written.map(term), rest ? h("span", { class: "pair-term" }, `+ ${rest} ${written.length < live ? "smaller terms" : "terms of 0"}`) : ""];
}

/**
 * The row of an activation that no loss can follow here.
 * @param {string} kind
 * @param {Pair[]} pairs
 */
function none(kind, pairs) {
  const why = kind === "softmax" ? "Softmax shares out 1 among two outputs or more, and this network has one. For one output and its opposite it is the sigmoid, with binary cross-entropy as its pair." : (pairs[0].why ?? "");
  return h("td", { class: "pair pair-out pair-none", colspan: pairs.length }, why);
}

/** Are its targets −1 and +1 rather than 0 and 1? @param {Store} store @param {string} kind a loss */
function ofSigns(store, kind) {
  return Boolean((store.get("catalog.loss") ?? []).find((/** @type {any} */ entry) => entry.kind === kind)?.signs);
}

/**
 * The output's pre-activations and the targets of the shown example (in mean mode, of the batch's first).
 * @param {Store} store
 */
function question(store) {
  const r = row(store) ?? 0;
  const last = store.get("trace.layers").at(-1);
  const layer = store.get("experiment.layers").at(-1);
  const entry = (store.get("catalog.layers") ?? []).find((/** @type {any} */ e) => e.kind === layer.kind);
  const y = store.get(`trace.batch.y.${r}`);
  const loss = store.get("experiment.loss");
  // A loss of signs has its targets as −1 and 1; the others know them as 0 and 1.
  const plain = ofSigns(store, loss.kind) ? y.map((/** @type {number} */ v) => (v + 1) / 2) : y;
  return entry?.activation ? { z: last.input[r], y: plain, loss, activation: layer } : { z: last.output[r], y: plain, loss };
}

/**
 * @param {HTMLElement} root
 * @param {Context} context
 */
export function mount(root, context) {
  const view = new HeadView(root, context);
  context.frames.register("head", () => view.draw(), root);
  context.frames.invalidate("head");
  context.store.subscribe(WATCHED, () => context.frames.invalidate("head"));
}
