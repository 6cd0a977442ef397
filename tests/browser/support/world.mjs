// Where everything runs, the mail that was sent, and the telephones that are asked to pay.
import { readFileSync } from "node:fs";

import { expect } from "./playwright.mjs";

const file = process.env.WAKALA_JOURNEYS;
if (!file) throw new Error("WAKALA_JOURNEYS must name the file that `wakala dev --describe FILE` wrote; ops/journeys does it.");

/** @type {{ port: number, platform: string, mail: string, payments: string, cards: { dashboard: string, test: string, live: string }, merchants: { mode: string }[], demo: Record<string, string> }} */
export const world = JSON.parse(readFileSync(file, "utf8"));

export const portalOf = (slug) => `http://${slug}.localhost:${world.port}`;
export const officeOf = (slug) => `http://${slug}.office.localhost:${world.port}`;
export const merchant = (mode) => world.merchants.find((one) => one.mode === mode);

async function ask(url, method = "GET", body = undefined) {
  const response = await fetch(url, { method, headers: body && { "content-type": "application/json" }, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
  const type = response.headers.get("content-type") ?? "";
  return type.includes("json") ? response.json() : Buffer.from(await response.arrayBuffer());
}

/** The newest letter to an address whose subject holds some words, once it is there. */
export async function letterTo(address, subject = "") {
  const query = new URLSearchParams({ to: address, subject });
  let found;
  await expect(async () => {
    [found] = await ask(`${world.mail}/api/messages?${query}`);
    expect(found, `a letter to ${address} about “${subject}”`).toBeTruthy();
  }).toPass({ timeout: 30_000 });
  return ask(`${world.mail}/api/messages/${found.id}`);
}

/** The six digits in the newest letter to an address. */
export async function codeFor(address) {
  const letter = await letterTo(address);
  return /\b\d{6}\b/.exec(letter.text)[0];
}

export const attachmentOf = (letter, index) => ask(`${world.mail}/api/messages/${letter.id}/attachments/${index}`);

const international = (phone) => `254${phone.replace(/\D/g, "").replace(/^0/, "")}`;

/** What the payer of this phone, and the network, will do with the next request. */
export const plan = (phone, course) => ask(`${world.payments}/_sim/scripts`, "POST", { phone: international(phone), times: 1, plan: course });

export const promptsOf = (phone) => ask(`${world.payments}/_sim/prompts?phone=${international(phone)}`);

/** The request to pay that shows on a phone, once it does. */
export async function promptOn(phone) {
  let open;
  await expect(async () => {
    open = (await promptsOf(phone)).filter((prompt) => prompt.state === "open");
    expect(open, `requests on ${phone}`).toHaveLength(1);
  }).toPass({ timeout: 30_000 });
  return open[0];
}

export const answerPrompt = (prompt, answer, callback = undefined) => ask(`${world.payments}/_sim/prompts/${prompt.checkout_request_id}/answer`, "POST", { answer, callback });

/** The provider reports an outcome again, or claims another one. */
export const reportAgain = (prompt) => ask(`${world.payments}/_sim/prompts/${prompt.checkout_request_id}/callback`, "POST", {});

/** Queries that are answered the first time. That one in five is not is proved where it costs no minutes: in the plugin's and the simulator's own tests. */
export const answerQueries = () => ask(`${world.payments}/_sim/settings`, "PATCH", { query_flake_permille: 0 });
