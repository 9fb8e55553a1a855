// Somebody guards an account with a passkey, takes their data along, leaves, and
// comes back.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { fill, openWindow, overhang, picture, startBrowser } from "./browser.mjs";
import { startService } from "./service.mjs";

const PASSWORD = "correct horse battery staple";

describe("an account of one's own", () => {
  let service, browser, anna, device;

  before(async () => {
    service = await startService();
    browser = await startBrowser();
    const { page, context } = await openWindow(browser, service);
    await page.goto(service.admin_setup);
    await fill(page, { "Your name": "Ada", "E-mail address": "ada@example.org", Password: PASSWORD });
    await page.locator("#policy-open").check();
    await page.getByRole("button", { name: "Set up the service" }).click();
    await page.waitForURL((url) => url.pathname !== "/setup");
    await context.close();
    anna = await openWindow(browser, service);
    device = await phone(anna);
    await signUp(anna.page);
  });

  after(async () => {
    await browser?.close();
    await service?.stop();
  });

  const noFaults = () => assert.deepEqual(anna.faults.splice(0), []);
  const go = (path) => anna.page.goto(`${service.http}${path}`);

  /** A device that keeps passkeys and asks for a finger, which is there. */
  async function phone({ page, context }) {
    const cdp = await context.newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
    const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
    return {
      finger: (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
      keys: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    };
  }

  async function signUp(page) {
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
  }

  async function logOut() {
    await go("/account");
    await anna.page.locator("main").getByRole("button", { name: "Log out" }).click();
    await anna.page.waitForURL((url) => url.pathname === "/");
  }

  test("a passkey is made on the device", async () => {
    const { page } = anna;
    await go("/account/passkeys");
    await picture(page, "passkeys-none");
    await fill(page, { Name: "My phone", "Your password": PASSWORD });
    await page.getByRole("button", { name: "Go on" }).click();
    await picture(page, "passkeys-second-step");
    await page.getByRole("button", { name: "Create the passkey" }).click();
    await page.waitForURL(/done=passkey/);
    assert.match(await page.getByTestId("passkey-row").textContent(), /My phone/);
    await picture(page, "passkeys");
    const keys = await device.keys();
    assert.equal(keys.length, 1);
    assert.equal(keys[0].isResidentCredential, true, "found without typing an address");
    noFaults();
  });

  test("a second one on the same device is refused in words", async () => {
    const { page } = anna;
    await go("/account/passkeys");
    await fill(page, { Name: "Again", "Your password": PASSWORD });
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("button", { name: "Create the passkey" }).click();
    await page.getByText("has a passkey of your account already").waitFor();
    noFaults();
  });

  test("it opens the account without a password", async () => {
    const { page } = anna;
    await logOut();
    await go("/log-in?next=/account/passkeys");
    const button = page.getByRole("button", { name: "Log in with a passkey" });
    await button.waitFor();
    await picture(page, "log-in-passkey");
    await button.click();
    await page.waitForURL(/\/account\/passkeys/);
    assert.doesNotMatch(await page.getByTestId("passkey-row").textContent(), /never/);
    noFaults();
  });

  test("without the finger nobody gets in, and the page says what to do", async () => {
    const { page } = anna;
    await logOut();
    await device.finger(false);
    await go("/log-in");
    await page.getByRole("button", { name: "Log in with a passkey" }).click();
    await page.getByText("The browser did not give a passkey").waitFor();
    await picture(page, "log-in-passkey-refused");
    await device.finger(true);
    await page.getByRole("button", { name: "Log in with a passkey" }).click();
    await page.waitForURL(/\/houses$/);
    noFaults();
  });

  test("all that is kept comes as a file", async () => {
    const { page } = anna;
    await go("/account");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download all we keep about you" }).click()]);
    assert.equal(download.suggestedFilename(), "egeoffrey-cloud-account.json");
    const text = await readFile(await download.path(), "utf8");
    const kept = JSON.parse(text);
    assert.equal(kept.profile.email, "anna@example.org");
    assert.equal(kept.passkeys[0].name, "My phone");
    assert.doesNotMatch(text, /argon2|hash/);
    noFaults();
  });

  test("the pages fit a phone, in light and dark", async () => {
    const state = await anna.context.storageState();
    await go("/account");
    const tenant = await anna.page.locator('a[href^="/tenants/"][href$="/delete"]').first().getAttribute("href");
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [390, 1280]) {
        const window = await openWindow(browser, service, { viewport: { width, height: 844 }, colorScheme, storageState: state });
        for (const [path, name] of [
          ["/account", "account"],
          ["/account/passkeys", "account-passkeys"],
          ["/account/delete", "account-delete"],
          [tenant, "tenant-delete"],
        ]) {
          await window.page.goto(`${service.http}${path}`, { waitUntil: "load" });
          assert.ok((await overhang(window.page)) <= 0, `${path} is wider than ${width} px`);
          await picture(window.page, `${name}-${width}-${colorScheme}`);
        }
        assert.deepEqual(window.faults, []);
        await window.context.close();
      }
    }
  });

  test("the account is deleted with the passkey, and kept by logging in", async () => {
    const { page } = anna;
    await go("/account/delete");
    await page.getByLabel("Type anna@example.org").fill("anna@example.org");
    await page.getByRole("button", { name: "Confirm with a passkey instead" }).click();
    await page.waitForURL(/\/log-in\?deleted=yes/);
    await page.getByText("Your account is being deleted").waitFor();
    await page.getByRole("button", { name: "Log in with a passkey" }).click();
    await page.getByRole("heading", { name: "Keep your account?" }).waitFor();
    await picture(page, "keep-account");
    await page.getByRole("button", { name: "Keep my account" }).click();
    await page.waitForURL(/\/houses$/);
    noFaults();
  });

  test("a passkey that was removed opens nothing", async () => {
    const { page } = anna;
    await go("/account/passkeys");
    await page.getByRole("button", { name: "Remove My phone" }).click();
    await page.waitForURL(/done=passkey-removed/);
    await logOut();
    await go("/log-in");
    await page.getByRole("button", { name: "Log in with a passkey" }).click();
    await page.getByText("This passkey was not accepted").waitFor();
    // The browser reports the refused form in its console.
    assert.ok(anna.faults.splice(0).every((fault) => fault.includes("401")));
  });
});
