/**
 * «Matrices»: the same step as matrices with their shapes, as a loop over the examples, as Jacobians of one example; and the two layouts
 * of the weights that people mix up, mapped onto each other.
 *
 * @typedef {import("../base/types.js").Context} Context
 */
import { byMethod } from "../base/method.js";
import { h } from "../telling/parts.js";
import { Axes } from "./matrix-axes.js";
import { wholeJacobian } from "./matrix-chain.js";
import { fitAll } from "./matrix-fit.js";
import { walkCells } from "./matrix-grid.js";
import { jacobians } from "./matrix-jacobians.js";
import { Loop } from "./matrix-loop.js";
import { productOf } from "./matrix-products.js";
import { isPooling, routes } from "./matrix-routes.js";
import { Weights } from "./matrix-weights.js";
import { describe } from "../telling/words.js";
import { linkName, parseAddress, row } from "../base/view.js";

const WATCHED = ["trace", "experiment", "example", "selection", "info", "playing"];
/** While a run plays, matrices of these links are built anew so often only, in milliseconds. */
const REST = 1000;
/** Links whose matrices hold what the step decided: which input won, which word stood there. */
const LIVE = /** @type {(kind: string) => boolean} */ ((kind) => isPooling(kind) || kind === "embedding" || kind === "dropout");

class MatrixView {
  /**
   * @param {HTMLElement} root
   * @param {Context} context
   */
  constructor(root, { store, player }) {
    this.store = store;
    this.player = player;
    this.root = root;
    this.axes = new Axes(() => this.turned());
    this.loop = new Loop(store);
    /** @type {ReturnType<typeof wholeJacobian>} */
    this.whole = null;
    this.links = h("span", { class: "segments", role: "group", "aria-label": "Layer" });
    this.body = h("div", { class: "lens-body matrix-body" });
    this.built = "";
    /** @type {any} */
    this.told = null;
    this.at = 0;
    this.link = -1;
    /** @type {number|undefined} */
    this.selected = undefined;
    root.classList.add("matrices");
    root.append(h("header", { class: "lens-head" }, h("h2", { class: "lens-title" }, "The step as matrices ", h("small", {}, "with the weights before the update")), this.links), this.body);
    /** The cell that was tapped last. @type {Element|null} */
    this.tapped = null;
    root.addEventListener("click", (event) => this.press(event));
    new ResizeObserver(() => fitAll(this.body)).observe(root);
    root.addEventListener("keydown", (event) => walkCells(event, (cell) => this.pick(cell)));
    for (const type of ["pointerover", "focusin"]) root.addEventListener(type, (event) => this.point(event));
  }

  draw() {
    const { store } = this;
    if (!store.get("trace") || !store.get("info")) return;
    const kinds = store.get("experiment.layers").map((/** @type {any} */ layer) => layer.kind);
    const catalog = store.get("catalog.layers") ?? [];
    const links = kinds.flatMap((/** @type {string} */ kind, /** @type {number} */ i) => (catalog.find((/** @type {any} */ e) => e.kind === kind)?.activation ? [] : [i]));
    const selected = parseAddress(store.get("selection"))?.link;
    if (selected !== undefined && selected !== this.selected && links.includes(selected)) this.link = selected;
    this.selected = selected;
    if (!links.includes(this.link)) this.link = links.find((/** @type {number} */ i) => Object.keys(store.get(`info.param_shapes.${i}`)).length > 0) ?? links[0] ?? -1;
    const key = JSON.stringify([links, this.link, store.get("info.shapes"), store.get("experiment.layers"), store.get("trace.batch.indices"), row(store), store.get("experiment.penalty.kind"), byMethod(store)]);
    if (key !== this.built || (kinds.some(LIVE) && this.stale())) {
      Object.assign(this, { built: key, told: store.get("trace"), at: performance.now() });
      this.build(links);
    } else {
      this.loop.draw();
      this.whole?.draw();
    }
  }

  /** Is what was decided another step's by now? */
  stale() {
    const resting = this.store.get("playing") && performance.now() < this.at + REST;
    return this.told !== this.store.get("trace") && !resting;
  }

