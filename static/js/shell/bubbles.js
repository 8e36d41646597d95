/**
 * The help of the field that has the focus or the pointer goes once it has been of use: a value was entered, or Escape was pressed.
 * It comes again with the focus or the pointer. `data-quiet` is "all" until then, and "focus" where the pointer alone has come again.
 */

/** @param {HTMLElement} form */
export function followBubbles(form) {
  /** By path: the form may be drawn anew under a pointer that rests. @type {string|undefined} */
  let hovered;
  form.addEventListener("change", (event) => hush(fieldOf(event.target)));
  form.addEventListener("keydown", (event) => event.key === "Enter" && event.target instanceof HTMLInputElement && hush(fieldOf(event.target)));
  form.addEventListener("focusin", (event) => fieldOf(event.target)?.removeAttribute("data-quiet"));
  form.addEventListener("pointerover", (event) => {
    const field = fieldOf(event.target);
    if (field?.dataset.field === hovered) return;
    hovered = field?.dataset.field;
    if (field?.dataset.quiet) field.dataset.quiet = "focus";
  });
  form.addEventListener("pointerleave", () => (hovered = undefined));
  // Wherever the focus is: a bubble under the pointer must go too.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") form.querySelectorAll(".field:is(:hover, :focus-within)").forEach(hush);
  });
}

/** @param {Element|null} field */
function hush(field) {
  field?.setAttribute("data-quiet", "all");
}

/** @param {EventTarget|null} target @returns {HTMLElement|null} */
function fieldOf(target) {
  return /** @type {Element} */ (target).closest(".field");
}
