//! API tokens of a person.

use askama::Template;

use super::{Page, sample};
use crate::{Field, Moment, Section, Shell, Text};

/// `GET /account/tokens`. Posts `name`, `read`, `control`, `manage` and `days`
/// to the same address, and to `/account/tokens/{token}/revoke`.
#[derive(Clone, Debug, Template)]
#[template(path = "api_tokens.html")]
pub struct ApiTokensPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// All that work, the newest first.
    pub tokens: Vec<ApiTokenRow>,
    /// The token that was just made, shown this once.
    pub fresh: Option<String>,
    /// The form for a new one.
    pub form: ApiTokenForm,
}

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenRow {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do: `read, control`.
    pub scopes: Text,
    /// When it was made.
    pub created: Moment,
    /// When it was last used.
    pub last_used: Option<Moment>,
    /// By the clock in UTC, when it ends.
    pub ends: Option<Text>,
}

impl ApiTokenRow {
    /// Where it is revoked.
    #[must_use]
    pub fn revoke_action(&self) -> String {
        crate::routes::revoke_token(&self.id)
    }
}

/// The form for a new token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiTokenForm {
    /// What it is to be called.
    pub name: Field,
    /// The scopes that are chosen.
    pub chosen: Vec<&'static str>,
    /// After how many days it ends.
    pub days: Field,
    /// What was wrong with the scopes.
    pub scopes_fault: Option<String>,
    /// What was wrong with the whole form.
    pub fault: Option<String>,
}

impl ApiTokenForm {
    /// The scopes that somebody can choose: word, title, meaning, and whether it
    /// is chosen.
    #[must_use]
    pub fn scopes(&self, by_admin: &bool) -> Vec<(&'static str, Text, Text, bool)> {
        let for_all = ["read", "control", "manage"];
        let for_admins = by_admin.then_some("admin");
        let all = for_all.into_iter().chain(for_admins);
        all.map(|word| {
            let title = Text::one_of("scope-title", word);
            let meaning = Text::one_of("scope-meaning", word);
            (word, title, meaning, self.chosen.contains(&word))
        })
        .collect()
    }
}

/// Scopes by their names, with commas between them.
pub fn scopes_in_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Text {
    let titles = words
        .into_iter()
        .map(|word| Text::one_of("scope-title", word));
    Text::joined(titles, ", ")
}

impl Page for ApiTokensPage {
    const NAME: &'static str = "api_tokens";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |name: &str, used: bool| ApiTokenRow {
            id: "tok_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
            name: name.to_owned(),
            scopes: scopes_in_words(["read", "control"]),
            created: sample::moment("2 days ago"),
            last_used: used.then(|| sample::moment("3 min ago")),
            ends: used.then(|| sample::moment("just now").clock),
        };
        let empty = Self {
            shell: sample::shell(Section::Account),
            tokens: Vec::new(),
            fresh: None,
            form: ApiTokenForm::default(),
        };
        vec![
            ("empty", empty.clone()),
            (
                "fresh",
                Self {
                    tokens: vec![row("Backup", false)],
                    fresh: Some("egt_k7w2mzq4xnd5h3vbt6ya9rpc2ek7w2mz".to_owned()),
                    ..empty
                },
            ),
            (
                "hostile",
                Self {
                    shell: sample::hostile_shell(Section::Account),
                    tokens: vec![row(sample::HOSTILE, true), row("Backup", false)],
                    fresh: None,
                    form: ApiTokenForm {
                        name: Field::faulty(sample::HOSTILE, "This is taken; choose another."),
                        chosen: vec!["read", "manage"],
                        days: Field::faulty(sample::HOSTILE, "Type a number of days, or nothing."),
                        scopes_fault: Some("Choose at least one.".to_owned()),
                        fault: Some(
                            "You have 50 API tokens. Revoke one that is not used any more."
                                .to_owned(),
                        ),
                    },
                },
            ),
        ]
    }
}
