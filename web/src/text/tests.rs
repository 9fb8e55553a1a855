//! The catalogues of all languages say the same, and everything that is asked
//! of them is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_bundle::FluentResource;

use super::*;

/// Crates whose code chooses texts.
const ASKERS: [&str; 3] = ["web", "portal", "control-plane"];

/// The tags that a message may bring.
const TAGS: [&str; 8] = ["a", "b", "br", "code", "em", "small", "span", "strong"];

/// Every message of a language as it is written, by its key.
fn messages(language: Language) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (file, content) in catalog::files(language) {
        let mut key = String::new();
        for line in content.lines() {
            if let Some(defined) = catalog::defined(line).next() {
                defined.clone_into(&mut key);
                let before = all.insert(key.clone(), String::new());
                assert!(before.is_none(), "{language}/{file}: {key} is there twice");
            }
            if !line.starts_with('#')
                && let Some(message) = all.get_mut(&key)
            {
                message.push_str(line);
                message.push('\n');
            }
        }
    }
    all
}

/// The variables that a message names.
fn variables(message: &str) -> BTreeSet<&str> {
    message
        .split('$')
        .skip(1)
        .map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
            &rest[..end.unwrap_or(rest.len())]
        })
        .collect()
}

/// The files of one place of the repository that hold texts, without comments.
pub(super) fn files_below(place: &str) -> Vec<(PathBuf, String)> {
    fn walk(path: &Path, found: &mut Vec<(PathBuf, String)>) {
        if path.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let is_test = name == "tests" || name == "tests.rs" || name == "testing.rs";
                if !is_test && name != "vendor" && name != "snapshots" {
                    walk(&path, found);
                }
            }
        } else if path
            .extension()
            .is_some_and(|end| ["rs", "html", "txt", "js"].iter().any(|one| end == *one))
        {
            let source = fs::read_to_string(path).unwrap();
            let code: Vec<&str> = source
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            found.push((path.to_owned(), code.join("\n")));
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    let place = root.join(place);
    if place.exists() {
        walk(&place, &mut found);
    }
    found
}

/// The sources of the crates that choose texts.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found: Vec<(PathBuf, String)> = ASKERS
        .iter()
        .flat_map(|krate| ["src", "templates", "static"].map(|part| format!("{krate}/{part}")))
        .flat_map(|place| files_below(&place))
        .collect();
    found.retain(|(path, _)| !path.ends_with("web/src/text.rs"));
    assert!(found.len() > 100, "sources went missing");
    found
}

/// The literals that follow `call` directly. A line that ends in a backslash
/// goes on with the next.
pub(super) fn literal_behind(source: &str, call: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices(call) {
        let word_before = source[..at]
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || c == '_');
        let rest = source[at + call.len()..].trim_start();
        let rest = rest.strip_prefix("format!(").unwrap_or(rest).trim_start();
        let Some(rest) = rest.strip_prefix('"').filter(|_| !word_before) else {
            continue;
        };
        let mut literal = String::new();
        let mut letters = rest.chars().peekable();
        while let Some(letter) = letters.next().filter(|letter| *letter != '"') {
            match (letter, letters.peek()) {
                ('\\', Some('\n')) => {
                    while letters.next_if(|next| next.is_whitespace()).is_some() {}
                }
                ('\\', Some(next)) => {
                    literal.push(*next);
                    letters.next();
                }
                _ => literal.push(letter),
            }
        }
        found.push(literal);
    }
    found
}

/// The literals that follow `call` directly, with the path they were found in.
fn literals(sources: &[(PathBuf, String)], call: &str) -> Vec<(PathBuf, String)> {
    sources
        .iter()
        .flat_map(|(path, source)| {
            literal_behind(source, call)
                .into_iter()
                .map(|literal| (path.clone(), literal))
        })
        .collect()
}

#[test]
fn the_files_are_read_without_a_fault() {
    for language in Language::ALL {
        let mut files: Vec<String> = Vec::new();
        for (name, content) in catalog::files(language) {
            if let Err((_, faults)) = FluentResource::try_new(content) {
                panic!("{language}/{name}: {faults:?}");
            }
            files.push(name);
        }
        files.sort();
        let mut english: Vec<String> = catalog::files(Language::English)
            .map(|(name, _)| name)
            .collect();
        english.sort();
        assert_eq!(files, english, "{language}");
    }
}

