// Money leaves by a file: two people agree to it, the bank carries it out, and its answer settles it.
import { expectHeadline, goShopping, newCustomer, payButton } from "./support/customer.mjs";
import { inviteColleague, logIn } from "./support/office.mjs";
import { expect, test } from "./support/test.mjs";
import { answerPrompt, officeOf, portalOf, promptOn, world } from "./support/world.mjs";

const office = officeOf(world.demo.slug);

test("a refund is paid by a file for the bank, whose answer is taken line by line", async ({ page, another, look }, info) => {
  const mark = `${info.project.name[0]}${Date.now().toString(36)}`;
  const customer = newCustomer(info);
  await goShopping(page, portalOf(world.demo.slug), customer);
  await payButton(page).click();
  await expectHeadline(page, /Enter your PIN on/);
  await answerPrompt(await promptOn(customer.phone), "approve");
  await expectHeadline(page, "You are insured");

  const desk = await another();
  await logIn(desk, world.demo.slug, world.demo.email, world.demo.password);
  await desk.goto(`${office}/policies?search=${encodeURIComponent(customer.plate)}`);
  await desk.getByRole("link", { name: /^POL-/ }).click();
  await desk.getByRole("link", { name: "Cancel the policy" }).click();
  await desk.getByLabel("The insurer").check();
  await desk.getByLabel("Reason").fill("The insurer withdraws from this class");
  await desk.getByRole("button", { name: "Show what is given back" }).click();
  await desk.getByLabel("Pay it back").check();
  await desk.getByRole("button", { name: "Cancel the policy" }).click();
  await desk.goto(`${office}/refunds?state=due`);
  await desk.getByRole("row").filter({ hasText: customer.name }).getByRole("link", { name: /^RF-/ }).click();
  const refund = desk.url();

  const colleague = await another();
  const email = `neema.${Date.now()}.${info.parallelIndex}@example.com`;
  await inviteColleague(desk, colleague, world.demo.slug, { first: "Neema", last: "Mfano", email, role: "Accountant" });
  await colleague.goto(refund);
  await colleague.getByRole("link", { name: "Approve" }).click();
  await colleague.getByRole("button", { name: "Approve" }).click();

  await desk.goto(refund);
  await desk.getByRole("link", { name: "Pay out" }).click();
  await expectHeadline(desk, "Pay out");
  await desk.getByLabel("Bank account").check();
  await look(desk, "office-payout-request");
  await desk.getByLabel("Bank", { exact: true }).fill("Mfano Bank");
  await desk.getByLabel("Account number").fill("0100000001");
  await desk.getByRole("button", { name: "Pay out" }).click();
  await expect(desk.getByText("somebody else than who asked for it", { exact: false })).toBeVisible();
  await expect(desk.getByRole("link", { name: "Approve" })).toHaveCount(0);
  await look(desk, "office-payout-requested");
  const payout = desk.url();
  const number = await desk.getByText(/^PO-2\d{3}-\d{5}$/).first().textContent();
  await colleague.goto(payout);
  await colleague.getByRole("link", { name: "Approve" }).click();
  await look(colleague, "office-payout-approve");
  await colleague.getByRole("button", { name: "Approve" }).click();
  await expect(colleague.getByText("Approved. It can be sent.")).toBeVisible();

  await desk.goto(`${office}/bank-accounts/new`);
  await desk.getByLabel("Name", { exact: true }).fill(`Payouts ${mark}`);
  await desk.getByLabel("Bank", { exact: true }).fill("Mfano Bank");
  await desk.getByLabel("Account number").fill(mark);
  await desk.getByRole("button", { name: "Save", exact: true }).click();
  await desk.goto(`${office}/payout-batches/new`);
  await desk.getByLabel("From account").selectOption({ label: `Payouts ${mark}, KES` });
  await desk.getByLabel(new RegExp(number)).check();
  await look(desk, "office-payout-batch-new");
  await desk.getByRole("button", { name: "Make a file" }).click();
  await expect(desk.getByText("The file is ready.", { exact: false })).toBeVisible();
  await look(desk, "office-payout-batch");
  const download = desk.waitForEvent("download");
  await desk.getByRole("link", { name: "Download pain.001" }).click();
  expect((await download).suggestedFilename()).toMatch(/^PB-.*\.xml$/);

  const answer = { name: "answer.csv", mimeType: "text/csv", buffer: Buffer.from(`Reference,Status\n${number},Success\nPO-2000-00001,Success\n`) };
  const send = async () => {
    await desk.getByRole("link", { name: "Upload the bank's answer" }).click();
    await desk.getByLabel("File").setInputFiles(answer);
    await desk.getByRole("button", { name: "Upload the bank's answer" }).click();
  };
  const batch = desk.url();
  await send();
  await expectHeadline(desk, "Columns of the bank's answer");
  await look(desk, "office-payout-answer-columns");
  await desk.getByRole("button", { name: "Save", exact: true }).click();
  await desk.goto(batch);
  await send();
  await expect(desk.getByText("No such payout in this file")).toBeVisible();
  await look(desk, "office-payout-batch-answered");
  // The same answer once more changes nothing.
  await send();
  await expect(desk.getByText("Known before")).toBeVisible();
  await desk.goto(payout);
  await look(desk, "office-payout-paid");
  await desk.goto(`${office}/payouts?state=paid`);
  await expect(desk.getByRole("link", { name: number })).toBeVisible();
  await look(desk, "office-payouts");
  await desk.goto(`${office}/payout-batches`);
  await look(desk, "office-payout-batches");
  await desk.goto(`${office}/settings/payouts`);
  await look(desk, "office-settings-payouts");
});
