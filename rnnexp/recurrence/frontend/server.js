// What the plugin's server knows: the runs, their layers, and stretches of their arrays.

const MOST_BYTES = 64e6; // of kept answers; those that were not used for longest are forgotten

const kept = new Map(); // by address and version: {answer, bytes}, the least recently used first

/** The list of runs, asked anew each time; unchanged answers are not sent again. */
export async function fetchRuns() {
  return (await ask("runs", {})).json();
}

/** Attributes, variables and coordinates of a layer; "" is the whole file. */
export function fetchLayer(run, layer) {
  return once("layer", run, { layer }, (answer) => answer.json());
}

/** The scores of a run that TensorBoard has by now: {tag: [[step, value], …]}. */
export async function fetchScores(run) {
  return (await ask("scores", { run: run.name })).json();
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
  const key = `${route}?${new URLSearchParams({ run: run.name, ...query })} ${run.version}`;
  const entry = kept.get(key) ?? {
    answer: ask(route, { run: run.name, ...query }).then(read),
    bytes: 0,
  };
  const isNew = !kept.delete(key);
  kept.set(key, entry); // now the most recently used one
  if (isNew) {
    entry.answer.then(
      (answer) => {
        entry.bytes = answer?.data?.byteLength ?? 1000;
        forgetTheOldest();
      },
      () => kept.delete(key),
    );
  }
  return entry.answer;
}

function forgetTheOldest() {
  let bytes = [...kept.values()].reduce((sum, entry) => sum + entry.bytes, 0);
  for (const [key, entry] of kept) {
    if (bytes <= MOST_BYTES) return;
    kept.delete(key);
    bytes -= entry.bytes;
  }
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
