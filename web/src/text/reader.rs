//! Who a page is rendered for, and the links to read it in another language.

use std::any::Any;
use std::fmt;

use askama::{FastWritable, Values};

use super::{Language, escaped};

/// Under which names these travel with a template's values.
const LANGUAGE: &str = "language";
const HERE: &str = "here";

/// Who a page is rendered for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// In which language.
    pub language: Language,
    /// The path and query of the page, without a choice of language.
    pub here: String,
}

impl Reader {
    /// A reader of `language`, at the start.
    #[must_use]
    pub fn of(language: Language) -> Self {
        Self {
            language,
            here: "/".to_owned(),
        }
    }
}

impl Values for Reader {
    fn get_value<'a>(&'a self, key: &str) -> Option<&'a dyn Any> {
        match key {
            LANGUAGE => Some(&self.language),
            HERE => Some(&self.here),
            _ => None,
        }
    }
}

/// Renders a page for `reader`.
pub fn render(page: &impl askama::Template, reader: &Reader) -> Result<String, askama::Error> {
    page.render_with_values(reader)
}

/// The language that a template is rendered in: English unless [`render`]
/// said otherwise.
pub(super) fn language(values: &dyn Values) -> Language {
    askama::get_value::<Language>(values, LANGUAGE)
        .copied()
        .unwrap_or_default()
}

/// A link to this page in every language, each in its own.
#[derive(Clone, Copy, Debug)]
pub struct LanguageLinks;

/// A link to this page in every language, each in its own.
#[must_use]
pub const fn language_links() -> LanguageLinks {
    LanguageLinks
}

impl LanguageLinks {
    fn html(current: Language, here: &str) -> String {
        let mark = if here.contains('?') { '&' } else { '?' };
        let links = Language::ALL.map(|language| {
            let href = escaped(&format!("{here}{mark}language={language}"));
            let now = if language == current {
                " aria-current=\"true\""
            } else {
                ""
            };
            format!(
                "<a href=\"{href}\" hreflang=\"{language}\" lang=\"{language}\"{now}>{}</a>",
                language.own_name()
            )
        });
        links.join("\n")
    }
}

impl FastWritable for LanguageLinks {
    fn write_into(&self, out: &mut dyn fmt::Write, values: &dyn Values) -> askama::Result<()> {
        let here = askama::get_value::<String>(values, HERE).map_or("/", String::as_str);
        Ok(out.write_str(&Self::html(language(values), here))?)
    }
}

impl askama::filters::HtmlSafe for LanguageLinks {}

impl fmt::Display for LanguageLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Self::html(Language::English, "/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_same_page() {
        let html = LanguageLinks::html(Language::German, "/verify?token=a&next=\"<");
        assert!(
            html.contains("href=\"/verify?token=a&#38;next=&#34;&#60;&#38;language=en\""),
            "{html}"
        );
        assert!(
            html.contains("hreflang=\"de\" lang=\"de\" aria-current=\"true\">Deutsch</a>"),
            "{html}"
        );
        assert!(LanguageLinks::html(Language::English, "/").contains("href=\"/?language=de\""));
    }
}
