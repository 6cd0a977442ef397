// Builds web/dist: styles, scripts and icons under content-hashed names, each compressed, with manifest.json
// (logical name to hashed name). Deterministic: the same inputs give the same bytes. Skips when no input changed.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const staging = join(here, `dist.${process.pid}.tmp`);
const run = promisify(execFile);
const brotli = promisify(brotliCompress);
const gz = promisify(gzip);

const STYLES = ["portal", "office"];
const SCRIPTS = { portal: "scripts/portal.js", office: "scripts/office.js", htmx: "scripts/htmx.js", board: "scripts/board.js", chart: "scripts/chart.js" };
const COMPRESSED = new Set([".css", ".js", ".svg", ".json", ".html", ".webmanifest"]);

async function filesUnder(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort();
}

/** A digest over everything that the result depends on. */
async function fingerprint() {
  const hash = createHash("sha256").update(process.version.split(".")[0]);
  const inputs = ["build.mjs", "icons.txt", "package.json", "package-lock.json"].map((name) => join(here, name));
  for (const folder of ["styles", "scripts", "static", "templates"]) inputs.push(...(await filesUnder(join(here, folder))));
  for (const path of inputs.filter((name) => !name.endsWith(".md"))) hash.update(relative(here, path)).update("\0").update(await readFile(path)).update("\0");
  return hash.digest("hex");
}

async function style(name) {
  const out = join(staging, `${name}.raw.css`);
  await run(process.execPath, [join(here, "node_modules/@tailwindcss/cli/dist/index.mjs"), "--minify", "-i", join(here, "styles", `${name}.css`), "-o", out], { cwd: here });
  const css = await readFile(out);
  await rm(out);
  return css;
}

async function script(entry) {
  const result = await esbuild.build({
    entryPoints: [join(here, entry)], bundle: true, minify: true, write: false, format: "iife", target: ["es2022"],
    legalComments: "none", charset: "utf8", absWorkingDir: here,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

/** Icon name to the inside of its SVG. */
async function icons() {
  const set = {};
  for (const line of (await readFile(join(here, "icons.txt"), "utf8")).split("\n")) {
    if (!line || line.startsWith("#")) continue;
    const [name, file = name] = line.split(":").map((part) => part.trim());
    const svg = await readFile(join(here, "node_modules/lucide-static/icons", `${file}.svg`), "utf8");
    set[name] = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "").replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>");
  }
  return Buffer.from(JSON.stringify(set));
}

async function put(manifest, name, body) {
  const extension = extname(name);
  const hashed = `${name.slice(0, -extension.length)}.${createHash("sha256").update(body).digest("hex").slice(0, 10)}${extension}`;
  const path = join(staging, hashed);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, body);
  manifest[name] = hashed;
  if (!COMPRESSED.has(extension)) return body.length;
  const small = await brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } });
  await writeFile(`${path}.br`, small);
  await writeFile(`${path}.gz`, await gz(body, { level: 9 }));
  return small.length;
}

const key = await fingerprint();
const keyFile = join(dist, ".inputs");
if (!process.argv.includes("--force") && existsSync(keyFile) && (await readFile(keyFile, "utf8")) === key) {
  console.log("web: up to date");
  process.exit(0);
}

const started = Date.now();
await mkdir(staging, { recursive: true });
try {
  const manifest = {};
  const sizes = [];
  const made = await Promise.all([
    ...STYLES.map(async (name) => [`${name}.css`, await style(name)]),
    ...Object.entries(SCRIPTS).map(async ([name, entry]) => [`${name}.js`, await script(entry)]),
  ]);
  for (const path of await filesUnder(join(here, "static"))) made.push([relative(join(here, "static"), path), await readFile(path)]);
  for (const [name, body] of made.sort(([a], [b]) => (a < b ? -1 : 1))) sizes.push([name, body.length, await put(manifest, name, body)]);
  await writeFile(join(staging, "icons.json"), await icons());
  await writeFile(join(staging, "manifest.json"), JSON.stringify(manifest, Object.keys(manifest).sort(), 1));
  await writeFile(join(staging, ".inputs"), key);
  await rm(dist, { recursive: true, force: true });
  await rename(staging, dist);
  for (const [name, full, small] of sizes) console.log(`web: ${name.padEnd(16)} ${String(full).padStart(7)} bytes, ${String(small).padStart(6)} sent`);
  console.log(`web: built in ${Date.now() - started} ms`);
} finally {
  await rm(staging, { recursive: true, force: true });
}
