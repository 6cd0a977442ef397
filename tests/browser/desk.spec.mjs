// Staff sell to a walk-in, take the money by hand with a second person's approval, and send a link by which somebody else pays.
import { download, newCustomer } from "./support/customer.mjs";
import { logIn, today } from "./support/office.mjs";
import { textOf } from "./support/papers.mjs";
import { expect, test } from "./support/test.mjs";
import { answerPrompt, letterTo, officeOf, promptOn, world } from "./support/world.mjs";

const office = officeOf(world.demo.slug);
const PASSWORD = "Hodari-9-simba-mlimani!";

/** A colleague with roles of their own, in a browser of their own. */
async function colleague(page, another, info) {
  const email = `colleague.${Date.now()}.${info.parallelIndex}@example.com`;
  await page.goto(`${office}/settings/staff/invite`);
  await page.getByLabel("First name").fill("Baraka");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Administrator").check();
  await page.getByRole("button", { name: "Send the invitation" }).click();
  const letter = await letterTo(email);
  const other = await another();
  await other.goto(/https?:\/\/\S+\/claim\/\S+/.exec(letter.text)[0]);
  await other.getByLabel("Password").fill(PASSWORD);
  await other.getByRole("button", { name: "Save" }).click();
  await expect(other.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();
  return other;
}

/** From the search for the customer to the order. */
async function sell(page, customer, { look = async () => {} } = {}) {
  await page.goto(`${office}/sell`);
  await look(page, "office-sell");
  await page.getByRole("link", { name: "New customer" }).first().click();
  await page.getByLabel("First name").fill("Asha");
  await page.getByLabel("Last name").fill("Mfano");
  await page.getByLabel("Date of birth").fill("1990-05-17");
  await page.getByLabel("Phone number", { exact: true }).fill(customer.phone);
  await page.getByLabel("E-mail").fill(customer.email);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await look(page, "office-customer-new");
  await page.getByRole("main").getByRole("link", { name: "Sell", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^Sell to/ })).toBeVisible();
  await look(page, "office-desk-empty");
  await page.getByRole("link", { name: "Motor comprehensive" }).click();
  await page.getByLabel("Number plate").fill(customer.plate);
  await page.getByLabel("Make").fill("Toyota");
  await page.getByLabel("Model").fill("Axio");
  await page.getByLabel("Year of manufacture").fill(String(new Date().getFullYear() - 6));
  await page.getByLabel("Value of the car").fill("1,200,000");
  await page.getByLabel("What the car is used for").selectOption({ label: "Private: home, work, journeys" });
  await look(page, "office-desk-questions");
  await page.getByRole("button", { name: "Compare offers" }).click();
  await expect(page.getByRole("button", { name: /^Choose/ }).first()).toBeVisible();
  await look(page, "office-desk-offers");
  await page.getByRole("button", { name: /^Choose/ }).first().click();
  await expect(page.getByText("Chosen. Add another cover, or place the order.")).toBeVisible();
  await look(page, "office-desk-chosen");
  await page.getByRole("button", { name: "Place the order" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^ORD-/ })).toBeVisible();
  await look(page, "office-desk-ordered");
}

test("a walk-in pays in cash above the limit, a second person approves it, and the policy is issued", async ({ page, another, look }, info) => {
  const customer = newCustomer(info);
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  const other = await colleague(page, another, info);
  await sell(page, customer, { look });
  const order = page.url();
  await page.getByRole("link", { name: "Take money" }).click();
  // The customer rounds up, generously: above every limit, and more than is owed.
  await page.getByLabel("Amount").fill("150,000");
  await page.getByLabel("Cash", { exact: true }).check();
  await look(page, "office-take-money");
  await page.getByRole("button", { name: "Take it" }).click();
  await expect(page.getByText("another person has to approve it")).toBeVisible();
  await expect(page.getByRole("button", { name: "Approve" })).toHaveCount(0);
  await look(page, "office-taking-own");

  await other.goto(page.url());
  await look(other, "office-taking-to-approve");
  await other.getByRole("button", { name: "Approve" }).click();
  await expect(other.getByText("Approved. The money counts now.")).toBeVisible();
  await look(other, "office-taking-approved");
  const text = await textOf(await download(other, other.getByRole("link", { name: "Receipt", exact: true })));
  expect(text).toContain("150,000.00");
  expect(text).toContain("Cash");

  await expect(async () => {
    await page.goto(order);
    await expect(page.getByRole("main").getByText("Issued").first()).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 40_000 });
  await look(page, "office-desk-issued");
  await page.goto(`${office}/takings`);
  await look(page, "office-takings");
});

