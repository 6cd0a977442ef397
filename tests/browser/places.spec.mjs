// Every place that navigation leads to, for a visitor, and for the owner of a brokerage that has sold something: each is looked at.
import { expectHeadline, goShopping, newCustomer, payButton } from "./support/customer.mjs";
import { logIn } from "./support/office.mjs";
import { expect, test } from "./support/test.mjs";
import { answerPrompt, officeOf, portalOf, promptOn, world } from "./support/world.mjs";

const portal = portalOf(world.demo.slug);
const office = officeOf(world.demo.slug);
const named = (path) => path.replace(/[^a-z]+/g, "-").replace(/^-|-$/g, "") || "today";

test("the public pages of a portal", async ({ page, look }) => {
  for (const path of ["/products", "/products?category=motor-comprehensive", "/cart", "/verify", "/verify/0000-0000-0000-0000", "/login", "/login/code", "/register", "/forgot-password", "/terms", "/privacy", "/offline"]) {
    await page.goto(`${portal}${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await look(page, `public-${named(path)}`);
  }
  await page.goto(`${portal}/products`);
  await page.getByRole("link", { name: /Private Motor Comprehensive/ }).first().click();
  await look(page, "public-product");
  await page.goto(`${portal}/no-such-page`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await look(page, "public-not-found");
});

test("the doors of a back office", async ({ page, look }) => {
  for (const path of ["/login", "/forgot-password"]) {
    await page.goto(`${office}${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await look(page, `office-door-${named(path)}`);
  }
  await page.goto(`${office}/customers`);
  await expectHeadline(page, "Log in");
  await page.goto(`${world.platform}login`);
  await look(page, "site-find-office");
});

test("every place of the back office, with its lists, records and forms", async ({ page, another, look }, info) => {
  test.setTimeout(600_000);
  const customer = newCustomer(info);
  const buyer = await another();
  await goShopping(buyer, portal, customer);
  await payButton(buyer).click();
  await answerPrompt(await promptOn(customer.phone), "approve");
  await expectHeadline(buyer, "You are insured");

  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await look(page, "office-today");
  const seen = new Set(["/"]);
  const visit = async (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    await page.goto(`${office}${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await look(page, `office-${named(path)}`);
  };
  const within = (selector) => page.locator(selector).evaluateAll((links) => links.map((link) => new URL(link.href)).filter((url) => url.origin === location.origin).map((url) => url.pathname));
  const places = [...new Set(await within(".sidebar nav a, .nav-menu nav a, .menu-list.nav a"))];
  expect(places.length).toBeGreaterThan(10);
  for (const place of places) {
    await visit(place);
    await page.goto(`${office}${place}`);
    // Sub-pages, the first record of the list, and the forms that lead on from it.
    const tabs = await within("main .tabs a");
    const actions = await within("main .page-head a.btn, main .list-bar a.btn");
    const [record] = await within("main table tbody a");
    for (const path of [...tabs, ...actions.filter((path) => !path.endsWith(".csv") && !path.includes("export"))]) await visit(path);
    if (!record || seen.has(record)) continue;
    await visit(record);
    await page.goto(`${office}${record}`);
    for (const path of await within("main .record-head a")) if (path.startsWith(record) && !path.endsWith("/receipt")) await visit(path);
  }
  for (const path of ["/reviewing/versions", "/reviewing/stops", "/reviewing/stops/new", "/profile", "/profile/security", "/search?q=asha", "/customers/new", "/no-such-page"]) {
    await page.goto(`${office}${path}`);
    await look(page, `office-${named(path)}`);
  }
});
