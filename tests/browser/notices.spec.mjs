// The bell of a customer: what is told after a purchase, how it is read, and what the customer wants to hear of.
import { expectHeadline, goShopping, newCustomer, payButton } from "./support/customer.mjs";
import { expect, test } from "./support/test.mjs";
import { answerPrompt, portalOf, promptOn, world } from "./support/world.mjs";

const portal = portalOf(world.demo.slug);

test("a buyer reads at the bell what was bought, and chooses what to hear of", async ({ page, look }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portal, customer);
  await payButton(page).click();
  await expectHeadline(page, /Enter your PIN on/);

  // Another page stays open meanwhile. Its bell is told what comes: asking would bring it nothing.
  const other = await page.context().newPage();
  await other.route("**/notices/bell", (route) => route.fulfill({ contentType: "text/html", body: "" }));
  await other.goto(`${portal}/account`);
  await expect(other.getByRole("link", { name: "Notices, none unread" })).toBeVisible();
  await answerPrompt(await promptOn(customer.phone), "approve");
  await expectHeadline(page, "You are insured");
  await expect(other.getByRole("link", { name: /^Notices, .* unread$/ })).not.toHaveAccessibleName(/none/, { timeout: 30_000 });

  await expect(async () => {
    await page.goto(`${portal}/account/notices`);
    await expect(page.getByRole("link", { name: /You are covered/ }).first()).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await look(page, "portal-notices");
  const bell = page.getByRole("link", { name: /^Notices, .* unread$/ });
  await expect(bell).not.toHaveAccessibleName(/none/);

  // By keyboard: the newest few open in place, Escape closes them and leaves the reader at the bell.
  await bell.focus();
  await page.keyboard.press("Enter");
  const few = page.getByRole("region", { name: "Notices" });
  await expect(few.getByRole("link", { name: /You are covered/ })).toBeVisible();
  await look(page, "portal-bell");
  await page.keyboard.press("Escape");
  await expect(few).toHaveCount(0);
  await expect(bell).toBeFocused();

  await bell.click();
  await few.getByRole("link", { name: /You are covered/ }).click();
  await expect(page).toHaveURL(/\/account\/policies\//);

  await page.goto(`${portal}/account/notices?state=unread`);
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await expect(page.getByRole("link", { name: "Notices, none unread" })).toBeVisible();
  await expect(other.getByRole("link", { name: "Notices, none unread" })).toBeVisible({ timeout: 10_000 });
  await other.close();

  await page.getByRole("link", { name: "What to be told" }).click();
  await expectHeadline(page, "Notifications");
  const policies = page.getByRole("group", { name: "Policies" });
  await expect(policies.getByLabel("Send it by mail")).toBeChecked();
  await expect(page.getByRole("group", { name: "Offers" }).getByLabel("Send it by mail")).not.toBeChecked();
  await look(page, "portal-notifications");
  await policies.getByLabel("Send it by mail").uncheck();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("group", { name: "Policies" }).getByLabel("Send it by mail")).not.toBeChecked();
});
