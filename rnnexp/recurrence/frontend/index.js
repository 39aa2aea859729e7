export async function render() {
  const answer = await fetch("./runs");
  const told = await answer.json();
  document.body.textContent = told.runs.map((run) => run.name).join(", ");
}
