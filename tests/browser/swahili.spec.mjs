// The portal in Swahili, which the reader's browser asks for: every page, a purchase, and what is sent afterwards.
import { newCustomer } from "./support/customer.mjs";
import { textOf } from "./support/papers.mjs";
import { expect, test } from "./support/test.mjs";
import { answerPrompt, attachmentOf, letterTo, portalOf, promptOn, world } from "./support/world.mjs";

test.use({ locale: "sw-KE" });

const portal = portalOf(world.demo.slug);
const heading = (page, name) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible({ timeout: 40_000 });
const press = (page, name) => page.getByRole("button", { name, exact: true }).filter({ visible: true }).click();

test("everybody's pages are in Swahili, and a press changes the language for good", async ({ page, look }) => {
  for (const [path, name, picture] of [
    ["/products", "Bima zote tulizo nazo", "products"],
    ["/quotes/new?category=personal-accident", "Kuhusu unachowekea bima", "questions-accident"],
    ["/cart", "Kikapu chako", "cart-empty"],
    ["/verify", "Je, hati hii ni halali?", "verify"],
    ["/verify/7K2M-9QX4-TB8W-R3HR", "Hatuitambui hati hii", "verify-unknown"],
    ["/login", "Ingia", "login"],
    ["/login/code", "Ingia kwa msimbo", "login-code"],
    ["/register", "Fungua akaunti", "register"],
    ["/forgot-password", "Chagua nenosiri jipya", "forgot-password"],
    ["/terms", "Masharti", "terms"],
    ["/privacy", "Faragha", "privacy"],
    ["/offline", "Huna mtandao", "offline"],
    ["/nowhere", "Hatuwezi kupata ukurasa huo", "not-found"],
  ]) {
    await page.goto(`${portal}${path}`);
    await heading(page, name);
    await expect(page.locator("html")).toHaveAttribute("lang", "sw-KE");
    await look(page, `sw-${picture}`);
  }
  await page.goto(`${portal}/products`);
  await page.getByRole("link", { name: /Jubilee/ }).first().click();
  await expect(page.getByRole("heading", { name: "Bima hii inafidia" })).toBeVisible();
  await look(page, "sw-product");

  const menu = page.locator("summary").filter({ visible: true });
  if (await menu.count()) await menu.first().click();
  await press(page, "English");
  await expect(page.locator("html")).toHaveAttribute("lang", "en-KE");
  await expect(page.getByRole("heading", { name: "What is covered" })).toBeVisible();
  await page.goto(`${portal}/products`);
  await heading(page, "Everything we insure");
});

test("a customer buys in Swahili and is written to in Swahili", async ({ page, another, look }, info) => {
  const customer = newCustomer(info);
  await page.goto(`${portal}/`);
  await look(page, "sw-home");
  const first = page.getByRole("form", { name: "Ona bei yako" });
  await first.getByLabel("Nambari ya gari").fill(customer.plate);
  await first.getByLabel("Thamani ya gari").fill("1,200,000");
  await first.getByLabel("Gari linatumika kwa nini").selectOption({ index: 1 });
  await press(first, "Ona bei");
  await heading(page, "Kuhusu unachowekea bima");
  await look(page, "sw-questions");
  await press(page, "Ona bei");
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "sw-questions-refused");
  await page.getByLabel("Kampuni ya gari").fill("Toyota");
  await page.getByLabel("Modeli").fill("Axio");
  await page.getByLabel("Mwaka wa kutengenezwa").fill(String(new Date().getFullYear() - 6));
  await press(page, "Ona bei");
  await heading(page, /^Bei (moja|\d+) (ya|za)/);
  await look(page, "sw-offers");
  await page.getByRole("link", { name: /^Chagua/ }).first().click();
  await expect(page.getByRole("heading", { name: "Bima hii inafidia" })).toBeVisible();
  await look(page, "sw-offer");
  await press(page, "Nunua bima hii");
  await heading(page, "Kikapu chako");
  await look(page, "sw-cart");
  await press(page, "Endelea");
  await heading(page, "Maelezo yako");
  await look(page, "sw-details");
  await page.getByLabel("Nambari ya simu").fill(customer.phone);
  await page.getByLabel("Jina kamili").fill(customer.name);
  await page.getByLabel("Barua pepe").fill(customer.email);
  await page.getByLabel(/Nambari ya kitambulisho/).fill(customer.id);
  await page.getByLabel(/Ninakubali/).check();
  await press(page, "Endelea");
  await heading(page, "Hati za kampuni ya bima");
  await look(page, "sw-papers");
  await press(page, "Endelea");
  await heading(page, "Lipa");
  await look(page, "sw-pay");
  await page.getByRole("button", { name: /^Lipa/ }).filter({ visible: true }).click();
  await heading(page, /Weka PIN yako/);
  await look(page, "sw-order-asked");
  await answerPrompt(await promptOn(customer.phone), "approve");
  await heading(page, "Sasa una bima");
  await expect(page.getByRole("link", { name: "Uthibitisho wa bima ya gari" })).toBeVisible();
  await look(page, "sw-order-issued");

  const letter = await letterTo(customer.email, "Bima yako iko tayari");
  expect(letter.text).toContain(`Habari ${customer.name}`);
  const papers = await Promise.all(letter.attachments.map((_, index) => attachmentOf(letter, index)));
  const words = papers.map(textOf).join("\n").replaceAll(/\s+/g, " ");
  for (const said of ["Uthibitisho wa bima ya gari", "Ada ya bima", "Kiasi kilichopokelewa", "Shilingi za Kenya elfu"]) expect(words).toContain(said);
  for (const english of ["Premium", "Stamp duty", "Amount received", "Kenya shillings"]) expect(words).not.toContain(english);

  await page.goto(`${portal}/account`);
  await heading(page, /^Habari/);
  await look(page, "sw-account");
  await page.getByRole("link", { name: /Bima Kamili ya Gari/ }).first().click();
  await look(page, "sw-policy");
  for (const [path, name, picture] of [
    ["/account/policies", "Bima zako", "policies"],
    ["/account/payments", "Malipo yako", "payments"],
    ["/account/documents", "Hati zako", "documents"],
    ["/account/profile", "Maelezo yako", "profile"],
    ["/account/security", "Nenosiri na vifaa", "security"],
  ]) {
    await page.goto(`${portal}${path}`);
    await heading(page, name);
    await look(page, `sw-account-${picture}`);
  }

  // Another browser that asks for English learns the customer's language with the log-in.
  const elsewhere = await another({ locale: "en-KE" });
  await elsewhere.goto(`${portal}/login/code`);
  await elsewhere.getByLabel("E-mail").fill(customer.email);
  await elsewhere.getByRole("button", { name: "Send the code" }).click();
  await heading(elsewhere, "Enter the code");
  const code = /^\d{6}/.exec((await letterTo(customer.email, "is your code")).subject)[0];
  await elsewhere.getByLabel("Code").fill(code);
  await elsewhere.getByRole("button", { name: "Continue", exact: true }).click();
  await heading(elsewhere, /^Habari/);
});
