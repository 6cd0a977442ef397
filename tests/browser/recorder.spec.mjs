// The record of calls: one that failed is found, read without its secrets, and played again without effect.
import { newFirm, signUp } from "./support/office.mjs";
import { change, enable, fillModel, prove, saveSettings } from "./support/plugins.mjs";
import { expect, test } from "./support/test.mjs";
import { officeOf } from "./support/world.mjs";

test("a call that failed is found, opened and played again, and the mistake is mended", async ({ page, look }, info) => {
  test.setTimeout(240_000);
  const firm = newFirm(info);
  const office = officeOf(firm.slug);
  const wrong = "a-key-of-another-account";
  await signUp(page, firm);
  await enable(page, office, "Language model");
  const installation = page.url();
  await change(page, "test");
  await fillModel(page, { key: wrong });
  await saveSettings(page);
  await prove(page, "test", "The test did not pass.");
  await expect(page.getByText("The server does not accept this key").first()).toBeVisible();
  await look(page, "office-plugin-test-failed");

  await page.goto(`${office}/plugins/calls`);
  await look(page, "office-calls");
  await page.goto(`${office}/plugins/calls?state=failed`);
  await page.getByRole("link", { name: "Tested its settings", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: /Tested its settings/ })).toBeVisible();
  await expect(page.getByText("Failed", { exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { name: "GET models.example.com:443/v1/models" })).toBeVisible();
  await expect(page.getByText("401", { exact: false }).first()).toBeVisible();
  expect(await page.content(), "no secret is in the record").not.toContain(wrong);
  await look(page, "office-call");
  await page.getByRole("button", { name: "Play it in the sandbox" }).click();
  await expect(page.getByText("The call was played in the sandbox.", { exact: false })).toBeVisible();
  await expect(page.getByText("Replay without effect", { exact: false })).toBeVisible();
  await expect(page.getByText("Connected; the server has 2 models", { exact: false }).first(), "the provider of the package takes the call").toBeVisible();
  await look(page, "office-call-replayed");

  await page.goto(installation);
  await change(page, "test");
  await fillModel(page);
  await saveSettings(page);
  await prove(page, "test");
  await page.getByRole("link", { name: "Show its calls" }).click();
  await expect(page.getByRole("link", { name: "Tested its settings", exact: true }), "a replay is no call").toHaveCount(2);
  await page.getByRole("link", { name: "Tested its settings", exact: true }).first().click();
  await expect(page.getByText("Fine", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Play it in the sandbox" }), "what went well is not played again").toHaveCount(0);

  for (const [path, name] of [["deliveries", "office-deliveries"], ["messages", "office-messages-sent"], ["news", "office-plugin-news"], ["routes", "office-payment-rules"]]) {
    await page.goto(`${office}/plugins/${path}`);
    await look(page, name);
  }
});
