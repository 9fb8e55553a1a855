//! Sentences are found again, and those of the services are in the catalogue.

use super::*;

fn german(sentence: &str) -> String {
    Text::said(sentence).told_in(Language::German)
}

#[test]
fn a_sentence_is_found_with_what_stands_in_it() {
    assert_eq!(
        german("This must have at least 10 characters; a few words make a good one."),
        "Das muss mindestens 10 Zeichen haben; ein paar Wörter ergeben ein gutes."
    );
    assert_eq!(
        german("There is no such house."),
        "Dieses Haus gibt es hier nicht."
    );
    assert_eq!(
        german("The plan allows 1 houses; you have 1."),
        "Der Tarif erlaubt 1 Häuser; Sie haben 1."
    );
    assert_eq!(
        german("Too many attempts. Try again in 20 seconds."),
        "Zu viele Versuche. Versuchen Sie es in 20 Sekunden noch einmal."
    );
    assert_eq!(
        german(
            "This account is suspended: <b>mail</b>. Nothing can connect or be changed; your data is kept."
        ),
        "Dieses Kundenkonto ist gesperrt: <b>mail</b>. Nichts kann sich verbinden oder geändert werden; Ihre Daten werden aufbewahrt."
    );
}

#[test]
fn a_sentence_that_nobody_knows_stays_as_it_is() {
    for sentence in ["", " ", "Qwertz.", "{$name}", "ß on", " on ", "This ."] {
        assert_eq!(german(sentence), sentence);
    }
    let english = "The plan allows 1 houses; you have 1.";
    assert_eq!(Text::said(english).to_string(), english);
}

#[test]
fn every_message_finds_itself() {
    for key in catalog::keys(Language::English).filter(|key| key.starts_with(FAMILY)) {
        let sentence = catalog::of(Language::English)
            .format(key, &[], &str::to_owned)
            .replace("{$", "<")
            .replace('}', ">");
        let found = find(&sentence).map(|text| text.told_in(Language::English));
        assert_eq!(found.as_deref(), Some(sentence.as_str()), "{key}");
    }
}

/// Where services say something to people, and in front of what the sentence
/// stands there.
const SAYERS: [(&str, &[&str]); 4] = [
    ("model/src/name.rs", &["#[error("]),
    ("control-plane/src/passwords.rs", &["#[error("]),
    ("control-plane/src/http/problem.rs", &["#[error("]),
    (
        "control-plane/src",
        &["Conflict(", "Forbidden(", "SignUp(", "remedy:", "why:"],
    ),
];

/// A sentence as it may be said: `{}` stands for something.
fn said_with_something(source: &str) -> String {
    let mut said = String::new();
    let mut rest = source;
    while let Some((before, inside)) = rest.split_once('{') {
        said.push_str(before);
        said.push('7');
        rest = inside.split_once('}').map_or("", |(_, after)| after);
    }
    (said + rest).replace("\\\"", "\"")
}

#[test]
fn what_services_say_is_in_the_catalogue() {
    let mut missing = Vec::new();
    let mut seen = 0;
    for (place, calls) in SAYERS {
        for (path, source) in crate::text::tests::files_below(place) {
            let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
            for call in calls {
                for sentence in crate::text::tests::literal_behind(source, call) {
                    let said = said_with_something(&sentence);
                    if !said.contains(' ') || said.starts_with("7 7") || said == "7" {
                        continue;
                    }
                    seen += 1;
                    if find(&said).is_none() && find(&said.replace('7', "house")).is_none() {
                        missing.push(format!("{}: {sentence}", path.display()));
                    }
                }
            }
        }
    }
    assert!(seen > 80, "sentences went missing: {seen}");
    assert!(
        missing.is_empty(),
        "only in English:\n{}",
        missing.join("\n")
    );
}
