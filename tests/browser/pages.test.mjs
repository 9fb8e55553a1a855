// Every page in every state it can be in, as the gallery of web writes them:
// looked at by axe in both languages, themes and widths; none is wider than a
// phone.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { after, before, describe, test } from "node:test";

import { overhang, picture, startBrowser } from "./browser.mjs";

const GALLERY = process.env.GALLERY;
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 800 };
const VIEWS = [
  { language: "en", theme: "light", viewport: DESK },
  { language: "en", theme: "dark", viewport: PHONE },
  { language: "de", theme: "light", viewport: PHONE },
  { language: "de", theme: "dark", viewport: DESK },
];
/** Pages to keep a German picture of at the width of a phone. */
const KEPT = ["houses.mixed", "house.full", "connect.fresh", "account.plain", "refusals.full", "admin_tenant.plain", "landing.open", "members.full"];

const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Serves the gallery below `/<language>/`, its static files at their own
 * addresses. */
async function startGallery() {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://gallery").pathname));
    const file = path.startsWith("/static/") ? join(GALLERY, "en", path) : join(GALLERY, path);
    const bytes = await readFile(file).catch(() => null);
    response.writeHead(bytes ? 200 : 404, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    response.end(bytes);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { http: `http://127.0.0.1:${server.address().port}`, stop: () => new Promise((resolve) => server.close(resolve)) };
}

describe("every page, for everybody", () => {
  let browser, gallery, names;

  before(async () => {
    assert.ok(GALLERY, "GALLERY does not name the folder with the pages; run `cargo xtask test --suite browser`");
    names = (await readdir(join(GALLERY, "en"))).filter((name) => name.endsWith(".html")).map((name) => name.slice(0, -5));
    assert.ok(names.length > 60, "pages went missing");
    gallery = await startGallery();
    browser = await startBrowser();
  });

  after(async () => {
    await browser?.close();
    await gallery?.stop();
  });

  for (const { language, theme, viewport } of VIEWS) {
    test(`in ${language}, ${theme}, ${viewport.width} pixels wide`, async () => {
      const context = await browser.newContext({ viewport, colorScheme: theme, locale: language, reducedMotion: "reduce", bypassCSP: true });
      // Nobody answers the scripts' questions here, which is no fault of a page.
      await context.route(/\/api\//, (route) => route.fulfill({ status: 503, body: "{}" }));
      const page = await context.newPage();
      const found = [];
      for (const name of names) {
        await page.goto(`${gallery.http}/${language}/${name}.html`);
        const wider = await overhang(page);
        if (wider > 0) found.push(`${name}: ${wider} pixels wider than the window`);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
        for (const { id, help, nodes } of violations) {
          for (const node of nodes.slice(0, 3)) found.push(`${name}: ${id} (${help}) at ${node.target.join(" ")}: ${node.html.slice(0, 120)}`);
        }
        if (language === "de" && viewport === PHONE && KEPT.includes(name)) await picture(page, `de-${name}`);
      }
      await context.close();
      assert.deepEqual(found, []);
    });
  }
});
