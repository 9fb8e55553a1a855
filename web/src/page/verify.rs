//! Confirming an e-mail address.

use askama::Template;

use super::{Page, sample::HOSTILE};

/// `GET /verify?token=`: asks for one press of a button, because mail scanners
/// follow links. Posts `token` to `/verify`.
#[derive(Clone, Debug, Template)]
#[template(path = "verify.html")]
pub struct VerifyPage {
    /// The token of the link.
    pub token: String,
    /// Why it could not be confirmed; then there is no button.
    pub fault: Option<String>,
}

impl Page for VerifyPage {
    const NAME: &'static str = "verify";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            (
                "ask",
                Self {
                    token: "b3BlbiBzZXNhbWU".to_owned(),
                    fault: None,
                },
            ),
            (
                "hostile",
                Self {
                    token: HOSTILE.to_owned(),
                    fault: None,
                },
            ),
            (
                "used",
                Self {
                    token: String::new(),
                    fault: Some("This link is not valid any more. Sign up again with the same address to get a new one.".to_owned()),
                },
            ),
        ]
    }
}
