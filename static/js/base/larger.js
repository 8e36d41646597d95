/**
 * How many times as large as in a window of 1440 × 900 the page is set: as `--unit` in css/base.css says, which letters and columns
 * follow by themselves. What is drawn in pixels, Plotly's figures and our layers, lies in boxes of the class `drawing`: those are laid
 * out as in that window, and drawn so many times as large.
 */

let now = 1;

/** @returns {number} what one pixel of a drawing measures on the screen */
export function times() {
  return now;
}

/** Follow the window's size, before anything is laid out for it. */
export function followWindow() {
  const root = document.documentElement;
  const measure = () => {
    // A browser that does not know what kind of value `--unit` is gives its text: there drawings stay as they are.
    now = parseFloat(getComputedStyle(root).getPropertyValue("--unit")) || 1;
    root.style.setProperty("--times", String(now));
    root.toggleAttribute("data-larger", now !== 1);
  };
  window.addEventListener("resize", measure);
  measure();
}

/**
 * Where a pointer is, in a drawing's own pixels.
 * @param {Element} element  of a drawing, as large as it
 * @param {MouseEvent} event
 * @returns {[number, number]}
 */
export function pointerIn(element, event) {
  const { left, top } = element.getBoundingClientRect();
  return [(event.clientX - left) / now, (event.clientY - top) / now];
}
