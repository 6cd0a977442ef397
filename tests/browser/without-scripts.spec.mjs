// Everything a customer needs works while scripts are off: forms post, the waiting page loads itself again.
import { download, expectHeadline, goShopping, newCustomer, payButton } from "./support/customer.mjs";
import { expect, test } from "./support/test.mjs";
import { answerPrompt, portalOf, promptOn, world } from "./support/world.mjs";

test.use({ javaScriptEnabled: false });

test("a customer buys with scripts switched off", async ({ page }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portalOf(world.demo.slug), customer);
  await payButton(page).click();
  await expectHeadline(page, /Enter your PIN on/);
  await answerPrompt(await promptOn(customer.phone), "approve");
  await expectHeadline(page, "You are insured");
  const confirmation = page.getByRole("link", { name: "Confirmation of motor cover" });
  await expect(confirmation).toBeVisible();
  const file = await download(page, confirmation);
  expect(file.subarray(0, 5).toString()).toBe("%PDF-");
});
