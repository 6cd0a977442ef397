// The journeys of customers and staff through the real binary and a real browser, on a phone and on a desk.
// `ops/journeys` starts what they need; WAKALA_JOURNEYS names the file that says where it runs. WAKALA_TRACES names a folder for a
// recording of each journey that fails. WAKALA_WIDTHS=own leaves out customers at desks and staff on phones, for two thirds of the time; pages
// are looked at in both widths nevertheless (places.spec.mjs).
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { defineConfig } from "./support/playwright.mjs";

const chromium = {
  browserName: "chromium",
  launchOptions: {
    executablePath: process.env.WAKALA_CHROMIUM ?? ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find(existsSync),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic"],
  },
  locale: "en-KE",
  timezoneId: "Africa/Nairobi",
  // Animations would be caught half-way by checks of contrast.
  contextOptions: { reducedMotion: "reduce" },
  serviceWorkers: "block",
  // Recording each step takes a third of a run's time.
  trace: process.env.WAKALA_TRACES ? "retain-on-failure" : "off",
  actionTimeout: 15_000,
  navigationTimeout: 30_000,
};

const leftOut = process.env.WAKALA_WIDTHS === "own" ? (names) => names.map((name) => `**/${name}.spec.mjs`) : () => [];
const CUSTOMERS = ["account", "checkout-plugins", "instalments", "market", "notices", "purchase", "swahili", "trouble", "without-scripts"];
const STAFF = [
  "books", "desk", "payouts", "plugins", "prices", "publishing", "reconciliation", "recorder", "security", "servicing", "terms", "webhooks",
];

export default defineConfig({
  testDir: import.meta.dirname,
  outputDir: process.env.WAKALA_TRACES ?? join(tmpdir(), "wakala-journeys"),
  testMatch: "*.spec.mjs",
  fullyParallel: true,
  forbidOnly: true,
  // What fails once is named as flaky even where the second try passes.
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  projects: [
    { name: "phone", testIgnore: leftOut(STAFF), use: { ...chromium, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
    { name: "desktop", testIgnore: leftOut(CUSTOMERS), use: { ...chromium, viewport: { width: 1280, height: 800 } } },
  ],
});
