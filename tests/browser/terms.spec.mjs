// What a product consists of, changed thing by thing: a question is added, an extra that is priced by its answer, and both are seen in
// the draft. And what goes on in the background, empty as it begins.
import { logIn } from "./support/office.mjs";
import { expect, test } from "./support/test.mjs";
import { officeOf, world } from "./support/world.mjs";

const office = officeOf(world.demo.slug);

test("a question and an extra are added to the terms of a product", async ({ page, look }, info) => {
  const product = info.project.name === "phone" ? "CIC Personal Accident" : "Jubilee Personal Accident";
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await page.goto(`${office}/products?search=${encodeURIComponent(product.toLowerCase())}`);
  await page.getByRole("link", { name: product, exact: true }).click();
  await page.getByRole("link", { name: "Terms", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Terms" })).toBeVisible();
  await look(page, "office-terms");

  await page.getByRole("link", { name: "Add a question" }).click();
  await look(page, "office-terms-question");
  await page.getByLabel("Kind of answer").selectOption({ label: "Number" });
  await page.getByLabel("Must be answered").check();
  await page.getByLabel("Question (English)").fill("Rides a year");
  await page.getByLabel("What holds while it is left open").fill("1");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("link", { name: "Rides a year" })).toBeVisible();

  await page.getByRole("link", { name: "Add an extra" }).click();
  await page.getByLabel("Extra (English)").fill("Cover of rides");
  await page.getByLabel("What it costs").selectOption({ label: "A sum for each of what is counted" });
  await page.getByLabel("Amount for each").fill("250");
  await page.getByLabel("For each of").selectOption({ label: "Rides a year" });
  await page.evaluate(() => scrollTo(0, 0));
  await look(page, "office-terms-extra");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("link", { name: "Cover of rides" }).first()).toBeVisible();
  await look(page, "office-terms-changed");
  await page.getByRole("link", { name: "Review the changes" }).click();
  await expect(page.getByRole("row", { name: "Rides a year Question New" })).toBeVisible();
  await expect(page.getByRole("row", { name: "Cover of rides Extra New" })).toBeVisible();
  await look(page, "office-terms-draft");

  await page.goBack();
  await page.getByRole("link", { name: "Add a pricing step" }).click();
  await page.getByLabel("Step", { exact: true }).selectOption({ label: "More, as a share of the premium so far" });
  await page.evaluate(() => scrollTo(0, 0));
  await look(page, "office-terms-step");
});

test("a row of a table of prices is added, and how long cover lasts is changed", async ({ page, look }, info) => {
  const product = info.project.name === "phone" ? "CIC Commercial Motor Third Party" : "Jubilee Commercial Motor Third Party";
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await page.goto(`${office}/products?search=${encodeURIComponent(product.toLowerCase())}`);
  await page.getByRole("link", { name: product, exact: true }).click();
  await page.getByRole("link", { name: "Terms", exact: true }).click();
  await page.getByRole("link", { name: "Basic premium" }).first().click();
  await expect(page.getByRole("heading", { name: "What everybody else pays" })).toBeVisible();
  await look(page, "office-terms-table");
  await page.getByRole("link", { name: "Add a row" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Say for whom this row is.").first()).toBeVisible();
  await page.getByLabel("Only when").first().selectOption({ label: "The number is at least" });
  await page.getByLabel("Question").first().selectOption({ label: "Year of manufacture" });
  await page.getByLabel("Value").first().fill("2020");
  await page.getByRole("button", { name: "Add a condition" }).click();
  await expect(page.getByRole("group", { name: "Condition 3" }).getByLabel("Only when")).toBeInViewport();
  await expect(page.getByLabel("Value").first()).toHaveValue("2020");
  await page.getByLabel("What it costs").selectOption({ label: "A sum" });
  await page.getByLabel("Amount", { exact: true }).fill("27,000");
  await page.evaluate(() => scrollTo(0, 0));
  await look(page, "office-terms-row");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Year of manufacture: at least 2020")).toBeVisible();

  await page.getByRole("link", { name: "Terms", exact: true }).first().click();
  await page.getByRole("link", { name: "Length of cover and quotes" }).click();
  await page.getByLabel("Length of cover in months").fill("6");
  await look(page, "office-terms-period");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "Review the changes" }).click();
  await expect(page.getByRole("cell", { name: "6 months" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "What changes in Basic premium" })).toBeVisible();
  await expect(page.getByRole("rowheader", { name: /Year of manufacture: at least 2020\s+New/ })).toBeVisible();
  await look(page, "office-terms-table-draft");
});

test("what goes on in the background has a page, and an insurer its papers", async ({ page, look }) => {
  await logIn(page, world.demo.slug, world.demo.email, world.demo.password);
  await page.goto(`${office}/errands`);
  await expect(page.getByRole("heading", { level: 1, name: "In the background" })).toBeVisible();
  await look(page, "office-errands");
  await page.goto(`${office}/tasks`);
  await look(page, "office-tasks-assignees");
  await page.goto(`${office}/insurers`);
  await page.locator("[data-rows] .main-cell").first().click();
  await page.getByRole("link", { name: "Add a paper" }).click();
  await expect(page.getByLabel("What it is")).toBeVisible();
  await look(page, "office-insurer-paper");
});
