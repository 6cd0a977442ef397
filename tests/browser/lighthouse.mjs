// The portal's first pages by Lighthouse, then the way to the cart at slow 3G. `ops/lighthouse` starts what it needs.
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { askForPrices, newCustomer, takeCheapest } from "./support/customer.mjs";
import { chromium } from "./support/playwright.mjs";
import { portalOf, world } from "./support/world.mjs";

const RUNS = 3;
const POINTS = 95;
const FIRST_LOAD = 100 * 1024;
// As the browser's own tools throttle: latency of a request in ms, bytes a second.
const SLOW_3G = { offline: false, latency: 2000, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const TAP_TO_PAGE_MS = 10_000;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

const lighthouse = (await import(pathToFileURL(join(process.env.WAKALA_LIGHTHOUSE, "lighthouse/core/index.js")))).default;
const reports = process.env.WAKALA_REPORTS;
const portal = portalOf(world.demo.slug);

const freePort = () => new Promise((found) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => found(port));
  });
});
const median = (numbers) => [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
const debugging = await freePort();
const launch = {
  executablePath: process.env.WAKALA_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic", `--remote-debugging-port=${debugging}`],
};
const faults = [];

// One browser with one set of cookies, so that the cart that was filled is the cart that is measured.
const context = await chromium.launchPersistentContext("", { ...launch, locale: "en-KE", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
const shopper = await context.newPage();
await askForPrices(shopper, portal, newCustomer({ parallelIndex: 0 }));
await takeCheapest(shopper);
const [product] = await shopper.goto(`${portal}/products`).then(() => shopper.locator("main a[href^='/products/']").evaluateAll((links) => links.map((link) => link.pathname)));
await shopper.close();

console.log(`${"page".padEnd(10)}${CATEGORIES.map((name) => name.padStart(16)).join("")}${"KB".padStart(8)}${"LCP ms".padStart(9)}${"TBT ms".padStart(9)}${"CLS".padStart(8)}`);
for (const [name, path] of [["home", "/"], ["listing", "/products"], ["product", product], ["cart", "/cart"]]) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { lhr } = await lighthouse(`${portal}${path}`, { port: debugging, output: "json", logLevel: "error", onlyCategories: CATEGORIES });
    if (lhr.runtimeError) throw new Error(`${path}: ${lhr.runtimeError.message}`);
    writeFileSync(join(reports, `${name}-${run}.json`), JSON.stringify(lhr));
    runs.push(lhr);
  }
  const points = CATEGORIES.map((category) => Math.round(median(runs.map((run) => run.categories[category].score)) * 100));
  const figure = (audit) => median(runs.map((run) => run.audits[audit].numericValue));
  const bytes = figure("total-byte-weight");
  console.log(`${name.padEnd(10)}${points.map((point) => String(point).padStart(16)).join("")}${(bytes / 1024).toFixed(1).padStart(8)}${figure("largest-contentful-paint").toFixed(0).padStart(9)}${figure("total-blocking-time").toFixed(0).padStart(9)}${figure("cumulative-layout-shift").toFixed(3).padStart(8)}`);
  points.forEach((point, place) => {
    if (point >= POINTS) return;
    const lost = runs[0].categories[CATEGORIES[place]].auditRefs.filter(({ id, weight }) => weight > 0 && runs[0].audits[id].score !== null && runs[0].audits[id].score < 0.9);
    faults.push(`${name}: ${CATEGORIES[place]} ${point}, for ${lost.map(({ id }) => `${id} ${runs[0].audits[id].displayValue ?? ""}`.trim()).join(", ")}`);
  });
  if (bytes > FIRST_LOAD) faults.push(`${name}: ${(bytes / 1024).toFixed(1)} KB`);
}
await context.close();

// A new browser: nothing is in its cache.
const browser = await chromium.launch({ ...launch, args: launch.args.slice(0, -1) });
const phone = await browser.newPage({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, locale: "en-KE" });
phone.setDefaultTimeout(60_000);
phone.setDefaultNavigationTimeout(60_000);
const wire = await phone.context().newCDPSession(phone);
await wire.send("Network.enable");
await wire.send("Network.emulateNetworkConditions", SLOW_3G);
let bytes = 0;
wire.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
let began = performance.now();
const step = async (name, wait) => {
  await wait;
  const taken = performance.now() - began;
  console.log(`slow 3G, ${name.padEnd(28)}${(taken / 1000).toFixed(1).padStart(6)} s${(bytes / 1024).toFixed(1).padStart(8)} KB`);
  if (taken > TAP_TO_PAGE_MS) faults.push(`slow 3G: ${name} took ${(taken / 1000).toFixed(1)} s`);
  bytes = 0;
  began = performance.now();
};
const customer = newCustomer({ parallelIndex: 1 });
await step("first page", phone.goto(`${portal}/`, { waitUntil: "domcontentloaded" }));
const form = phone.getByRole("form", { name: "See your price" });
await form.getByLabel("Number plate").fill(customer.plate);
await form.getByLabel("Value of the car").fill("1,200,000");
await form.getByLabel("What the car is used for").selectOption({ label: "Private: home, work, journeys" });
began = performance.now();
await form.getByRole("button", { name: "See prices" }).click({ noWaitAfter: true });
await step("questions", phone.getByLabel("Make").waitFor());
await phone.getByLabel("Make").fill("Toyota");
await phone.getByLabel("Model").fill("Axio");
await phone.getByLabel("Year of manufacture").fill(String(new Date().getFullYear() - 6));
began = performance.now();
await phone.getByRole("button", { name: "See prices" }).click({ noWaitAfter: true });
await step("prices of all insurers", phone.getByRole("link", { name: /^Choose/ }).first().waitFor());
await phone.getByRole("link", { name: /^Choose/ }).first().click({ noWaitAfter: true });
await step("one insurer's offer", phone.getByRole("button", { name: "Buy this cover" }).filter({ visible: true }).waitFor());
await phone.getByRole("button", { name: "Buy this cover" }).filter({ visible: true }).click({ noWaitAfter: true });
await step("cart", phone.getByRole("heading", { level: 1, name: "Your cart" }).waitFor());
await browser.close();

for (const fault of faults) console.error(`below its mark: ${fault}`);
process.exit(faults.length ? 1 : 0);
