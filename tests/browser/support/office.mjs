// What the owner of a brokerage does: signs up, sets the firm up, and works in the back office.
import { expect } from "./playwright.mjs";
import { codeFor, letterTo, merchant, officeOf, world } from "./world.mjs";

const nothing = async () => {};
export const PASSWORD = "Hodari-9-simba-mlimani!";

/** Today in the zone of the demo brokerage, which is a day ahead of the clock of the tests for three hours each night. */
export const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: "Africa/Nairobi" }).format(new Date());

/** A firm that does not exist yet. */
export function newFirm(info) {
  const mark = `${Date.now().toString(36)}${info.project.name[0]}${info.parallelIndex}`;
  return { name: `Mlima ${mark} Brokers`, slug: `mlima-${mark}`, owner: "Baraka Mlima", email: `owner.${mark}@example.com`, phone: "0700 000 102", licence: "IRA/05/00001/2026" };
}

/** Signs up on the platform's own site; ends on the first page of the back office. */
export async function signUp(page, firm, look = nothing) {
  await page.goto(world.platform);
  await look(page, "site-home");
  await page.getByRole("link", { name: "Open your business" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Open your business on Wakala" })).toBeVisible();
  await look(page, "site-sign-up");
  await page.getByLabel("Name of the business").fill(firm.name);
  await page.getByLabel("Your address on the web").fill(firm.slug);
  await page.getByLabel("Your name").fill(firm.owner);
  await page.getByLabel("E-mail").fill(firm.email);
  await page.getByLabel("Phone number").fill(firm.phone);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel(/I accept the terms/).check();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Look into your mail" })).toBeVisible();
  await look(page, "site-sign-up-code");
  await page.getByLabel("Code").fill(await codeFor(firm.email));
  await page.getByRole("button", { name: "Open the business" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Your business is open" })).toBeVisible();
  await look(page, "site-sign-up-ready");
  await page.getByRole("link", { name: "Go to your back office" }).click();
  await look(page, "office-welcome");
  await page.getByRole("button", { name: "Enter" }).click();
  await expect(page.getByRole("heading", { name: "Before your portal opens" })).toBeVisible();
  await look(page, "office-today-new");
}

export const save = (page) => page.getByRole("button", { name: "Save", exact: true }).click();
export const saved = (page) => expect(page.getByRole("status").filter({ hasText: /saved/i })).toBeVisible();

/** Licence, who collects premium, and the firm's colour. */
export async function describeFirm(page, firm, look = nothing) {
  const office = officeOf(firm.slug);
  await page.goto(`${office}/settings/company`);
  await look(page, "office-settings-company");
  await page.getByLabel("Licence number").fill(firm.licence);
  await page.getByLabel("Address").fill("2 Example Street, Nairobi");
  await save(page);
  await saved(page);
  await page.goto(`${office}/settings/collection`);
  await page.getByLabel("We collect and pass on").check();
  await page.getByLabel("Days to remit").fill("30");
  await look(page, "office-settings-collection");
  await save(page);
  await saved(page);
  await page.goto(`${office}/settings/brand`);
  await page.getByRole("textbox", { name: "Colour" }).or(page.locator("input[type=color]")).first().fill(firm.colour);
  await page.getByRole("button", { name: "Try it" }).click();
  await look(page, "office-settings-brand");
  await page.getByRole("button", { name: "Use this colour" }).click();
  await saved(page);
}

/** Credentials of one mode, tested until the provider says they are good. */
async function configure(page, mode, look) {
  const settings = merchant(mode);
  const part = page.getByRole("region", { name: `Settings for ${mode === "test" ? "tests" : "live"}` });
  await part.getByRole("link", { name: "Change" }).click();
  await page.getByLabel("Short code").fill(settings.shortcode);
  await page.getByLabel("Customers pay to").selectOption("paybill");
  await page.getByLabel("Consumer key").fill(settings.consumer_key);
  await page.getByLabel("Consumer secret").fill(settings.consumer_secret);
  await page.getByLabel("Passkey").fill(settings.passkey);
  await look(page, `office-plugin-settings-${mode}`);
  await save(page);
  await part.getByRole("button", { name: "Test" }).click();
  await expect(part.getByText("The test passed.")).toBeVisible();
  // What is secret is kept, never shown.
  for (const secret of [settings.consumer_key, settings.consumer_secret, settings.passkey]) expect(await page.content()).not.toContain(secret);
}

/** The payment plugin, from the catalogue to customers. */
export async function enablePayments(page, firm, look = nothing) {
  await page.goto(`${officeOf(firm.slug)}/plugins`);
  await look(page, "office-plugins");
  await page.getByRole("link", { name: "M-Pesa" }).click();
  await expect(page.getByRole("heading", { name: "What it may do" })).toBeVisible();
  await look(page, "office-plugin-consent");
  await page.getByLabel(/I agree that the plugin/).check();
  await page.getByRole("button", { name: "Enable in test mode" }).click();
  await expect(page.getByText("The plugin is enabled in test mode.")).toBeVisible();
  await look(page, "office-plugin-new");
  await configure(page, "test", look);
  await look(page, "office-plugin-tested");
  await configure(page, "live", look);
  await page.getByRole("button", { name: "Go live" }).click();
  await expect(page.getByText("The plugin is live.")).toBeVisible();
  await look(page, "office-plugin-live");
}

export async function openPortal(page, firm, look = nothing) {
  await page.goto(`${officeOf(firm.slug)}/settings/portal`);
  await look(page, "office-settings-portal");
  await page.getByRole("button", { name: "Open the portal" }).click();
  await expect(page.getByRole("heading", { name: "Your portal is open" })).toBeVisible();
  await look(page, "office-settings-portal-open");
}

export async function logIn(page, slug, email, password) {
  await page.goto(`${officeOf(slug)}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();
}

/** A colleague with one role, invited by the owner who is logged in at `page`; ends logged in at `seat`. */
export async function inviteColleague(page, seat, slug, { first, last, email, role }) {
  await page.goto(`${officeOf(slug)}/settings/staff/invite`);
  await page.getByLabel("First name").fill(first);
  await page.getByLabel("Last name").fill(last);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel(role, { exact: false }).check();
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await expect(page.getByText("The invitation is on its way.")).toBeVisible();
  const letter = await letterTo(email, "invites you");
  await seat.goto(/https?:\/\/\S+/.exec(letter.text)[0]);
  await seat.getByLabel("Password").fill(PASSWORD);
  await seat.getByRole("button", { name: "Save" }).click();
  await expect(seat.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();
}
