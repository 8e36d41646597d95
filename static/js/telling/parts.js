/**
 * The small pieces that lenses and answers are made of.
 *
 * @typedef {Node|string|null|undefined|false} Child
 */

/**
 * An element with attributes and children; `class` and `data-…` as in HTML, `on…` a listener.
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {...(Child|Child[])} children
 * @returns {HTMLElement}
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    // An aria- attribute says true or false; any other is there or left out.
    if (value === null || value === undefined || (value === false && !key.startsWith("aria-"))) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true && !key.startsWith("aria-") ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false).map((child) => /** @type {Node|string} */ (child)));
  return element;
}

/**
 * A number of the store: the page's binding fills it as soon as it stands on the page.
 * @param {string} path
 * @param {Record<string, any>} [attributes]
 * @returns {HTMLElement}
 */
export function number(path, attributes = {}) {
  return h("span", { ...attributes, class: `num ${attributes.class ?? ""}`.trim(), "data-path": path });
}

/**
 * A number that others are multiplied with or added to: in parentheses while it is negative.
 * @param {string} path
 * @returns {HTMLElement}
 */
export function operand(path) {
  return number(path, { "data-format": "operand" });
}

/**
 * MathML that the server made.
 * @param {string|undefined} mathml
 * @param {string} [className]
 * @returns {HTMLElement}
 */
export function formula(mathml, className = "formula") {
  const element = h("span", { class: className });
  element.innerHTML = mathml ?? "";
  return element;
}

/** A line does not end within «2-D». @param {string} text */
export function unbroken(text) {
  return text.split(/(\d-D)/).map((part) => (/^\d-D$/.test(part) ? h("span", { class: "unbroken" }, part) : part));
}

/**
 * A bar from the middle: left for negative, right for positive. It names the place of its number as a number does: the walk over the
 * page checks its side, and its length against the longest bar of its table.
 * @param {string} path
 * @param {number|null} value
 * @param {number} largest
 * @returns {HTMLElement}
 */
export function bar(path, value, largest) {
  const share = largest > 0 && value !== null ? Math.min(1, Math.abs(value) / largest) : 0;
  const side = (value ?? 0) < 0 ? "negative" : "positive";
  return h("span", { class: `bar bar-${side}`, "aria-hidden": "true", "data-bar": path, style: `--share: ${share.toFixed(4)}` });
}

/**
 * Text to the clipboard; where the page may not write there, into a field to copy from.
 * @param {string} text
 * @param {HTMLElement} button what was pressed; says that it worked
 */
export async function copy(text, button) {
  const label = button.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch (error) {
    console.warn("The clipboard is closed to this page; the text stands below, ready to be copied.", error);
    const field = h("textarea", { class: "copy-field", rows: 6, "aria-label": `${label}: the text`, readonly: true }, text);
    button.after(field);
    /** @type {HTMLTextAreaElement} */ (field).select();
    field.addEventListener("blur", () => field.remove(), { once: true });
    return;
  }
  setTimeout(() => {
    button.textContent = label;
  }, 1600);
}
