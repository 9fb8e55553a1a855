//! Logging in.

use askama::Template;

use super::{Page, sample::HOSTILE};
use crate::{Field, Notice, Text, Tone};

/// `/log-in`. Posts `email`, `password` and `next` to the same address.
#[derive(Clone, Debug, Template)]
#[template(path = "log_in.html")]
pub struct LogInPage {
    /// The e-mail address.
    pub email: Field,
    /// Why the log-in failed: never says whether the address is known.
    pub fault: Option<String>,
    /// Where to go afterwards: a path of ours; empty for the overview.
    pub next: String,
    /// A message above the form, such as "Your address is confirmed".
    pub notice: Option<Notice>,
    /// Whether the address was never proven: then the link is offered again.
    pub unproven: bool,
    /// Whether to offer "Sign up".
    pub sign_up_open: bool,
    /// Whether passkeys work at the portal's address.
    pub passkeys: bool,
}

impl Page for LogInPage {
    const NAME: &'static str = "log_in";

    fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            email: Field::default(),
            fault: None,
            next: String::new(),
            notice: None,
            unproven: false,
            sign_up_open: true,
            passkeys: true,
        };
        vec![
            ("empty", empty.clone()),
            (
                "confirmed",
                Self {
                    notice: Some(Notice::new(Tone::Good, Text::new("log-in-confirmed"))),
                    sign_up_open: false,
                    passkeys: false,
                    ..empty.clone()
                },
            ),
            (
                "unproven",
                Self {
                    email: Field::of("anna@example.org"),
                    fault: Some(
                        "Confirm your e-mail address first: open the link in the mail we sent you."
                            .to_owned(),
                    ),
                    unproven: true,
                    ..empty.clone()
                },
            ),
            (
                "refused",
                Self {
                    email: Field::of(HOSTILE),
                    fault: Some("The e-mail address or the password is wrong.".to_owned()),
                    next: HOSTILE.to_owned(),
                    ..empty
                },
            ),
        ]
    }
}
