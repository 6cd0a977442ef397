// From nothing to the first premium: a brokerage signs up, sets itself up, opens its portal, and a customer buys there.
import { askForPrices, download, expectHeadline, goShopping, newCustomer, payButton, takeCheapest } from "./support/customer.mjs";
import { describeFirm, enablePayments, newFirm, openPortal, saved, signUp } from "./support/office.mjs";
import { verificationCode } from "./support/papers.mjs";
import { expect, test } from "./support/test.mjs";
import { answerPrompt, letterTo, merchant, officeOf, portalOf, promptOn } from "./support/world.mjs";

test("a brokerage signs up, opens its portal and sells its first policy", async ({ page, another, look }, info) => {
  test.setTimeout(300_000);
  const firm = { ...newFirm(info), colour: "#7a1f5c" };
  const [office, portal] = [officeOf(firm.slug), portalOf(firm.slug)];

  const stranger = await another();
  await signUp(page, firm, look);
  await stranger.goto(portal);
  await expect(stranger.getByRole("form", { name: "See your price" }), "nobody buys before the portal is open").toHaveCount(0);
  await look(stranger, "portal-not-open");
  await describeFirm(page, firm, look);
  await enablePayments(page, firm, look);
  await openPortal(page, firm, look);

  const customer = newCustomer(info);
  const buyer = await another();
  await goShopping(buyer, portal, customer);
  await expect(buyer.getByText(firm.licence)).toBeVisible();
  await expect(payButton(buyer)).toHaveCSS("background-color", "rgb(122, 31, 92)");
  await payButton(buyer).click();
  await expectHeadline(buyer, /Enter your PIN on/);
  const prompt = await promptOn(customer.phone);
  expect(prompt.shortcode, "the firm's live credentials are used").toBe(merchant("live").shortcode);
  await answerPrompt(prompt, "approve");
  await expectHeadline(buyer, "You are insured");
  const file = await download(buyer, buyer.getByRole("link", { name: "Confirmation of motor cover" }));
  expect(file.subarray(0, 5).toString()).toBe("%PDF-");
  await stranger.goto(`${portal}/verify`);
  await stranger.getByLabel("Code").fill(verificationCode(file));
  await stranger.getByRole("button", { name: "Check" }).click();
  await expectHeadline(stranger, "We issued this document");
  const letter = await letterTo(customer.email, "Your cover is in place");
  expect(letter.attachments).toHaveLength(2);
  expect(letter.text).toContain(firm.name);

  // The firm sees the sale, and its books balance.
  await page.goto(`${office}/policies`);
  await expect(page.getByRole("row").filter({ hasText: customer.name })).toHaveCount(1);
  await page.goto(`${office}/payments`);
  await expect(page.getByRole("row").filter({ hasText: letter.subject.split(": ")[1] }).or(page.getByRole("row").filter({ hasText: "M-Pesa" }))).toHaveCount(1);
  await page.goto(`${office}/books`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await look(page, "office-books");

  // What is withdrawn while it stands in somebody's cart is not sold any more, and the cart says so.
  const late = await another();
  await askForPrices(late, portal, newCustomer(info));
  const product = await late.getByRole("article").first().getByText(/Private Motor Comprehensive/).innerText();
  await takeCheapest(late);
  const name = product.split(" · ")[0];
  await page.goto(`${office}/products?search=${encodeURIComponent(name)}`);
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("link", { name: "Withdraw from sale" }).click();
  await page.getByLabel("Reason").fill("The insurer changes its rates.");
  await page.getByRole("button", { name: "Withdraw from sale" }).click();
  await saved(page);
  await late.reload();
  await expect(late.getByText("This product is no longer sold.")).toBeVisible();
  await expect(late.getByRole("button", { name: "Continue" })).toHaveCount(0);
  await look(late, "portal-cart-withdrawn");
});
