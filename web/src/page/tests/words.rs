//! All words of the pages come from the catalogue, in the reader's language.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::markup::elements;
use crate::page::gallery;
use crate::text::Language;

/// Attributes that are read to people.
const SPOKEN: [&str; 6] = [
    "aria-label",
    "title",
    "placeholder",
    "alt",
    "data-confirm",
    "data-label",
];

/// Words that are the same in every language: names of things and of
/// ourselves, units, and what stands in files that are copied.
const NAMES: [&str; 8] = [
    "egeoffrey-cloud",
    "TCP",
    "TLS",
    "UTC",
    "CSV",
    "JSON",
    "WebSocket",
    "°C",
];

/// A template without what is no text: tags (but with what their spoken
/// attributes say), expressions, comments, blocks of text to copy.
fn own_words(template: &str) -> Vec<String> {
    let mut text = cut(template, "{#", "#}");
    text = cut(&text, "{{", "}}");
    text = cut(&text, "{%", "%}");
    text = cut(&text, "<pre", "</pre>");
    text = cut(&text, "<!doctype", ">");
    let mut words = Vec::new();
    let mut rest = text.as_str();
    while let Some((before, inside)) = rest.split_once('<') {
        words.push(before.to_owned());
        let (tag, after) = inside.split_once('>').unwrap_or((inside, ""));
        for spoken in SPOKEN {
            if let Some((_, value)) = tag.split_once(&format!(" {spoken}=\"")) {
                words.push(value.split('"').next().unwrap().to_owned());
            }
        }
        rest = after;
    }
    words.push(rest.to_owned());
    words
        .into_iter()
        .map(|one| {
            let known = |text: String, name: &&str| text.replace(name, "");
            NAMES.iter().fold(one, known).trim().to_owned()
        })
        // A block that other templates fill with a class.
        .filter(|one| one != "wide" && one != "narrow")
        .filter(|one| one.chars().filter(|c| c.is_alphabetic()).count() > 1)
        .collect()
}

/// `text` without what stands between `begin` and `end`.
fn cut(text: &str, begin: &str, end: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once(begin) {
        left.push_str(before);
        rest = inside.split_once(end).map_or("", |(_, after)| after);
    }
    left + rest
}

fn templates(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            templates(&path, found);
        } else {
            let source = fs::read_to_string(&path).unwrap();
            found.push((path.display().to_string(), source));
        }
    }
}

#[test]
fn no_template_has_words_of_its_own() {
    let mut all = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    templates(&folder, &mut all);
    assert!(all.len() > 40, "templates went missing");
    let found: Vec<String> = all
        .iter()
        .flat_map(|(path, source)| {
            own_words(source)
                .into_iter()
                .map(move |words| format!("{path}: {words}"))
        })
        .collect();
    assert!(found.is_empty(), "not in web/texts:\n{}", found.join("\n"));
}

#[test]
fn words_in_a_template_are_found() {
    let template = "{% if a %}<p class=\"x\" title=\"Look\">Some {{ value }} words</p>{% endif %}";
    assert_eq!(own_words(template), ["Look", "Some  words"]);
    assert!(own_words("<b>{{ crate::t(\"x\") }}</b> · TCP, {{ y }} UTC").is_empty());
}

/// What people can read on a page.
fn readable(html: &str) -> Vec<String> {
    let body = cut(html, "<script", "</script>");
    let body = cut(&body, "<pre", "</pre>");
    let texts = elements(&body).into_iter().flat_map(|one| {
        let spoken = SPOKEN.map(|name| one.get(name).unwrap_or_default().to_owned());
        let text = if [
            "p", "h1", "h2", "h3", "a", "button", "label", "th", "td", "dt", "dd", "legend",
            "summary", "option", "b", "span", "small", "li", "title",
        ]
        .contains(&one.name.as_str())
            && one.get("lang").is_none()
        {
            one.text
        } else {
            String::new()
        };
        spoken.into_iter().chain([text])
    });
    texts.filter(|text| !text.trim().is_empty()).collect()
}

#[test]
fn a_german_page_has_no_english_words() {
    // Words that German does not have, beside those of samples and of code.
    let english: BTreeSet<&str> = [
        "the",
        "and",
        "your",
        "you",
        "not",
        "with",
        "has",
        "have",
        "this",
        "that",
        "which",
        "are",
        "were",
        "never",
        "until",
        "every",
        "nothing",
        "something",
        "again",
        "password",
        "house",
        "houses",
        "from",
        "what",
        "when",
        "where",
        "there",
        "their",
        "they",
        "it",
        "its",
        "of",
        "to",
        "for",
        "by",
        "or",
        "only",
        "make",
        "save",
        "delete",
        "change",
        "last",
        "seen",
        "ago",
        "just",
        "tenant",
        "tenants",
        "plans",
        "wrong",
        "must",
    ]
    .into();
    let mut found = BTreeSet::new();
    // What programs read is English for everybody, and marked as such.
    let pages = gallery(Language::German).unwrap();
    for (page, html) in pages.iter().filter(|(page, _)| !page.starts_with("api.")) {
        for text in readable(html) {
            let words = text.split(|c: char| {
                !c.is_alphanumeric() && c != '-' && c != '/' && c != '.' && c != '_'
            });
            for word in words {
                if english.contains(word)
                    || english.contains(word.to_lowercase().as_str())
                        && word.chars().skip(1).all(char::is_lowercase)
                {
                    found.insert(format!("{page}: {word} in {:?}", text.trim()));
                }
            }
        }
    }
    let shown: Vec<&String> = found.iter().take(60).collect();
    assert!(
        found.is_empty(),
        "{} times English: {shown:#?}",
        found.len()
    );
}
