// A service is set up, somebody signs up, adds a house, and sees it live.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { fill, openWindow, overhang, picture, startBrowser } from "./browser.mjs";
import { connectModule, knock } from "./house.mjs";
import { startService } from "./service.mjs";
import { until } from "./wait.mjs";

const PASSWORD = "correct horse battery staple";

describe("a resident's first day", () => {
  let service, browser, anna, lab;
  const house = {};

  before(async () => {
    service = await startService();
    browser = await startBrowser();
    anna = await openWindow(browser, service);
  });

  after(async () => {
    await lab?.end();
    await browser?.close();
    await service?.stop();
  });

  const noFaults = () => assert.deepEqual(anna.faults.splice(0), []);
  const live = () => anna.page.goto(`${service.http}/houses/${house.id}`);
  const shown = (locator, text) => until(`"${text}"`, async () => (await locator.textContent())?.trim() === text);

  test("the link of the first start makes the admin, who opens sign-up", async () => {
    const { page, context, faults } = await openWindow(browser, service);
    await page.goto(service.admin_setup);
    await picture(page, "setup");
    await fill(page, { "Your name": "Ada", "E-mail address": "ada@example.org", Password: PASSWORD });
    await page.locator("#policy-open").check();
    await page.getByRole("button", { name: "Set up the service" }).click();
    await page.waitForURL((url) => url.pathname !== "/setup");
    assert.equal((await page.goto(`${service.http}/admin/sign-up`)).status(), 200, "the admin is logged in");
    await picture(page, "admin-sign-up");
    assert.deepEqual(faults, []);
    assert.equal((await page.goto(service.admin_setup)).ok(), false, "the link works once");
    await context.close();
  });

  test("somebody signs up, opens the mailed link and logs in", async () => {
    const { page } = anna;
    await page.goto(service.http);
    await picture(page, "landing");
    await page.goto(`${service.http}/sign-up`);
    await fill(page, { "Your name": "Anna", "E-mail address": "anna@example.org", Password: PASSWORD });
    await page.getByRole("button", { name: "Sign up", exact: true }).click();
    await page.getByRole("heading", { name: "Check your mail" }).waitFor();
    await page.goto(await service.mailedLink("anna@example.org"));
    await page.getByRole("button", { name: "Yes, this is my address" }).click();
    await page.waitForURL(/log-in|houses/);
    if (new URL(page.url()).pathname === "/log-in") {
      await fill(page, { "E-mail address": "anna@example.org", Password: PASSWORD });
      await page.getByRole("button", { name: "Log in", exact: true }).click();
    }
    await page.waitForURL(/\/houses$/);
    await picture(page, "houses-empty");
    noFaults();
  });

  test("a new house leads to the lines to copy", async () => {
    const { page } = anna;
    await page.getByRole("link", { name: "Add a house" }).click();
    await fill(page, { Name: "Villa Sonnenhang" });
    await page.getByLabel("Time zone").selectOption("Europe/Berlin");
    await page.getByLabel(/Here, with us/).check();
    await picture(page, "new-house");
    await page.getByRole("button", { name: "Add the house" }).click();
    await page.waitForURL(/\/connect$/);
    house.id = (await page.getByTestId("house-id").first().textContent()).trim();
    house.passcode = (await page.getByTestId("passcode").first().textContent()).trim();
    const lines = await page.getByTestId("env-lines").textContent();
    for (const line of [`EGEOFFREY_ID=${house.id}`, `EGEOFFREY_PASSCODE=${house.passcode}`, "EGEOFFREY_GATEWAY_HOSTNAME=", "EGEOFFREY_GATEWAY_PORT="]) {
      assert.ok(lines.includes(line), `${line} is missing in ${lines}`);
    }
    assert.match(await page.getByTestId("connect-status").textContent(), /Waiting/);
    await picture(page, "connect");
    noFaults();
  });

  test("the connect page sees the house arrive by itself", async () => {
    lab = await connectModule(service, house.id, house.passcode, "service/lab");
    await shown(anna.page.getByTestId("connect-status"), "Online");
    await anna.page.reload();
    const again = await anna.page.content();
    assert.ok(!again.includes(house.passcode), "the passcode is shown twice");
    noFaults();
  });

  test("a value of an unknown sensor is offered and added with one click", async () => {
    const { page } = anna;
    await live();
    await shown(page.getByTestId("house-online"), "Online");
    await lab.report("attic/temp", 17.2);
    const offer = page.getByTestId("offer-attic/temp");
    await offer.waitFor();
    assert.match(await offer.textContent(), /17\.2/);
    await picture(page, "live-offer");
    await offer.getByTestId("offer-add").click();
    await page.getByTestId("reading-attic/temp").waitFor();
    assert.equal(await page.getByTestId("offer-attic/temp").count(), 0);
    noFaults();
  });

  test("values move live, without a reload", async () => {
    const { page } = anna;
    await page.evaluate(() => (globalThis.sameDocument = true));
    const value = page.getByTestId("reading-attic/temp").getByTestId("reading-value");
    for (const number of ["18.1", "19.4", "18.7"]) {
      await lab.report("attic/temp", Number(number));
      await shown(value, number);
    }
    const age = await page.getByTestId("reading-attic/temp").getByTestId("reading-age").textContent();
    assert.match(age, /now|\d+ s/);
    assert.equal(await page.evaluate(() => globalThis.sameDocument), true, "the page was loaded again");
    noFaults();
  });

  test("a switch asks the house and shows that it confirmed", async () => {
    const { page } = anna;
    await lab.addSensor("hall/light", {
      format: "int",
      description: "Hall lights",
      allowed_values: "0,1",
      retain: "history",
      service: { name: "lab", mode: "actuator", configuration: { pin: 4 } },
    });
    await live();
    const control = page.getByTestId("switch-hall/light");
    await until("the switch to be usable", () => control.isEnabled());
    await control.click();
    const told = await lab.heardOn("controller/hub/service/lab/OUT/hall/light");
    assert.equal(Number(told.data.value), 1);
    assert.equal(told.data.pin, 4);
    await until("the confirmation", async () => (await control.getAttribute("aria-checked")) === "true" && (await control.getAttribute("aria-busy")) !== "true");
    await page.getByText("Confirmed by the house").first().waitFor();
    await picture(page, "live");
    noFaults();
  });

  test("a sensor's page draws its history", async () => {
    const { page } = anna;
    await page.getByTestId("reading-attic/temp").getByRole("link").click();
    await page.waitForURL(/\/sensors\/attic\/temp/);
    const canvas = page.getByTestId("chart").locator("canvas");
    await canvas.waitFor();
    const drawn = await until("the chart to be drawn", () =>
      canvas.evaluate((it) => {
        const pixels = it.getContext("2d").getImageData(0, 0, it.width, it.height).data;
        return pixels.some((byte) => byte !== 0);
      }),
    );
    assert.ok(drawn);
    await picture(page, "sensor");
    noFaults();
  });

  test("what was refused is explained", async () => {
    const { page } = anna;
    await knock(service, house.id);
    await until("the refusal to be listed", async () => {
      await page.goto(`${service.http}/houses/${house.id}/refusals`);
      return (await page.getByTestId("refusal-row").count()) > 0;
    });
    const row = await page.getByTestId("refusal-row").first().textContent();
    assert.match(row, /service\/forgotten/);
    assert.match(row, /passcode/);
    await picture(page, "refusals");
    noFaults();
  });

  test("every page fits a phone, in light and dark", async () => {
    const state = await anna.context.storageState();
    const paths = ["/houses", "/houses/new", ...["", "/connect", "/sensors/attic/temp", "/refusals"].map((path) => `/houses/${house.id}${path}`)];
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [390, 1280]) {
        const window = await openWindow(browser, service, { viewport: { width, height: 844 }, colorScheme, storageState: state });
        for (const path of paths) {
          await window.page.goto(`${service.http}${path}`, { waitUntil: "load" });
          const control = window.page.locator("[data-control]").first();
          if ((await control.count()) > 0) await until("live controls", () => control.isEnabled());
          assert.ok((await overhang(window.page)) <= 0, `${path} is wider than ${width} px`);
          const name = path.replace(house.id, "house").replaceAll("/", "-").slice(1);
          await picture(window.page, `${name}-${width}-${colorScheme}`);
        }
        assert.deepEqual(window.faults, []);
        await window.context.close();
      }
    }
  });

  test("a house that leaves is shown offline", async () => {
    await live();
    await shown(anna.page.getByTestId("house-online"), "Online");
    await lab.end();
    lab = null;
    await shown(anna.page.getByTestId("house-online"), "Offline");
    noFaults();
  });

  test("without JavaScript the values are there", async () => {
    const state = await anna.context.storageState();
    const { page, context } = await openWindow(browser, service, { javaScriptEnabled: false, storageState: state });
    await page.goto(`${service.http}/houses/${house.id}`);
    assert.equal((await page.getByTestId("reading-attic/temp").getByTestId("reading-value").textContent()).trim(), "18.7");
    await context.close();
  });

  test("log-in works with the keyboard alone", async () => {
    const { page, context, faults } = await openWindow(browser, service);
    await page.goto(`${service.http}/log-in`);
    const focused = () => page.evaluate(() => ({ tag: document.activeElement.tagName, name: document.activeElement.getAttribute("name"), text: document.activeElement.textContent.trim() }));
    const outlined = () =>
      page.evaluate(() => {
        const style = getComputedStyle(document.activeElement);
        return style.outlineStyle !== "none" || style.boxShadow !== "none";
      });
    await page.keyboard.press("Tab");
    assert.match((await focused()).text, /Skip to the content/);
    const seen = [];
    while ((await focused()).name !== "email") {
      assert.ok(seen.length < 10, `the address is not reached: ${JSON.stringify(seen)}`);
      await page.keyboard.press("Tab");
      seen.push(await focused());
    }
    assert.ok(await outlined(), "the focus is not visible");
    await page.keyboard.type("anna@example.org");
    await page.keyboard.press("Tab");
    assert.equal((await focused()).name, "password");
    await page.keyboard.type("wrong password, first");
    await page.keyboard.press("Enter");
    await page.getByText(/wrong/i).first().waitFor();
    await picture(page, "log-in-wrong");
    await page.getByLabel("Password", { exact: true }).focus();
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/houses$/);
    // A refused log-in is answered with an error status, which the console notes.
    assert.deepEqual(faults.filter((fault) => !/status of 401/.test(fault)), []);
    await context.close();
  });
});
