// The portal's few comforts: see common.js. Also keeps the last seen policies for a phone without a network.
import { begin } from "./common.js";

begin();

if ("serviceWorker" in navigator && document.querySelector('meta[name="offline"]')) {
  addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
}
// Whoever logs out leaves nothing readable behind.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-logout]") && "caches" in window) caches.delete("private-1");
});
