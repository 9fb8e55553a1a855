// A session of this browser on the bus of one house: MQTT over WebSocket with
// a short-lived token, renewed before it ends and opened again when it breaks.

import mqtt from "./vendor/mqtt/mqtt.esm.js";
import { learnClock } from "./ages.js";
import { word } from "./words.js";

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
const CONNECT_WITHIN = 10_000;

/** The server refused for good: another try would not help. */
class Refused extends Error {}

/**
 * Follows a house.
 *
 * `onMessage({from, to, command, args, data})` gets every message;
 * `onState(state, reason)` gets "connected", "interrupted" or "refused".
 */
export class Bus {
  #house;
  #tokenUrl;
  #onMessage;
  #onState;
  #current = null; // {client, sender}
  #opening = false;
  #wait = FIRST_WAIT;
  #timer = 0;

  constructor({ house, tokenUrl, onMessage, onState }) {
    this.#house = house;
    this.#tokenUrl = tokenUrl;
    this.#onMessage = onMessage;
    this.#onState = onState;
    addEventListener("pagehide", () => this.#stop());
    addEventListener("pageshow", (event) => event.persisted && this.open());
    addEventListener("online", () => !this.#current && this.open());
  }

  /** Opens a session, and replaces the one that is there, if any. */
  async open() {
    if (this.#opening) return;
    this.#opening = true;
    clearTimeout(this.#timer);
    try {
      const next = await this.#session();
      const old = this.#current;
      this.#current = next;
      this.#wait = FIRST_WAIT;
      old?.client.end(true);
      next.client.on("close", () => this.#lost(next));
      if (!next.client.connected) {
        this.#lost(next); // It broke before we listened.
        return;
      }
      this.#timer = setTimeout(() => this.open(), next.renewIn);
      this.#onState("connected");
    } catch (error) {
      if (error instanceof Refused) {
        this.#stop();
        this.#onState("refused", error.message);
        return;
      }
      if (!this.#current) this.#onState("interrupted");
      this.#again();
    } finally {
      this.#opening = false;
    }
  }

  /** Sends a request. Resolves when the gateway has taken it, and rejects
   * with the gateway's reason when it has not. */
  send(to, command, args, data) {
    const session = this.#current;
    if (!session) return Promise.reject(new Error(word("bus-none")));
    const topic = `egeoffrey/v2/${this.#house}/${session.sender}/${to}/${command}/${args || "null"}`;
    const request_id = 1 + Math.floor(Math.random() * 0xfffffffe);
    return new Promise((resolve, reject) => {
      session.client.publish(topic, JSON.stringify({ request_id, data }), { qos: 1 }, (error, packet) => {
        if (!error) resolve();
        else reject(new Error(packet?.properties?.reasonString ?? error.message));
      });
    });
  }

  #lost(session) {
    if (this.#current !== session) return; // Replaced or stopped by us.
    this.#current = null;
    this.#onState("interrupted");
    this.#again();
  }

  #again() {
    clearTimeout(this.#timer);
    // Up to half of the wait is chance, so that many browsers do not come back at once.
    const wait = this.#wait * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => this.open(), wait);
    this.#wait = Math.min(LONGEST_WAIT, this.#wait * 2);
  }

  #stop() {
    clearTimeout(this.#timer);
    const session = this.#current;
    this.#current = null;
    session?.client.end(true);
  }

  async #grant() {
    const response = await fetch(this.#tokenUrl, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: "{}",
      credentials: "same-origin",
      cache: "no-store",
    });
    learnClock(response);
    if (response.ok) return response.json();
    const problem = await response.json().catch(() => ({}));
    const words = problem.detail ?? problem.title ?? word("bus-status", { status: response.status });
    if (response.status >= 400 && response.status < 500 && response.status !== 429) throw new Refused(words);
    throw new Error(words);
  }

  async #session() {
    const grant = await this.#grant();
    const client = mqtt.connect(grant.ws_url, {
      protocolVersion: 5,
      clientId: `egeoffrey-${this.#house}-${grant.sender.replaceAll("/", "-")}`,
      username: this.#house,
      password: grant.token,
      clean: true,
      keepalive: 30,
      connectTimeout: CONNECT_WITHIN,
      reconnectPeriod: 0, // We come back ourselves, with a fresh token.
      resubscribe: false,
      timerVariant: "native", // The other variant starts a worker, which the policy forbids.
    });
    client.on("message", (topic, payload) => this.#receive(topic, payload));
    // Whatever breaks while we wait ends the waiting: the library tells the
    // one who subscribes nothing when the connection is gone.
    const broken = new Promise((_, reject) => {
      client.on("error", reject);
      client.once("close", () => reject(new Error(word("bus-closed"))));
      setTimeout(reject, CONNECT_WITHIN, new Error(word("bus-silent")));
    });
    broken.catch(() => {}); // After opening, "close" is dealt with elsewhere.
    try {
      await Promise.race([broken, new Promise((resolve) => client.once("connect", resolve))]);
      const house = `egeoffrey/v2/${this.#house}`;
      const filters = [
        `${house}/+/+/${grant.sender}/+/#`,
        `${house}/controller/db/*/*/SAVED/#`,
        `${house}/controller/config/*/*/CONF/+/sensors/#`,
        `${house}/controller/hub/*/*/UNKNOWN/#`,
        `${house}/+/+/*/*/STATUS/#`,
      ];
      await Promise.race([broken, client.subscribeAsync(filters, { qos: 1 })]);
    } catch (error) {
      client.end(true);
      throw error;
    }
    const lasts = Math.max(10, Number(grant.expires_in) || 0);
    return { client, sender: grant.sender, renewIn: (lasts - Math.min(60, lasts / 3)) * 1000 };
  }

  #receive(topic, payload) {
    const levels = topic.split("/");
    if (levels.length < 9 || levels[2] !== this.#house) return;
    let data = null;
    if (payload.length > 0) {
      try {
        data = JSON.parse(new TextDecoder().decode(payload))?.data ?? null;
      } catch {
        return; // Not an envelope: none of our business.
      }
    }
    this.#onMessage({
      from: `${levels[3]}/${levels[4]}`,
      to: `${levels[5]}/${levels[6]}`,
      command: levels[7],
      args: levels.slice(8).join("/"),
      data,
    });
  }
}
