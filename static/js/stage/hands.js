/**
 * The stage under the hand: pointer and keys find a number, show its tooltip, select it. Left and right go from column to column and
 * through the weights between; up and down along them; Enter selects, Escape lets go.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {{addresses: string[], half: import("./scene.js").Half|null}} Stop  half: whose gradients these are
 */
import { placeOf } from "../base/box.js";
import { byMethod } from "../base/method.js";
import { fill } from "../base/numbers.js";
import { pointerIn, times } from "../base/larger.js";
import { drawnMeetings } from "./meetings.js";
import { drawnPaths } from "./paths.js";
import { Picker } from "./pick.js";
import { gradientKnown, progress, valueKnown } from "./progress.js";
import { tensorName } from "./scene.js";
import { r1, svg } from "../base/svg.js";
import { describe, penalised } from "../telling/words.js";
import { parseAddress, place, row } from "../base/view.js";
import { worded } from "../base/wording.js";

export class Hands {
  /** @type {Picker|null} */
  picker = null;
  /** @type {Stop[]} */
  stops = [];
  /** @type {string|null} */
  active = null;
  /** What was chosen with the pointer, which is on it still: its tooltip would lie over the very path that the choice highlights. @type {string|null} */
  hushed = null;
  /** How much smaller than laid out the network is drawn. */
  scale = 1;

  /**
   * @param {HTMLElement} box  focusable
   * @param {SVGElement} layer
   * @param {HTMLElement} live
   * @param {Store} store
   */
  constructor(box, layer, live, store) {
    this.box = box;
    this.live = live;
    this.store = store;
    this.routes = svg("g", {}, layer);
    this.selected = svg("path", { class: "stage-selected" }, layer);
    this.ring = svg("path", { class: "stage-active" }, layer);
    this.tip = Object.assign(document.createElement("div"), { className: "stage-tip", hidden: true });
    this.tip.setAttribute("role", "tooltip");
    box.append(this.tip);
    box.addEventListener("pointermove", (event) => this.#hover(event));
    box.addEventListener("pointerleave", () => this.#over(null));
    box.addEventListener("pointerdown", (event) => this.#point(this.#at(event))); // a finger hovers over nothing
    box.addEventListener("click", (event) => this.#click(event));
    box.addEventListener("keydown", (event) => this.#key(event));
    box.addEventListener("blur", () => this.#show(null));
    box.addEventListener("focus", () => this.active && box.matches(":focus-visible") && this.#show(this.active));
    // What is told of a number changes with the step, also where the hand rests.
    store.subscribe(["cursor", "trace", "example"], () => this.tip.hidden || this.#show(this.tip.dataset.address ?? null));
  }

  /** @param {Scene} scene */
  rebuild(scene) {
    this.picker = new Picker(scene);
    this.stops = stops(scene);
    this.active = null;
    this.#show(null);
    this.paint();
  }

  /** The selection, its highlighted paths, and what it met, as the store has them. */
  paint() {
    const selected = this.picker?.outline(this.store.get("selection") ?? "");
    this.selected.setAttribute("d", selected?.d ?? "");
    this.selected.classList.toggle("is-open", Boolean(selected?.open));
    const { paths = [], met = [] } = this.store.get("highlight") ?? {};
    this.routes.replaceChildren(...(this.picker ? [...drawnPaths(paths, this.picker), ...drawnMeetings(met, this.picker)] : []));
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    if (event.pointerType === "touch") return;
    this.#over(this.#at(event));
  }

  /** Where the pointer has come to. @param {string|null} found */
  #over(found) {
    if (found !== this.hushed) this.hushed = null;
    this.#show(found);
  }

  /** @param {MouseEvent} event */
  #at(event) {
    const [x, y] = pointerIn(this.box, event);
    return this.picker?.at(x / this.scale, y / this.scale, this.#gradients()) ?? null;
  }

  /** Which gradients have come back to their neurons by now. @returns {import("./pick.js").Known} */
  #gradients() {
    const links = this.store.get("experiment.layers.length") ?? 0;
    const known = progress(this.store.get("substeps") ?? [], this.store.get("cursor") ?? 0, links);
    return (half) => gradientKnown(known, half, links);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const found = this.#at(event);
    this.active = found ?? this.active;
    const selects = found !== null && found !== this.store.get("selection");
    this.hushed = selects ? found : null;
    // Measured before what the choice changes, not after it: that would lay the whole page out in the middle of the click.
    this.#show(found);
    if (selects) this.#select(found);
    else this.store.set("selection", null);
  }

  /** What is chosen is derived: its lens comes to the front. @param {string} found */
  #select(found) {
    this.store.patch({ selection: found, lens: "derivation" });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] });
    if (moves[event.key]) this.#move(...moves[event.key]);
    else if (event.key === "Home") this.#go(this.#open()[0]?.[0]);
    else if (event.key === "End") this.#go(this.#open().at(-1)?.[0]);
    else if (event.key === "Enter" && this.active) this.#select(this.active);
    else if (event.key === "Escape") {
      this.store.set("selection", null);
      this.#show(null);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * @param {number} across
   * @param {number} down
   */
  #move(across, down) {
    const stops = this.#open();
    const stop = stops.findIndex((all) => all.includes(this.active ?? ""));
    if (stop < 0) return this.#go(stops[0]?.[0]);
    const here = stops[stop].indexOf(/** @type {string} */ (this.active));
    const next = stops[Math.max(0, Math.min(stops.length - 1, stop + across))];
    const share = across ? Math.round((here / stops[stop].length) * next.length) : here + down;
    return this.#go(next[Math.max(0, Math.min(next.length - 1, share))]);
  }

  /** The stops that have something to tell: gradients only when they have come back. */
  #open() {
    const known = this.#gradients();
    return this.stops.filter((stop) => !stop.half || known(stop.half)).map(({ addresses }) => addresses);
  }

  /** @param {string|undefined} found */
  #go(found) {
    if (!found) return;
    this.active = found;
    this.hushed = null;
    this.#show(found);
    const numbers = [...this.tip.querySelectorAll("dt")].map((name) => `${name.textContent} ${name.nextElementSibling?.textContent}`);
    this.live.textContent = `${describe(this.store, found)}. ${numbers.join(", ")}`;
  }

  /** Which number a hand is on, for who has something to prepare. @param {string|null} found */
  #point(found) {
    if (found !== this.store.get("pointed")) this.store.set("pointed", found);
  }

