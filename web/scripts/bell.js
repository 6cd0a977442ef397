// The bell: opens the newest notices in place and keeps their count while somebody is at the page. Without it the bell is a link.

/** How often the count is asked for where no stream tells it. */
const EVERY = 30_000;
/** Whoever did nothing for so long may have left: asking on would keep the session open. */
const AWAY = 300_000;
/** A page that is left at once needs no stream. */
const SETTLED = 1_000;

/** Fetches a part of a page. XMLHttpRequest parses it inert, which the policy on trusted types allows. */
function part(url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    request.timeout = 10_000;
    request.onload = () => resolve(request.status === 200 ? request.response?.querySelector(".bell-list") : null);
    request.onerror = request.ontimeout = () => reject(new Error("no answer"));
    request.send();
  });
}

/**
 * Gives `told` the count and its label now and whenever it changes. Only a page that is looked at holds a stream: a browser has few
 * connections to a site for all of its pages.
 */
function stream(url, told, isAway) {
  let source;
  const hangUp = () => {
    source?.close();
    source = undefined;
  };
  const listen = () => {
    if (source || document.hidden || isAway()) return;
    source = new EventSource(url);
    source.onmessage = (event) => told(JSON.parse(event.data));
    // It was refused, or the next try would keep the session of somebody who left open.
    source.onerror = () => {
      if (source?.readyState === EventSource.CLOSED || isAway()) hangUp();
    };
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? hangUp() : listen()));
  setTimeout(listen, SETTLED);
  return { listen, isOpen: () => source?.readyState === EventSource.OPEN };
}

/** `tell` reads out what changed. */
export function bell(tell) {
  const link = document.querySelector("[data-bell]");
  if (!link) return;
  const count = link.querySelector(".bell-count");
  const shown = () => link.parentElement.querySelector(".bell-list");
  let lastSeen = Date.now();
  for (const type of ["pointerdown", "keydown", "scroll"]) addEventListener(type, () => (lastSeen = Date.now()), { passive: true });

  const isAway = () => Date.now() - lastSeen > AWAY;

  const update = ({ unread, label }) => {
    if (unread === undefined || String(unread) === count.textContent) return;
    const grew = Number(unread) > Number(count.textContent);
    count.textContent = unread;
    count.hidden = count.textContent === "0";
    link.setAttribute("aria-label", label);
    if (grew) tell(label);
  };
  const close = () => {
    shown()?.remove();
    link.setAttribute("aria-expanded", "false");
  };
  const open = (list) => {
    close();
    link.after(document.adoptNode(list));
    link.setAttribute("aria-expanded", "true");
  };

  link.setAttribute("aria-expanded", "false");
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (shown()) return close();
    try {
      const list = await part(link.dataset.bell);
      if (!list) return location.assign(link.href);
      update(list.dataset);
      open(list);
    } catch {
      location.assign(link.href);
    }
  });
  document.addEventListener("click", (event) => {
    if (shown() && !link.parentElement.contains(event.target)) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shown()) return;
    close();
    link.focus();
  });
  const refresh = async () => {
    try {
      const list = await part(link.dataset.bell);
      if (!list) return;
      update(list.dataset);
      if (shown() && !shown().contains(document.activeElement)) open(list);
    } catch {
      // The next round asks again.
    }
  };
  const told = (now) => {
    update(now);
    if (shown()) refresh();
  };
  const live = window.EventSource && stream(link.dataset.live, told, isAway);
  setInterval(() => {
    if (document.hidden || isAway() || live?.isOpen()) return;
    live?.listen();
    refresh();
  }, EVERY);
}
