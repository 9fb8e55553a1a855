// The words of scripts, which the server put into the page in the reader's
// language (the messages "script-…" of web/texts).

const words = JSON.parse(document.getElementById("words")?.textContent || "{}");

/** The tag of the page's language, for dates and numbers. */
export const language = document.documentElement.lang || "en";

/** The message `key` (without "script-") with `values` for its variables. */
export function word(key, values = {}) {
  const text = words[key] ?? key;
  return text.replaceAll(/\{\$([\w-]+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** A number with so many decimals, and the decimal sign of the page. */
export function fixed(number, decimals) {
  return number.toLocaleString(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: false });
}