test("a link is sent, and somebody pays by it on a phone without logging in", async ({ page, another, look }, info) => {
  const customer = newCustomer(info);
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await sell(page, customer);
  await page.getByRole("link", { name: "Send a link to pay by" }).click();
  await look(page, "office-link-form");
  await page.getByRole("button", { name: "Make the link" }).click();
  await expect(page.getByText("The link is on its way.")).toBeVisible();
  await look(page, "office-link");
  const link = page.url();
  const letter = await letterTo(customer.email, "Pay");
  const payer = await another({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  await payer.goto(/https?:\/\/\S+\/pay\/\S+/.exec(letter.text)[0]);
  await expect(payer.getByRole("heading", { level: 1, name: "Ready to be paid" })).toBeVisible();
  await expect(payer.getByRole("main")).not.toContainText("Asha");
  await look(payer, "portal-link");
  await payer.getByRole("main").getByRole("textbox").first().fill(customer.phone);
  await payer.getByRole("button", { name: "Pay" }).click();
  await expect(payer.getByRole("heading", { level: 1, name: /Enter your PIN on/ })).toBeVisible();
  await look(payer, "portal-link-asked");
  await answerPrompt(await promptOn(customer.phone), "approve");
  await expect(payer.getByRole("heading", { level: 1, name: "Paid, thank you" })).toBeVisible({ timeout: 40_000 });
  await look(payer, "portal-link-paid");
  await page.goto(link);
  await expect(page.getByRole("main").getByText("Paid").first()).toBeVisible();
  await look(page, "office-link-paid");
});

test("a call is written down with its next step, which is ticked off", async ({ page, look }, info) => {
  const customer = newCustomer(info);
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await sell(page, customer);
  await page.getByRole("main").getByRole("link", { name: /Asha/ }).first().click();
  await page.getByRole("link", { name: "Log a call" }).click();
  await page.getByLabel("In short").fill("Asked when cover begins");
  const step = `Send the papers of ${customer.plate}`;
  await page.getByLabel(/^Next step/).fill(step);
  await page.getByLabel(/^By/).fill(today());
  await page.evaluate(() => scrollTo(0, 0));
  await look(page, "office-log");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Call: Asked when cover begins")).toBeVisible();
  await look(page, "office-customer-log");
  await page.goto(`${office}/follow-ups`);
  await look(page, "office-follow-ups");
  await page.getByRole("link", { name: step }).click();
  await look(page, "office-follow-up");
  await page.getByRole("button", { name: "Mark as done" }).click();
  await expect(page.getByText("Done.")).toBeVisible();
  await expect(page.getByRole("link", { name: step })).toHaveCount(0);
});

test("a sheet of vehicles says what is wrong row by row, and becomes one order once it is mended", async ({ page, look }, info) => {
  const customer = newCustomer(info);
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await page.goto(`${office}/sell`);
  await page.getByRole("link", { name: "New customer" }).first().click();
  await page.getByLabel("First name").fill("Asha");
  await page.getByLabel("Last name").fill("Mfano");
  await page.getByLabel("Date of birth").fill("1990-05-17");
  await page.getByLabel("Phone number", { exact: true }).fill(customer.phone);
  await page.getByLabel("E-mail").fill(customer.email);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("main").getByRole("link", { name: "Sell", exact: true }).click();
  await page.getByRole("link", { name: "Many vehicles by sheet" }).click();
  const product = await page.locator("select[name=product] option", { hasText: /Private.*Comprehensive/i }).first().getAttribute("value");
  await look(page, "office-fleet-upload");

  const year = new Date().getFullYear() - 6;
  const head = "plate,make,model,year,value,use";
  const upload = async (rows) => {
    await page.getByLabel("Product").selectOption(product);
    await page.getByLabel("File").setInputFiles({ name: "cars.csv", mimeType: "text/csv", buffer: Buffer.from([head, ...rows, ""].join("\n")) });
    await page.getByRole("button", { name: "Look at the rows" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "What the sheet says" })).toBeVisible();
  };
  const good = [`${customer.plate},Toyota,Axio,${year},1500000,private`, `${newCustomer(info).plate},Toyota,Vitz,${year},1500000,private`];
  await upload([good[0], `${customer.plate},Toyota,Axio,${year},1500000,private`, "KDZ 999Z,,Axio,soon,1500000,private"]);
  await expect(page.getByText("This plate stands in an earlier row already.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Order all of them" })).toHaveCount(0);
  await look(page, "office-fleet-to-mend");
  await page.getByRole("link", { name: "Upload another" }).click();
  await upload(good);
  await look(page, "office-fleet-whole");
  await page.getByRole("button", { name: "Order all of them" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^ORD-/ })).toBeVisible();
  await expect(page.getByRole("main").getByText(customer.plate).first()).toBeVisible();
});
