// Holds the templates to their rules: every text and icon they name exists, and nothing in them needs a laxer content security policy.
import { readFile, readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const under = async (folder, ending) =>
  (await readdir(join(here, folder), { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();

const keys = new Set();
const complaints = [];
for (const path of await under("locales/en", ".ftl")) {
  for (const [, key] of (await readFile(path, "utf8")).matchAll(/^([a-z][a-z0-9-]*) *=/gm)) {
    if (keys.has(key)) complaints.push(`${relative(here, path)}: ${key} is defined twice`);
    keys.add(key);
  }
}
const icons = new Set((await readFile(join(here, "icons.txt"), "utf8")).split("\n").filter((line) => line && !line.startsWith("#")).map((line) => line.split(":")[0].trim()));

const FORBIDDEN = [
  [/\sstyle\s*=\s*["']/g, "a style attribute"],
  [/\son[a-z]+\s*=\s*["']/g, "an event attribute"],
  [/\shx-on[:a-z-]*\s*=/g, "an hx-on attribute"],
  [/<script(?![^>]*\bsrc=)(?![^>]*type="application\/ld\+json")[^>]*>/g, "an inline script"],
  [/<style\b/g, "an inline style sheet"],
  [/javascript:/g, "a javascript: address"],
];
for (const path of await under("templates", ".html")) {
  const text = (await readFile(path, "utf8")).replace(/\{#[\s\S]*?#\}/g, (comment) => comment.replace(/[^\n]/g, " "));
  const at = (index) => `${relative(here, path)}:${text.slice(0, index).split("\n").length}`;
  for (const match of text.matchAll(/shell\.(?:t|tf|tn)\(\s*"([^"]+)"/g)) if (!keys.has(match[1])) complaints.push(`${at(match.index)}: no text ${match[1]}`);
  for (const match of text.matchAll(/(?:shell\.icon|ui::empty)\(\s*"([^"]+)"/g)) if (!icons.has(match[1])) complaints.push(`${at(match.index)}: no icon ${match[1]}`);
  for (const [pattern, what] of FORBIDDEN) for (const match of text.matchAll(pattern)) complaints.push(`${at(match.index)}: ${what}`);
  for (const match of text.matchAll(/<[a-z][^<>]*\shx-(?!nonce)[a-z:-]+=(?:[^<>]|\{\{[^}]*\}\})*>/g)) if (!match[0].includes("hx-nonce=")) complaints.push(`${at(match.index)}: hx- attributes without hx-nonce`);
}

for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exit(1);
console.log(`web: templates keep their rules (${keys.size} texts, ${icons.size} icons)`);
