// Light or dark, as TensorBoard is.

import { host } from "./view.js";

/** Follow TensorBoard's theme, or that of the system where the page stands alone. */
export function followTheme() {
  const outside = host();
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const isDark = outside === window ? system.matches : outside.document.body.classList.contains("dark-mode");
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
  };
  apply();
  system.addEventListener("change", apply);
  if (outside !== window) {
    new MutationObserver(apply).observe(outside.document.body, { attributeFilter: ["class"] });
  }
}
