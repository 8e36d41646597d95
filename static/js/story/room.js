/**
 * A sub-step's page and the room it has: it is read from the back of a room, so its equations are as large as fits (-1); what is told
 * must be in sight, so a page that would be cut is set tighter, and so much only as it needs. 1: labels beside their equations; 2: fractions as in a line of text; 3: smaller letters; 4: cards by their titles and
 * numbers alone; 5: the equations before the words, which then scroll.
 */
const [LOOSEST, TIGHTEST] = [-1, 5];

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
    const room = `${root.clientWidth} ${root.clientHeight}`;
    const before = Number(root.dataset.tight ?? 0);
    if (room !== this.measured) this.tight = LOOSEST;
    this.measured = room;
    root.dataset.tight = String(this.tight);
    while (this.tight < TIGHTEST && this.overflows()) root.dataset.tight = String((this.tight += 1));
    this.fade();
    if (this.tight === before) return;
    // A size that is set in answer to a size is looked at after the frame: within it that would be a loop.
    this.contents.disconnect();
    setTimeout(() => this.watch());
  }

  /** By more than the pixel that rounding makes of a page exactly as high as its place; an enlarged rule may be too wide for it. */
  overflows() {
    const { root, tight } = this;
    const rules = tight < 0 ? [...root.querySelectorAll(".story-rule")] : [];
    return root.scrollHeight > root.clientHeight + 1 || rules.some((rule) => rule.scrollWidth > rule.clientWidth + 1);
  }

  /** What does not fit can be scrolled, by keyboard too, and fades out where it goes on. */
  fade() {
    const { root } = this;
    const more = this.overflows();
    if (more === root.classList.contains("more") && !more) return;
    root.classList.toggle("more", more);
    root.toggleAttribute("tabindex", more);
    if (more) Object.assign(root, { scrollTop: 0, tabIndex: 0 });
  }
}
