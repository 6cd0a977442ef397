// The market's face: what the firm says of itself, what it puts in front, its pictures and pages, and prices that are taken along.
import { Buffer } from "node:buffer";
import { deflateSync, crc32 } from "node:zlib";

import { logIn, save, saved } from "./support/office.mjs";
import { expect, test } from "./support/test.mjs";
import { officeOf, portalOf, world } from "./support/world.mjs";

const portal = portalOf(world.demo.slug);
const office = officeOf(world.demo.slug);
const heading = (page, name) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

/** A PNG of one colour. */
function png(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, 0x6a)]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

test("a visitor finds products, voices, answers and the firm's pages from the start page", async ({ page, look }) => {
  await page.goto(portal);
  await expect(page.getByRole("region", { name: "Chosen for you" }).getByRole("link", { name: /Comprehensive/ }).first()).toBeVisible();
  await expect(page.getByRole("region", { name: "What customers say" })).toContainText("Asha M.");
  const question = page.locator("summary").filter({ hasText: "When does my cover begin?" });
  await question.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("On the day that you choose", { exact: false })).toBeVisible();
  await look(page, "market-home");
  await page.getByRole("searchbox", { name: "Search products and insurers" }).fill("jubilee");
  await page.getByRole("searchbox", { name: "Search products and insurers" }).press("Enter");
  await expect(page).toHaveURL(/search=jubilee/);
  for (const [path, name] of [["about", "About us"], ["complaints", "Complaints"], ["cookies", "Cookies"]]) {
    await page.goto(`${portal}/${path}`);
    await heading(page, name);
    await look(page, `market-${path}`);
  }
});

test("the start page loads little and shifts nothing", async ({ page }) => {
  let bytes = 0;
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  client.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
  await page.goto(portal, { waitUntil: "networkidle" });
  expect(bytes).toBeLessThan(100 * 1024);
  const shift = await page.evaluate(() => new Promise((told) => {
    let sum = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => told(sum), 200);
  }));
  expect(shift).toBeLessThan(0.02);
});

test("staff write a question, publish it, delete it and bring it back", async ({ page, another, look }, info) => {
  const question = `May I pay in parts? (${info.project.name} ${Date.now()})`;
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await page.goto(`${office}/site/question`);
  await look(page, "office-site-questions");
  await page.getByRole("link", { name: "New question" }).click();
  await page.getByLabel("Question (English)").fill(question);
  await save(page);
  await expect(page.getByText("This is needed.").first()).toBeVisible();
  await look(page, "office-site-question-refused");
  await page.getByLabel("Answer (English)").fill("Ask us; some covers allow it.");
  await save(page);
  await heading(page, question);
  await look(page, "office-site-question");
  await page.getByRole("button", { name: "Publish" }).click();
  const visitor = await another();
  await visitor.goto(portal);
  await expect(visitor.getByText(question)).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await visitor.reload();
  await expect(visitor.getByText(question)).toHaveCount(0);
  await look(page, "office-site-question-deleted");
  await page.getByRole("button", { name: "Undo the deletion" }).click();
  await visitor.reload();
  await expect(visitor.getByText(question)).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.goto(`${office}/site`);
  await look(page, "office-site-front");
  await page.goto(`${office}/site/pages`);
  await look(page, "office-site-pages");
  await page.getByRole("link", { name: "Complaints" }).click();
  await look(page, "office-site-page");
  await page.getByRole("link", { name: "Write the page" }).click();
  await look(page, "office-site-page-edit");
  await page.goto(`${office}/reviews`);
  await look(page, "office-reviews");
});

test("what buyers say stands with the product once staff have read it", async ({ page, another, look }) => {
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await page.goto(`${office}/reviews`);
  for (const author of ["Zawadi S.", "Barasa M."]) await expect(page.getByText(author).first()).toBeVisible();
  const visitor = await another();
  await visitor.goto(`${portal}/products?search=${encodeURIComponent("Jubilee Travel")}`);
  // The search itself stands above as a link that ends it.
  await visitor.getByRole("link", { name: /Jubilee Travel Jubilee Insurance/ }).first().click();
  await expect(visitor.getByText("Zawadi S.", { exact: false })).toBeVisible();
  await expect(visitor.getByText("Barasa M.", { exact: false }), "this one waits").toHaveCount(0);
  await look(visitor, "market-product-reviews");
});

test("a product gets a picture, which its page shows in the width of the screen", async ({ page, another, look }, info) => {
  // Each width has a product of its own, so that both may run at once.
  const name = info.project.name === "phone" ? "CIC Travel" : "APA Travel";
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await page.goto(`${office}/products?search=${encodeURIComponent(name.toLowerCase())}`);
  await page.getByRole("link", { name, exact: true }).first().click();
  await page.getByRole("link", { name: "Picture", exact: true }).click();
  await page.getByLabel("Picture").setInputFiles({ name: "note.png", mimeType: "image/png", buffer: Buffer.from("<svg/>") });
  await save(page);
  await expect(page.getByText("Send a PNG, JPEG or WebP picture.").first()).toBeVisible();
  await look(page, "office-picture-refused");
  await page.getByLabel("Picture").setInputFiles({ name: "road.png", mimeType: "image/png", buffer: png(1000, 500) });
  await page.getByLabel("Description (English)").fill("A road");
  await save(page);
  await saved(page);
  await look(page, "office-picture");
  const visitor = await another();
  await visitor.goto(`${portal}/products?search=${encodeURIComponent(name)}`);
  await visitor.getByRole("link", { name: new RegExp(name) }).first().click();
  const picture = visitor.getByRole("img", { name: "A road" });
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image) => image.currentSrc)).toMatch(/\.webp$/);
  await look(visitor, "market-product-picture");
  await page.getByRole("button", { name: "Remove the picture" }).click();
  await expect(page.getByText("No picture yet.")).toBeVisible();
});

test("prices are taken along by a link to another browser", async ({ page, another, look }) => {
  await page.goto(`${portal}/quotes/new?category=motor-comprehensive`);
  await page.getByLabel("Number plate").fill("KDA 123A");
  for (const [label, value] of [[/make/i, "Toyota"], [/model/i, "Axio"], [/year/i, "2018"], [/value|worth/i, "1,000,000"]]) await page.getByRole("textbox", { name: label }).first().fill(value);
  const use = page.locator("main select[name=use]");
  if (await use.count()) await use.selectOption("private");
  else await page.locator("main input[name=use][value=private]").check();
  await page.locator("main form button[type=submit]").first().click();
  const link = await page.getByLabel("Your link").inputValue();
  const amount = await page.locator(".offer .amount").first().innerText();
  await look(page, "market-offers-save");
  const other = await another();
  await other.goto(link);
  await heading(other, "Saved prices");
  await expect(other.getByText("KDA ···A", { exact: false })).toBeVisible();
  await look(other, "market-saved");
  await other.getByRole("button", { name: "Go on with these prices" }).click();
  await expect(other.locator(".offer .amount").first()).toHaveText(amount);
  await expect(other.getByText("KDA 123A")).toHaveCount(0);
});
