// What a customer of a portal does.
import { readFile } from "node:fs/promises";

import { expect } from "./playwright.mjs";

const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ";
let made = 0;

/** Somebody new, with a car. The numbers are reserved for fiction; each worker has its own. */
export function newCustomer(info) {
  made += 1;
  const letter = () => LETTERS[Math.floor(Math.random() * LETTERS.length)];
  const digits = (count) => String(Math.floor(Math.random() * 10 ** count)).padStart(count, "0");
  const phone = `07000001${String((info.parallelIndex * 40 + 10 + (made % 40)) % 100).padStart(2, "0")}`;
  return {
    // Of two who are on the same list at the same time, each is found by name.
    name: `Asha Mfano ${letter()}${letter()}${letter()}${letter()}${letter()}`,
    phone,
    email: `asha.${Date.now()}.${info.parallelIndex}.${made}@example.com`,
    id: `3${digits(7)}`,
    plate: `KD${letter()} ${digits(3)}${letter()}`,
  };
}

/** From the first page to the offers of all insurers. */
export async function askForPrices(page, portal, customer, { value = "1,200,000", look = async () => {} } = {}) {
  await page.goto(`${portal}/`);
  await look(page, "portal-home");
  const first = page.getByRole("form", { name: "See your price" });
  await first.getByLabel("Number plate").fill(customer.plate);
  await first.getByLabel("Value of the car").fill(value);
  await first.getByLabel("What the car is used for").selectOption({ label: "Private: home, work, journeys" });
  await first.getByRole("button", { name: "See prices" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "About what you insure" })).toBeVisible();
  await look(page, "portal-questions");
  // What was typed on the first page is still there.
  await expect(page.getByLabel("Number plate")).toHaveValue(customer.plate);
  await page.getByLabel("Make").fill("Toyota");
  await page.getByLabel("Model").fill("Axio");
  await page.getByLabel("Year of manufacture").fill(String(new Date().getFullYear() - 6));
  await page.getByRole("button", { name: "See prices" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /prices? for/ })).toBeVisible();
  await look(page, "portal-offers");
}

/** The cheapest offer into the cart. */
export async function takeCheapest(page, { look = async () => {} } = {}) {
  await page.getByRole("link", { name: /^Choose/ }).first().click();
  await expect(page.getByRole("heading", { name: "What is covered" })).toBeVisible();
  await look(page, "portal-offer");
  await page.getByRole("button", { name: "Buy this cover" }).filter({ visible: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Your cart" })).toBeVisible();
  await look(page, "portal-cart");
}

export async function fillDetails(page, customer) {
  await page.getByLabel("Phone number").fill(customer.phone);
  await page.getByLabel("Full name").fill(customer.name);
  await page.getByLabel("E-mail").fill(customer.email);
  await page.getByLabel(/ID number/).fill(customer.id);
  await page.getByLabel(/I agree that/).check();
}

export const goOn = (page) => page.getByRole("button", { name: "Continue", exact: true }).filter({ visible: true }).click();

/** From the cart to the question how to pay. */
export async function checkOut(page, customer, { look = async () => {} } = {}) {
  await goOn(page);
  await expect(page.getByRole("heading", { level: 1, name: "Your details" })).toBeVisible();
  await look(page, "portal-checkout-details");
  await fillDetails(page, customer);
  await goOn(page);
  await expect(page.getByRole("heading", { level: 1, name: "Papers for the insurer" })).toBeVisible();
  await look(page, "portal-checkout-papers");
  await goOn(page);
  await expect(page.getByRole("heading", { level: 1, name: "Pay", exact: true })).toBeVisible();
  await look(page, "portal-checkout-pay");
}

export const payButton = (page) => page.getByRole("button", { name: /^(Pay|Try again: pay)/ }).filter({ visible: true });

/** Everything up to the question how to pay. */
export async function goShopping(page, portal, customer, options = {}) {
  await askForPrices(page, portal, customer, options);
  await takeCheapest(page, options);
  await checkOut(page, customer, options);
}

/** The page of the order shows this headline. */
export const expectHeadline = (page, name) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible({ timeout: 40_000 });

/** What a link gives to keep. */
export async function download(page, link) {
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return readFile(await file.path());
}
