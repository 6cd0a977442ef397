// A firm that publishes a plugin: it hands in a package, reads what was found in it, mends it, and lists it for everybody.
import { newFirm, signUp } from "./support/office.mjs";
import { approve, becomePublisher, handIn, machineSays, platform, putOnList, submit, workshop } from "./support/publisher.mjs";
import { expect, test } from "./support/test.mjs";
import { officeOf, world } from "./support/world.mjs";

test("a package is refused, mended, approved and found in the catalogue by everybody", async ({ page, another, look }, info) => {
  test.setTimeout(400_000);
  const firm = newFirm(info);
  const about = { id: `com.example.${firm.slug}`, publisher: firm.slug, name: `Model of ${firm.slug}`, version: "1.0.0" };
  await signUp(page, firm);
  const author = await workshop();
  await becomePublisher(page, firm, author.publicKey, look);

  // Its scenario does not hold.
  const first = await author.pack({ ...about, models: 3 });
  await handIn(page, firm, first);
  await expect(page.getByText("Sign the package with one of this publisher's keys that is in use.").first()).toBeVisible();
  await look(page, "office-publishing-unsigned");
  await author.sign(first);
  await handIn(page, firm, first);
  await expect(page.getByRole("heading", { level: 1, name: `${about.name} 1.0.0` })).toBeVisible();
  await expect(page.getByRole("region", { name: "What it may do" }).getByText("Sends requests to the server you enter", { exact: false })).toBeVisible();
  await look(page, "office-publishing-draft");
  const id = await submit(page);
  await machineSays(page, "Refused");
  await expect(page.getByRole("region", { name: "What the machine found" }).getByText("scenarios/connects.toml step 1")).toBeVisible();
  await look(page, "office-publishing-refused");
  expect(await platform("waiting"), "the reviewer finds it").toContain(`${about.id} 1.0.0`);
  await platform("reject", id, "--by", "R. Mfano", "--reason", "The scenario counts a model that is not there.");
  await page.reload();
  await expect(page.getByText("The scenario counts a model that is not there.")).toBeVisible();
  await expect(page.getByText("Sent back", { exact: true })).toBeVisible();
  await look(page, "office-publishing-rejected");

  const mended = await author.pack(about);
  await author.sign(mended);
  await page.getByRole("link", { name: "Hand in another one" }).click();
  await look(page, "office-publishing-hand-in");
  await handIn(page, firm, mended);
  await author.close();
  expect(await submit(page), "the same version is the same package").toBe(id);
  await machineSays(page, "Passed");
  await look(page, "office-publishing-passed");
  const review = JSON.parse(await platform("review", id, "--json"));
  expect([review.report.passed, review.account.name, review.permissions.since], "what a reviewer reads").toEqual([true, firm.name, null]);
  expect(review.changelog).toContain("The first one.");
  await approve(id);
  await page.reload();
  await expect(page.getByText("You say when other offices can install it.", { exact: false })).toBeVisible();
  await look(page, "office-publishing-approved");
  await putOnList(page);
  await look(page, "office-publishing-listed");
  await page.goto(`${officeOf(firm.slug)}/publishing`);
  await expect(page.getByRole("row").filter({ hasText: about.id })).toContainText("Listed");
  await look(page, "office-publishing");

  await page.getByRole("link", { name: "Versions", exact: true }).click();
  await expect(page.getByRole("row").filter({ hasText: about.id })).toContainText("100 %");
  await look(page, "office-versions");
  await page.getByRole("link", { name: about.id }).click();
  await expect(page.getByText("Nobody called this version with live settings", { exact: false })).toBeVisible();
  await look(page, "office-version");
  await page.getByRole("link", { name: "Change whom it is offered to" }).click();
  await page.getByLabel("Offered to").fill("150");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByLabel("Offered to")).toHaveAttribute("aria-invalid", "true");
  await look(page, "office-version-offer-wrong");
  await page.getByLabel("Offered to").fill("100");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Offices see it from now on.", { exact: false })).toBeVisible();

  await page.goto(`${officeOf(firm.slug)}/plugins/catalogue/${about.id}`);
  await page.getByLabel("I agree that the plugin does all of this.").check();
  await page.getByRole("button", { name: "Enable in test mode" }).click();
  const sharing = page.getByRole("region", { name: "What its publisher may read" });
  await expect(sharing.getByText("Nothing.", { exact: false })).toBeVisible();
  await sharing.getByRole("button", { name: "Share failing calls" }).click();
  await expect(page.getByText("Its publisher reads calls that fail from now on.")).toBeVisible();
  await look(page, "office-plugin-sharing");
  await sharing.getByRole("button", { name: "Stop sharing" }).click();
  await expect(page.getByText("Its publisher reads nothing any more.")).toBeVisible();

  const stranger = await another();
  await stranger.goto(world.platform);
  await stranger.getByRole("link", { name: "See them all" }).click();
  await look(stranger, "site-plugins");
  await stranger.getByLabel("What are you looking for?").fill(about.name);
  await stranger.getByRole("button", { name: "Search", exact: true }).click();
  await expect(stranger.getByRole("row").filter({ hasText: about.name }).locator("img")).toHaveJSProperty("naturalWidth", 96);
  await stranger.getByRole("link", { name: about.name }).click();
  await expect(stranger.getByRole("heading", { level: 1, name: about.name })).toBeVisible();
  await expect(stranger.getByText(firm.name, { exact: true })).toBeVisible();
  await expect(stranger.getByRole("region", { name: "What it may do" }).getByText("Sends requests to the server you enter", { exact: false })).toBeVisible();
  await expect(stranger.getByRole("row").filter({ hasText: "1.0.0" })).toContainText("Offered");
  await expect(stranger.getByRole("region", { name: "What changed" }).getByText("The first one.")).toBeVisible();
  await look(stranger, "site-plugin");
  // Its readme has headings, tables and lines of code.
  await stranger.goto(`${world.platform}plugins/ke.wakala.mpesa`);
  await look(stranger, "site-plugin-readme");
  await stranger.goto(`${world.platform}plugins?search=${firm.slug}-of-nobody`);
  await expect(stranger.getByText("Nothing fits.", { exact: false })).toBeVisible();
  await look(stranger, "site-plugins-none");
});
