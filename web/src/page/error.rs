//! Something went wrong.

use askama::Template;

use super::{Page, sample};
use crate::Text;

/// A failed request, told to a person: the same facts as the API's problem.
#[derive(Clone, Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The HTTP status, such as 404.
    pub status: u16,
    /// What is wrong, in a few words.
    pub title: Text,
    /// What it means and what to do; may be empty.
    pub detail: Text,
    /// The request id, to quote when asking for help; may be empty.
    pub request_id: String,
    /// A way out: address and words.
    pub way_out: (String, Text),
}

impl Page for ErrorPage {
    const NAME: &'static str = "error";

    fn samples() -> Vec<(&'static str, Self)> {
        let way_out = || ("/houses".to_owned(), Text::new("error-to-houses"));
        vec![
            (
                "not-found",
                Self {
                    status: 404,
                    title: Text::said("Not found"),
                    detail: Text::new("error-not-found-hint"),
                    request_id: "01hf3k2m9q".to_owned(),
                    way_out: way_out(),
                },
            ),
            (
                "internal",
                Self {
                    status: 500,
                    title: Text::said("Internal error"),
                    detail: Text::said(
                        "Something went wrong on our side. It has been recorded; please try again.",
                    ),
                    request_id: "01hf3k2m9q".to_owned(),
                    way_out: way_out(),
                },
            ),
            (
                "hostile",
                Self {
                    status: 400,
                    title: sample::HOSTILE.into(),
                    detail: sample::HOSTILE.into(),
                    request_id: String::new(),
                    way_out: way_out(),
                },
            ),
        ]
    }
}
