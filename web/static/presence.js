// Asks again and again who of a house is connected.

import { learnClock } from "./ages.js";
import { word } from "./words.js";

const SLOWEST = 30_000;

/**
 * Calls `onChange({online, clients, lastSeen})` now and every `every`
 * milliseconds while the page is visible; `clients` are names to show. Slows
 * down while the server does not answer. Returns a function that asks at once.
 */
export function watchPresence(url, every, onChange) {
  let timer = 0;
  let wait = every;

  async function ask() {
    clearTimeout(timer);
    if (!document.hidden) {
      try {
        const response = await fetch(url, { headers: { accept: "application/json" }, credentials: "same-origin", cache: "no-store" });
        learnClock(response);
        if (response.status === 401 || response.status === 404) return; // Nothing more to learn here.
        if (!response.ok) throw new Error(`presence: ${response.status}`);
        const house = await response.json();
        wait = every;
        onChange({
          online: Boolean(house.online),
          clients: (house.clients ?? []).map((client) => clientName(client, house.house_id)).filter(Boolean),
          lastSeen: house.last_seen ? Date.parse(house.last_seen) : null,
        });
      } catch {
        wait = Math.min(SLOWEST, wait * 2);
      }
    }
    timer = setTimeout(ask, wait);
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
  ask();
  return ask;
}

/** `egeoffrey-<house>-service-mqtt` is told as `service/mqtt`. */
function clientName(client, house) {
  const id = typeof client === "string" ? client : (client.name ?? client.client ?? "");
  const prefix = `egeoffrey-${house}-`;
  return id.startsWith(prefix) ? id.slice(prefix.length).replace("-", "/") : id;
}

/** Shows a presence on a pill. */
export function showPresence(pill, { online, lastSeen }, waiting) {
  const state = online ? "online" : lastSeen ? "offline" : "waiting";
  const words = { online: word("presence-online"), offline: word("presence-offline"), waiting };
  const tones = { online: "good", offline: "bad", waiting: "warn" };
  pill.dataset.presence = state;
  if (pill.textContent !== words[state]) pill.textContent = words[state];
  pill.className = `pill ${tones[state]}`;
  return state;
}

/** Says something to people who do not see the page. */
export function announce(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}
