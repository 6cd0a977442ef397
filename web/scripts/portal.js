// The portal's few comforts: see common.js. Also keeps the last seen policies for a phone without a network.
import { begin } from "./common.js";

begin();

if ("serviceWorker" in navigator && document.querySelector('meta[name="offline"]')) {
  addEventListener("load", () => {
    const trusted = window.trustedTypes?.createPolicy("wakala", { createScriptURL: (url) => (url === "/sw.js" ? url : "") });
    navigator.serviceWorker.register(trusted ? trusted.createScriptURL("/sw.js") : "/sw.js").catch(() => {});
  });
}
// Whoever logs out leaves nothing readable behind.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-logout]") && "caches" in window) caches.delete("private-1");
});
