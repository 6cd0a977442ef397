// The money desk: a bank's statement is imported for the first time and its differences are booked; an insurer is paid.
import { expectHeadline, goShopping, newCustomer, payButton } from "./support/customer.mjs";
import { logIn, today } from "./support/office.mjs";
import { expect, test } from "./support/test.mjs";
import { answerPrompt, officeOf, portalOf, promptOn, world } from "./support/world.mjs";

const portal = portalOf(world.demo.slug);
const office = officeOf(world.demo.slug);

test("a bank's statement is read by its columns and a difference is booked as what it is", async ({ page, look }, info) => {
  const mark = `${info.project.name[0]}${Date.now().toString(36)}`;
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await page.goto(`${office}/bank-accounts/new`);
  await page.getByLabel("Name", { exact: true }).fill(`Main ${mark}`);
  await page.getByLabel("Bank", { exact: true }).fill("Mfano Bank");
  await page.getByLabel("Account number").fill(mark);
  await look(page, "office-bank-account-new");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectHeadline(page, "Bank accounts");
  await look(page, "office-bank-accounts");

  const day = today();
  const rows = `Date,Details,Amount\n${day},Ledger fee ${mark},-120.50\n${day},Juma Mfano ${mark},"1,500.00"\n`;
  const file = { name: "november.csv", mimeType: "text/csv", buffer: Buffer.from(rows) };
  const send = async () => {
    await page.goto(`${office}/statements/import`);
    await page.getByLabel("Account or method").selectOption({ label: `Main ${mark}, ${mark}` });
    await page.getByLabel("File").setInputFiles(file);
    await page.getByRole("button", { name: "Import" }).click();
  };
  await send();
  await expectHeadline(page, "Columns of the statement");
  await expect(page.getByRole("cell", { name: "KSh 1,500" })).toBeVisible();
  await look(page, "office-statement-columns");
  await page.getByRole("button", { name: "Keep these columns" }).click();
  await expectHeadline(page, "Import a statement");
  await look(page, "office-statement-import");
  await send();
  await expect(page.getByText("2 new lines, 0 agree, 2 differ.")).toBeVisible();
  await look(page, "office-statement");
  // The same file once more changes nothing.
  await send();
  await expect(page.getByText("0 new lines", { exact: false })).toBeVisible();

  await page.goto(`${office}/differences`);
  await page.getByRole("row").filter({ hasText: "−KSh 120.50" }).first().getByRole("link", { name: /^Explain/ }).click();
  await look(page, "office-difference");
  await page.getByLabel("A charge of the bank or provider").check();
  await page.getByRole("textbox", { name: "Reason" }).fill("Monthly fee");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expectHeadline(page, "Differences");

  await page.goto(`${office}/receipts?state=open`);
  await page.getByRole("row").filter({ hasText: mark }).getByRole("link").first().click();
  await expectHeadline(page, "Say what it is for");
  await look(page, "office-receipt-assign");
  await page.goto(`${office}/money`);
  await look(page, "office-money");
  // Closing the day would take the till from all others who sell today.
  for (const [path, name] of [["/till", "office-till"], ["/till/close", "office-till-close"], ["/till/bank", "office-till-bank"]]) {
    await page.goto(`${office}${path}`);
    await look(page, name);
  }
  await page.goto(`${office}/receivables/ages`);
  await look(page, "office-ages");
  await page.goto(`${office}/books/entries`);
  await page.getByRole("link", { name: /Ledger fee|Monthly fee/ }).first().click();
  await look(page, "office-entry");
});

test("premium that was collected is paid to the insurer and marked as paid", async ({ page, another, look }, info) => {
  const customer = newCustomer(info);
  const shopper = await another();
  await goShopping(shopper, portal, customer, {});
  await payButton(shopper).click();
  await answerPrompt(await promptOn(customer.phone), "approve");
  await expectHeadline(shopper, "You are insured");

  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await page.goto(`${office}/premium-held`);
  await look(page, "office-premium-held");
  await page.getByRole("link", { name: /^Remit / }).first().click();
  await look(page, "office-remit");
  await page.getByRole("button", { name: "Make the remittance" }).click();
  await expectHeadline(page, /^Remittance to/);
  await look(page, "office-remittance");
  await page.getByRole("link", { name: "Mark as paid" }).click();
  await page.getByLabel("Bank reference").fill(`FT${Date.now()}${info.parallelIndex}`);
  await look(page, "office-remittance-pay");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "Paid and booked." })).toBeVisible();
  await look(page, "office-remittance-paid");
  await page.goto(`${office}/remittances`);
  await look(page, "office-remittances");
});
