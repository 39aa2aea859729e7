// Light or dark, as TensorBoard is.

import { host } from "./view.js";

/**
 * Follow TensorBoard's theme, or that of the system where the page stands alone.
 *
 * @param changed Called after the theme has changed.
 */
export function followTheme(changed) {
  const outside = host();
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const isDark =
      outside === window ? system.matches : outside.document.body.classList.contains("dark-mode");
    const [before, now] = [document.documentElement.dataset.theme, isDark ? "dark" : "light"];
    document.documentElement.dataset.theme = now;
    if (before && before !== now) changed();
  };
  apply();
  system.addEventListener("change", apply);
  if (outside !== window) {
    new MutationObserver(apply).observe(outside.document.body, { attributeFilter: ["class"] });
  }
}

/** Whether a reader sees the page: TensorBoard hides the frame of a tab that is not selected. */
export function isVisible() {
  return !document.hidden && window.innerWidth > 0;
}
