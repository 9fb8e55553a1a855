//! Something went wrong.

use askama::Template;

use super::{Page, sample};

/// A failed request, told to a person: the same facts as the API's problem.
#[derive(Clone, Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The HTTP status, such as 404.
    pub status: u16,
    /// What is wrong, in a few words.
    pub title: String,
    /// What it means and what to do; may be empty.
    pub detail: String,
    /// The request id, to quote when asking for help; may be empty.
    pub request_id: String,
    /// A way out: address and words.
    pub way_out: (String, String),
}

impl Page for ErrorPage {
    const NAME: &'static str = "error";

    fn samples() -> Vec<(&'static str, Self)> {
        let way_out = || ("/houses".to_owned(), "Go to your houses".to_owned());
        vec![
            (
                "not-found",
                Self {
                    status: 404,
                    title: "There is no such house".to_owned(),
                    detail: "It may have been deleted, or it belongs to another account."
                        .to_owned(),
                    request_id: "01hf3k2m9q".to_owned(),
                    way_out: way_out(),
                },
            ),
            (
                "internal",
                Self {
                    status: 500,
                    title: "Something went wrong on our side".to_owned(),
                    detail: "Nothing was changed. Try again in a minute.".to_owned(),
                    request_id: "01hf3k2m9q".to_owned(),
                    way_out: way_out(),
                },
            ),
            (
                "hostile",
                Self {
                    status: 400,
                    title: sample::HOSTILE.to_owned(),
                    detail: sample::HOSTILE.to_owned(),
                    request_id: String::new(),
                    way_out: way_out(),
                },
            ),
        ]
    }
}
