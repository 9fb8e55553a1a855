// The service under test: its own folder, free ports, ended with the test.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { until } from "./wait.mjs";

/** Starts the executable that EGEOFFREY_CLOUD_BIN names. */
export async function startService(environment = {}) {
  const executable = process.env.EGEOFFREY_CLOUD_BIN;
  if (!executable) throw new Error("EGEOFFREY_CLOUD_BIN does not name the executable; run `cargo xtask test --suite browser`");
  const folder = await mkdtemp(join(tmpdir(), "egeoffrey-browser-"));
  const data = join(folder, "data");
  const readyFile = join(folder, "ready.json");
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("EGEOFFREY_CLOUD__"));
  const child = spawn(
    executable,
    ["serve", "--data-dir", data, "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--ready-file", readyFile],
    { cwd: folder, env: { ...Object.fromEntries(own), ...environment }, stdio: ["ignore", "ignore", "pipe"] },
  );
  let log = "";
  child.stderr.on("data", (bytes) => (log += bytes));
  const ended = new Promise((resolve) => child.once("close", resolve));
  let running = true;
  child.once("close", () => (running = false));

  const stop = async () => {
    if (running) child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const ready = await until("the service to be ready", async () => {
      if (!running) throw new Error(`the service ended before it was ready:\n${log}`);
      return readFile(readyFile, "utf8").then(JSON.parse, () => null);
    });
    return { ...ready, stop, log: () => log, mailedLink: (address) => mailedLink(join(data, "mail"), address) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The newest link that was mailed to an address. */
function mailedLink(folder, address) {
  return until(`a mail with a link to ${address}`, async () => {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((name) => name.endsWith(".eml")).sort().reverse()) {
      const [headers, body] = split(await readFile(join(folder, name), "utf8"));
      if (!headers.includes(`\nTo: ${address}`) && !headers.startsWith(`To: ${address}`)) continue;
      const link = decoded(headers, body).match(/https?:\/\/\S+[?&]token=[\w~%-]+/);
      if (link) return link[0];
    }
    return null;
  });
}

function split(mail) {
  const text = mail.replaceAll("\r\n", "\n");
  const at = text.indexOf("\n\n");
  return [text.slice(0, at), text.slice(at + 2)];
}

function decoded(headers, body) {
  const encoding = headers.match(/^content-transfer-encoding:\s*(\S+)/im)?.[1].toLowerCase() ?? "7bit";
  if (encoding === "7bit" || encoding === "8bit") return body;
  if (encoding !== "quoted-printable") throw new Error(`a mail in the encoding ${encoding}`);
  const bytes = body
    .replaceAll("=\n", "")
    .replaceAll(/=([0-9A-F]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
