// Waiting with a deadline, never for a fixed time.

const DEADLINE = 30_000;
const AGAIN = 25;

/** Asks until there is an answer that is neither null, undefined nor false. */
export async function until(what, ask) {
  const end = Date.now() + DEADLINE;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${DEADLINE / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}
