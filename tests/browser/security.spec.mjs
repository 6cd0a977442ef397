// Who gets in, and who may do what: a second factor, recovery codes, and a role that is made and looked through.
import { codeOf } from "./support/factor.mjs";
import { newFirm, PASSWORD, signUp } from "./support/office.mjs";
import { expect, test } from "./support/test.mjs";
import { officeOf } from "./support/world.mjs";

test("a second factor is taken, asked for at the next log-in, and replaced by a code on paper", async ({ page, another, look }, info) => {
  const firm = newFirm(info);
  await signUp(page, firm);
  const office = officeOf(firm.slug);
  await page.goto(`${office}/profile/security`);
  await look(page, "office-security");
  await page.getByRole("button", { name: "Take a second factor" }).click();
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  await look(page, "office-second-factor");
  const key = await page.locator(".secret-key").innerText();
  await page.getByRole("textbox", { name: "Code" }).fill(codeOf(key));
  await page.getByRole("button", { name: "Turn it on" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Recovery codes" })).toBeVisible();
  await look(page, "office-recovery-codes");
  const paper = await page.locator(".codes code").first().innerText();
  await page.getByRole("link", { name: "I have kept them" }).click();
  await expect(page.getByText(/On since/)).toBeVisible();

  for (const code of [() => codeOf(key, 1), () => paper]) {
    const elsewhere = await another();
    await elsewhere.goto(`${office}/login`);
    await elsewhere.getByLabel("E-mail").fill(firm.email);
    await elsewhere.getByLabel("Password").fill(PASSWORD);
    await elsewhere.getByRole("button", { name: "Log in", exact: true }).click();
    await expect(elsewhere.getByRole("heading", { level: 1, name: "Your second factor" })).toBeVisible();
    await look(elsewhere, "office-second-step");
    await elsewhere.getByRole("textbox", { name: "Code" }).fill(code());
    await elsewhere.getByRole("button", { name: "Log in", exact: true }).click();
    await expect(elsewhere.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();
  }
});

/** Gives the page a phone that is unlocked by its owner's finger. */
async function withPhone(page) {
  const client = await page.context().newCDPSession(page);
  await client.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await client.send("WebAuthn.addVirtualAuthenticator", { options });
  return { refuses: (refuses) => client.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: !refuses }) };
}

test("a passkey is added, opens the back office alone and as the second step, and is given up", async ({ page, look }, info) => {
  const firm = newFirm(info);
  await signUp(page, firm);
  const office = officeOf(firm.slug);
  const phone = await withPhone(page);
  await page.goto(`${office}/profile/security`);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await look(page, "office-passkey-new");
  await page.getByLabel("Name").fill("My phone");
  await page.getByRole("button", { name: "Make the passkey" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Recovery codes" })).toBeVisible();
  await page.getByRole("link", { name: "I have kept them" }).click();
  await expect(page.getByRole("link", { name: "My phone" })).toBeVisible();
  await look(page, "office-security-passkeys");

  const leave = async () => {
    await page.context().clearCookies();
    await page.goto(`${office}/login`);
  };
  await leave();
  await look(page, "office-login");
  await page.getByRole("button", { name: "Log in with a passkey" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();

  await leave();
  await phone.refuses(true);
  await page.getByRole("button", { name: "Log in with a passkey" }).click();
  await expect(page.getByText("The device gave no passkey.")).toBeVisible();
  await look(page, "office-passkey-refused");
  await phone.refuses(false);
  await page.getByRole("link", { name: "Log in another way" }).click();
  await page.getByLabel("E-mail").fill(firm.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Your second factor" })).toBeVisible();
  await look(page, "office-second-step-passkey");
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();

  await page.goto(`${office}/profile/security`);
  await page.getByRole("button", { name: "Remove My phone" }).click();
  await expect(page.getByText("The passkey is removed.")).toBeVisible();
});

test("a role is copied, narrowed, looked through and found in the activity", async ({ page, look }, info) => {
  const firm = newFirm(info);
  await signUp(page, firm);
  const office = officeOf(firm.slug);
  await page.goto(`${office}/settings/roles`);
  await look(page, "office-roles");
  await page.getByRole("link", { name: "Viewer", exact: true }).click();
  await look(page, "office-role");
  await page.getByRole("link", { name: "Copy", exact: true }).click();
  await page.getByLabel("Name").fill("Front desk");
  await page.getByRole("checkbox", { name: "See quotes" }).uncheck();
  await page.evaluate(() => scrollTo(0, 0));
  await look(page, "office-role-form");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Front desk" })).toBeVisible();
  await page.getByRole("button", { name: "See the back office as this role" }).click();
  await expect(page.getByText(/Nothing can be changed meanwhile/)).toBeVisible();
  await look(page, "office-looking-through");
  await page.getByRole("button", { name: "Be yourself again" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Roles" })).toBeVisible();

  for (const [path, name] of [["activity", "Activity"], ["security", "Security"], ["isolation", "Isolation"], ["staff", "Staff"]]) {
    await page.goto(`${office}/settings/${path}`);
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await look(page, `office-settings-${path}`);
  }
  await page.goto(`${office}/settings/activity?kind=role`);
  await page.getByRole("link", { name: "Role added" }).first().click();
  await expect(page.getByText("Front desk").first()).toBeVisible();
  await look(page, "office-activity-entry");
});
