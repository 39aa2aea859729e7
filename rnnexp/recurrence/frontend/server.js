// What the plugin's server knows: the runs, their layers, and stretches of their arrays.

const MOST_KEPT = 400; // answers; the oldest are forgotten

const kept = new Map();

/** The list of runs, asked anew each time; unchanged answers are not sent again. */
export async function fetchRuns() {
  return (await ask("runs", {})).json();
}

/** Attributes, variables and coordinates of a layer; "" is the whole file. */
export function fetchLayer(run, layer) {
  return once("layer", run, { layer }, (answer) => answer.json());
}

/** The scores of a run that TensorBoard has: {tag: [[step, value], …]}. */
export function fetchScores(run) {
  return once("scores", run, {}, (answer) => answer.json());
}

/**
 * A stretch of a variable: {dims, shape, labels, full, fixed, attrs, data}, data in C order.
 * Resolves to null where the file has no such variable.
 */
export function fetchArray(run, layer, name, query) {
  return once("array", run, { layer, name, ...query }, async (answer) =>
    answer.status === 404 ? null : parsed(await answer.arrayBuffer()),
  );
}

function once(route, run, query, read) {
  const address = new URLSearchParams({ run: run.name, ...query }).toString();
  const key = `${route}?${address} ${run.version}`;
  if (!kept.has(key)) {
    const answer = ask(route, { run: run.name, ...query }).then(read);
    answer.catch(() => kept.delete(key));
    kept.set(key, answer);
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
  }
  return kept.get(key);
}

async function ask(route, query) {
  const answer = await fetch(`./${route}?${new URLSearchParams(query)}`);
  if (answer.ok || (answer.status === 404 && route === "array")) return answer;
  const text = await answer.text();
  throw new Error(problemIn(text) ?? `TensorBoard answered ${answer.status} to ${route}`);
}

function problemIn(text) {
  try {
    return JSON.parse(text).problem;
  } catch {
    return null;
  }
}

function parsed(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return { ...header, data: new Float32Array(buffer, 4 + length) };
}

/** Row i of an array of two dimensions. */
export function rowOf(array, i) {
  const width = array.shape[1];
  return array.data.subarray(i * width, (i + 1) * width);
}
