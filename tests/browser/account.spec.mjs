// What a customer does in the account: documents, named people, consents, a copy of the data, deletion taken back.
import { download, expectHeadline, goShopping, newCustomer } from "./support/customer.mjs";
import { expect, test } from "./support/test.mjs";
import { letterTo, portalOf, world } from "./support/world.mjs";

const portal = portalOf(world.demo.slug);
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAACgAAAAeCAIAAADRv8uKAAAAK0lEQVR4nO3NMQ0AAAgDsOlFASIQjQw4mvRvqudExGKxWCwWi8VisVj8N166+bP7FYPpJQAAAABJRU5ErkJggg==", "base64");

test("a customer keeps documents, takes one back and changes that decision", async ({ page, look }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portal, customer);
  await page.goto(`${portal}/account/documents`);
  await expectHeadline(page, "Your documents");
  await look(page, "account-documents-empty");
  await page.getByLabel("What it is").last().selectOption({ label: "Logbook" });
  await page.getByLabel("File").setInputFiles({ name: "logbook.png", mimeType: "image/png", buffer: PICTURE });
  await page.getByRole("button", { name: "Upload" }).click();
  await expect(page.getByText("We have it. Thank you.")).toBeVisible();
  await look(page, "account-documents");

  await page.getByRole("link", { name: /logbook\.png/ }).click();
  await expectHeadline(page, "logbook.png");
  await expect(page.getByRole("img", { name: "logbook.png" })).toBeVisible();
  await look(page, "account-document");
  await page.getByRole("button", { name: "Take it back" }).click();
  await expect(page.getByText("The document is taken back.")).toBeVisible();
  await look(page, "account-documents-removed");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("The document is back.")).toBeVisible();

  await page.getByRole("checkbox", { name: /logbook\.png/ }).check();
  const zip = await download(page, page.getByRole("button", { name: "Download as one file" }));
  expect(zip.subarray(0, 2).toString()).toBe("PK");
  await page.getByRole("button", { name: "Send to my e-mail" }).click();
  await expect(page.getByText("The documents are on their way")).toBeVisible();
  const letter = await letterTo(customer.email, "Your documents");
  expect(letter.attachments).toHaveLength(1);
});

test("a customer names beneficiaries by keyboard, takes a consent back and gets a copy of the data", async ({ page, look }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portal, customer);
  await page.goto(`${portal}/account/beneficiaries`);
  await expectHeadline(page, "Your beneficiaries");
  await look(page, "account-beneficiaries");
  const first = page.getByRole("group", { name: "Person 1" });
  await first.getByLabel("Full name").focus();
  await page.keyboard.type("Neema Mfano");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Child");
  await page.keyboard.press("Tab");
  await page.keyboard.type("60");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The shares do not add up to 100 percent.")).toBeVisible();
  await look(page, "account-beneficiaries-refused");
  await first.getByLabel("Share in percent").fill("100");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(first.getByLabel("Full name")).toHaveValue("Neema Mfano");

  await page.goto(`${portal}/account/privacy`);
  await page.getByRole("button", { name: /^Agree News by SMS/ }).click();
  await expect(page.getByText("Your consent is recorded.")).toBeVisible();
  await page.getByRole("button", { name: /^Take back News by SMS/ }).click();
  await expect(page.getByText("Your consent is taken back.")).toBeVisible();
  await look(page, "account-privacy");
  await page.getByRole("button", { name: "Make my copy" }).click();
  await letterTo(customer.email, "ready to download");
  await page.goto(`${portal}/account/privacy`);
  const copy = await download(page, page.getByRole("link", { name: "Download my data" }));
  expect(copy.toString("latin1")).toContain("person.json");

  await page.getByRole("link", { name: "What deleting means" }).click();
  await expectHeadline(page, "Delete your account");
  await look(page, "account-erasure");
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Delete my account" }).click();
  await expect(page.getByText(/Your account is deleted on/)).toBeVisible();
  await look(page, "account-erasure-wanted");
  await page.getByRole("button", { name: "Keep my account" }).click();
  await expect(page.getByText("Your account stays.")).toBeVisible();
});

test("the account begins with what to do, and a statement is made for a period", async ({ page, look }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portal, customer);
  await page.goto(`${portal}/account`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  // The whole of a step is a place to press.
  const step = await page.getByRole("region", { name: "Next steps" }).getByRole("link").first().boundingBox();
  expect(step.width).toBeGreaterThan(240);
  await look(page, "account-start");
  await page.goto(`${portal}/account/payments`);
  await expectHeadline(page, "Your payments");
  await look(page, "account-payments");
  await page.getByRole("link", { name: "Statement of account" }).click();
  await expectHeadline(page, "Statement of account");
  await look(page, "account-statement");
  await page.getByRole("button", { name: "Make the statement" }).click();
  await expect(page.getByText("Your statement is being made.", { exact: false })).toBeVisible();
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("region", { name: "Your statements" })).toBeVisible({ timeout: 1000 });
  }).toPass();
});

test("a customer insures several vehicles by one sheet, without the one that no insurer takes", async ({ page, look }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portal, customer);
  await page.goto(`${portal}/fleet`);
  await expectHeadline(page, "Several vehicles at once");
  await look(page, "fleet");
  const year = new Date().getFullYear() - 6;
  const rows = [
    "plate,make,model,year,value,use",
    `${customer.plate},Toyota,Axio,${year},1500000,private`,
    `${newCustomer(info).plate},Toyota,Vitz,${year},1500000,private`,
    "KDZ 999Z,Toyota,Corolla,1990,1500000,private",
    "",
  ];
  const product = await page.locator("select[name=product] option", { hasText: /Private.*Comprehensive/i }).first().getAttribute("value");
  await page.getByLabel("Cover", { exact: true }).selectOption(product);
  await page.getByLabel("File").setInputFiles({ name: "cars.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await page.getByRole("button", { name: "See the prices" }).click();
  await expectHeadline(page, "Your vehicles");
  await expect(page.getByRole("row", { name: /KDZ 999Z/ })).toContainText("–");
  await look(page, "fleet-verdicts");
  await page.getByRole("checkbox", { name: /I agree/ }).check();
  await page.getByRole("button", { name: "Order cover for 2 vehicles" }).click();
  await expect(page).toHaveURL(/\/orders\//);
});
