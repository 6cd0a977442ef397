// A firm that takes cards: its payment plugin is set up by the forms, a customer is declined and then pays on the provider's page, and
// what is given back goes the same way.
import { enterWebhook, openAccount, payOnPage, settleRefund } from "./support/cards.mjs";
import { expectHeadline, goShopping, newCustomer, payButton } from "./support/customer.mjs";
import { describeFirm, inviteColleague, newFirm, openPortal, signUp } from "./support/office.mjs";
import { change, enable, part, prove, saveSettings } from "./support/plugins.mjs";
import { expect, test } from "./support/test.mjs";
import { letterTo, officeOf, portalOf } from "./support/world.mjs";

/** Credentials of both modes, proved, and the addresses that the plugin asks to enter at the provider entered there; ends live. */
async function takeCards(page, provider, firm, look) {
  const keys = await openAccount(provider, firm.name);
  await enable(page, officeOf(firm.slug), "Paystack");
  for (const mode of ["test", "live"]) {
    await change(page, mode);
    await page.getByLabel("Secret key").fill(keys[mode]);
    await saveSettings(page);
    await prove(page, mode);
    await expect(part(page, mode).getByText(`Connected to Paystack in ${mode} mode.`)).toBeVisible();
    expect(await page.content(), "a key is kept, never shown").not.toContain(keys[mode]);
    await enterWebhook(provider, keys[mode], await part(page, mode).getByText(/^https:\/\/\S+\/hooks\/\S+$/).innerText());
  }
  await look(page, "office-plugin-cards-proved");
  await page.getByRole("button", { name: "Go live" }).click();
  await expect(page.getByText("The plugin is live.")).toBeVisible();
  return keys;
}

/** Looks again until a record says that it is paid. */
const expectPaid = (page) =>
  expect(async () => {
    await page.reload();
    await expect(page.getByText("Paid", { exact: true }).first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 60_000 });

test("a card is declined and another one pays, and the money goes back by the same payment", async ({ page, another, look }, info) => {
  test.setTimeout(400_000);
  const firm = { ...newFirm(info), colour: "#1f4d7a" };
  const [office, portal] = [officeOf(firm.slug), portalOf(firm.slug)];
  const provider = await another();
  await signUp(page, firm);
  await describeFirm(page, firm);
  const keys = await takeCards(page, provider, firm, look);
  await openPortal(page, firm);

  const customer = newCustomer(info);
  const buyer = await another();
  await goShopping(buyer, portal, customer);
  await buyer.getByLabel("Card, bank or mobile money").check();
  await expect(buyer.getByLabel("E-mail"), "what is known is not asked again").toHaveValue(customer.email);
  await payButton(buyer).click();
  await expectHeadline(buyer, "Confirm the payment");
  await expect(buyer.getByRole("link", { name: "Continue to payment" })).toBeVisible();
  await expect(buyer.getByText("You pay on the page of the payment service.", { exact: false })).toBeVisible();
  await look(buyer, "portal-order-elsewhere");
  await payOnPage(buyer, firm.name, "Use a card that is declined");
  await expect(buyer.getByRole("alert")).toContainText("Declined");
  await buyer.getByRole("link", { name: "Back to the shop" }).click();
  await expectHeadline(buyer, "The payment did not go through");
  await expect(buyer.getByText("Nothing was taken. The bank declined the payment.", { exact: false })).toBeVisible();
  await look(buyer, "portal-order-declined");

  await buyer.getByLabel("Card, bank or mobile money").check();
  await payButton(buyer).click();
  await payOnPage(buyer, firm.name, "Pay by card");
  await expectHeadline(buyer, "You are insured");
  await letterTo(customer.email, "Your cover is in place");
  await page.goto(`${office}/payments`);
  await expect(page.getByRole("row").filter({ hasText: "Card, bank or mobile money" })).toHaveCount(2);

  await page.goto(`${office}/policies?search=${encodeURIComponent(customer.plate)}`);
  await page.getByRole("link", { name: /^POL-/ }).click();
  await page.getByRole("link", { name: "Cancel the policy" }).click();
  await page.getByLabel("The insurer").check();
  await page.getByLabel("Reason").fill("The insurer withdraws from this class");
  await page.getByRole("button", { name: "Show what is given back" }).click();
  await page.getByLabel("Pay it back").check();
  await page.getByRole("button", { name: "Cancel the policy" }).click();
  await page.goto(`${office}/refunds?state=due`);
  await page.getByRole("row").filter({ hasText: customer.name }).getByRole("link", { name: /^RF-/ }).click();
  const refund = page.url();

  const colleague = await another();
  const email = `neema.${Date.now()}.${info.parallelIndex}@example.com`;
  await inviteColleague(page, colleague, firm.slug, { first: "Neema", last: "Mlima", email, role: "Accountant" });
  await colleague.goto(refund);
  await colleague.getByRole("link", { name: "Approve" }).click();
  await colleague.getByRole("button", { name: "Approve" }).click();
  await expect(colleague.getByText("Approved. It can be paid.")).toBeVisible();

  await page.goto(refund);
  await page.getByRole("link", { name: "Pay out" }).click();
  await expect(page.getByLabel("Back by the payment"), "what came by a card goes back to it").toBeChecked();
  await look(page, "office-payout-original");
  await page.getByRole("button", { name: "Pay out" }).click();
  await expect(page.getByText("somebody else than who asked for it", { exact: false })).toBeVisible();
  const payout = page.url();
  await colleague.goto(payout);
  await colleague.getByRole("link", { name: "Approve" }).click();
  await colleague.getByRole("button", { name: "Approve" }).click();
  await expect(colleague.getByText("Approved. It can be sent.")).toBeVisible();

  await page.goto(payout);
  await page.getByRole("link", { name: "Send through a provider" }).click();
  await look(page, "office-payout-send");
  await page.getByRole("button", { name: "Send through a provider" }).click();
  await expect(page.getByText("It is being sent.")).toBeVisible();
  await settleRefund(provider, keys.live, "processed");
  await expectPaid(page);
  await look(page, "office-payout-given-back");
  await page.goto(refund);
  await expectPaid(page);
});
