// Which span of time a chart shows, and the hands that move it: mouse, wheel,
// fingers, keys and buttons. Knows nothing of what is drawn.

const SHORTEST = 60;
const LONGEST = 30 * 365 * 86_400;
const STEP = 2; // How much closer one press of a key or button goes.

export class View {
  #moved;

  /** Shows `home` ({from, to} in seconds); calls `moved` after every change. */
  constructor(home, moved) {
    this.home = home;
    this.from = home.from;
    this.to = home.to;
    this.#moved = moved;
  }

  get isHome() {
    return this.from === this.home.from && this.to === this.home.to;
  }

  show(from, to) {
    const span = Math.min(Math.max(to - from, SHORTEST), LONGEST);
    // The future has nothing to show.
    const end = Math.min((from + to) / 2 + span / 2, this.home.to);
    [this.from, this.to] = [end - span, end];
    this.#moved();
  }

  reset() {
    [this.from, this.to] = [this.home.from, this.home.to];
    this.#moved();
  }

  /** Makes the span `factor` times as long, keeping the moment `at` in place. */
  zoom(factor, at = (this.from + this.to) / 2) {
    const span = (this.to - this.from) * factor;
    if (span < SHORTEST || span > LONGEST) return;
    this.show(at - (at - this.from) * factor, at + (this.to - at) * factor);
  }

  /** Moves by a part of the span; later for positive ones. */
  pan(part) {
    const by = (this.to - this.from) * part;
    this.show(this.from + by, this.to + by);
  }
}

/** Lets `view` be moved over `area`; `momentAt` tells the moment at a place on
 * the screen (its x). */
export function handle(view, area, momentAt) {
  const keys = {
    "+": () => view.zoom(1 / STEP),
    "=": () => view.zoom(1 / STEP),
    "-": () => view.zoom(STEP),
    ArrowLeft: () => view.pan(-0.25),
    ArrowRight: () => view.pan(0.25),
    0: () => view.reset(),
    Home: () => view.reset(),
  };
  area.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  area.addEventListener(
    "wheel",
    (event) => {
      // Without Ctrl the wheel scrolls the page. A pinch on a touchpad says Ctrl.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      view.zoom(Math.exp(Math.max(-50, Math.min(50, event.deltaY)) / 100), momentAt(event.clientX));
    },
    { passive: false },
  );
  handleFingers(view, area, momentAt);
}

function handleFingers(view, area, momentAt) {
  const fingers = new Map();
  const apart = () => {
    const [one, other] = [...fingers.values()];
    return Math.max(1, Math.abs(one - other));
  };
  area.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" && fingers.size < 2) fingers.set(event.pointerId, event.clientX);
  });
  area.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = { x: fingers.get(event.pointerId), apart: fingers.size === 2 ? apart() : 0 };
    fingers.set(event.pointerId, event.clientX);
    if (fingers.size === 2) {
      const [one, other] = [...fingers.values()];
      view.zoom(before.apart / apart(), momentAt((one + other) / 2));
    } else {
      const by = momentAt(before.x) - momentAt(event.clientX);
      if (by !== 0) view.pan(by / (view.to - view.from));
    }
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    area.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
}
