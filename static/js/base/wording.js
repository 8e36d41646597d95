/**
 * Sentences whose numbers keep their provenance: «After {frame.step:count} updates the loss is {frame.loss.train}» becomes text and one
 * [data-path] a brace, which numbers.js fills and keeps.
 */

/**
 * @param {string} template
 * @returns {(Node|string)[]}
 */
export function worded(template) {
  return template.split(/\{([^{}]+)\}/).map((part, i) => {
    if (i % 2 === 0) return part;
    const [path, format] = part.split(":");
    const number = document.createElement("span");
    number.dataset.path = path;
    if (format) number.dataset.format = format;
    return number;
  });
}

/** What each element says. @type {WeakMap<Element, string>} */
const said = new WeakMap();

/**
 * Say it, unless it is said already: numbers change within their sentence.
 * @param {Element} element
 * @param {string} template
 */
export function say(element, template) {
  if (said.get(element) === template) return;
  said.set(element, template);
  element.replaceChildren(...worded(template));
}
