// Recurrence for TensorBoard: TensorBoard imports this module into a frame and calls `render`.

import { Page } from "./page.js";
import { followTheme } from "./theme.js";

export async function render() {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = "./style.css";
  const loaded = new Promise((done) => style.addEventListener("load", done));
  document.head.append(style);
  await loaded;
  followTheme();
  await new Page(document.body).start();
}
