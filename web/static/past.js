// Reads what a view of a sensor's history needs, and no more: days for years,
// hours for months, quarters for days, and every value where they are few.

import { learnClock } from "./ages.js";

const PAGE = 5_000; // The most that the server tells at once.
const PAGES = 4;
const BUCKETS = 1_500; // More would fall on the same pixel.
const VALUES = 6_000; // So many are drawn without a stutter.
const SECONDS = { day: 86_400, hour: 3_600, quarter: 900 };
const BEGINNING = "1970-01-01T00:00:00Z";

const iso = (seconds) => new Date(seconds * 1000).toISOString();

/** Columns of points: seconds, means or values, lowest, highest. */
const columns = (points) => {
  const found = [[], [], [], []];
  for (const { at, value, avg, min, max } of points) {
    const seconds = Date.parse(at) / 1000;
    const middle = number(value === undefined ? avg : value);
    if (!Number.isFinite(seconds) || middle === null) continue;
    found[0].push(seconds);
    found[1].push(middle);
    found[2].push(number(min));
    found[3].push(number(max));
  }
  return found;
};

const number = (value) => {
  if (value === null || value === undefined || value === "") return null;
  return Number.isFinite(Number(value)) ? Number(value) : null;
};

export class Past {
  #url;
  #resolutions;
  #kept = new Map();

  /** `resolutions` are the words of those that the house tells. */
  constructor(url, resolutions) {
    this.#url = url;
    this.#resolutions = resolutions;
  }

  /** When the first day began that has values, in seconds; null without any. */
  async beginning(signal) {
    const { points } = await this.#pages("day", BEGINNING, iso(Date.now() / 1000), signal);
    return points.length > 0 ? Date.parse(points[0].at) / 1000 : null;
  }

  /** What to draw from `from` to `to` (seconds): resolution, columns, and
   * whether that is all. */
  async read(from, to, signal) {
    const coarse = await this.#reach(this.#resolution(to - from), from, to, signal);
    const inView = coarse.points.filter(({ at }) => Date.parse(at) / 1000 >= from - SECONDS[coarse.resolution] && Date.parse(at) / 1000 <= to);
    const total = inView.reduce((sum, { count }) => sum + (count ?? 0), 0);
    const uncounted = inView.some(({ count }) => count === null);
    if (total <= VALUES && (!uncounted || to - from <= 2 * SECONDS.day)) {
      const fine = await this.#reach("raw", from, to, signal);
      // What is summarised longer than it is kept is told by its days.
      if (fine.complete && (fine.points.length > 0 || coarse.points.length === 0)) return drawn(fine);
      if (coarse.points.length === 0) return drawn(fine);
    }
    return drawn(coarse);
  }

  #resolution(span) {
    const fits = (word) => this.#resolutions.includes(word) && span / SECONDS[word] <= BUCKETS;
    return ["quarter", "hour"].find(fits) ?? "day";
  }

  /** Points of a span that may be wider than asked for, so that a small move
   * needs no new question. */
  async #reach(resolution, from, to, signal) {
    const kept = this.#kept.get(resolution);
    if (kept && kept.from <= from && kept.to >= to) return kept;
    const room = resolution === "raw" ? 0 : (to - from) / 2;
    const wide = { resolution, from: from - room - (SECONDS[resolution] ?? 0), to: to + room };
    const found = { ...wide, ...(await this.#pages(resolution, iso(wide.from), iso(wide.to), signal)) };
    this.#kept.set(resolution, found);
    return found;
  }

  async #pages(resolution, from, to, signal) {
    let points = [];
    let cursor = null;
    for (let page = 0; page < PAGES; page += 1) {
      const query = new URLSearchParams({ from, to, resolution, limit: PAGE });
      if (cursor) query.set("cursor", cursor);
      const response = await fetch(`${this.#url}?${query}`, { headers: { accept: "application/json" }, credentials: "same-origin", signal });
      learnClock(response);
      if (!response.ok) throw new Error(`The server answered ${response.status}.`);
      const answer = await response.json();
      points = [...answer.points, ...points];
      cursor = answer.next;
      if (!cursor || (resolution === "raw" && points.length > 2 * VALUES)) break;
    }
    return { points, complete: !cursor };
  }
}

const drawn = ({ resolution, points, complete }) => ({ resolution, columns: columns(points), complete });

/** The same from the table, when the history cannot be read. */
export function fromTable() {
  const rows = [...document.querySelectorAll("#values tbody tr")].reverse();
  const points = rows.map((row) => ({ at: row.querySelector("time").dateTime, value: row.lastElementChild.dataset.value }));
  return { resolution: "raw", columns: columns(points), complete: true };
}
