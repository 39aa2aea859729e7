// What the layer computes in a step, with its conventions and the shapes of its weights.

const LINE = 19;
const MOST_LETTERS = 150;

export const equations = {
  name: "equations",
  title: "Equations",
  caption: "The layer as it is set up. D: features of x_t, M: units. ⊙ is the elementwise product.",
  columns: 6,

  async load(context) {
    return context.about.attributes;
  },

  draw(figure, { formula, convention, source, weights, parameters }, context) {
    if (!formula) return figure.say("The file has no equations: it is of an earlier version.");
    const { layer } = context;
    const lines = [
      ["title", `${layer.name}: ${layer.layer_class}, ${layer.units} units`],
      ...formula.split("\n").map((line) => ["formula", line]),
      ["gap", ""],
      ...wrapped(convention ?? "").map((line) => ["text", line]),
      ["gap", ""],
      ...together(weights).map((line) => ["text", line]),
      ["text", `${Number(parameters).toLocaleString("en")} parameters`],
      ["gap", ""],
      ...wrapped(source ?? "").map((line) => ["text", line]),
    ];
    const { svg } = figure.drawing(LINE * lines.length + 16);
    svg
      .selectAll("text")
      .data(lines)
      .join("text")
      .attr("class", ([kind]) => `equation ${kind}`)
      .attr("x", 8)
      .attr("y", (_, i) => LINE * (i + 1))
      .text(([, text]) => text);
  },
};

function wrapped(text) {
  const lines = [""];
  for (const word of text.replaceAll("`", "").split(/\s+/)) {
    if (lines.at(-1).length + word.length > MOST_LETTERS) lines.push("");
    lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  return lines;
}

/** Weights of the same shape and variable in one line: W_xz, W_xr: D×M = 16×64 each. */
function together(weights) {
  const lines = new Map();
  for (const { name, letters, sizes, variable } of Array.isArray(weights) ? weights : []) {
    const shape = `${letters} = ${sizes.join("×")}, stored in ${variable}`;
    lines.set(shape, [...(lines.get(shape) ?? []), name]);
  }
  return [...lines].map(([shape, names]) => `${names.join(", ")}: ${shape}`);
}
