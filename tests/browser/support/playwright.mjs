// The test tools live with the packages of `web/`, which is no parent folder of this one.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../web/package.json", import.meta.url));

export const { chromium, defineConfig, expect, test } = require("@playwright/test");
export const { AxeBuilder } = require("@axe-core/playwright");
