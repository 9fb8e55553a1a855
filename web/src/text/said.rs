//! Sentences that the services say in English, to programs and to people:
//! problems, faults of a field, remedies. Services know no languages; what
//! they say is looked up here by the English sentence itself, in the messages
//! `said-…`.
//!
//! A message may have variables. `The plan allows { $allowed } houses.` is
//! found for `The plan allows 3 houses.`, and what stood for the variable is
//! looked up in turn.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::catalog;
use super::{Argument, Language, Text};

/// What the keys of these messages begin with.
pub(super) const FAMILY: &str = "said-";

/// How deep sentences stand in sentences.
const DEEPEST: usize = 4;

/// An English message cut at its variables.
struct Pattern {
    key: &'static str,
    /// Before the first variable.
    begin: &'static str,
    /// Each variable with the words behind it.
    rest: Vec<(&'static str, &'static str)>,
}

struct Sentences {
    whole: HashMap<&'static str, &'static str>,
    /// Those with most words of their own first.
    patterns: Vec<Pattern>,
}

static SENTENCES: LazyLock<Sentences> = LazyLock::new(|| {
    let mut sentences = Sentences {
        whole: HashMap::new(),
        patterns: Vec::new(),
    };
    let english = catalog::of(Language::English);
    for key in catalog::keys(Language::English).filter(|key| key.starts_with(FAMILY)) {
        // A variable without a value is printed as it is written: {$name}.
        let told: &'static str = english.format(key, &[], &str::to_owned).leak();
        match told.split_once("{$") {
            None => {
                sentences.whole.insert(told, key);
            }
            Some((begin, rest)) => sentences.patterns.push(Pattern {
                key,
                begin,
                rest: rest
                    .split("{$")
                    .filter_map(|part| part.split_once('}'))
                    .collect(),
            }),
        }
    }
    sentences
        .patterns
        .sort_by_key(|pattern| std::cmp::Reverse(pattern.words()));
    sentences
});

impl Pattern {
    /// How much of it is words, in bytes.
    fn words(&self) -> usize {
        let rest = self.rest.iter().map(|(_, words)| words.len());
        self.begin.len() + rest.sum::<usize>()
    }

    /// What stands for each variable in `sentence`, if it is such a one.
    fn read<'a>(&self, sentence: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
        let mut left = sentence.strip_prefix(self.begin)?;
        let mut found = Vec::with_capacity(self.rest.len());
        let last = self.rest.len().checked_sub(1)?;
        for (place, (name, words)) in self.rest.iter().enumerate() {
            let end = if place == last {
                left.strip_suffix(words)?.len()
            } else {
                left.find(words)?
            };
            let (value, rest) = left.split_at_checked(end)?;
            if value.is_empty() {
                return None;
            }
            found.push((*name, value));
            left = rest.strip_prefix(words)?;
        }
        Some(found)
    }
}

/// The message for an English sentence; `None` when there is none.
pub(super) fn find(sentence: &str) -> Option<Text> {
    look_up(sentence, DEEPEST)
}

fn look_up(sentence: &str, depth: usize) -> Option<Text> {
    if depth == 0 {
        return None;
    }
    if let Some(key) = SENTENCES.whole.get(sentence) {
        return Some(Text::new(key));
    }
    SENTENCES.patterns.iter().find_map(|pattern| {
        let values = pattern.read(sentence)?;
        let text = values
            .into_iter()
            .fold(Text::new(pattern.key), |text, (name, value)| {
                let value: Argument = look_up(value, depth - 1).map_or_else(
                    || number(value).unwrap_or_else(|| Text::plain(value).into()),
                    Argument::from,
                );
                text.with(name, value)
            });
        Some(text)
    })
}

/// A whole number, for a plural.
fn number(value: &str) -> Option<Argument> {
    let digits = value.parse::<u64>().ok()?;
    (digits.to_string() == value).then_some(Argument::Number(digits))
}

#[cfg(test)]
mod tests;
