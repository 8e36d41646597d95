/**
 * A derivation to take away: as LaTeX, and as a NumPy script that recomputes the number. Both are made when they are asked for.
 *
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 */
import { ApiError } from "../base/api.js";
import { copy, h } from "../telling/parts.js";

export class Copies {
  /**
   * @param {import("./derivation-model.js").DerivationModel} model
   */
  constructor(model) {
    this.model = model;
    /** @type {Promise<Derivation|null>|null} */
    this.asked = null;
    this.buttons = [this.button("Copy as LaTeX", asLatex), this.button("Copy as Python", asPython)];
    this.problem = h("span", { class: "lens-problem", role: "status" });
    this.element = h("span", { class: "lens-actions" }, this.buttons, this.problem);
    this.show(null);
  }

  /**
   * @param {string} title
   * @param {(doc: Derivation) => string} text
   */
  button(title, text) {
    const onclick = async (/** @type {MouseEvent} */ event) => {
      const button = /** @type {HTMLElement} */ (event.currentTarget);
      const doc = await this.written();
      if (doc) await copy(text(doc), button);
    };
    return h("button", { type: "button", onclick }, title);
  }

  /** Asked for once for each derivation; null where another took its place, or where it could not be had. */
  async written() {
    this.asked ??= this.model.written();
    try {
      return await this.asked;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.asked = null;
      this.problem.textContent = error.message;
      return null;
    }
  }

  /**
   * Another derivation, or none: then there is nothing to copy.
   * @param {Derivation|null} doc
   * @returns {HTMLElement|null} the script, fetched when it is unfolded
   */
  show(doc) {
    this.asked = null;
    this.problem.textContent = "";
    for (const button of this.buttons) button.toggleAttribute("disabled", doc === null);
    if (doc === null) return null;
    const text = h("pre", { tabindex: 0 });
    const details = h("details", { class: "lens-card" }, h("summary", {}, "The same number in NumPy"), text);
    details.addEventListener("toggle", async () => {
      const written = text.textContent ? null : await this.written();
      if (written) text.textContent = asPython(written);
    });
    return details;
  }
}

/** @param {Derivation} doc */
function asLatex(doc) {
  return [`% ${doc.address}, step ${doc.step + 1}, example ${doc.index}`, ...Object.values(doc.latex).map((line) => `\\[ ${line} \\]`)].join("\n");
}

/** The script, or as a comment why there is none. @param {Derivation} doc */
function asPython(doc) {
  return doc.python ?? `# ${doc.no_python}`;
}
