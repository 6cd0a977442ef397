// Three covers of two insurers, paid in parts, in Swahili.
import { newCustomer } from "./support/customer.mjs";
import { expect, test } from "./support/test.mjs";
import { answerPrompt, portalOf, promptOn, world } from "./support/world.mjs";

test.use({ locale: "sw-KE" });

const portal = portalOf(world.demo.slug);
const heading = (page, name) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible({ timeout: 40_000 });
const press = (page, name) => page.getByRole("button", { name, exact: true }).filter({ visible: true }).click();

/** From a kind of cover to the cart, by one insurer's offer. */
async function take(page, category, answers, insurer) {
  await page.goto(`${portal}/quotes/new?category=${category}`);
  for (const [name, value] of Object.entries(answers)) {
    const field = page.locator(`[name=${name}]`).first();
    const kind = await field.evaluate((one) => (one.tagName === "SELECT" ? "select" : one.type));
    if (kind === "select") await field.selectOption(value);
    else if (kind === "radio") await page.locator(`[name=${name}][value="${value}"]`).check();
    else await field.fill(value);
  }
  await press(page, "Ona bei");
  await heading(page, /^Bei (moja|\d+) (ya|za)/);
  await page.getByRole("article").filter({ hasText: insurer }).getByRole("link", { name: /^Chagua/ }).click();
  await press(page, "Nunua bima hii");
  await heading(page, "Kikapu chako");
}

const car = (plate) => ({ plate, make: "Toyota", model: "Axio", year: String(new Date().getFullYear() - 6), value: "1,200,000", use: "private" });
const shillings = (text) => Number(/[\d,]+/.exec(text.replace(/^\D*/, ""))[0].replaceAll(",", ""));

test("a customer buys three covers from two insurers and pays in parts", async ({ page, look }, info) => {
  const customer = newCustomer(info);
  await take(page, "motor-comprehensive", car(customer.plate), "Jubilee");
  await take(page, "motor-comprehensive", car(newCustomer(info).plate), "Jubilee");
  await take(page, "personal-accident", { date_of_birth: "1990-05-17", occupation_class: "1", capital_sum: "10,000,000" }, "Britam");
  await look(page, "instalments-cart");
  await press(page, "Endelea");
  await page.getByLabel("Nambari ya simu").fill(customer.phone);
  await page.getByLabel("Jina kamili").fill(customer.name);
  await page.getByLabel("Barua pepe").fill(customer.email);
  await page.getByLabel(/Nambari ya kitambulisho/).fill(customer.id);
  await page.getByLabel(/Ninakubali/).check();
  await press(page, "Endelea");
  await heading(page, "Hati za kampuni ya bima");
  await press(page, "Endelea");

  await heading(page, "Lipa");
  const plans = page.getByRole("form", { name: "Utalipa mara ngapi?" });
  await expect(plans.getByRole("button")).toHaveCount(4);
  await expect(plans.getByRole("button", { name: /^Mara moja/ })).toHaveAttribute("aria-pressed", "true");
  await plans.getByRole("button", { name: /^Awamu tatu/ }).click();
  await heading(page, "Lipa");
  await expect(plans.getByRole("button", { name: /^Awamu tatu/ })).toHaveAttribute("aria-pressed", "true");
  await look(page, "instalments-pay");
  await page.getByRole("button", { name: /^Lipa/ }).filter({ visible: true }).click();

  await heading(page, /Weka PIN yako/);
  const first = await promptOn(customer.phone);
  await answerPrompt(first, "approve");
  await heading(page, "Sasa una bima");
  const schedule = page.getByRole("region", { name: "Awamu zako za malipo" });
  await expect(schedule.getByRole("listitem")).toHaveCount(3);
  await expect(schedule.getByText("Imelipwa")).toHaveCount(1);
  await expect(page.getByText(/^KSh\s[\d,]+ kati ya KSh\s[\d,]+ zimelipwa$/)).toBeVisible();
  await expect(schedule.getByText(/^Kufikia /)).toHaveCount(3);
  await expect(page.getByRole("link", { name: /^POL-/ })).toHaveCount(3);
  await look(page, "instalments-issued");

  // The next part is asked for from the same page, and settles one more day of the schedule.
  const next = page.getByRole("button", { name: /^Lipa/ }).filter({ visible: true });
  const amount = shillings(await next.innerText());
  await next.click();
  await heading(page, /Weka PIN yako/);
  const second = await promptOn(customer.phone);
  expect(Number(second.amount)).toBe(amount);
  await answerPrompt(second, "approve");
  await heading(page, "Sasa una bima");
  await expect(schedule.getByText("Imelipwa")).toHaveCount(2);
  await look(page, "instalments-second");
});
