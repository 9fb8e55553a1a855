//! The messages of each language, read once from the files in the binary.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::Embed;
use unic_langid::LanguageIdentifier;

use super::{Argument, Language};
use crate::words;

#[derive(Embed)]
#[folder = "texts/"]
struct Files;

/// The messages of one language.
pub(super) struct Catalog {
    bundle: FluentBundle<FluentResource>,
    keys: Vec<String>,
    language: Language,
}

/// Those of `language`.
pub(super) fn of(language: Language) -> &'static Catalog {
    static ENGLISH: LazyLock<Catalog> = LazyLock::new(|| Catalog::load(Language::English));
    static GERMAN: LazyLock<Catalog> = LazyLock::new(|| Catalog::load(Language::German));
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

/// The keys of all its messages.
pub(super) fn keys(language: Language) -> impl Iterator<Item = &'static str> {
    of(language).keys.iter().map(String::as_str)
}

/// Name and content of each of a language's files.
pub(super) fn files(language: Language) -> impl Iterator<Item = (String, String)> {
    let folder = format!("{language}/");
    Files::iter().filter_map(move |name| {
        let area = name.strip_prefix(folder.as_str())?.to_owned();
        let content = Files::get(&name)?.data;
        Some((area, String::from_utf8_lossy(&content).into_owned()))
    })
}

impl Catalog {
    /// Reads what can be read; that everything can, and that no key is there
    /// twice, is for a test to say.
    fn load(language: Language) -> Self {
        // For the plural; an unknown tag would have that of no language.
        let tag: LanguageIdentifier = language.as_str().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Direction marks around arguments: neither language needs them, and
        // they would be copied along with ids and addresses.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::English => english_numbers,
            Language::German => german_numbers,
        }));
        let mut keys = Vec::new();
        for (_, content) in files(language) {
            keys.extend(defined(&content).map(str::to_owned));
            let resource = FluentResource::try_new(content).unwrap_or_else(|(read, _)| read);
            bundle.add_resource_overriding(resource);
        }
        Self {
            bundle,
            keys,
            language,
        }
    }

    /// The message `key`. One that is missing here is told in English, and
    /// one that is missing there by its key: a wrong word on a page is better
    /// than no page.
    pub(super) fn format(
        &self,
        key: &str,
        arguments: &[(&'static str, Argument)],
        foreign: &dyn Fn(&str) -> String,
    ) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|found| found.value()) else {
            return if self.language == Language::English {
                foreign(key)
            } else {
                of(Language::English).format(key, arguments, foreign)
            };
        };
        let mut values = FluentArgs::with_capacity(arguments.len());
        for (name, value) in arguments {
            values.set(
                *name,
                match value {
                    Argument::Number(number) => FluentValue::from(*number),
                    Argument::Text(text) => text.resolve(self.language, foreign).into(),
                },
            );
        }
        let mut faults = Vec::new();
        self.bundle
            .format_pattern(pattern, Some(&values), &mut faults)
            .into_owned()
    }
}

/// The keys that a file defines: a message begins at the start of a line, and
/// everything else there is a comment.
pub(super) fn defined(content: &str) -> impl Iterator<Item = &str> {
    content.lines().filter_map(|line| {
        let (key, _) = line.split_once('=')?;
        let key = key.trim_end();
        key.starts_with(|first: char| first.is_ascii_alphabetic())
            .then_some(key)
    })
}

fn english_numbers<M>(value: &FluentValue, _: &M) -> Option<String> {
    number(value, Language::English)
}

fn german_numbers<M>(value: &FluentValue, _: &M) -> Option<String> {
    number(value, Language::German)
}

fn number(value: &FluentValue, language: Language) -> Option<String> {
    let FluentValue::Number(FluentNumber { value, .. }) = value else {
        return None;
    };
    // Only whole numbers below 2^53 come here exactly; larger ones are printed
    // as texts by `words`.
    let digits = format!("{value:.0}").parse().ok()?;
    Some(words::grouped(digits, language))
}
