// What happens at the provider of card payments: a business finds its keys and enters where notices go, payers pay on its page, and its
// own staff settle refunds.
import { expect } from "./playwright.mjs";
import { world } from "./world.mjs";

/** Opens an account for a business; its secret keys. */
export async function openAccount(page, business) {
  await page.goto(world.cards.dashboard);
  await page.getByLabel("Name of the business").fill(business);
  await page.getByRole("button", { name: "Open" }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${business}, test` })).toBeVisible();
  const test = await page.getByText(/^sk_test_/).innerText();
  return { test, live: test.replace("sk_test_", "sk_live_") };
}

const accountOf = (key) => `${world.cards.dashboard}/${key}`;

/** Where notices of an account go. */
export async function enterWebhook(page, key, url) {
  await page.goto(accountOf(key));
  await page.getByLabel("Webhook URL").fill(url);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByLabel("Webhook URL")).toHaveValue(url);
}

/** From the page of an order to the provider's, where a button is pressed. */
export async function payOnPage(page, business, button) {
  await page.getByRole("link", { name: "Continue to payment" }).click();
  await expect(page.getByRole("heading", { level: 1, name: `Pay ${business}` })).toBeVisible();
  await page.getByRole("button", { name: button }).click();
}

/** The provider's staff settle the only refund of an account, once it is there. */
export async function settleRefund(page, key, status) {
  const refunds = page.getByRole("region", { name: "Refunds" });
  await expect(async () => {
    await page.goto(accountOf(key));
    await expect(refunds.getByText(/^pending, /)).toBeVisible({ timeout: 500 });
  }, "the refund is asked for").toPass({ timeout: 40_000 });
  await refunds.getByRole("button", { name: status, exact: true }).click();
  await expect(refunds.getByText(new RegExp(`^${status}, `))).toBeVisible();
}
