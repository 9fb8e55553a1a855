// Keeps every <time data-age> on the page ticking, and marks what is stale.
// The words are those of web::words::age in the server.

import { language, word } from "./words.js";

let skew = 0; // Server's clock minus ours, in milliseconds.

/** Learns how far this computer's clock is off, from an answer of the server. */
export function learnClock(response) {
  const date = Date.parse(response.headers.get("date") ?? "");
  if (Number.isFinite(date)) {
    const found = date - Date.now();
    // The header has whole seconds: less than two of difference is noise.
    skew = Math.abs(found) < 2000 ? 0 : found;
  }
}

/** Milliseconds since the epoch by the server's clock. */
export const now = () => Date.now() + skew;

/** A span of `ms` milliseconds as people read it. */
export function age(ms) {
  const secs = Math.max(0, Math.floor(ms / 1000));
  if (secs < 5) return word("age-now");
  if (secs < 60) return word("age-seconds", { count: secs });
  if (secs < 3600) return word("age-minutes", { count: Math.floor(secs / 60) });
  if (secs < 86400) return word("age-hours", { count: Math.floor(secs / 3600) });
  const days = Math.floor(secs / 86400);
  return days === 1 ? word("age-day") : word("age-days", { count: days.toLocaleString(language) });
}

/** Sets a time element to a moment in milliseconds since the epoch. */
export function setTime(time, at) {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return;
  time.dateTime = moment.toISOString();
  time.title = moment.toLocaleString(language);
  time.dataset.hinted = "";
  show(time);
}

/** Brings all ages below `root` up to date. */
export function tick(root = document) {
  for (const time of root.querySelectorAll("time[data-age][datetime]")) show(time);
}

function show(time) {
  const at = Date.parse(time.dateTime);
  if (Number.isNaN(at)) return;
  const words = age(now() - at);
  if (time.textContent !== words) time.textContent = words;
  if (!("hinted" in time.dataset)) {
    // The title tells the clock of the house; add the viewer's where it differs.
    time.dataset.hinted = "";
    const here = new Date(at).toLocaleString(language);
    if (time.title) time.title = word("moment-at-house", { time: time.title, here });
  }
  const holder = time.closest("[data-stale-after]");
  const limit = Number(holder?.dataset.staleAfter ?? 0);
  if (limit > 0) {
    const stale = now() - at > limit * 1000;
    holder.classList.toggle("stale", stale);
    const mark = holder.querySelector("[data-stale]");
    if (mark) mark.hidden = !stale;
  }
}

tick();
setInterval(() => {
  if (!document.hidden) tick();
}, 1000);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) tick();
});
