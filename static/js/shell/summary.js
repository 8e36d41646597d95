/**
 * What a preset is about, in the room that the head leaves: whole, or its first sentences, never a part of one. All of it is beside the
 * picker when a pointer rests there.
 */
export class Summary {
  /** @param {HTMLElement} element @param {HTMLElement} picker */
  constructor(element, picker) {
    this.element = element;
    this.picker = picker;
    this.whole = "";
    new ResizeObserver(() => this.#fit()).observe(/** @type {HTMLElement} */ (element.parentElement));
  }

  /** @param {string} whole */
  say(whole) {
    if (whole === this.whole) return;
    this.whole = whole;
    this.picker.title = whole;
    this.#fit();
  }

  #fit() {
    const { element } = this;
    // What belongs together by a sign, ŷ − y or δ = ŷ − y, is not broken at the end of a line.
    const sentences = this.whole.replace(/ ([−=]) /g, "\u00a0$1\u00a0").split(/(?<=[.!?])\s+/);
    for (let count = sentences.length; count >= 0; count -= 1) {
      const text = sentences.slice(0, count).join(" ");
      if (element.textContent !== text) element.textContent = text;
      // On a phone it is there for readers of the screen alone: in a pixel.
      if (element.clientHeight <= 1 || element.scrollHeight <= element.clientHeight + 1) return;
    }
  }
}
