//! Words for people, chosen early and put into a language late.
//!
//! A [`Text`] is the name of a message in `web/texts/<language>/*.ftl` with its
//! arguments, or a number, or somebody's own words. Handlers and page structs
//! make it without knowing who will read it; it becomes words when the page is
//! rendered ([`render`]) or the mail is sent ([`Text::told_in`]).

mod catalog;
mod reader;
mod said;
mod script;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use askama::{FastWritable, Values};
pub use model::Language;

pub use reader::{LanguageLinks, Reader, language_links, render};
pub use script::{ScriptWords, script_words};

use crate::words;

/// Words for a person, in any of our languages.
///
/// In a template it is printed and escaped like a string. `Display` prints
/// English, which is what programs and logs read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// Not ours to translate: names, ids, what somebody typed.
    Plain(String),
    /// A message of the catalogue.
    Message {
        key: Cow<'static, str>,
        arguments: Vec<(&'static str, Argument)>,
    },
    /// A whole number with its thousands apart.
    Count(u64),
    /// A number of tenths with one decimal, such as 15 for `1.5`.
    Tenths(u128),
    /// What was measured: a number as it is stored, or a text.
    Measured(String),
    /// An English sentence of a service.
    Said(String),
    /// Several texts after each other.
    Joined(Vec<Text>, &'static str),
}

impl Default for Kind {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

/// What stands for a variable of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A number, which messages may choose a plural by.
    Number(u64),
    /// Words.
    Text(Text),
}

impl Text {
    /// The message `key` of the catalogue.
    ///
    /// Write the key as one literal right here: a test looks for it to say
    /// which keys are missing and which nobody uses.
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self(Kind::Message {
            key: Cow::Borrowed(key),
            arguments: Vec::new(),
        })
    }

    /// The message `<family>-<word>`, with `_` and blanks of the word as `-`: for
    /// words of an enumeration, such as the reason of a refusal. The test that
    /// looks for unused keys takes all of a family as used.
    #[must_use]
    pub fn one_of(family: &'static str, word: &str) -> Self {
        Self(Kind::Message {
            key: Cow::Owned(format!(
                "{family}-{}",
                word.replace(['_', ' ', '.', '/'], "-")
            )),
            arguments: Vec::new(),
        })
    }

    /// Somebody's own words, the same in every language: a name, an id.
    #[must_use]
    pub fn plain(words: impl Into<String>) -> Self {
        Self(Kind::Plain(words.into()))
    }

    /// What a service said in English to whoever it concerned: a problem, a
    /// fault, a remedy. Told in another language where the catalogue has the
    /// sentence (`said-…`), and as it is otherwise.
    #[must_use]
    pub fn said(sentence: impl Into<String>) -> Self {
        Self(Kind::Said(sentence.into()))
    }

    /// What was measured: a number such as `21.4` gets the decimal sign of the
    /// reader's language, a text stays.
    #[must_use]
    pub fn measured(value: impl Into<String>) -> Self {
        Self(Kind::Measured(value.into()))
    }

    /// A number with its thousands apart.
    #[must_use]
    pub const fn count(number: u64) -> Self {
        Self(Kind::Count(number))
    }

    /// A number with one decimal.
    #[must_use]
    pub const fn tenths(number: u128) -> Self {
        Self(Kind::Tenths(number))
    }

    /// Several texts with `between` between them.
    #[must_use]
    pub fn joined(texts: impl IntoIterator<Item = Self>, between: &'static str) -> Self {
        Self(Kind::Joined(texts.into_iter().collect(), between))
    }

    /// The same with `value` for the variable `name` of the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        if let Kind::Message { arguments, .. } = &mut self.0 {
            arguments.push((name, value.into()));
        }
        self
    }

    /// Whether there is nothing to print.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Kind::Plain(words) | Kind::Measured(words) | Kind::Said(words) => words.is_empty(),
            Kind::Joined(texts, _) => texts.iter().all(Self::is_empty),
            Kind::Message { .. } | Kind::Count(_) | Kind::Tenths(_) => false,
        }
    }

    /// The words in `language`.
    #[must_use]
    pub fn told_in(&self, language: Language) -> String {
        self.resolve(language, &|words| words.to_owned())
    }

    /// The words with the markup that the message itself brings; arguments are
    /// escaped.
    #[must_use]
    pub const fn markup(self) -> Markup {
        Markup(self)
    }

    /// The words, with what does not come from the catalogue passed through
    /// `foreign`.
    fn resolve(&self, language: Language, foreign: &dyn Fn(&str) -> String) -> String {
        match &self.0 {
            Kind::Plain(words) => foreign(words),
            Kind::Message { key, arguments } => {
                catalog::of(language).format(key, arguments, foreign)
            }
            Kind::Measured(value) => foreign(&words::measured(value, language)),
            Kind::Said(sentence) => match said::find(sentence) {
                Some(text) if language != Language::English => text.resolve(language, foreign),
                Some(_) | None => foreign(sentence),
            },
            Kind::Count(number) => words::grouped(*number, language),
            Kind::Tenths(tenths) => words::decimal(*tenths, language),
            Kind::Joined(texts, between) => {
                let told: Vec<String> = texts
                    .iter()
                    .map(|text| text.resolve(language, foreign))
                    .collect();
                told.join(between)
            }
        }
    }
}

