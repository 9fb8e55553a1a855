// The connect page: buttons that copy, and a pill that changes by itself.

import { tick } from "./ages.js";
import { announce, showPresence, watchPresence } from "./presence.js";
import { word } from "./words.js";

const EVERY = 2_000;
const SAID_FOR = 2_500;

let copied = false;

for (const button of document.querySelectorAll("[data-copy]")) {
  const label = button.querySelector("span");
  const usual = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    const done = await copy(source);
    copied ||= done;
    label.textContent = done ? word("copied") : word("selected");
    announce(label.textContent);
    setTimeout(() => (label.textContent = usual), SAID_FOR);
  });
}

// By hand is copied too.
document.addEventListener("copy", () => (copied = true));

/** Copies the text without what is only hinted at (a passcode shown as dots),
 * or selects it where the clipboard is closed to us (plain HTTP). */
async function copy(source) {
  const wanted = source.cloneNode(true);
  for (const hint of wanted.querySelectorAll("[data-dots]")) hint.remove();
  try {
    await navigator.clipboard.writeText(`${wanted.textContent.trimEnd()}\n`);
    return true;
  } catch {
    getSelection().selectAllChildren(source);
    return false;
  }
}

const pill = document.getElementById("status");
const arrived = document.getElementById("arrived");
// A passcode that is shown once must not vanish before it was copied.
const passcodeShown = document.querySelector("[data-fresh]") !== null;
const waiting = pill.dataset.presence === "waiting";

watchPresence(pill.dataset.presenceUrl, EVERY, (presence) => {
  const before = pill.dataset.presence;
  const after = showPresence(pill, presence, word("connect-waiting"));
  arrived.hidden = !presence.online;
  const clients = arrived.querySelector("[data-clients]");
  const names = presence.clients.join(", ");
  if (clients.textContent !== names) clients.textContent = names;
  if (before !== after) announce(after === "online" ? word("connect-arrived") : pill.textContent);
  if (waiting && after === "online" && (copied || !passcodeShown)) location.assign(pill.dataset.houseUrl);
});

for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => {
    if (!confirm(form.dataset.confirm)) event.preventDefault();
  });
}

tick();
