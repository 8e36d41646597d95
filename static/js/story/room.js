/**
 * A sub-step's page and the room it has: it is read from the back of a room, so its equations are as large as fits (−1); what is told
 * must be in sight, so a page that would be cut is set tighter, and so much only as it needs. −2: larger still, where the whole page is
 * larger, on a wall; 1: labels beside their equations; 2: fractions as in a line of text; 3: smaller letters; 4: cards by their titles and
 * numbers alone; 5: the equations before the words, which then scroll.
 * On a phone the place grows with its page, and what is left of the screen above the transport is its room: there 3 is the tightest,
 * for whatever is still too long is scrolled to with the page. A rule that is wider than its place is set smaller by itself.
 */
import { times } from "../base/larger.js";

const [LOOSEST_ON_A_WALL, LOOSEST, TIGHTEST, TIGHTEST_GROWING] = [-2, -1, 5, 3];
const FOOT = 10; // pixels from the page's foot to the transport, on a phone
const SMALLEST = 0.66; // of a rule's letters: one that is longer still is scrolled

export class Room {
  /** @param {HTMLElement} root  the place, which scrolls */
  constructor(root) {
    this.root = root;
    /** @type {HTMLElement|null} */
    this.page = null;
    /** How tight the page had to be, and in what room: while it is shown it is not loosened as its numbers change, or they would dance. */
    this.tight = LOOSEST;
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
    if (this.page) this.contents.observe(this.page);
  }

  measure() {
    const { root, page } = this;
    if (!page) return;
    const growing = left(root);
    const room = `${root.clientWidth} ${growing ?? root.clientHeight}`;
    const before = Number(root.dataset.tight ?? 0);
    const fresh = room !== this.measured;
    if (fresh) this.tight = times() > 1 ? LOOSEST_ON_A_WALL : LOOSEST;
    this.measured = room;
    root.dataset.tight = String(this.tight);
    const [tightest, limit] = growing === null ? [TIGHTEST, root.clientHeight] : [TIGHTEST_GROWING, growing];
    while (this.tight < tightest && this.overflows(limit)) root.dataset.tight = String((this.tight += 1));
    if (fresh) for (const rule of root.querySelectorAll(".story-rule")) fit(/** @type {HTMLElement} */ (rule));
    this.fade(growing !== null);
    if (this.tight === before) return;
    // A size that is set in answer to a size is looked at after the frame: within it that would be a loop.
    this.contents.disconnect();
    setTimeout(() => this.watch());
  }

  /**
   * By more than the pixel that rounding makes of a page exactly as high as its place; an enlarged rule may be too wide for it.
   * @param {number} [limit]  pixels
   */
  overflows(limit = this.root.clientHeight) {
    const { root, tight } = this;
    const rules = tight < 0 ? [...root.querySelectorAll(".story-rule")] : [];
    return root.scrollHeight > limit + 1 || rules.some((rule) => rule.scrollWidth > rule.clientWidth + 1);
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

/** A rule's letters as small as its place is narrow. @param {HTMLElement} rule */
function fit(rule) {
  rule.style.removeProperty("--fit");
  const { scrollWidth: needed, clientWidth: given } = rule;
  if (needed > given) rule.style.setProperty("--fit", Math.max(SMALLEST, (given / needed) * 0.99).toFixed(3));
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
