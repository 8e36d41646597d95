/** Small helpers over a layer of SVG: elements by name that are only touched when something about them changes. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string|number>} [attributes]
 * @param {Element|null} [parent]
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes = {}, parent = null) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  parent?.append(element);
  return element;
}

/**
 * A set of elements of one tag, by name. Between `begin` and `end` the painter says which there are; the others are taken away.
 */
export class Pool {
  /**
   * @param {Element} parent
   * @param {"text"|"path"} tag
   */
  constructor(parent, tag) {
    this.parent = parent;
    this.tag = tag;
    /** @type {Map<string, {element: SVGElement, key: string, seen: boolean}>} */
    this.items = new Map();
  }

  begin() {
    for (const item of this.items.values()) item.seen = false;
  }

  /**
   * @param {string} name
   * @param {Record<string, string|number|null>} attributes  null removes one
   * @param {string} [text]  only for a text that is no number of the trace
   */
  put(name, attributes, text) {
    let item = this.items.get(name);
    if (!item) {
      item = { element: svg(this.tag, {}, this.parent), key: "", seen: true };
      this.items.set(name, item);
    }
    item.seen = true;
    const key = `${Object.values(attributes).join("|")}|${text ?? ""}`;
    if (item.key === key) return;
    item.key = key;
    for (const [attribute, value] of Object.entries(attributes)) {
      if (value === null) item.element.removeAttribute(attribute);
      else if (item.element.getAttribute(attribute) !== String(value)) item.element.setAttribute(attribute, String(value));
    }
    if (text !== undefined && item.element.textContent !== text) item.element.textContent = text;
  }

  end() {
    for (const [name, item] of this.items) {
      if (item.seen) continue;
      item.element.remove();
      this.items.delete(name);
    }
  }
}

/**
 * 0 before `from`, 1 after `to`, and smooth between.
 * @param {number} t
 * @param {number} from
 * @param {number} to
 */
export function ramp(t, from, to) {
  const s = Math.max(0, Math.min(1, (t - from) / (to - from)));
  return s * s * (3 - 2 * s);
}

/** @param {number} v @returns {number} with one decimal */
export function r1(v) {
  return Math.round(v * 10) / 10;
}
