// What authors of plugins have on their machines, and what a reviewer of the platform does at a command line.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "./playwright.mjs";
import { officeOf, world } from "./world.mjs";

const cache = process.env.WAKALA_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "wakala");
const bundle = process.env.WAKALA_BUNDLE ?? join(cache, "bundle");
const built = join(process.env.CARGO_TARGET_DIR ?? join(cache, "target"), "debug");
const run = promisify(execFile);

/** A green square of 64 pixels. */
const icon = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQMAAACQp+OdAAAAA1BMVEUUblrMlci1AAAAD0lEQVR42mNgGAWjgHwAAAJAAAHgTR1EAAAAAElFTkSuQmCC", "base64");

/** The author's tool; what it tells. */
async function tool(...words) {
  const { stdout } = await run(join(built, "wakala-plugin"), ["--json", ...words]);
  return JSON.parse(stdout);
}

/** The platform's command line; what it prints. */
export async function platform(...words) {
  const { stdout } = await run(join(built, "wakala"), ["--config", world.config, "plugins", ...words]);
  return stdout;
}

/** The machine's part of a review as the reviewer has it done, then a person's word about exactly what was read: `approve`, `reject`. */
export async function decide(verdict, id, reason) {
  const { package_sha256: digest } = JSON.parse(await platform("review", id, "--json"));
  await platform(verdict, id, "--digest", digest, "--by", "R. Mfano", "--reason", reason);
}

/** A folder of an author's own, gone afterwards, with a key that signs. */
export async function workshop() {
  const folder = await mkdtemp(join(tmpdir(), "wakala-author-"));
  const key = join(folder, "publisher.key");
  const { public: publicKey } = await tool("key", key);
  return {
    publicKey,
    /** Packs a plugin that connects a language model, made of the built one of the bundle. `host` is one more that it wants to reach. */
    pack: async (about) => {
      const source = join(folder, "model");
      await author(source, about);
      const { packages } = await tool("pack", source, "--out", join(folder, "packages"));
      return packages[0].file;
    },
    sign: (file) => tool("sign", file, "--key", key),
    close: () => rm(folder, { recursive: true }),
  };
}

/** Writes the plugin's folder: the component as it was built, everything else its author's own. */
async function author(folder, { id, publisher, name, version, host = "", models = 2 }) {
  const theirs = join(bundle, "assistant");
  await rm(folder, { recursive: true, force: true });
  for (const part of ["scenarios", "assets"]) await mkdir(join(folder, part), { recursive: true });
  for (const part of ["plugin.wasm", "build.json", "simulator", "scenarios/settings.toml"]) await cp(join(theirs, part), join(folder, part), { recursive: true });
  const line = (text, key, value) => text.replace(new RegExp(`^${key} = .*$`, "m"), `${key} = ${JSON.stringify(value)}`);
  let manifest = await readFile(join(theirs, "plugin.toml"), "utf8");
  const own = { id, version, publisher, name, support: "help@example.com", docs: "https://models.example.com/guide", summary: "Answers by a model of your own." };
  for (const [key, value] of Object.entries(own)) manifest = line(manifest, key, value);
  manifest = manifest.replace("[display]", '[display]\nicon = "assets/icon.png"');
  if (host) manifest = manifest.replace("[capabilities]", `[capabilities]\nhttp = [{ host = "${host}", why = "Asks whether the server is under repair." }]`);
  const summary = `Connected; the server has ${models} models, of which small is used.`;
  const files = {
    "plugin.toml": manifest,
    "assets/icon.png": icon,
    "README.md": "Enter the address of your server, then its key.\n",
    "CHANGELOG.md": `## ${version}\n\n- ${host ? "Knows when the server is under repair." : "The first one."}\n`,
    "scenarios/connects.toml": `name = "It connects"\n[[step]]\ncall = "check"\nexpect = { answer = { summary = ${JSON.stringify(summary)} }, requests = ["models"] }\n`,
  };
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
}

/** The owner who is logged in at `page` becomes a publisher with one key. */
export async function becomePublisher(page, firm, publicKey, look = async () => {}) {
  const office = officeOf(firm.slug);
  await page.goto(`${office}/plugins`);
  await page.getByRole("link", { name: "Publishing", exact: true }).click();
  await expect(page.getByRole("heading", { name: "You do not publish plugins yet" })).toBeVisible();
  await look(page, "office-publishing-none");
  await page.getByRole("link", { name: "Become a publisher" }).click();
  await page.getByLabel("Handle").fill(firm.slug);
  await page.getByLabel("Name", { exact: true }).fill(firm.name);
  await look(page, "office-publishing-account");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("heading", { name: "No packages yet" })).toBeVisible();
  await page.getByRole("link", { name: "Keys", exact: true }).click();
  await look(page, "office-publishing-keys-none");
  await page.getByRole("link", { name: "Add a key" }).click();
  await page.getByLabel("Public key").fill("ssh-ed25519 AAAA");
  await page.getByLabel("Name", { exact: true }).fill("Laptop of the author");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByLabel("Public key")).toHaveAttribute("aria-invalid", "true");
  await look(page, "office-publishing-key-wrong");
  await page.getByLabel("Public key").fill(publicKey);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("The key signs from now on.")).toBeVisible();
  await look(page, "office-publishing-keys");
}

/** Hands in a package; ends on its page, if it is taken. */
export async function handIn(page, firm, file) {
  await page.goto(`${officeOf(firm.slug)}/publishing/packages/new`);
  await page.getByLabel("Package").setInputFiles(file);
  await page.getByRole("button", { name: "Hand in a package" }).click();
}

/** Submits the package at `page`; its id. */
export async function submit(page) {
  await page.getByRole("button", { name: "Submit for review" }).click();
  await expect(page.getByText("Submitted. We review it and tell you here.")).toBeVisible();
  return new URL(page.url()).pathname.split("/").at(-1);
}

/** What the machine said of the package at `page`, once it did. */
export async function machineSays(page, word) {
  await expect(async () => {
    await page.reload();
    await expect(page.getByText(word, { exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 120_000 });
}

export async function putOnList(page) {
  await page.getByRole("button", { name: "List it in the catalogue" }).click();
  await expect(page.getByText("It is listed in the catalogue.")).toBeVisible();
}
