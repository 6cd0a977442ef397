// Served as /sw.js. Keeps hashed files, an offline page, and the last seen policies and certificates of the account.
// Pages always come from the network first; what is kept is only for a phone without one.
const FILES = "files-1";
const PRIVATE = "private-1";
const OFFLINE = "/offline";
const KEPT = /^\/account(\/policies(\/[^/]+(\/certificate)?)?)?$/;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.add(OFFLINE)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== FILES && name !== PRIVATE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

async function page(request, path) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && KEPT.test(path)) (await caches.open(PRIVATE)).put(request, answer.clone());
    return answer;
  } catch {
    return (KEPT.test(path) && (await caches.match(request, { cacheName: PRIVATE }))) || caches.match(OFFLINE);
  }
}

async function file(request) {
  const cache = await caches.open(FILES);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) cache.put(request, answer.clone());
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/assets/") || url.pathname === "/brand.css") event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url.pathname));
});
