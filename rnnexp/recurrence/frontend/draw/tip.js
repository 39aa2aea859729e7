// The text beside the pointer.

import d3 from "../d3.js";

let tip = null;

/** Hide the text, where what it is about has changed. */
export function hideTip() {
  tip?.style("display", "none");
}

/** Show the text that `textAt(event)` returns, or nothing while it returns null. */
export function withTip(selection, textAt) {
  selection
    .on("pointermove", (event) => {
      const text = textAt(event);
      tip ??= d3.select(document.body).append("div").attr("class", "tip");
      const below = event.clientY > window.innerHeight - 160;
      const right = event.clientX > window.innerWidth - 220;
      tip
        .text(text ?? "")
        .style("display", text ? "block" : "none")
        .style("top", below ? null : `${event.clientY + 14}px`)
        .style("bottom", below ? `${window.innerHeight - event.clientY + 14}px` : null)
        .style("left", right ? null : `${event.clientX + 14}px`)
        .style("right", right ? `${window.innerWidth - event.clientX + 14}px` : null);
    })
    .on("pointerleave", hideTip);
}
