import { defineConfig } from "@playwright/test";

/** Debian's own browser; another one by CHROMIUM. */
export default defineConfig({
  testDir: "tests",
  testMatch: "*.spec.ts",
  globalSetup: "./tests/setup.ts",
  // Two cores are shared with whatever else runs: one browser at a time is the faster way.
  workers: 1,
  // Far more than a test takes: a busy machine must not fail it, and what hangs still ends.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: process.env.CI !== undefined,
  reporter: [["list"]],
  outputDir: "node_modules/.cache/playwright",
  use: {
    viewport: { width: 1440, height: 900 },
    locale: "zh-CN",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        // A name that is not localhost: the page there has no secure context, as in many a call centre.
        "--host-resolver-rules=MAP koujing.test 127.0.0.1"],
    },
  },
});
