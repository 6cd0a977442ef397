// The bell: opens the newest notices in place and keeps their count while somebody is at the page. Without it the bell is a link.

const EVERY = 30_000;
/** Whoever did nothing for so long may have left: asking on would keep the session open. */
const AWAY = 300_000;

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

/** `tell` reads out what changed. */
export function bell(tell) {
  const link = document.querySelector("[data-bell]");
  if (!link) return;
  const count = link.querySelector(".bell-count");
  const shown = () => link.parentElement.querySelector(".bell-list");
  let lastSeen = Date.now();
  for (const type of ["pointerdown", "keydown", "scroll"]) addEventListener(type, () => (lastSeen = Date.now()), { passive: true });

  const update = (list) => {
    if (!list?.dataset.unread || list.dataset.unread === count.textContent) return;
    const grew = Number(list.dataset.unread) > Number(count.textContent);
    count.textContent = list.dataset.unread;
    count.hidden = list.dataset.unread === "0";
    link.setAttribute("aria-label", list.dataset.label);
    if (grew) tell(list.dataset.label);
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
      update(list);
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
  setInterval(async () => {
    if (document.hidden || Date.now() - lastSeen > AWAY) return;
    try {
      const list = await part(link.dataset.bell);
      update(list);
      if (list && shown() && !shown().contains(document.activeElement)) open(list);
    } catch {
      // The next round asks again.
    }
  }, EVERY);
}