#[test]
fn languages_have_the_same_messages_with_the_same_variables() {
    let english = messages(Language::English);
    assert!(english.len() > 50, "messages went missing");
    for language in Language::ALL {
        let other = messages(language);
        let keys: Vec<_> = other.keys().collect();
        assert_eq!(keys, english.keys().collect::<Vec<_>>(), "{language}");
        for (key, message) in &other {
            assert_eq!(
                variables(message),
                variables(&english[key]),
                "{language}: {key}"
            );
            let told = Text(Kind::Message {
                key: key.clone().into(),
                arguments: variables(message)
                    .into_iter()
                    .map(|name| (String::leak(name.to_owned()) as &str, Argument::Number(3)))
                    .collect(),
            })
            .told_in(language);
            assert!(
                !told.trim().is_empty() && !told.contains("{$") && told != *key,
                "{language}: {key} is told as {told:?}"
            );
        }
    }
}

#[test]
fn every_text_that_is_asked_for_exists_and_none_is_there_for_nobody() {
    let known: BTreeSet<String> = messages(Language::English).into_keys().collect();
    let sources = sources();
    let mut used: BTreeSet<String> = BTreeSet::new();
    for call in ["Text::new(", "crate::t(", "crate::html(", "web::t("] {
        for (path, key) in literals(&sources, call) {
            assert!(known.contains(&key), "{}: no text {key}", path.display());
            used.insert(key);
        }
    }
    for (path, key) in literals(&sources, "word(") {
        if path.extension().is_some_and(|end| end == "js") {
            let key = format!("{}{key}", script::FAMILY);
            assert!(known.contains(&key), "{}: no text {key}", path.display());
            used.insert(key);
        }
    }
    let mut families: Vec<(PathBuf, String)> = literals(&sources, "Text::one_of(")
        .into_iter()
        .map(|(path, family)| (path, format!("{family}-")))
        .collect();
    // In scripts: word(`chart-${resolution}`).
    for (path, source) in &sources {
        for part in source.split("word(`").skip(1) {
            let begin = part.split("${").next().unwrap();
            families.push((path.clone(), format!("{}{begin}", script::FAMILY)));
        }
    }
    families.push((PathBuf::from("text/said.rs"), said::FAMILY.to_owned()));
    for (path, family) in families {
        let before = used.len();
        used.extend(known.iter().filter(|key| key.starts_with(&family)).cloned());
        assert!(
            used.len() > before || used.iter().any(|key| key.starts_with(&family)),
            "{}: no text {family}…",
            path.display()
        );
    }
    let unused: Vec<_> = known.difference(&used).collect();
    assert!(unused.is_empty(), "nobody uses {unused:?}");
}

#[test]
fn only_texts_that_are_used_as_markup_have_tags() {
    let sources = sources();
    let markup: BTreeSet<String> = ["crate::html("]
        .into_iter()
        .flat_map(|call| literals(&sources, call))
        .map(|(_, key)| key)
        .collect();
    for language in Language::ALL {
        for (key, message) in messages(language) {
            if !markup.contains(&key) {
                assert!(!message.contains('<'), "{language}: {key} has a tag");
                continue;
            }
            let mut open = Vec::new();
            for tag in message.split('<').skip(1) {
                let tag = tag.split('>').next().unwrap();
                if let Some(name) = tag.strip_prefix('/') {
                    assert_eq!(open.pop(), Some(name), "{language}: {key}");
                    continue;
                }
                let name = tag.split(' ').next().unwrap();
                assert!(TAGS.contains(&name), "{language}: {key} brings <{name}>");
                if name != "br" {
                    open.push(name);
                }
            }
            assert!(open.is_empty(), "{language}: {key} leaves {open:?} open");
        }
    }
}

#[test]
fn arguments_never_become_markup() {
    let text = Text::new("refusals-limit-within")
        .with("limit", "<b>&\"'")
        .with("window", Text::plain("<i>"));
    assert_eq!(text.to_string(), "<b>&\"' in <i>");
    assert_eq!(
        text.markup().to_string(),
        "&#60;b&#62;&#38;&#34;&#39; in &#60;i&#62;"
    );
}

#[test]
fn a_text_that_is_missing_is_no_broken_page() {
    let missing = Text(Kind::Message {
        key: "no-such-text".into(),
        arguments: Vec::new(),
    });
    assert_eq!(missing.told_in(Language::German), "no-such-text");
}

#[test]
fn plurals_and_numbers_follow_the_language() {
    let times = |count: u64| Text::new("refusals-times").with("count", count);
    assert_eq!(times(2).to_string(), "twice");
    assert_eq!(times(12_000).to_string(), "12,000 times");
    assert_eq!(times(12_000).told_in(Language::German), "12.000-mal");
}

#[test]
fn words_for_scripts_are_json_that_cannot_end_its_block() {
    for language in Language::ALL {
        #[derive(askama::Template)]
        #[template(source = "{{ crate::script_words() }}", ext = "html")]
        struct Block;
        let json = render(&Block, &Reader::of(language)).unwrap();
        assert!(!json.contains('<'));
        let words: BTreeMap<String, String> = serde_json::from_str(&json).unwrap();
        assert!(words["age-seconds"].contains("{$count}"), "{words:?}");
    }
}
