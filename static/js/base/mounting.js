/**
 * Panels are mounted when their place comes near the screen; those of a hidden tab when it is opened.
 *
 * @typedef {import("./types.js").Panel} Panel
 * @typedef {import("./types.js").Context} Context
 */

/**
 * @param {ParentNode} root
 * @param {Record<string, () => Promise<Panel>>} panels
 * @param {Context} context
 */
export function mountAll(root, panels, context) {
  const near = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        near.unobserve(entry.target);
        mount(/** @type {HTMLElement} */ (entry.target), panels, context);
      }
    },
    { rootMargin: "200px" },
  );
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-panel]"))) {
    if (element.hasAttribute("data-now")) mount(element, panels, context);
    else near.observe(element);
  }
}

/**
 * @param {HTMLElement} element
 * @param {Record<string, () => Promise<Panel>>} panels
 * @param {Context} context
 */
async function mount(element, panels, context) {
  const load = panels[element.dataset.panel ?? ""];
  if (!load) return;
  try {
    const panel = await load();
    await panel.mount(element, context);
    element.dataset.mounted = "";
  } catch (error) {
    reportError(error);
    element.append(Object.assign(document.createElement("p"), { className: "failed", textContent: "This panel could not be opened. Reload the page to try again." }));
  }
}
