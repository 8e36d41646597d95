/**
 * Light, dark, or as the system says; motion in full, or reduced to steps. Both are kept for the next visit.
 * store.theme is what was chosen, store.shade what it comes to now: "light" or "dark".
 *
 * @typedef {import("./types.js").Store} Store
 */

export const THEMES = ["auto", "light", "dark"];
const DARK = "(prefers-color-scheme: dark)";
const STILL = "(prefers-reduced-motion: reduce)";

/**
 * A browser may refuse storage (private windows, blocked cookies): the page works without.
 * @param {string} name
 * @param {string} [value]
 * @returns {string|null}
 */
function kept(name, value) {
  try {
    if (value !== undefined) localStorage.setItem(`chainrule.${name}`, value);
    return localStorage.getItem(`chainrule.${name}`);
  } catch (error) {
    console.warn(`chainrule.${name} is not kept for the next visit`, error);
    return null;
  }
}

/** @param {Store} store */
export function followTheme(store) {
  const system = matchMedia(DARK);
  const apply = () => {
    const theme = store.get("theme");
    const shade = theme === "auto" ? (system.matches ? "dark" : "light") : theme;
    document.documentElement.dataset.theme = shade;
    store.set("shade", shade);
  };
  const chosen = kept("theme");
  if (chosen && THEMES.includes(chosen)) store.set("theme", chosen);
  system.addEventListener("change", apply);
  store.subscribe("theme", (theme) => {
    kept("theme", theme);
    apply();
  });
  apply();
}

/** @param {Store} store */
export function followMotion(store) {
  const system = matchMedia(STILL);
  const follow = () => {
    if (!kept("motion")) store.set("motion", system.matches ? "reduced" : "full");
  };
  const chosen = kept("motion");
  if (chosen === "full" || chosen === "reduced") store.set("motion", chosen);
  follow();
  system.addEventListener("change", follow);
  const apply = (/** @type {string} */ motion) => {
    document.documentElement.dataset.motion = motion;
  };
  store.subscribe("motion", apply);
  apply(store.get("motion"));
}

/** Keep the choice that the user made, against what the system says. @param {Store} store @param {"full"|"reduced"} motion */
export function chooseMotion(store, motion) {
  kept("motion", motion);
  store.set("motion", motion);
}

/**
 * The palette of the present shade, read off the page: `colour("--positive")`.
 * @param {string} name
 * @returns {string}
 */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
