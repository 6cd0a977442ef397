// The life of a plugin at a firm: agreed to, set up, tried, live, in a new version and back, held, switched off, uninstalled.
import { codeOf } from "./support/factor.mjs";
import { newFirm, save, signUp } from "./support/office.mjs";
import { change, enable, fillModel, part, prove, saveSettings } from "./support/plugins.mjs";
import { becomePublisher, decide, handIn, putOnList, submit, workshop } from "./support/publisher.mjs";
import { expect, test } from "./support/test.mjs";
import { officeOf, world } from "./support/world.mjs";

/** Both versions reviewed; where each is put on the list. */
async function publish(page, firm, about) {
  const author = await workshop();
  await becomePublisher(page, firm, author.publicKey);
  const places = [];
  for (const each of [{ version: "1.0.0" }, { version: "1.1.0", host: "status.example.com" }]) {
    const file = await author.pack({ ...about, ...each });
    await author.sign(file);
    await handIn(page, firm, file);
    await decide("approve", await submit(page), "Does what it says");
    places.push(page.url());
  }
  await author.close();
  return places;
}

const version = (page, number) => page.getByRole("region", { name: "Details" }).getByText(number, { exact: true });

test("a plugin is set up, tried, goes live by a second factor, is upgraded and brought back, and leaves", async ({ page, look }, info) => {
  test.setTimeout(500_000);
  const firm = newFirm(info);
  const office = officeOf(firm.slug);
  await signUp(page, firm);
  const about = { id: `com.example.${firm.slug}`, publisher: firm.slug, name: `Model of ${firm.slug}` };
  const [first, second] = await publish(page, firm, about);
  await page.goto(first);
  await putOnList(page);

  await enable(page, office, about.name);
  const installation = page.url();
  await look(page, "office-plugin-enabled");
  await change(page, "test");
  await fillModel(page);
  await page.getByLabel("Address", { exact: true }).fill("http://models.example.com/v1");
  await save(page);
  await expect(page.getByLabel("Address", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("API key"), "a secret is never sent back").toHaveValue("");
  await look(page, "office-plugin-settings-wrong");
  await fillModel(page);
  await page.getByLabel(/Let the plugin send requests to the server/).uncheck();
  await save(page);
  await expect(page.getByText("Confirm that the plugin may send requests to models.example.com", { exact: false }).first()).toBeVisible();
  await fillModel(page);
  await saveSettings(page);
  await prove(page, "test");
  await expect(part(page, "test").getByText("Connected; the server has 2 models", { exact: false })).toBeVisible();
  await expect(page.getByRole("button", { name: "Go live" }), "nothing goes live that was not tested").toHaveCount(0);

  await part(page, "test").getByRole("link", { name: /^Try an answer/ }).click();
  await look(page, "office-plugin-trial");
  await page.getByRole("button", { name: "Try an answer" }).click();
  await expect(page.getByText("Tried. What came of it stands below.")).toBeVisible();
  await expect(page.getByText("I am a simulated model and always say this.", { exact: false }).first()).toBeVisible();
  await look(page, "office-plugin-tried");

  await page.goto(installation);
  await page.getByRole("link", { name: "Change the limits" }).click();
  await page.getByLabel("Calls").fill("many");
  await save(page);
  await expect(page.getByLabel("Calls")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Calls").fill("500");
  await save(page);
  await expect(page.getByText("0 of 500 today")).toBeVisible();
  await change(page, "live");
  await fillModel(page);
  await saveSettings(page);
  await prove(page, "live");
  await look(page, "office-plugin-ready");

  await goLive(page, office, installation, look);
  await look(page, "office-plugin-is-live");
  await expect(version(page, "1.0.0")).toBeVisible();

  await page.goto(second);
  await putOnList(page);
  await page.goto(installation);
  await expect(page.getByText("Version 1.1.0 is available.")).toBeVisible();
  await page.getByRole("link", { name: "Take version 1.1.0" }).click();
  await expect(page.getByText("The new version wants to do more than you agreed to.", { exact: false })).toBeVisible();
  await expect(page.getByText("Sends requests to status.example.com.")).toBeVisible();
  await expect(page.getByText("Sends requests to the server you enter", { exact: false }), "what was agreed to is not asked again").toHaveCount(0);
  await page.getByRole("button", { name: "Take version 1.1.0" }).click();
  await expect(page.getByText("Tick this to go on.", { exact: false }).first()).toBeVisible();
  await look(page, "office-plugin-upgrade");
  await page.getByLabel(/I agree that the plugin/).check();
  await page.getByRole("button", { name: "Take version 1.1.0" }).click();
  await expect(page.getByText("The new version is in use.")).toBeVisible();
  await expect(version(page, "1.1.0")).toBeVisible();
  await look(page, "office-plugin-upgraded");
  await page.getByRole("button", { name: "Back to version 1.0.0" }).click();
  await expect(page.getByText("The version before is in use again.", { exact: false })).toBeVisible();
  await expect(version(page, "1.0.0")).toBeVisible();

  await page.getByRole("button", { name: "Hold", exact: true }).click();
  await expect(page.getByText("Held: nothing goes out", { exact: false })).toBeVisible();
  await look(page, "office-plugin-held");
  await page.getByRole("button", { name: "Let it go on" }).click();
  await expect(page.getByText("The plugin goes on.", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Switch off" }).click();
  await expect(page.getByText("The plugin is switched off.", { exact: false })).toBeVisible();
  await page.goto(`${installation}?tab=changes`);
  await look(page, "office-plugin-changes");
  await page.goto(installation);
  await page.getByRole("link", { name: "Uninstall" }).click();
  await expect(page.getByText("Secrets and access tokens erased")).toBeVisible();
  await look(page, "office-plugin-uninstall");
  await page.getByRole("button", { name: "Uninstall" }).click();
  await expect(page.getByText("The plugin is uninstalled, and what it kept is erased.")).toBeVisible();
  await page.goto(installation);
  await expect(page.getByText("Uninstalled. Settings, secrets and notes are erased", { exact: false })).toBeVisible();
  await look(page, "office-plugin-removed");
});

/** The owner takes a second factor, has it asked for after a minute already, and goes live by it. */
async function goLive(page, office, installation, look) {
  await page.goto(`${office}/profile/security`);
  await page.getByRole("button", { name: "Take a second factor" }).click();
  const key = await page.locator(".secret-key").innerText();
  await page.getByRole("textbox", { name: "Code" }).fill(codeOf(key));
  await page.getByRole("button", { name: "Turn it on" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Recovery codes" })).toBeVisible();
  const holds = async (minutes) => {
    await page.goto(`${office}/settings/security`);
    await page.getByLabel("Minutes a confirmation holds").fill(minutes);
    await save(page);
    await expect(page.getByText("Saved.", { exact: false }).first()).toBeVisible();
  };
  await holds("1");
  await expect(async () => {
    await page.goto(`${office}/confirm?next=/plugins`);
    await expect(page.getByRole("heading", { level: 1, name: "Is it you?" })).toBeVisible({ timeout: 500 });
  }, "who logged in more than a minute ago is asked").toPass({ timeout: 80_000, intervals: [3_000] });

  await page.goto(installation);
  await page.getByRole("button", { name: "Go live" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Is it you?" })).toBeVisible();
  await page.getByRole("textbox", { name: "Code" }).fill("no code");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("textbox", { name: "Code" })).toHaveAttribute("aria-invalid", "true");
  await look(page, "office-confirm");
  await page.getByRole("textbox", { name: "Code" }).fill(codeOf(key, 1));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("The plugin is live.", { exact: false })).toBeVisible();
  await holds("15");
  await page.goto(installation);
}

test("a payment plugin of another provider is tried with test credentials, and cannot go live by them", async ({ page, look }, info) => {
  const firm = newFirm(info);
  const office = officeOf(firm.slug);
  await signUp(page, firm);
  await enable(page, office, "Paystack", look);
  await change(page, "test");
  await page.getByLabel("Secret key").fill("no key of theirs");
  await save(page);
  await expect(page.getByLabel("Secret key")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("This does not have the right form.").first()).toBeVisible();
  await page.getByLabel("Secret key").fill(world.cards.test);
  await saveSettings(page);
  await prove(page, "test");
  await expect(part(page, "test").getByText("Connected to Paystack in test mode.")).toBeVisible();
  await look(page, "office-plugin-payment-tested");

  await part(page, "test").getByRole("link", { name: /^Try a payment/ }).click();
  await page.getByLabel("By way of").selectOption("paystack-mpesa");
  await page.getByLabel("Phone number").fill("0710 000 000");
  await page.getByRole("button", { name: "Try a payment" }).click();
  await expect(page.getByLabel("E-mail")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("E-mail").fill("asha@example.com");
  await look(page, "office-plugin-trial-payment");
  await page.getByRole("button", { name: "Try a payment" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /Asked for a payment/ })).toBeVisible();
  await expect(page.getByText("whether the money came is told later", { exact: false })).toBeVisible();
  await look(page, "office-plugin-tried-payment");
  await page.getByText("Technical details").click();
  await expect(page.getByRole("heading", { name: "POST api.paystack.co:443/charge" })).toBeVisible();
  expect(await page.content(), "who pays is masked").not.toContain("710000000");

  await page.goto(`${office}/plugins`);
  await page.getByRole("link", { name: "Paystack", exact: true }).click();
  await change(page, "live");
  await page.getByLabel("Secret key").fill(world.cards.test);
  await saveSettings(page);
  await prove(page, "live", "live mode needs the one that begins with sk_live_");
  await expect(page.getByRole("button", { name: "Go live" })).toHaveCount(0);
});
