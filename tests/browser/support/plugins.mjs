// What an administrator does with a plugin of the catalogue.
import { expect } from "./playwright.mjs";
import { save } from "./office.mjs";

export const part = (page, mode) => page.getByRole("region", { name: `Settings for ${mode === "test" ? "tests" : "live"}` });

/** From the catalogue to an installation in test mode; ends on its page. */
export async function enable(page, office, name, look = async () => {}) {
  await page.goto(`${office}/plugins`);
  await look(page, "office-plugins-offered");
  await page.getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { name: "What it may do" })).toBeVisible();
  await look(page, "office-plugin-offered");
  await page.getByLabel(/I agree that the plugin/).check();
  await page.getByRole("button", { name: "Enable in test mode" }).click();
  await expect(page.getByText("The plugin is enabled in test mode.", { exact: false })).toBeVisible();
}

/** Opens the settings of one mode. */
export async function change(page, mode) {
  await part(page, mode).getByRole("link", { name: /^Change/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: `Settings for ${mode === "test" ? "tests" : "live"}` })).toBeVisible();
}

/** Settings of a language model that the world stands in for; `key` is the right one. */
export async function fillModel(page, { key = "key" } = {}) {
  await page.getByLabel("Address", { exact: true }).fill("https://models.example.com/v1");
  await page.getByLabel(/Let the plugin send requests to the server/).check();
  await page.getByLabel("API key").fill(key);
  await page.getByLabel("Model", { exact: true }).fill("small");
}

export async function saveSettings(page) {
  await save(page);
  await expect(page.getByText("Saved. Test the settings next.")).toBeVisible();
}

/** Lets the plugin prove the settings of one mode. */
export async function prove(page, mode, words = "The test passed.") {
  await part(page, mode).getByRole("button", { name: /^Test/ }).click();
  await expect(part(page, mode).getByText(words, { exact: false }).first()).toBeVisible();
}
