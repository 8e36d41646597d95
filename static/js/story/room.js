/**
 * A sub-step's page and the room it has: it is read from the back of a room, so its equations are as large as fits; what is told must be
 * in sight, so a page that would be cut is set tighter, and so much only as it needs. −9 … −1: larger equations, the four largest where
 * the whole page is larger, on a wall; 1: labels beside their equations; 2: fractions as in a line of text; 3: smaller letters; 4: cards by
 * their titles and numbers alone; 5: the equations before the words, which then scroll. What room
 * is left where it is set tighter its letters fill.
 * On a phone the place grows with its page, and what is left of the screen above the transport is its room: whatever is still too long
 * is scrolled to with the page. A rule that is wider than its place is set smaller by itself, and holds
 * nothing else back.
 */
import { times } from "../base/larger.js";

const [LARGEST, LOOSEST, TIGHTEST] = [-9, -5, 5];
const FILLED = 4; // steps in which the letters of a tighter page grow again
const FOOT = 10; // pixels from the page's foot to the transport, on a phone
const SMALLEST = 0.66; // of a rule's letters where they are not enlarged: one that is longer still is scrolled

export class Room {
  /** @param {HTMLElement} root  the place, which scrolls */
  constructor(root) {
    this.root = root;
    /** @type {HTMLElement|null} */
    this.page = null;
    /** How tight the page had to be, and in what room: while it is shown it is not loosened as its numbers change, or they would dance. */
    this.tight = 0;
    /** By how many steps its letters have grown again. */
    this.filled = 0;
    /** How each page stood last: where it comes again its fit is looked for from there. @type {WeakMap<HTMLElement, {tight: number, filled: number}>} */
    this.stood = new WeakMap();
    this.measured = "";
    // Measured after the frame's own layout, never in the middle of it.
    this.sizes = new ResizeObserver(() => this.measure());
    this.contents = new ResizeObserver(() => this.measure());
    this.sizes.observe(root);
    // Before the page's own letters have come, others stand in for them, and may need more.
    document.fonts.addEventListener("loadingdone", () => {
      this.measured = "";
      this.watch();
    });
  }

  /** @param {HTMLElement} page */
  hold(page) {
    this.page = page;
    this.measured = "";
    this.watch();
  }

  watch() {
    this.contents.disconnect();
    if (!this.page) return;
    this.contents.observe(this.page);
    // A card grows with its numbers, also where the page that holds them does not.
    for (const card of this.page.querySelectorAll(".story-card")) this.contents.observe(card);
  }

  measure() {
    const { root, page } = this;
    if (!page) return;
    const growing = left(root);
    const room = `${root.offsetWidth} ${growing ?? root.clientHeight}`;
    const before = `${root.dataset.tight ?? 0} ${this.filled}`;
    const limit = growing ?? root.clientHeight;
    // The bar that stands beside a page while it is too long would leave less room to the next that is tried.
    root.style.overflow = "hidden";
    if (room !== this.measured) {
      const stood = this.stood.get(page);
      this.settle(loosest(growing), limit, stood?.tight);
      if (this.tight > 0 && growing === null) this.fill(limit, stood?.filled);
    }
    while (this.overflows(limit) && (this.filled > 0 || this.tight < TIGHTEST)) this.set(this.filled > 0 ? this.tight : this.tight + 1);
    root.style.overflow = "";
    this.measured = room;
    this.stood.set(page, { tight: this.tight, filled: this.filled });
    this.fade(growing !== null);
    if (`${this.tight} ${this.filled}` === before) return;
    // A size that is set in answer to a size is looked at after the frame: within it that would be a loop.
    this.contents.disconnect();
    setTimeout(() => this.watch());
  }

  /**
   * The loosest that fits.
   * @param {number} loosest
   * @param {number} limit  pixels
   * @param {number} [last]  how tight it was before
   */
  settle(loosest, limit, last) {
    const tight = least(loosest, TIGHTEST, last, (tried) => {
      this.set(tried);
      return !this.overflows(limit);
    });
    if (this.tight !== tight) this.set(tight);
  }