  /** @param {string|null} found */
  #show(found) {
    this.#point(found);
    const outline = found && this.picker?.outline(found);
    this.ring.setAttribute("d", outline ? outline.d : "");
    this.ring.classList.toggle("is-open", Boolean(outline && outline.open));
    this.box.style.cursor = found ? "pointer" : "";
    const told = outline && found !== this.hushed ? outline : null;
    this.tip.hidden = !told;
    if (!told || !found) {
      this.tip.replaceChildren();
      return;
    }
    this.#fill(found);
    const { offsetWidth: width, offsetHeight: height } = this.tip;
    const larger = times() * this.scale;
    const [x, y] = [larger * told.x, larger * told.y];
    const above = y - height - 12;
    this.tip.style.left = `${r1(Math.max(4, Math.min(this.box.clientWidth - width - 4, x - width / 2)))}px`;
    this.tip.style.top = `${r1(above > 0 ? above : y + 60 * times())}px`;
  }

  /** @param {string} found */
  #fill(found) {
    const [words, numbers] = [describe(this.store, found), numbersAt(this.store, found)];
    const told = JSON.stringify([found, words, numbers]);
    if (told === this.tip.dataset.told && this.tip.childElementCount > 0) return;
    Object.assign(this.tip.dataset, { address: found, told });
    const list = document.createElement("dl");
    for (const [name, path] of numbers) {
      const [term, value] = ["dt", "dd"].map((tag) => document.createElement(tag));
      term.append(...worded(name));
      value.dataset.path = path;
      list.append(term, value);
    }
    const title = Object.assign(document.createElement("p"), { textContent: words });
    const code = Object.assign(document.createElement("code"), { textContent: found });
    const name = Object.assign(document.createElement("p"), { className: "stage-tip-address" });
    name.append(code, ", its address: counted from 0");
    this.tip.replaceChildren(title, list, name);
    for (const element of list.querySelectorAll("[data-path]")) fill(element, this.store);
  }
}

