// The live page of a house: values, ages, presence, offered sensors, controls.

import { setTime, tick } from "./ages.js";
import { Bus } from "./bus.js";
import { ControlRow, same } from "./controls.js";
import { announce, showPresence, watchPresence } from "./presence.js";
import { fixed, word } from "./words.js";

const PRESENCE_EVERY = 15_000;
const INTERRUPTION_SHOWN_AFTER = 3_000;
const REFRESH_AFTER = 400;
const REGIONS = ["offers", "readings", "controls", "nothing"];

const page = document.getElementById("house");
const offset = Number(page.dataset.offsetHours ?? 0) * 3_600_000;
const pill = page.querySelector("[data-presence]");
const notice = page.querySelector("[data-link]");

let places = new Map(); // Sensor id to {element, control}.
const missed = new Set(); // Sensors that sent a value and are not on the page.
let connected = false;
let interruption = 0;
let refreshing = 0;

function index() {
  const known = places;
  places = new Map();
  for (const element of page.querySelectorAll("[data-sensor]")) {
    const id = element.dataset.sensor;
    const before = known.get(id);
    const isControl = element.matches(".control");
    const control = before?.element === element ? before.control : isControl ? new ControlRow(element, (value) => bus.send("controller/hub", "SET", id, { value })) : null;
    control?.enable(connected);
    places.set(id, { element, control });
  }
}

/** The wire tells local time as if it were UTC, in seconds. */
const fromWire = (seconds) => Number(seconds) * 1000 - offset;

function saved(id, data) {
  if (data === null || typeof data !== "object" || "group_by" in data || "statistics" in data) return;
  const place = places.get(id);
  if (!place) {
    if (!missed.has(id)) refresh(); // Somebody added it elsewhere.
    missed.add(id);
    return;
  }
  const { element, control } = place;
  const time = element.querySelector("time[data-age]");
  const at = fromWire(data.timestamp);
  if (!Number.isFinite(at) || at < Date.parse(time.dateTime)) return; // Older than what is shown.
  const value = String(data.value ?? "");
  setTime(time, at);
  const shown = element.querySelector("[data-value]");
  shown.textContent = printed(element, value);
  shown.parentElement.classList.toggle("long", element.matches(".reading") && [...shown.textContent].length > 12);
  control?.saved(value);
  if (element.matches(".reading")) {
    element.classList.remove("fresh");
    requestAnimationFrame(() => element.classList.add("fresh"));
  }
}

function printed(element, value) {
  const toggle = element.querySelector(".switch");
  if (toggle && /^(1|true|on)$/i.test(toggle.dataset.on)) return same(value, toggle.dataset.on) ? word("control-on") : word("control-off");
  const decimals = element.dataset.decimals;
  if (decimals !== "" && value.trim() !== "" && Number.isFinite(Number(value))) return fixed(Number(value), Number(decimals));
  return value === "" || value === "None" ? "–" : value;
}

function offered(id, data) {
  if (data === null || typeof data !== "object" || places.has(id)) return;
  const section = document.getElementById("offers");
  const list = section.querySelector(".offers");
  let offer = [...list.children].find((one) => one.dataset.offer === id);
  if (!offer) {
    const template = document.getElementById("offer-template");
    if (!template) return; // This person may not add sensors.
    offer = template.content.firstElementChild.cloneNode(true);
    offer.dataset.offer = id;
    offer.dataset.testid = `offer-${id}`;
    number(offer, list.children.length + 1);
    const format = guessFormat(data.value);
    fill(offer, { id, sender: data.sender, description: describe(id), format });
    list.append(offer);
    section.hidden = false;
    document.getElementById("nothing").hidden = true;
    announce(word("live-new-sensor", { id }));
  }
  fill(offer, { value: data.value });
  setTime(offer.querySelector("time"), fromWire(data.timestamp));
}

function fill(root, values) {
  for (const element of root.querySelectorAll("[data-fill]")) {
    const value = values[element.dataset.fill];
    if (value === undefined) continue;
    if ("value" in element) element.value = String(value);
    else element.textContent = String(value);
  }
}

/** Gives the ids of a cloned form a number of their own. */
function number(offer, row) {
  for (const element of offer.querySelectorAll("[id], [for]")) {
    for (const attribute of ["id", "for"]) {
      const text = element.getAttribute(attribute);
      if (text) element.setAttribute(attribute, text.replace("-new-", `-live${row}-`));
    }
  }
}

// The two guesses are those of web::page::Offer in the server.
function describe(id) {
  const words = id.replaceAll(/[/_-]/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function guessFormat(value) {
  const text = String(value).trim();
  if (/^-?\d+$/.test(text)) return "int";
  if (/^-?\d+\.\d$/.test(text)) return "float_1";
  return /^-?\d+\.\d+$/.test(text) ? "float_2" : "string";
}

/** Brings the page up to date from the server, soon. Waits while somebody is
 * typing or an answer is awaited. */
function refresh() {
  clearTimeout(refreshing);
  refreshing = setTimeout(async () => {
    const typing = page.contains(document.activeElement) && document.activeElement.matches("input, select");
    if (typing || [...places.values()].some((place) => place.control?.busy)) {
      refresh();
      return;
    }
    const response = await fetch(location.href, { headers: { accept: "text/html" }, credentials: "same-origin" }).catch(() => null);
    if (!response?.ok) return;
    if (response.redirected) {
      location.assign(response.url); // Logged out meanwhile.
      return;
    }
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const region of REGIONS) {
      const [old, next] = [document.getElementById(region), fresh.getElementById(region)];
      if (old && next) old.replaceWith(document.adoptNode(next));
    }
    index();
    tick(page);
  }, REFRESH_AFTER);
}

function state(name, reason) {
  connected = name === "connected";
  for (const { control } of places.values()) control?.enable(connected);
  clearTimeout(interruption);
  if (connected) {
    refresh(); // What was said between the page's making and our listening.
    notice.hidden = true;
  } else if (name === "refused") {
    say(word("live-refused", { reason }));
  } else {
    interruption = setTimeout(() => say(word("live-interrupted")), INTERRUPTION_SHOWN_AFTER);
  }
}

function say(text) {
  notice.textContent = text;
  notice.hidden = false;
  announce(text);
}

function receive({ from, command, args, data }) {
  if (command === "SAVED" && from === "controller/db") saved(args, data);
  else if (command === "UNKNOWN" && from === "controller/hub") offered(args, data);
  else if (command === "CONF" && from === "controller/config") refresh();
  else if (command === "STATUS") lookAgain();
}

const lookAgain = watchPresence(page.dataset.presenceUrl, PRESENCE_EVERY, (presence) => {
  const before = pill.dataset.presence;
  const after = showPresence(pill, presence, word("presence-waiting"));
  const clients = page.querySelector("[data-clients]");
  const names = presence.clients.join(", ");
  if (presence.online) {
    if (clients.textContent !== names) clients.textContent = names;
  } else if (presence.lastSeen) {
    const time = document.createElement("time");
    time.dataset.age = "";
    clients.replaceChildren(`${word("last-seen")} `, time);
    setTime(time, presence.lastSeen);
  }
  if (before !== after) {
    const told = { online: word("live-house-online"), offline: word("live-house-offline"), waiting: word("live-house-waiting") };
    announce(told[after]);
    if (!document.getElementById("nothing").hidden) refresh();
  }
});

const bus = new Bus({ house: page.dataset.house, tokenUrl: page.dataset.tokenUrl, onMessage: receive, onState: state });
index();
if (page.dataset.tokenUrl) bus.open();
