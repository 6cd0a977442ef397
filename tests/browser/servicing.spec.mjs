// Servicing a policy from the desk: it ends early, and two people give the money back.
import { expectHeadline, goShopping, newCustomer, payButton } from "./support/customer.mjs";
import { inviteColleague, logIn } from "./support/office.mjs";
import { textOf } from "./support/papers.mjs";
import { expect, test } from "./support/test.mjs";
import { answerPrompt, attachmentOf, letterTo, officeOf, portalOf, promptOn, world } from "./support/world.mjs";

const office = officeOf(world.demo.slug);

async function buy(page, info) {
  const customer = newCustomer(info);
  await goShopping(page, portalOf(world.demo.slug), customer);
  await payButton(page).click();
  await expectHeadline(page, /Enter your PIN on/);
  await answerPrompt(await promptOn(customer.phone), "approve");
  await expectHeadline(page, "You are insured");
  return customer;
}

test("a policy is cancelled with its figures shown, and two people give the money back", async ({ page, another, look }, info) => {
  const customer = await buy(page, info);
  const desk = await another();
  await logIn(desk, world.demo.slug, world.demo.email, world.demo.password);
  await desk.goto(`${office}/policies?search=${encodeURIComponent(customer.plate)}`);
  await desk.getByRole("link", { name: /^POL-/ }).click();
  const number = await desk.getByText(/^POL-2\d{3}-\d{5}$/).first().textContent();
  await desk.getByRole("link", { name: "Cancel the policy" }).click();
  await look(desk, "office-cancel");
  await desk.getByLabel("The insurer").check();
  await desk.getByLabel("Reason").fill("The insurer withdraws from this class");
  await desk.getByRole("button", { name: "Show what is given back" }).click();
  await expect(desk.getByRole("heading", { level: 1, name: "Confirm the cancellation" })).toBeVisible();
  await expect(desk.getByText("100% of premium and levies is given back", { exact: false })).toBeVisible();
  await look(desk, "office-cancel-confirm");
  await desk.getByLabel("Pay it back").check();
  await desk.getByRole("button", { name: "Cancel the policy" }).click();
  await expect(desk.getByText("The policy is cancelled.", { exact: false })).toBeVisible();
  await expect(desk.getByRole("link", { name: "Cancel the policy" })).toHaveCount(0);
  await look(desk, "office-policy-cancelled");

  const letter = await letterTo(customer.email, "Your cover ends");
  const words = textOf(await attachmentOf(letter, 0));
  expect(words).toContain(number);
  expect(words).toContain("How what is given back was worked out");

  await desk.goto(`${office}/refunds?state=due`);
  await look(desk, "office-refunds");
  await desk.getByRole("row").filter({ hasText: customer.name }).getByRole("link", { name: /^RF-/ }).first().click();
  await expect(desk.getByText("somebody else than who asked for it", { exact: false })).toBeVisible();
  await expect(desk.getByRole("link", { name: "Approve" })).toHaveCount(0);
  const refund = desk.url();

  const colleague = await another();
  const email = `zawadi.${Date.now()}.${info.parallelIndex}@example.com`;
  await inviteColleague(desk, colleague, world.demo.slug, { first: "Zawadi", last: "Mfano", email, role: "Accountant" });
  await colleague.goto(refund);
  await look(colleague, "office-refund-due");
  await colleague.getByRole("link", { name: "Approve" }).click();
  await look(colleague, "office-refund-approve");
  await colleague.getByRole("button", { name: "Approve" }).click();
  await expect(colleague.getByText("Approved. It can be paid.")).toBeVisible();
  await colleague.getByRole("link", { name: "Record the payment" }).click();
  await colleague.getByLabel("Bank transfer").check();
  await colleague.getByLabel("Reference").fill(`FT-${info.project.name}-${Date.now()}`);
  await look(colleague, "office-refund-pay");
  await colleague.getByRole("button", { name: "Record the payment" }).click();
  await expect(colleague.getByText("Paid and booked.")).toBeVisible();
  await look(colleague, "office-refund-paid");
});

