// What both faces add to pages that already work: nothing here is needed to finish a task.

import { bell } from "./bell.js";
import { passkeys } from "./passkey.js";

/** Marks the page before it is painted further, so that .js-only and .no-js choose their side. */
document.documentElement.classList.add("js");

const on = (type, handler, options) => document.addEventListener(type, handler, options);

/** A second press while a form is on its way does nothing; what was typed and which button was pressed stay. */
function guardDoubleSubmit() {
  on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.target === "_blank") return;
    // What is kept as a file leaves the page where it is.
    if (event.submitter?.hasAttribute("data-download")) return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    if (form.method !== "post") return;
    form.setAttribute("aria-busy", "true");
    for (const button of form.querySelectorAll('[type="submit"]')) button.setAttribute("aria-disabled", "true");
    const said = event.submitter?.dataset.busy;
    if (said) {
      event.submitter.dataset.label = event.submitter.textContent;
      event.submitter.textContent = said;
    }
  });
  const release = () => {
    for (const form of document.querySelectorAll('form[aria-busy="true"]')) {
      form.removeAttribute("aria-busy");
      for (const button of form.querySelectorAll('[type="submit"]')) {
        button.removeAttribute("aria-disabled");
        if (button.dataset.label) button.textContent = button.dataset.label;
      }
    }
  };
  addEventListener("pageshow", release);
  on("htmx:after:request", release);
}

/** Leaving a changed form[data-guard] asks first. */
function guardUnsaved() {
  const changed = new Set();
  on("input", (event) => {
    const form = event.target.closest?.("form[data-guard]");
    if (form) changed.add(form);
  });
  on("submit", (event) => changed.delete(event.target));
  on("reset", (event) => changed.delete(event.target));
  addEventListener("beforeunload", (event) => {
    for (const form of changed) if (!form.isConnected) changed.delete(form);
    if (changed.size > 0) event.preventDefault();
  });
}

/** `<a href="/x/cancel" data-dialog="cancel-dialog">` opens the dialog; without scripts the link leads to the page. */
function dialogs() {
  on("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (!dialog?.showModal || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      dialog.showModal();
      return;
    }
    const closer = event.target.closest?.("[data-close]");
    if (closer) {
      event.preventDefault();
      closer.closest("dialog, .alert")?.[closer.closest("dialog") ? "close" : "remove"]();
      return;
    }
    if (event.target instanceof HTMLDialogElement) event.target.close();
  });
}

/** One open menu at a time; Escape and a click elsewhere close it. */
function menus() {
  const close = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  };
  on("click", (event) => close(event.target.closest?.("details.menu")));
  on("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement?.closest?.("details.menu[open]");
    close();
    menu?.querySelector("summary")?.focus();
  });
}

function copying() {
  on("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.classList.add("is-done");
      say(button.dataset.copied ?? "");
      setTimeout(() => button.classList.remove("is-done"), 2000);
    } catch {
      // No permission or no clipboard: the value is still there to select.
    }
  });
}

/** `<select data-submit>` sends its form at once; the button beside it is .no-js. */
function submitOnChange() {
  on("change", (event) => {
    if (event.target.matches?.("[data-submit]")) event.target.form?.requestSubmit();
  });
}

/** `<div data-when="use=psv,taxi">` is shown, and its fields sent, only while that field has one of those values. */
function conditionals(root = document) {
  for (const part of root.querySelectorAll("[data-when]")) {
    const [name, values = ""] = part.dataset.when.split("=");
    const form = part.closest("form");
    if (!form) continue;
    const data = new FormData(form);
    const shown = values.split(",").some((value) => data.getAll(name).includes(value));
    part.hidden = !shown;
    if (part.matches("fieldset")) part.disabled = !shown;
  }
}

/** In a row of tabs that is wider than the screen, the current one is in sight. */
function showCurrentTab() {
  for (const tab of document.querySelectorAll(".tabs [aria-current], .kinds [aria-current]")) {
    const row = tab.parentElement;
    row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }
}

/** Reads something out to those who cannot see it change. */
export function say(text) {
  const region = document.getElementById("said");
  if (region) region.textContent = text;
}

/** Start of every face. */
export function begin() {
  guardDoubleSubmit();
  guardUnsaved();
  dialogs();
  menus();
  copying();
  submitOnChange();
  showCurrentTab();
  bell(say);
  passkeys();
  conditionals();
  on("change", (event) => event.target.form && conditionals(event.target.form));
  document.querySelector(".error-summary")?.focus();
}
