// A system of the firm's own that is told what happens: added, tried while nobody answers, its secret shown, and switched off.
import { logIn } from "./support/office.mjs";
import { expect, test } from "./support/test.mjs";
import { officeOf, world } from "./support/world.mjs";

const office = officeOf(world.demo.slug);

test("a webhook is added, tried and switched off", async ({ page, look }, info) => {
  const name = `Accounting ${info.project.name}`;
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await page.goto(`${office}/webhooks`);
  await look(page, "office-webhooks");
  await page.goto(`${office}/webhooks/new`);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Address", { exact: true }).fill("https://books.example.com/wakala");
  await page.getByLabel("Policy issued").check();
  await look(page, "office-webhook-new");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  const record = page.url();
  await look(page, "office-webhook");

  await page.getByRole("button", { name: "Show the secret" }).click();
  await expect(page.getByText(/^whsec_/)).toBeVisible();

  await page.goto(record);
  await page.getByRole("button", { name: "Send a test" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Test" })).toBeVisible();
  await expect(page.getByText("Not taken").first()).toBeVisible();
  await look(page, "office-webhook-message");

  await page.goto(record);
  await page.getByRole("button", { name: "Switch off" }).click();
  await expect(page.getByRole("button", { name: "Switch on" })).toBeVisible();
});
