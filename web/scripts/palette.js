// What the search in the top bar finds, shown below it while one types. Without scripts the box leads to the page of the search,
// whose results these are.
import { say } from "./common.js";

const PAUSE = 200;

export function palette() {
  const box = document.getElementById("find");
  const form = box?.form;
  if (!form) return;
  const shown = document.createElement("div");
  shown.className = "palette";
  shown.hidden = true;
  shown.tabIndex = -1;
  shown.setAttribute("role", "region");
  shown.setAttribute("aria-label", box.getAttribute("aria-label"));
  form.append(shown);

  let timer;
  let asking;
  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    shown.hidden = true;
  };
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${form.action}?q=${encodeURIComponent(box.value.trim())}`, { signal: asking.signal });
      if (!answer.ok || answer.redirected) return close();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const results = page.querySelector("[data-results]");
      if (!results || !form.contains(document.activeElement)) return close();
      // Heads of the page would stand inside the box; its rows are what j and k move through.
      for (const rows of results.querySelectorAll("[data-rows]")) rows.removeAttribute("data-rows");
      results.removeAttribute("data-results");
      shown.replaceChildren(document.adoptNode(results));
      shown.hidden = shown.textContent.trim() === "";
      say([...shown.querySelectorAll("h2")].map((head) => head.textContent).join(", "));
    } catch {
      // Aborted, or no connection: the page of the search is one press away.
    }
  };
  const later = () => {
    clearTimeout(timer);
    const length = box.value.trim().length;
    if (length === 1) return close();
    timer = setTimeout(ask, length === 0 ? 0 : PAUSE);
  };
  box.addEventListener("input", later);
  box.addEventListener("focus", later);
  form.addEventListener("keydown", (event) => {
    const links = [...shown.querySelectorAll("a[href]")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
      close();
      box.focus();
    } else if (event.key === "ArrowDown" && !shown.hidden && at < links.length - 1) links[at + 1].focus();
    else if (event.key === "ArrowUp" && at >= 0) (links[at - 1] ?? box).focus();
    else return;
    event.preventDefault();
  });
  document.addEventListener("focusin", (event) => {
    if (!form.contains(event.target)) close();
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
}
