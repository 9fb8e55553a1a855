// The history of one sensor as a chart. Without this script, or when the
// history cannot be read, the table below the chart tells the same.

import { learnClock, tick } from "./ages.js";
import { language, word } from "./words.js";

const MOST_PAGES = 20;
const chart = document.getElementById("chart");
const note = document.getElementById("chart-note");
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** All points of the span, oldest first: [seconds[], values[]]. */
async function history({ historyUrl, from, to }) {
  const points = [];
  let cursor = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ from: from || "1970-01-01T00:00:00Z", resolution: "raw" });
    if (to) query.set("to", to);
    if (cursor) query.set("cursor", cursor);
    const response = await fetch(`${historyUrl}?${query}`, { headers: { accept: "application/json" }, credentials: "same-origin" });
    learnClock(response);
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    const answer = await response.json();
    points.push(...answer.points);
    cursor = answer.next;
    if (!cursor) return { points: columns(points), complete: true };
  }
  return { points: columns(points), complete: false };
}

/** The same from the table, when the history cannot be read. */
function fromTable() {
  const rows = [...document.querySelectorAll("#values tbody tr")];
  return columns(rows.map((row) => ({ at: row.querySelector("time").dateTime, value: row.lastElementChild.textContent })));
}

function columns(points) {
  const numbers = points
    .map(({ at, value }) => [Date.parse(at) / 1000, value === null || value === "" ? NaN : Number(value)])
    .filter(([at, value]) => Number.isFinite(at) && Number.isFinite(value))
    .sort(([a], [b]) => a - b);
  return [numbers.map(([at]) => at), numbers.map(([, value]) => value)];
}

function draw(points) {
  const { unit, name, timezone } = chart.dataset;
  const told = (value) => (value === null || value === undefined ? "–" : `${Number(value.toFixed(3)).toLocaleString(language, { useGrouping: false })}${unit ? ` ${unit}` : ""}`);
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium", timeZone: timezone || undefined });
  const axis = {
    stroke: token("--muted"),
    font: `12px ${token("--font")}`,
    grid: { stroke: token("--line"), width: 1 },
    ticks: { stroke: token("--line"), width: 1 },
  };
  // The whole span that was asked for, also where it is empty.
  const span = () => {
    const [first, last] = [points[0][0], points[0].at(-1)];
    const [from, to] = [Date.parse(chart.dataset.from) / 1000 || first, Date.parse(chart.dataset.to) / 1000 || last];
    return to - from < 60 ? [from - 1800, to + 1800] : [from, to];
  };
  const size = () => ({ width: chart.clientWidth, height: chart.clientHeight - 28 });
  const pad = (number) => String(number).padStart(2, "0");
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
  const atHouse = (seconds) => {
    const date = new Date(seconds * 1000);
    return timezone ? globalThis.uPlot.tzDate(date, timezone) : date;
  };
  const label = (seconds, increment) => {
    const date = atHouse(seconds);
    const midnight = date.getHours() + date.getMinutes() + date.getSeconds() === 0;
    if (increment >= 86_400 || midnight) return day.format(date);
    const clock = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
    return increment < 60 ? `${clock}:${pad(date.getSeconds())}` : clock;
  };
  const plot = new globalThis.uPlot(
    {
      ...size(),
      tzDate: atHouse,
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
      scales: { x: { time: true, range: span } },
      axes: [
        { ...axis, space: 64, values: (_self, splits, _axis, _space, increment) => splits.map((seconds) => label(seconds, increment)) },
        { ...axis, size: 56 },
      ],
      series: [
        { label: word("chart-time"), value: (_self, seconds) => (seconds === null ? "–" : moment.format(new Date(seconds * 1000))) },
        {
          label: name,
          stroke: token("--series-1"),
          fill: token("--series-fill"),
          width: 2,
          spanGaps: true,
          points: { show: points[0].length < 40, size: 6 },
          value: (_self, value) => told(value),
        },
      ],
    },
    points,
    chart,
  );
  return { plot, resize: () => plot.setSize(size()) };
}

function say(text) {
  note.textContent = text;
  note.hidden = text === "";
}

async function start() {
  let points;
  try {
    const found = await history(chart.dataset);
    points = found.points;
    if (!found.complete) say(word("chart-partly"));
  } catch {
    points = fromTable();
    say(word("chart-from-table"));
  }
  if (points[0].length === 0) {
    chart.hidden = true;
    return;
  }
  let drawn = draw(points);
  new ResizeObserver(() => drawn.resize()).observe(chart);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    drawn.plot.destroy();
    drawn = draw(points);
  });
}

start();
tick();
