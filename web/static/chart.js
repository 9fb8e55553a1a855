// The history of one sensor as a chart that goes from years to single values.
// Without this script, or when the history cannot be read, the tables below
// the chart tell the same.

import { now, tick } from "./ages.js";
import { Past, fromTable } from "./past.js";
import { View, handle } from "./view.js";
import { language, word } from "./words.js";

const SETTLES_MS = 120; // A hand that still moves needs no answer yet.
const DAY = 86_400;

const chart = document.getElementById("chart");
const note = document.getElementById("chart-note");
const { unit, name, timezone } = chart.dataset;
const token = (key) => getComputedStyle(document.documentElement).getPropertyValue(key).trim();
const id = (key) => document.getElementById(key);

const say = (text) => {
  if (note.textContent !== text) note.textContent = text;
};

const drawnAs = {
  raw: word("chart-raw"),
  quarter: word("chart-quarter"),
  hour: word("chart-hour"),
  day: word("chart-day"),
};

const told = (value) => (value === null || value === undefined ? "–" : `${Number(value.toFixed(3)).toLocaleString(language, { useGrouping: false })}${unit ? ` ${unit}` : ""}`);

// Days and hours in the order that the pages print them in.
const locale = language === "en" ? "en-GB" : language;
const formats = (options) => new Intl.DateTimeFormat(locale, { ...options, timeZone: timezone || undefined });
const moment = formats({ dateStyle: "medium", timeStyle: "medium" });
const [dayOf, monthOf, yearOf] = [{ day: "numeric", month: "short" }, { month: "short", year: "numeric" }, { year: "numeric" }].map(formats);
const [clock, clockWithSeconds] = [{ timeStyle: "short" }, { timeStyle: "medium" }].map(formats);

/** A date whose own clock shows that of the house. */
const atHouse = (seconds) => {
  const date = new Date(seconds * 1000);
  return timezone ? globalThis.uPlot.tzDate(date, timezone) : date;
};

const label = (seconds, increment) => {
  const date = new Date(seconds * 1000);
  if (increment >= 360 * DAY) return yearOf.format(date);
  if (increment >= 27 * DAY) return monthOf.format(date);
  const local = atHouse(seconds);
  const midnight = local.getHours() + local.getMinutes() + local.getSeconds() === 0;
  if (increment >= DAY || midnight) return dayOf.format(date);
  return (increment < 60 ? clockWithSeconds : clock).format(date);
};

/** Where the numbers of a view lie, with room around one over and over. */
const reach = (_plot, low, high) => {
  if (low === null || high === null) return [null, null];
  return low === high ? [low - 1, high + 1] : globalThis.uPlot.rangeNum(low, high, 0.1, false);
};

/** The most that a legend takes: two lines. Before it is laid out it may say more. */
const LEGEND_MAX = 56;

/** The room for the plot: what its legend leaves. */
const room = (plot) => {
  const legend = plot?.root.querySelector(".u-legend")?.offsetHeight ?? 28;
  const room = chart.clientHeight - Math.min(legend, LEGEND_MAX);
  return { width: chart.clientWidth, height: Math.max(120, room) };
};

/** Draws columns of points; `onSelect` hears the span that was dragged over. */
function draw(columns, view, onSelect) {
  const axis = {
    stroke: token("--muted"),
    font: `12px ${token("--font")}`,
    grid: { stroke: token("--line"), width: 1 },
    ticks: { stroke: token("--line"), width: 1 },
  };
  const line = { stroke: token("--series-1"), spanGaps: true, value: (_self, value) => told(value) };
  const edge = { ...line, width: 0, points: { show: false } };
  return new globalThis.uPlot(
    {
      ...room(null),
      tzDate: atHouse,
      cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { size: 8 }, bind: { dblclick: () => () => view.reset() } },
      scales: { x: { time: true, range: () => [view.from, view.to] }, y: { range: reach } },
      axes: [
        { ...axis, space: 72, values: (_self, splits, _axis, _space, increment) => splits.map((seconds) => label(seconds, increment)) },
        { ...axis, size: 56 },
      ],
      series: [
        { label: word("chart-time"), value: (_self, seconds) => (seconds === null ? "–" : moment.format(new Date(seconds * 1000))) },
        { ...line, label: name, width: 2, points: { size: 6 } },
        { ...edge, label: word("chart-lowest") },
        { ...edge, label: word("chart-highest") },
      ],
      bands: [{ series: [3, 2], fill: `${token("--series-1")}33` }],
      hooks: {
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < 4) return;
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            onSelect(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
          },
        ],
      },
    },
    columns,
    chart,
  );
}

