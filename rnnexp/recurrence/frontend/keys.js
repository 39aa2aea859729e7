// The keyboard: every part of the selection without a mouse.

export const KEYS = [
  ["← →", "training step"],
  ["↑ ↓", "unit, by what it carries"],
  [", .", "timestep"],
  ["space", "play the training"],
  ["Home End", "before training, last step"],
  ["Tab", "next panel or control"],
];

/**
 * @param scrubber The scrubber.
 * @param contextNow Returns the selection as it is shown.
 */
export function listenToKeys(view, scrubber, contextNow) {
  document.addEventListener("keydown", (event) => {
    const context = contextNow();
    const { tagName, type } = event.target;
    const writes = tagName === "SELECT" || tagName === "TEXTAREA" || type === "search";
    if (!context || writes || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && /^(BUTTON|SUMMARY|INPUT)$/.test(tagName) && type !== "range") return;
    const action = actionOf(event.key, view, scrubber, context);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function actionOf(key, view, scrubber, context) {
  const { order, unit, t, layer } = context;
  const otherUnit = (by) => () =>
    view.set({ unit: order[clamp(order.indexOf(unit) + by, order.length - 1)] });
  const otherTime = (by) => () =>
    view.set({ t: clamp(t - 1 + by, (layer.timesteps ?? 1) - 1) + 1 });
  return {
    ArrowLeft: () => scrubber.move(-1),
    ArrowRight: () => scrubber.move(1),
    ArrowUp: otherUnit(-1),
    ArrowDown: otherUnit(1),
    ",": otherTime(-1),
    ".": otherTime(1),
    " ": () => scrubber.toggle(),
    Home: () => view.set({ step: context.steps[0] }),
    End: () => view.set({ step: null }),
  }[key];
}

function clamp(value, most) {
  return Math.max(0, Math.min(most, value));
}
