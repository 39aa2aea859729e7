// D3 is distributed as a script that defines a global. This makes a module of it.
import "./vendor/d3.min.js";

export default globalThis.d3;
