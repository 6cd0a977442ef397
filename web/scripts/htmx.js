// Partial updates and live parts, under a strict content security policy. Loaded by the pages that need it.
import "./htmx-global.js";
import "htmx.org/dist/ext/hx-csp.js";
import "htmx.org/dist/ext/hx-sse.js";