  /** @param {number[]} links */
  build(links) {
    const { store, link, axes } = this;
    const size = (/** @type {number} */ boundary) => store.get(`info.shapes.${boundary}`).join("×");
    this.links.replaceChildren(...links.map((i) => h("button", { type: "button", "aria-pressed": i === link, onclick: () => this.choose(i) }, `Link ${i + 1}: ${linkName(store, store.get(`experiment.layers.${i}.kind`))} ${size(i)} → ${size(i + 1)}`)));
    const here = { store, axes, link, row: row(store) ?? 0 };
    const product = link < 0 ? null : productOf(store, axes, link, here.row);
    const chain = jacobians(here);
    const [wide, left] = product ? this.weighted(product, here) : [routes(here), []];
    this.whole = wholeJacobian(here);
    const columns = [left, [chain, ...(this.whole ? [this.whole.element] : [])]].filter((own) => own.length > 0).map((own) => h("div", { class: "lens-column" }, own));
    this.body.replaceChildren(h("div", { class: "lens-column matrix-wide" }, wide), ...columns);
    fitAll(this.body);
  }

  /**
   * @param {import("./matrix-products.js").Product} product
   * @param {import("./matrix-routes.js").Here} here
   */
  weighted(product, here) {
    const { store, link } = here;
    this.lookedUp(product, link);
    const weights = new Weights(store, link, product);
    this.loop.show(link, product);
    return [[weights.forward(), weights.backward()], [this.loop.element, weights.layouts()]];
  }

  /** The 1s of the rows that look a word up. @param {import("./matrix-products.js").Product} product @param {number} link */
  lookedUp({ rows, ins, x }, link) {
    /** @type {Record<number, Record<number, number>>} */
    const found = {};
    for (const r of rows.shown) for (const c of ins.shown) if (x(r, c)?.startsWith("derived.")) found[r] = { [c]: 1 };
    this.store.set(`derived.routes.${link}`, found);
  }

  /** @param {number} link */
  choose(link) {
    this.link = link;
    this.draw();
  }

  /** Another block of an edge: what was focused is focused again. */
  turned() {
    const focused = /** @type {HTMLElement|null} */ (document.activeElement);
    const alike = () => /** @type {HTMLElement[]} */ ([...this.root.querySelectorAll(`[data-key="${CSS.escape(focused?.dataset?.key ?? "")}"]`)]);
    const at = focused ? alike().indexOf(focused) : -1;
    this.built = "";
    this.draw();
    alike()[at]?.focus();
  }

  /** A click derives; a finger, which cannot point, first finds the number in the other matrices, and derives it when it taps again. @param {MouseEvent} event */
  press(event) {
    const cell = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("td[data-address]"));
    const touched = /** @type {PointerEvent} */ (event).pointerType === "touch" && cell !== this.tapped;
    this.tapped = cell;
    if (touched) light(this.root, event);
    else void this.pick(cell);
  }

  /** A number that is pointed at says what it is, and lights up wherever it stands. @param {Event} event */
  point(event) {
    light(this.root, event);
    const cell = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest?.("td[data-address]"));
    if (cell?.dataset.address) cell.title = `derive the ${describe(this.store, cell.dataset.address)}`;
  }

  /** A number's cell opens its derivation, for its example. @param {HTMLElement|null} cell */
  async pick(cell) {
    if (!cell?.dataset.address) return;
    const { address, example } = cell.dataset;
    if (example !== undefined && Number(example) !== row(this.store)) await this.player.choose(Number(example));
    this.store.patch({ selection: address, lens: "derivation" });
  }
}

/**
 * The same number wherever it stands.
 * @param {HTMLElement} root
 * @param {Event} event
 */
function light(root, event) {
  const same = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest?.("td[data-same]"))?.dataset.same;
  for (const lit of root.querySelectorAll(".same")) lit.classList.remove("same");
  if (!same) return;
  for (const cell of root.querySelectorAll(`td[data-same="${CSS.escape(same)}"]`)) cell.classList.add("same");
}

/**
 * @param {HTMLElement} root
 * @param {Context} context
 */
export function mount(root, context) {
  const view = new MatrixView(root, context);
  context.frames.register("matrix", () => view.draw(), root);
  context.frames.invalidate("matrix");
  context.store.subscribe(WATCHED, () => context.frames.invalidate("matrix"));
}
