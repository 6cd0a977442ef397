// What holds on every page of every journey: no error in the console, nothing that the content policy forbids, no failed request,
// nothing that accessibility checks find, and nothing wider than the screen.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { AxeBuilder, expect, test as plain } from "./playwright.mjs";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const shots = process.env.WAKALA_SHOTS;

/** Notes what goes wrong in any page of a browser. */
function watch(context, faults) {
  context.on("console", (message) => {
    // Refused forms are logged as failed loads; what must not fail is watched below.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(`console of ${message.page()?.url()}: ${message.text()}`);
  });
  context.on("weberror", (error) => faults.push(`script of ${error.page()?.url()}: ${error.error()}`));
  context.on("response", (response) => {
    const status = response.status();
    if (status >= 500 || (status >= 400 && !response.request().isNavigationRequest())) faults.push(`${status} ${response.url()}`);
  });
  context.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // A page that is left while it loads, and a download, end like this.
    if (why !== "net::ERR_ABORTED") faults.push(`${why} ${request.url()}`);
  });
}

/** What a page shows, in a few lines, for whoever reads why a journey failed. */
async function described(page) {
  const words = await page.locator("main").innerText({ timeout: 1_000 }).catch(() => "nothing");
  return `${page.url()}\n${words.replaceAll(/\s*\n\s*/g, " | ").slice(0, 1_500)}`;
}

/** Says of a failed journey where its pages stood. */
async function tell(context, info) {
  if (info.status === info.expectedStatus) return;
  for (const page of context.pages()) console.log(`${info.title} stopped at ${await described(page)}`);
}

export const test = plain.extend({
  faults: [
    async ({}, use) => {
      const faults = [];
      await use(faults);
      expect(faults, "faults on the pages that were visited").toEqual([]);
    },
    { auto: true },
  ],

  context: async ({ context, faults }, use, info) => {
    watch(context, faults);
    await use(context);
    await tell(context, info);
  },

  /** Another browser: nothing of the first one's cookies. */
  another: async ({ browser, contextOptions, viewport, hasTouch, isMobile, locale, timezoneId, faults }, use, info) => {
    const opened = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ ...contextOptions, viewport, hasTouch, isMobile, locale, timezoneId, serviceWorkers: "block", ...options });
      watch(context, faults);
      opened.push(context);
      return context.newPage();
    });
    for (const context of opened) {
      await tell(context, info);
      await context.close();
    }
  },

  /** Looks at a page as it stands. The name is that of its picture, taken if WAKALA_SHOTS names a folder. */
  look: async ({}, use, info) => {
    await use(async (page, name) => {
      await page.waitForLoadState("load");
      await page.evaluate(() => document.fonts.ready);
      if (shots) {
        mkdirSync(join(shots, info.project.name), { recursive: true });
        await page.screenshot({ path: join(shots, info.project.name, `${name}.png`), fullPage: true });
      }
      // Further down, the bar that stays on top covers half of what lies under its edge.
      await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
      const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true).analyze();
      const found = violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")} (${node.any.concat(node.all, node.none).map((check) => check.message).join("; ")})`));
      expect.soft(found, `accessibility of “${name}”, ${page.url()}`).toEqual([]);
      const wide = await page.evaluate(() => {
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width) return [];
        return [...document.body.querySelectorAll("*")].filter((part) => part.getBoundingClientRect().right > width + 1).map((part) => `${part.tagName.toLowerCase()}.${part.className} to ${part.getBoundingClientRect().right}`).slice(0, 8);
      });
      expect.soft(wide, `wider than the screen on “${name}”, ${page.url()}`).toEqual([]);
    });
  },
});

export { expect };
