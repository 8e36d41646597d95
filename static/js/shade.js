/** The theme chosen at an earlier visit, before anything is painted: a classic script, because modules run after the first paint. */
(() => {
  try {
    const chosen = localStorage.getItem("chainrule.theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch (error) {
    console.warn("the theme is not kept: this browser refuses storage", error);
  }
})();
