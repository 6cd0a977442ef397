// A customer buys on the demonstration portal: the way as it should go, and what may be done with what was bought.
import { download, expectHeadline, goShopping, newCustomer, payButton } from "./support/customer.mjs";
import { textOf, verificationCode } from "./support/papers.mjs";
import { expect, test } from "./support/test.mjs";
import { answerPrompt, attachmentOf, letterTo, portalOf, promptOn, promptsOf, world } from "./support/world.mjs";

const portal = portalOf(world.demo.slug);

test("a customer buys motor cover, holds the certificate and anybody verifies it", async ({ page, another, look }, info) => {
  const customer = newCustomer(info);
  await goShopping(page, portal, customer, { look });
  await payButton(page).click();
  await expectHeadline(page, /Enter your PIN on/);
  await look(page, "portal-order-asked");

  const prompt = await promptOn(customer.phone);
  await answerPrompt(prompt, "approve");
  await expectHeadline(page, "You are insured");
  const confirmation = page.getByRole("link", { name: "Confirmation of motor cover" });
  await expect(confirmation).toBeVisible();
  await look(page, "portal-order-issued");
  const [paid] = (await promptsOf(customer.phone)).filter((one) => one.checkout_request_id === prompt.checkout_request_id);
  await expect(page.getByText(paid.receipt, { exact: true })).toBeVisible();

  const file = await download(page, confirmation);
  expect(file.subarray(0, 5).toString()).toBe("%PDF-");
  const words = textOf(file);
  expect(words).toContain(customer.name);
  expect(words.replaceAll(" ", "")).toContain(customer.plate.replace(" ", ""));

  const letter = await letterTo(customer.email, "Your cover is in place");
  expect(letter.attachments.map((one) => one.content_type)).toEqual(["application/pdf", "application/pdf"]);
  const attached = await attachmentOf(letter, 0);
  expect(verificationCode(attached)).toBe(verificationCode(file));

  // Whoever is shown the paper has no account and no cookie of ours.
  const stranger = await another();
  await stranger.goto(`${portal}/verify`);
  await look(stranger, "portal-verify");
  await stranger.getByLabel("Code").fill(verificationCode(file).toLowerCase());
  await stranger.getByRole("button", { name: "Check" }).click();
  await expectHeadline(stranger, "We issued this document");
  await expect(stranger.getByText("Genuine", { exact: true })).toBeVisible();
  await expect(stranger.getByText(customer.name)).toHaveCount(0);
  await look(stranger, "portal-verified");

  await page.goto(`${portal}/account`);
  await expectHeadline(page, /Hello/);
  await look(page, "portal-account");
  await page.getByRole("link", { name: /Private Motor Comprehensive/ }).first().click();
  await look(page, "portal-policy");
  const certificate = await download(page, page.getByRole("link", { name: "Confirmation of cover", exact: true }));
  expect(certificate.subarray(0, 5).toString()).toBe("%PDF-");
  for (const [path, heading, name] of [
    ["/account/policies", "Your policies", "portal-account-policies"],
    ["/account/payments", "Your payments", "portal-account-payments"],
    ["/account/documents", "Your documents", "portal-account-documents"],
    ["/account/profile", "Your details", "portal-account-profile"],
    ["/account/security", /Security|Password/, "portal-account-security"],
  ]) {
    await page.goto(`${portal}${path}`);
    await expectHeadline(page, heading);
    await look(page, name);
  }
});
