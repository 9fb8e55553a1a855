// Controls with three states: asked, confirmed by the house, failed with the
// reason. A value counts as confirmed when the house has saved it.

import { announce } from "./presence.js";
import { word } from "./words.js";

const CONFIRM_WITHIN = 5_000;
const CONFIRMED_SHOWN = 4_000;

/** Whether two values on the wire are the same: "21" and "21.0" are. */
export function same(a, b) {
  const [x, y] = [String(a).trim(), String(b).trim()];
  if (x === y) return true;
  return x !== "" && y !== "" && Number(x) === Number(y);
}

/** The control in one row of the page. */
export class ControlRow {
  #row;
  #send;
  #asked;
  #name;
  #pending = null; // {value, timer}

  /** `send(value)` asks the house and resolves when the gateway took it. */
  constructor(row, send) {
    this.#row = row;
    this.#send = send;
    this.#asked = row.querySelector("[data-asked]");
    this.#name = row.querySelector(".what a")?.textContent ?? "";
    const part = (kind) => row.querySelector(`[data-control="${kind}"]`);
    const [toggle, number, set, choice] = ["switch", "number", "set", "choice"].map(part);
    toggle?.addEventListener("click", () => {
      const on = toggle.getAttribute("aria-checked") === "true";
      this.ask(on ? toggle.dataset.off : toggle.dataset.on);
    });
    set?.addEventListener("click", () => number.value !== "" && number.reportValidity() && this.ask(number.value));
    number?.addEventListener("keydown", (event) => event.key === "Enter" && set.click());
    choice?.addEventListener("change", () => this.ask(choice.value));
  }

  /** Whether an answer is awaited, or the person is typing here. */
  get busy() {
    return this.#pending !== null || (this.#row.contains(document.activeElement) && document.activeElement.matches("input, select"));
  }

  /** Lets people use it, or not. */
  enable(enabled) {
    for (const part of this.#row.querySelectorAll("[data-control]")) part.disabled = !enabled;
  }

  /** Asks the house for `value`. */
  ask(value) {
    if (this.#pending) return;
    const timer = setTimeout(() => this.#fail(word("control-unconfirmed")), CONFIRM_WITHIN);
    this.#pending = { value, timer };
    this.#show(value);
    this.#say("asked", word("control-asked"));
    this.#send(value).catch((error) => this.#fail(error.message));
  }

  /** The house saved `value`: confirms what was asked, or shows what somebody
   * else did. */
  saved(value) {
    this.#row.dataset.raw = value;
    if (this.#pending) {
      if (!same(value, this.#pending.value)) return;
      this.#settle();
      this.#say("confirmed", word("control-confirmed"));
      announce(word("control-confirmed-named", { name: this.#name }));
      const asked = this.#asked;
      setTimeout(() => asked.dataset.state === "confirmed" && this.#say("", ""), CONFIRMED_SHOWN);
    }
    this.#show(value);
  }

  #fail(reason) {
    if (!this.#pending) return;
    this.#settle();
    this.#show(this.#row.dataset.raw);
    this.#say("failed", word("control-failed", { reason }));
    announce(word("control-failed-named", { name: this.#name, reason }));
  }

  #settle() {
    clearTimeout(this.#pending.timer);
    this.#pending = null;
  }

  #say(state, words) {
    this.#asked.dataset.state = state;
    this.#asked.textContent = words;
    this.#row.querySelector(".switch")?.setAttribute("aria-busy", String(state === "asked"));
  }

  #show(value) {
    const toggle = this.#row.querySelector(".switch");
    if (toggle) toggle.setAttribute("aria-checked", String(same(value, toggle.dataset.on)));
    const number = this.#row.querySelector("input");
    if (number && document.activeElement !== number) number.value = value;
    const choice = this.#row.querySelector("select");
    if (choice && [...choice.options].some((option) => option.value === value)) choice.value = value;
  }
}
