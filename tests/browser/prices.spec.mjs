// What things cost: an administrator changes a price and sees its effect first; a customer narrows, compares and pays the new one.
import { logIn } from "./support/office.mjs";
import { expect, test } from "./support/test.mjs";
import { officeOf, portalOf, world } from "./support/world.mjs";

const portal = portalOf(world.demo.slug);
const office = officeOf(world.demo.slug);

test("a price is changed, reviewed and published, and customers see it", async ({ page, another, look }, info) => {
  // Each width changes a product of its own, so that both may run at once.
  const product = info.project.name === "phone" ? "CIC Student Accident" : "UAP Old Mutual Student Accident";
  const amount = info.project.name === "phone" ? "13500" : "14500";
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await page.goto(`${office}/products?search=${encodeURIComponent(product.toLowerCase())}`);
  await look(page, "office-products-found");
  await page.getByRole("link", { name: product, exact: true }).click();
  await page.getByRole("link", { name: "Prices", exact: true }).click();
  await look(page, "office-prices");
  const minimum = page.getByRole("group", { name: /lowest premium/i }).getByLabel("Amount");
  await minimum.fill("lots");
  await page.getByRole("button", { name: "Review the changes" }).click();
  await expect(page.getByText("Write a number", { exact: false }).first()).toBeVisible();
  await look(page, "office-prices-refused");
  await minimum.fill(amount);
  await page.getByRole("button", { name: "Review the changes" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Review the changes" })).toBeVisible();
  await look(page, "office-draft");
  await page.getByLabel("Reason").fill("Circular of the insurer");
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByRole("heading", { level: 1, name: product })).toBeVisible();
  await expect(page.getByText("Version 2", { exact: false })).toBeVisible();
  await look(page, "office-product-published");
  await page.getByRole("link", { name: "Version 2", exact: false }).click();
  await expect(page.getByText("Compared with what counted before: Version 1", { exact: false })).toBeVisible();
  await look(page, "office-product-version");

  const visitor = await another();
  await visitor.goto(`${portal}/products?search=${encodeURIComponent(product)}`);
  const price = `KSh ${Number(amount).toLocaleString("en")}`;
  await expect(visitor.getByRole("link", { name: product }).getByText(price)).toBeVisible();
  await look(visitor, "portal-products-found");
});

test("products and offers are narrowed and compared", async ({ page, look }) => {
  await page.goto(`${portal}/products?category=motor-comprehensive`);
  await page.getByText("Narrow down").click();
  await page.getByLabel("Order").selectOption({ label: "Lowest price first" });
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText(/^\d+ products?$/)).toBeVisible();
  await look(page, "portal-products-narrowed");
  for (const box of await page.getByRole("checkbox", { name: /^Compare/ }).all().then((all) => all.slice(0, 3))) await box.check();
  await page.getByRole("button", { name: "Compare the chosen" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Compare" })).toBeVisible();
  await expect(page.getByRole("columnheader")).toHaveCount(3);
  await look(page, "portal-compare");
  await page.getByRole("link", { name: "Show only differences" }).click();
  await expect(page.getByRole("link", { name: "Show everything" })).toBeVisible();
  await look(page, "portal-compare-differences");
  await page.goto(`${portal}/products/compare`);
  await look(page, "portal-compare-empty");
});