/** The links below the chart lead to the span that is shown. */
function aimDownloads({ from, to }) {
  for (const link of document.querySelectorAll("#downloads a")) {
    const url = new URL(link.href);
    url.searchParams.set("from", new Date(from * 1000).toISOString());
    url.searchParams.set("to", new Date(to * 1000).toISOString());
    link.href = url;
  }
}

class Chart {
  #past;
  #view;
  #found = { resolution: "raw", columns: [[], [], [], []], complete: true };
  #plot = null;
  #timer = 0;
  #reading = new AbortController();

  constructor(past, home) {
    this.#past = past;
    this.#view = new View(home, () => this.#move());
    this.#redraw();
    handle(this.#view, chart, (x) => this.#plot.posToVal(x - this.#plot.over.getBoundingClientRect().left, "x"));
    id("chart-closer").addEventListener("click", () => this.#view.zoom(1 / 2));
    id("chart-wider").addEventListener("click", () => this.#view.zoom(2));
    id("chart-reset").addEventListener("click", () => this.#view.reset());
    for (const hidden of [id("chart-tools"), id("chart-how")]) hidden.hidden = false;
    new ResizeObserver(() => this.#plot.setSize(room(this.#plot))).observe(chart);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw());
  }

  /** Shows what is there at once, and reads the rest when the hand rests. */
  #move() {
    this.#plot.setScale("x", { min: this.#view.from, max: this.#view.to });
    id("chart-reset").disabled = this.#view.isHome;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.load(), SETTLES_MS);
  }

  async load() {
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    const late = setTimeout(() => say(word("chart-loading")), 400);
    try {
      const found = await this.#past.read(this.#view.from, this.#view.to, signal);
      this.#take(found);
      aimDownloads(this.#view);
      const partly = found.complete ? "" : ` ${word("chart-partly")}`;
      const empty = found.columns[0].length === 0;
      say(empty ? word("chart-nothing") : drawnAs[found.resolution] + partly);
    } catch (error) {
      if (signal.aborted) return;
      if (this.#found.columns[0].length === 0) this.#take(fromTable());
      say(word("chart-from-table"));
      chart.dataset.error = error.message;
    } finally {
      clearTimeout(late);
    }
  }

  #take(found) {
    this.#found = found;
    this.#show();
  }

  #show() {
    const { resolution, columns } = this.#found;
    const isRaw = resolution === "raw";
    this.#plot.batch(() => {
      for (const edge of [2, 3]) this.#plot.setSeries(edge, { show: !isRaw });
      // Finds its scales anew: x from the view, y from what is in it.
      this.#plot.setData(columns);
    });
    this.#plot.setSize(room(this.#plot));
    chart.dataset.resolution = resolution;
    chart.dataset.points = String(columns[0].length);
  }

  #redraw() {
    this.#plot?.destroy();
    this.#plot = draw(this.#found.columns, this.#view, (from, to) => this.#view.show(from, to));
    this.#show();
  }
}

async function start() {
  const { historyUrl, resolutions, from, to } = chart.dataset;
  const past = new Past(historyUrl, resolutions.split(" "));
  const end = Date.parse(to) / 1000 || now() / 1000;
  let begin = Date.parse(from) / 1000;
  if (!Number.isFinite(begin)) {
    begin = (await past.beginning().catch(() => null)) ?? end - DAY;
  }
  await new Chart(past, { from: Math.min(begin, end - 60), to: end }).load();
}

start();
tick();
