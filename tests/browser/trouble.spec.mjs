// What goes wrong while somebody pays, and what it must not lead to: a payment twice, a policy twice, a page that waits for ever.
import { expectHeadline, fillDetails, askForPrices, takeCheapest, goOn, goShopping, newCustomer, payButton } from "./support/customer.mjs";
import { expect, test } from "./support/test.mjs";
import { answerPrompt, answerQueries, plan, portalOf, promptOn, promptsOf, reportAgain, world } from "./support/world.mjs";

const portal = portalOf(world.demo.slug);
const policies = (page) => page.getByRole("link", { name: /^POL-/ });

/** Requests that reached the phone because of this purchase. */
async function requestsSince(customer, before) {
  return (await promptsOf(customer.phone)).slice(before.length);
}

test("a prompt that was cancelled says so, and a second try pays", async ({ page, look }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portal, customer);
  await payButton(page).click();
  await expectHeadline(page, /Enter your PIN on/);
  await answerPrompt(await promptOn(customer.phone), "cancel");
  await expectHeadline(page, "The payment did not go through");
  await expect(page.getByText(/The request was cancelled on the phone/)).toBeVisible();
  await expect(page.getByText("Nothing was taken.")).toBeVisible();
  await look(page, "portal-order-failed");
  await payButton(page).click();
  await expectHeadline(page, /Enter your PIN on/);
  await answerPrompt(await promptOn(customer.phone), "approve");
  await expectHeadline(page, "You are insured");
  await expect(policies(page)).toHaveCount(1);
});

test("a phone that never answered is told apart from one that refused", async ({ page }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portal, customer);
  await plan(customer.phone, { answer: "time_out" });
  await payButton(page).click();
  await expectHeadline(page, "The payment did not go through");
  await expect(page.getByText(/phone could not be reached/i)).toBeVisible();
  await expect(payButton(page)).toBeVisible();
});

test("too little money is said in words", async ({ page }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portal, customer);
  await plan(customer.phone, { answer: "insufficient_funds" });
  await payButton(page).click();
  await expectHeadline(page, "The payment did not go through");
  await expect(page.getByText(/not enough money in the account/)).toBeVisible();
});

test("a payment whose report was lost is found by asking the provider", async ({ page }, info) => {
  await answerQueries();
  const customer = newCustomer(info);
  await goShopping(page, portal, customer);
  await plan(customer.phone, { answer: "approve", callback: { mode: "never" } });
  await payButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: "You are insured" })).toBeVisible({ timeout: 90_000 });
  await expect(policies(page)).toHaveCount(1);
});

test("a report that comes twice, and once more, issues one policy", async ({ page }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portal, customer);
  await plan(customer.phone, { answer: "approve", callback: { mode: "twice" } });
  const before = await promptsOf(customer.phone);
  await payButton(page).click();
  await expectHeadline(page, "You are insured");
  const [prompt] = await requestsSince(customer, before);
  await reportAgain(prompt);
  await expect(page.getByRole("link", { name: "Confirmation of motor cover" })).toBeVisible();
  await page.goto(`${portal}/account/policies`);
  await expect(page.getByText(/Policy POL-/)).toHaveCount(1);
  await page.goto(`${portal}/account/payments`);
  await expect(page.getByText(prompt.receipt ?? /^[A-Z0-9]{10}$/)).toHaveCount(1);
});

test("a double click on Pay asks the phone once", async ({ page }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portal, customer);
  const before = await promptsOf(customer.phone);
  await payButton(page).dblclick();
  await expectHeadline(page, /Enter your PIN on/);
  await answerPrompt(await promptOn(customer.phone), "approve");
  await expectHeadline(page, "You are insured");
  expect(await requestsSince(customer, before)).toHaveLength(1);
  await page.goto(`${portal}/account/payments`);
  await expect(page.getByRole("article")).toHaveCount(1);
});

test("two tabs that pay the same purchase lead to one order and one request", async ({ page, context }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portal, customer);
  const before = await promptsOf(customer.phone);
  const second = await context.newPage();
  await second.goto(page.url());
  await Promise.all([payButton(page).click(), payButton(second).click()]);
  await expectHeadline(page, /Enter your PIN on/);
  await expectHeadline(second, /Enter your PIN on/);
  expect(new URL(second.url()).pathname).toBe(new URL(page.url()).pathname);
  await answerPrompt(await promptOn(customer.phone), "approve");
  await expectHeadline(page, "You are insured");
  await expectHeadline(second, "You are insured");
  expect(await requestsSince(customer, before)).toHaveLength(1);
  await expect(policies(second)).toHaveCount(1);
});

test("two tabs that try a failed order again ask the phone once", async ({ page, context }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portal, customer);
  await plan(customer.phone, { answer: "cancel" });
  await payButton(page).click();
  await expectHeadline(page, "The payment did not go through");
  const before = await promptsOf(customer.phone);
  const second = await context.newPage();
  await second.goto(page.url());
  await payButton(page).click();
  await expectHeadline(page, /Enter your PIN on/);
  await payButton(second).click();
  await expectHeadline(second, /Enter your PIN on/);
  await answerPrompt(await promptOn(customer.phone), "approve");
  await expectHeadline(second, "You are insured");
  expect(await requestsSince(customer, before)).toHaveLength(1);
});

test("a phone from abroad is refused beside its field, and everything typed stays", async ({ page, look }, info) => {
  const customer = newCustomer(info);
  await askForPrices(page, portal, customer);
  await takeCheapest(page);
  await goOn(page);
  await fillDetails(page, { ...customer, phone: "+44 7700 900123" });
  await goOn(page);
  await expect(page.getByRole("alert")).toContainText("Phone");
  await expect(page.getByLabel("Phone number")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Phone number")).toHaveValue("+44 7700 900123");
  await expect(page.getByLabel("Full name")).toHaveValue(customer.name);
  await look(page, "portal-checkout-details-wrong");
  await page.getByLabel("Phone number").fill(customer.phone);
  await goOn(page);
  await expectHeadline(page, "Papers for the insurer");
  await goOn(page);
  await page.getByLabel("Phone number that pays").fill("+44 7700 900123");
  await payButton(page).click();
  await expect(page.getByLabel("Phone number that pays")).toHaveAttribute("aria-invalid", "true");
  await look(page, "portal-checkout-pay-wrong");
  await page.getByLabel("Phone number that pays").fill(customer.phone);
  await payButton(page).click();
  await expectHeadline(page, /Enter your PIN on/);
  await answerPrompt(await promptOn(customer.phone), "approve");
  await expectHeadline(page, "You are insured");
});