/// The message `key`: what templates say instead of words,
/// `{{ crate::t("houses-title") }}`, with arguments
/// `{{ crate::t("houses-full").with("houses", limit) }}`.
#[must_use]
pub const fn t(key: &'static str) -> Text {
    Text::new(key)
}

/// What was measured: `{{ crate::measured(row.value.as_str()) }}`.
#[must_use]
pub fn measured(value: &str) -> Text {
    Text::measured(value)
}

/// What a service said in English: `{{ crate::said(fault) }}`.
#[must_use]
pub fn said(sentence: impl Into<Text>) -> Text {
    sentence.into()
}

/// The message `key` whose words bring markup of their own:
/// `{{ crate::html("connect-copy").with("file", name) }}`.
#[must_use]
pub const fn html(key: &'static str) -> Markup {
    Markup(Text::new(key))
}

/// A text whose message may contain markup. Arguments are escaped, so that
/// nobody's name becomes markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup(Text);

impl Markup {
    /// The same with `value` for the variable `name` of the message.
    #[must_use]
    pub fn with(self, name: &'static str, value: impl Into<Argument>) -> Self {
        Self(self.0.with(name, value))
    }

    fn told_in(&self, language: Language) -> String {
        self.0.resolve(language, &escaped)
    }
}

fn escaped(words: &str) -> String {
    let mut safe = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '&' => safe.push_str("&#38;"),
            '<' => safe.push_str("&#60;"),
            '>' => safe.push_str("&#62;"),
            '"' => safe.push_str("&#34;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(letter),
        }
    }
    safe
}

impl FastWritable for Text {
    fn write_into(&self, out: &mut dyn fmt::Write, values: &dyn Values) -> askama::Result<()> {
        Ok(out.write_str(&self.told_in(reader::language(values)))?)
    }
}

impl FastWritable for Markup {
    fn write_into(&self, out: &mut dyn fmt::Write, values: &dyn Values) -> askama::Result<()> {
        Ok(out.write_str(&self.told_in(reader::language(values)))?)
    }
}

impl askama::filters::HtmlSafe for Markup {}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told_in(Language::English))
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told_in(Language::English))
    }
}

/// Texts from what templates and handlers have at hand, by value or (as
/// templates pass it) by reference: strings are what a service said.
macro_rules! texts {
    ($($words:ty),*) => {
        $(impl From<$words> for Text {
            fn from(words: $words) -> Self {
                Self::said(words.to_owned())
            }
        })*
    };
}

texts!(String, &str, &String);

impl From<&&str> for Text {
    fn from(words: &&str) -> Self {
        Self::said(*words)
    }
}

impl From<&&String> for Text {
    fn from(words: &&String) -> Self {
        Self::said(words.as_str())
    }
}

impl From<&Self> for Text {
    fn from(text: &Self) -> Self {
        text.clone()
    }
}

impl From<&&Self> for Text {
    fn from(text: &&Self) -> Self {
        (*text).clone()
    }
}

/// What may stand for a variable: texts, numbers, and strings, which are
/// somebody's own words.
macro_rules! arguments {
    ($($text:ty),*; $($words:ty),*; $($number:ty),*) => {
        $(impl From<$text> for Argument {
            fn from(text: $text) -> Self {
                Self::Text(text.into())
            }
        })*
        $(impl From<$words> for Argument {
            fn from(words: $words) -> Self {
                Self::Text(Text::plain(words.to_owned()))
            }
        })*
        $(impl From<$number> for Argument {
            fn from(number: $number) -> Self {
                Self::Number(u64::from(number))
            }
        }
        impl From<&$number> for Argument {
            fn from(number: &$number) -> Self {
                Self::Number(u64::from(*number))
            }
        }
        impl From<&&$number> for Argument {
            fn from(number: &&$number) -> Self {
                Self::Number(u64::from(**number))
            }
        })*
    };
}

arguments!(Text, &Text, &&Text; String, &String, &str; u8, u16, u32, u64);

impl From<&&str> for Argument {
    fn from(words: &&str) -> Self {
        Self::from(*words)
    }
}

impl From<&&String> for Argument {
    fn from(words: &&String) -> Self {
        Self::from(words.as_str())
    }
}

impl From<usize> for Argument {
    fn from(number: usize) -> Self {
        Self::Number(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

impl From<&usize> for Argument {
    fn from(number: &usize) -> Self {
        Self::from(*number)
    }
}