  /**
   * One step looser did not fit, with its gaps and high fractions; larger letters alone may.
   * @param {number} limit  pixels
   * @param {number} [last]  by how much they were larger before
   */
  fill(limit, last) {
    const { tight } = this;
    const smaller = least(0, FILLED, last === undefined ? undefined : FILLED - last, (tried) => {
      this.set(tight, FILLED - tried);
      return !this.overflows(limit);
    });
    if (this.filled !== FILLED - smaller) this.set(tight, FILLED - smaller);
  }

  /**
   * @param {number} tight
   * @param {number} filled
   */
  set(tight, filled = 0) {
    const { root } = this;
    const grown = Math.max(0, tight / LARGEST);
    Object.assign(this, { tight, filled });
    root.toggleAttribute("data-filled", filled > 0);
    root.style.setProperty("--filled", String(filled / FILLED));
    root.dataset.tight = String(tight);
    root.style.setProperty("--grown", String(grown));
    for (const rule of root.querySelectorAll(".story-rule")) fit(/** @type {HTMLElement} */ (rule), SMALLEST / (1 + grown / 2));
  }

  /**
   * By more than the pixel that rounding makes of a page exactly as high as its place; what is enlarged may be too wide for it.
   * @param {number} [limit]  pixels
   */
  overflows(limit = this.root.clientHeight) {
    const { root, tight, filled } = this;
    const rows = tight < 0 || filled > 0 ? [...root.querySelectorAll(".cells")] : [];
    const cards = root.querySelector(".story-cards"); // with a border at its side
    const aside = rows.some((row) => row.scrollWidth > row.clientWidth + 1) || (cards !== null && cards.scrollWidth > cards.clientWidth);
    return root.scrollHeight > limit + 1 || aside;
  }

  /**
   * What does not fit can be scrolled, by keyboard too, and fades out where it goes on.
   * @param {boolean} growing  nothing is cut: the place is as high as its page
   */
  fade(growing) {
    const { root } = this;
    const more = !growing && this.overflows();
    if (more === root.classList.contains("more") && !more) return;
    root.classList.toggle("more", more);
    root.toggleAttribute("tabindex", more);
    if (more) Object.assign(root, { scrollTop: 0, tabIndex: 0 });
  }
}

/**
 * The least of these numbers that holds, or else the last: found by halves, for each that is tried lays the page out anew, and from what
 * it was before, which most often it still is.
 * @param {number} first
 * @param {number} last
 * @param {number|undefined} before
 * @param {(tried: number) => boolean} holds
 * @returns {number}
 */
function least(first, last, before, holds) {
  let [fails, held] = [first - 1, last];
  const ask = (/** @type {number} */ tried) => {
    if (tried <= fails || tried >= held) return;
    if (holds(tried)) held = tried;
    else fails = tried;
  };
  if (before === undefined) ask(first);
  else {
    ask(before);
    ask(before - 1);
  }
  while (held - fails > 1) ask((fails + held) >> 1);
  return held;
}

/**
 * On a wall the whole page is larger, and read from further away; on a phone equations keep their size.
 * @param {number|null} growing
 */
function loosest(growing) {
  if (growing !== null) return 0;
  return times() > 1 ? LARGEST : LOOSEST;
}

/**
 * A rule's letters as small as its place is narrow.
 * @param {HTMLElement} rule
 * @param {number} smallest
 */
function fit(rule, smallest) {
  rule.style.removeProperty("--fit");
  const { scrollWidth: needed, clientWidth: given } = rule;
  if (needed > given) rule.style.setProperty("--fit", Math.max(smallest, (given / needed) * 0.99).toFixed(3));
}

/**
 * Where the transport lies fixed over the page, a phone's: how much of the screen above it is left for a page of the story while the
 * network is in sight. null: the place has a height of its own. Cards stand one below the other there, and are scrolled through.
 * @param {HTMLElement} root
 * @returns {number|null}
 */
function left(root) {
  const transport = document.querySelector(".transport");
  if (!transport || getComputedStyle(transport).position !== "fixed") return null;
  if (root.querySelector(".story-cards")) return Infinity;
  return transport.getBoundingClientRect().top - root.getBoundingClientRect().top - window.scrollY - FOOT;
}
