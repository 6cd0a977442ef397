// The journeys of customers and staff through the real binary and a real browser, on a phone and on a desk.
// `ops/journeys` starts what they need; WAKALA_JOURNEYS names the file that says where it runs. WAKALA_TRACES names a folder for a
// recording of each journey that fails.
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
    { name: "phone", use: { ...chromium, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
    { name: "desktop", use: { ...chromium, viewport: { width: 1280, height: 800 } } },
  ],
});
