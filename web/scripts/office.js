// Back office and console: common comforts and the keys that make lists quick.
import { begin, say } from "./common.js";
import { palette } from "./palette.js";

begin();
palette();

/** The entry of the present page lies in sight, however long the menu is. */
const here = document.querySelector(".sidebar [aria-current]");
const menu = here?.closest(".sidebar > div");
if (menu) menu.scrollTop = here.offsetTop - menu.clientHeight / 2;

const typing = (target) => target.closest?.("input, select, textarea, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-rows] > tr")];

function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const at = all.findIndex((row) => row.classList.contains("is-at"));
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))];
  all[at]?.classList.remove("is-at");
  next.classList.add("is-at");
  next.querySelector("a")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

/** Follows the link or presses the button that the page offers for a key: `<a data-key="e">`. */
function press(key, within = document) {
  const target = within.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  target.click();
  return true;
}

let prefix = "";
let prefixTimer;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]") && event.key !== "?") return;
  const key = event.key;
  if (prefix) {
    const whole = `${prefix} ${key}`;
    prefix = "";
    if (press(whole)) event.preventDefault();
    return;
  }
  const at = document.querySelector("[data-rows] > tr.is-at");
  let done = true;
  if (key === "/") document.getElementById("find")?.focus();
  else if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "x" && at) at.querySelector(".select-row")?.click();
  else if (key === "?") {
    const list = document.getElementById("keys");
    if (list?.open) list.close();
    else list?.showModal();
  } else if (key === "g") {
    prefix = "g";
    clearTimeout(prefixTimer);
    prefixTimer = setTimeout(() => (prefix = ""), 1500);
  } else done = (at && press(key, at)) || press(key);
  if (done) event.preventDefault();
});

// Acts on rows show once a row is chosen, and say how many.
document.addEventListener("change", (event) => {
  const list = event.target.closest?.(".list");
  const bar = list?.querySelector(".bulk");
  if (!bar || !event.target.matches(".select-all, .select-row, .bulk [name=all]")) return;
  const boxes = [...list.querySelectorAll(".select-row")];
  if (event.target.matches(".select-all")) for (const box of boxes) box.checked = event.target.checked;
  const chosen = boxes.filter((box) => box.checked).length;
  const every = list.querySelector(".select-all");
  if (every) {
    every.checked = chosen === boxes.length;
    every.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  bar.classList.toggle("is-on", chosen > 0);
  const words = bar.querySelector("[data-chosen]");
  if (words) {
    words.textContent = words.dataset.chosen.replace("0", String(chosen));
    say(words.textContent);
  }
});