/**
 * The stops of the left and right keys: each column's neurons, their gradients, then the weights that lead on from it.
 * @param {Scene} scene
 * @returns {Stop[]}
 */
function stops(scene) {
  return scene.columns.flatMap((column, number) => {
    const units = Array.from({ length: column.shape.reduce((a, b) => a * b, 1) }, (_, i) => i);
    const halves = column.halves.flatMap((half) => ["", "grad_"].map((back) => ({
      addresses: units.map((i) => `${half.link}/${back}${half.name}/${placeOf(column.shape, i)}`), half: back ? half : null,
    }))); // prettier-ignore
    const leading = scene.links.filter((link) => link.from === number && link.to === number + 1);
    const weights = leading.map((link) => {
      const shape = link.params[tensorName(link)];
      if (!shape) return [];
      const all = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => `${link.link}/${tensorName(link)}/${placeOf(shape, i)}`);
      return [...all, ...Array.from({ length: link.params.b?.[0] ?? 0 }, (_, i) => `${link.link}/b/${i}`)];
    });
    return [...halves, ...weights.map((addresses) => ({ addresses, half: null }))].filter(({ addresses }) => addresses.length > 0);
  });
}

/**
 * What has been told of a number, by name (a template, see wording.js), with its place.
 * @param {Store} store
 * @param {string} found
 * @returns {[string, string][]}
 */
function numbersAt(store, found) {
  const { link, what, index } = /** @type {{link: number, what: string, index: number[]}} */ (parseAddress(found));
  const links = store.get("experiment.layers.length");
  const known = progress(store.get("substeps") ?? [], store.get("cursor") ?? 0, links);
  const name = what.replace("grad_", "");
  /** @type {[string, string, boolean][]} */
  const rows = store.get("info.param_shapes")?.[link]?.[what]
    ? weightRows(store, what, known.gradients.has(link), known.updated)
    : [["value", name, valueKnown(known, { link, name })], [row(store) === null ? "∂ℓ/∂ it, mean of the batch" : "∂ℓ/∂ it", `grad_${name}`, gradientKnown(known, { link, name }, links)]];
  return rows.filter(([, , told]) => told).map(([label, which]) => /** @type {[string, string]} */ ([label, which === "mean" ? `trace.layers.${link}.grads.${what}.${index.join(".")}` : place(store, which, link, index).path])).filter(([, path]) => path !== "");
}

/**
 * The journey of a weight, each number with its full name: an example's gradient is one thing, the batch's another, and the weight has
 * one value before the update and one after it.
 * @param {Store} store
 * @param {string} what
 * @param {boolean} derived  has its gradient been told?
 * @param {boolean} updated
 * @returns {[string, string, boolean][]}
 */
function weightRows(store, what, derived, updated) {
  const letter = what === "b" ? "b" : "w";
  const example = row(store);
  return [
    [updated ? `${letter} before` : `${letter}, before the update`, `before:${what}`, true],
    [`∂ℓ/∂${letter} of example {trace.batch.indices.${example}}`, `gradient:${what}`, derived && example !== null],
    [byMethod(store) ? `g ${byMethod(store)}` : `g = ∂L/∂${letter}, mean of the batch${penalised(store, what)}`, "mean", derived],
    [`Δ${letter}`, `update:${what}`, updated],
    [`${letter} after`, `after:${what}`, updated],
  ];
}