test("a customer asks for the end of a policy, and staff decline with a reason", async ({ page, another, look }, info) => {
  const customer = await buy(page, info);
  await page.getByRole("link", { name: /^POL-/ }).click();
  await page.getByRole("link", { name: "End this cover early" }).click();
  await expectHeadline(page, "End this cover");
  await look(page, "portal-policy-end");
  await page.getByRole("button", { name: "Ask to end it" }).click();
  await expect(page.getByText("Fill this in", { exact: false }).or(page.locator("#f-reason-error")).first()).toBeVisible();
  await look(page, "portal-policy-end-refused");
  await page.getByLabel("Why do you want to end it?").fill("I sold the car");
  await page.getByRole("button", { name: "Ask to end it" }).click();
  await expect(page.getByText("You asked to end this cover", { exact: false })).toBeVisible();
  await look(page, "portal-policy-end-asked");

  const desk = await another();
  await logIn(desk, world.demo.slug, world.demo.email, world.demo.password);
  await desk.goto(`${office}/policies?search=${encodeURIComponent(customer.plate)}`);
  await desk.getByRole("link", { name: /^POL-/ }).click();
  await expect(desk.getByText("The customer wants to end this", { exact: false })).toBeVisible();
  await look(desk, "office-policy-wished");
  await desk.getByRole("link", { name: "Decline the customer's wish" }).click();
  await desk.getByLabel("Reason").fill("Bring the logbook first");
  await look(desk, "office-cancel-decline");
  await desk.getByRole("button", { name: "Decline the customer's wish" }).click();
  await expect(desk.getByText("The wish is declined.", { exact: false })).toBeVisible();
  await page.reload();
  await expect(page.getByText("Bring the logbook first", { exact: false })).toBeVisible();
});

test("papers about money are made, kept and mailed", async ({ page, another, look }, info) => {
  const customer = await buy(page, info);
  const desk = await another();
  await logIn(desk, world.demo.slug, world.demo.email, world.demo.password);
  await desk.goto(`${office}/policies?search=${encodeURIComponent(customer.plate)}`);
  await desk.getByRole("link", { name: /^POL-/ }).click();
  await desk.getByRole("link", { name: "Issue the document anew" }).click();
  await look(desk, "office-policy-reissue");
  await desk.getByLabel("Reason").fill("The name was misspelt");
  await desk.getByRole("button", { name: "Issue the document anew" }).click();
  await expect(desk.getByText("The document is being issued anew.")).toBeVisible();
  await desk.getByRole("link", { name: "Keep the insurer's document" }).click();
  await look(desk, "office-policy-file");
  await desk.goBack();
  await desk.getByRole("link", { name: /^ORD-/ }).click();
  await desk.getByRole("button", { name: "Debit note" }).click();
  await expect(async () => {
    await desk.reload();
    await expect(desk.getByRole("link", { name: "Mail the debit note" })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await look(desk, "office-order-debit-note");
  await desk.getByRole("link", { name: "Mail the debit note" }).click();
  await look(desk, "office-debit-note-mail");
  await desk.getByRole("button", { name: "Mail the debit note" }).click();
  const note = await letterTo(customer.email, "Debit note DN-");
  expect(textOf(await attachmentOf(note, 0))).toContain("Still to pay");
  await desk.getByRole("link", { name: customer.name, exact: false }).first().click();
  await desk.getByRole("link", { name: "Statement of account" }).click();
  await desk.getByLabel("Mail it to the customer").check();
  await look(desk, "office-statement");
  await desk.getByRole("button", { name: "Statement of account" }).click();
  const statement = await letterTo(customer.email, "Statement of account ST-");
  expect(textOf(await attachmentOf(statement, 0))).toContain("Your credit at the end");
  await desk.goto(`${office}/settings/refunds`);
  await look(desk, "office-settings-refunds");
  await desk.goto(`${office}/policies?state=ended`);
  await look(desk, "office-policies-ended");
});
