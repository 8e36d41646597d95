/**
 * How to read what stands on the stage now: signs and squares always, and what the sub-step adds to them.
 *
 * @typedef {import("./view.js").View} View
 */
import { labelPlaces } from "./label-places.js";
import { mayStop } from "./stops.js";
import { ticked } from "./ticks.js";
import { counts } from "./told-places.js";

const MARK = (/** @type {string} */ kind, /** @type {number} */ w, /** @type {number} */ h, /** @type {string} */ d) =>
  `<svg width="${w / 16}rem" height="${h / 16}rem" viewBox="0 0 ${w} ${h}" aria-hidden="true"><path class="is-${kind}" d="${d}"/></svg>`;
const LINE = (/** @type {string} */ kind) => MARK(kind, 26, 8, "M0 4H26");
const ALWAYS = [
  `${LINE("positive")} positive`,
  `${LINE("negative")} negative`,
  `${MARK("square", 10, 10, "M1 1h8v8h-8z")} bias`,
];
const ARROW = MARK("arrow", 14, 10, "M0 5L10 0L7 5L10 10Z");
const TICK = MARK("tick", 11, 9, "M0 9L5.5 0L11 9Z");

const CROSS = MARK("cross", 12, 10, "M1 1L11 9M1 9L11 1");
const FRAME = MARK("frame", 11, 10, "M1.5 1h8v8h-8z");
const ROW = MARK("frame", 24, 10, "M1.5 1.5h21v7h-21z");

/** What each phase adds. @type {Record<string, string[]>} */
const OF_PHASE = {
  "": [],
  backward: [`${ARROW} <i>italic</i>: gradient going back`, "◂ largest gradient on a link"],
  gradient: ["bands, <i>italic</i>: gradients, on an edge its weight's"],
  update: ["weights: after the update, rest: before"],
};
const CHANGED = `${TICK} largest Δw`;
const STREAMING = "streaming";
const STOPPED = `${CROSS} stopped: slope 0`;

export class Legend {
  /** @param {HTMLElement} list */
  constructor(list) {
    this.list = list;
    this.said = "";
    this.room = "";
    /** @type {import("./scene.js").Scene|null} */
    this.scene = null;
  }

  /**
   * The room of all that it may come to say of this network, before the network is drawn in what is left.
   * @param {{kind: string}[]} links
   */
  reserve(links) {
    const flat = links.some(({ kind }) => kind === "relu") && links.some(({ kind }) => kind.startsWith("conv"));
    const more = [...(flat ? [STOPPED] : []), numbered(88, 88)];
    const always = [...ALWAYS, ...marks(links)];
    this.room = Object.entries(OF_PHASE).map(([phase, own]) => listed("room", [...always, ...(phase === "update" ? [CHANGED] : []), ...own, ...more])).join("");
    if (!this.scene) this.list.innerHTML = this.room;
  }

  /**
   * What all phases say lies in one place, and one of it is seen: the place is as high as the longest, so that the network above does not
   * move from one to the next, however narrow it is.
   * @param {View} view
   */
  paint(view) {
    if (view.scene !== this.scene) this.#build(view.scene);
    this.#count(view);
    const phase = view.streaming ? STREAMING : view.substep?.phase ?? "";
    const now = phase in OF_PHASE || phase === STREAMING ? phase : "";
    if (now === this.said) return;
    this.said = now;
    for (const each of /** @type {Iterable<HTMLElement>} */ (this.list.children)) each.classList.toggle("is-now", each.dataset.phase === now);
  }

  /** @param {View} view */
  #count(view) {
    const [now, all] = counts(view);
    const text = `${now} of ${all}`;
    for (const each of this.list.querySelectorAll(":not([data-phase=room]) > li > .legend-count")) if (each.textContent !== text) each.textContent = text;
  }

  /** @param {import("./scene.js").Scene} scene */
  #build(scene) {
    this.scene = scene;
    this.said = "-";
    const always = [...ALWAYS, ...marks(scene.links)];
    const [labelled, all] = [labelPlaces(scene).size, scene.links.reduce((sum, link) => sum + link.edges.length, 0)];
    const some = labelled > 0 && labelled < all ? [numbered(labelled, all)] : [];
    const phases = Object.entries(OF_PHASE).map(([phase, own]) => [phase, [...always, ...(phase === "update" ? changed(scene) : []), ...own, ...(phase === "backward" ? stopped(scene) : []), ...some]]);
    phases.push([STREAMING, [...always, `${ARROW} gradient going back`]]);
    // Our own words and drawings, no one else's.
    this.list.innerHTML = this.room + phases.map(([phase, parts]) => listed(/** @type {string} */ (phase), /** @type {string[]} */ (parts))).join("");
  }
}

/** @param {string} phase @param {string[]} parts */
function listed(phase, parts) {
  return `<ul data-phase="${phase}">${parts.map((part) => `<li>${part}</li>`).join("")}</ul>`;
}

/** @param {number} some @param {number} all */
function numbered(some, all) {
  return `<span class="legend-count">${some} of ${all}</span> weights numbered`;
}

/**
 * The marks that this network's links leave.
 * @param {{kind: string}[]} links
 */
function marks(links) {
  const has = (/** @type {RegExp} */ kind) => links.some((link) => kind.test(link.kind));
  return [...(has(/^(max|min)_pool/) ? [`${FRAME} winner`] : []), ...(has(/^embedding/) ? [`${ROW} row of a word`] : []), ...(has(/^dropout/) ? [`${CROSS} dropped`] : [])];
}

/** @param {import("./scene.js").Scene} scene */
function changed(scene) {
  const which = ticked(scene);
  return which === "none" ? [] : [which === "largest" ? CHANGED : `${TICK} Δw`];
}

/** @param {import("./scene.js").Scene} scene */
function stopped(scene) {
  return scene.links.some((link) => mayStop(scene, link)) ? [STOPPED] : [];
}
