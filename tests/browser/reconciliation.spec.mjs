// Statements against the books: a large difference that two people decide about, and a payment that is asked for once more.
import { expectHeadline, goShopping, newCustomer, payButton } from "./support/customer.mjs";
import { inviteColleague, logIn, today } from "./support/office.mjs";
import { expect, test } from "./support/test.mjs";
import { answerPrompt, officeOf, portalOf, promptOn, world } from "./support/world.mjs";

const portal = portalOf(world.demo.slug);
const office = officeOf(world.demo.slug);

test("a difference above the limit is booked once a colleague approves it", async ({ page, another, look }, info) => {
  const mark = `${info.project.name[0]}r${Date.now().toString(36)}`;
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await page.goto(`${office}/bank-accounts/new`);
  await page.getByLabel("Name", { exact: true }).fill(`Second ${mark}`);
  await page.getByLabel("Bank", { exact: true }).fill("Mfano Bank");
  await page.getByLabel("Account number").fill(mark);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectHeadline(page, "Bank accounts");

  const day = today();
  const rows = `Date,Details,Amount\n${day},Rent of the office ${mark},"-150,000.00"\n`;
  const file = { name: `${mark}.csv`, mimeType: "text/csv", buffer: Buffer.from(rows) };
  const send = async () => {
    await page.goto(`${office}/statements/import`);
    await page.getByLabel("Account or method").selectOption({ label: `Second ${mark}, ${mark}` });
    await page.getByLabel("File").setInputFiles(file);
    await page.getByRole("button", { name: "Import" }).click();
  };
  await send();
  await page.getByRole("button", { name: "Keep these columns" }).click();
  await expectHeadline(page, "Import a statement");
  await send();
  await expect(page.getByText("1 new lines, 0 agree, 1 differ.")).toBeVisible();

  await page.goto(`${office}/differences?why=unexpected&day_from=${day}`);
  await look(page, "office-differences");
  await page.getByRole("row").filter({ hasText: "−KSh 150,000" }).first().getByRole("link", { name: /^Explain/ }).click();
  await page.getByLabel("A charge of the bank or provider").check();
  await page.getByRole("textbox", { name: "Reason" }).fill(`Agreed with the bank ${mark}`);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Another person has to approve this")).toBeVisible();

  await page.goto(`${office}/differences/decisions`);
  await look(page, "office-decisions");
  await page.getByRole("row").filter({ hasText: mark }).getByRole("link").first().click();
  await expect(page.getByText("Another person than the one who proposed it")).toBeVisible();
  await look(page, "office-decision");
  const decision = page.url();

  const colleague = await another();
  const email = `second.${Date.now()}.${info.parallelIndex}@example.com`;
  await inviteColleague(page, colleague, world.demo.slug, { first: "Neema", last: "Mfano", email, role: "Administrator" });
  await colleague.goto(decision);
  await colleague.getByRole("button", { name: "Approve" }).click();
  await expect(colleague.getByText("Approved, and done.")).toBeVisible();
  await look(colleague, "office-decision-done");

  await page.goto(`${office}/differences/missing`);
  await expectHeadline(page, "Missing at the provider");
  await look(page, "office-missing");
});

test("what a payer turned down is asked for again by staff, and the cover is issued", async ({ page, another, look }, info) => {
  const customer = newCustomer(info);
  const shopper = await another();
  await goShopping(shopper, portal, customer, {});
  await payButton(shopper).click();
  await answerPrompt(await promptOn(customer.phone), "cancel");
  await expectHeadline(shopper, "The payment did not go through");
  await expect(shopper.getByRole("button", { name: /^Try again/ })).toBeVisible();
  await look(shopper, "portal-order-try-again");

  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await page.goto(`${office}${new URL(shopper.url()).pathname}`);
  await page.getByRole("main").getByRole("link", { name: /M-Pesa/ }).first().click();
  await page.getByRole("button", { name: "Ask the customer again" }).click();
  await expect(page.getByText("The customer is being asked again.")).toBeVisible();
  await look(page, "office-payment-again");
  await answerPrompt(await promptOn(customer.phone), "approve");
  await expect(async () => {
    await shopper.reload();
    await expect(shopper.getByRole("heading", { level: 1, name: "You are insured" })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 40_000 });
});
