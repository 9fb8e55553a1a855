//! The words that scripts say: all messages `script-…`, as JSON in a block of
//! the page.

use std::collections::BTreeMap;
use std::fmt;

use askama::{FastWritable, Values};

use super::{Language, catalog, reader};

/// What the keys of words for scripts begin with.
pub(super) const FAMILY: &str = "script-";

/// The words for scripts, for `<script type="application/json" id="words">`:
/// an object from the key without `script-` to the message, in which a
/// variable still stands as `{$name}`. Browsers do not run such a block, so
/// the content security policy need not know it.
#[derive(Clone, Copy, Debug)]
pub struct ScriptWords;

/// The words for scripts.
#[must_use]
pub const fn script_words() -> ScriptWords {
    ScriptWords
}

impl ScriptWords {
    fn json(language: Language) -> String {
        let words: BTreeMap<&str, String> = catalog::keys(language)
            .filter_map(|key| Some((key.strip_prefix(FAMILY)?, key)))
            .map(|(short, key)| {
                (
                    short,
                    catalog::of(language).format(key, &[], &str::to_owned),
                )
            })
            .collect();
        // "</script>" must not end the block.
        serde_json::to_string(&words)
            .unwrap_or_default()
            .replace('<', "\\u003c")
    }
}

impl FastWritable for ScriptWords {
    fn write_into(&self, out: &mut dyn fmt::Write, values: &dyn Values) -> askama::Result<()> {
        Ok(out.write_str(&Self::json(reader::language(values)))?)
    }
}

impl askama::filters::HtmlSafe for ScriptWords {}

impl fmt::Display for ScriptWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Self::json(Language::English))
    }
}
