//! Where a person is logged in.

use askama::Template;

use super::{Page, sample};
use crate::{Moment, Section, Shell, Text};

/// `GET /account/sessions`. Posts to `/account/sessions/{session}/end` and
/// `/account/sessions/end-all`.
#[derive(Clone, Debug, Template)]
#[template(path = "sessions.html")]
pub struct SessionsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// All that work, the newest first.
    pub sessions: Vec<SessionRow>,
}

/// One log-in in a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: String,
    /// The browser and its system; may be empty.
    pub device: String,
    /// From where, shortened; may be empty.
    pub address: String,
    /// When it was started.
    pub since: Moment,
    /// When it was last used.
    pub last_seen: Moment,
    /// Whether it is the one that looks.
    pub current: bool,
}

impl SessionRow {
    /// Where it is ended.
    #[must_use]
    pub fn end_action(&self) -> String {
        crate::routes::end_session(&self.id)
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self) -> Text {
        if self.device.is_empty() {
            Text::new("sessions-unknown-browser")
        } else {
            Text::said(&*self.device)
        }
    }
}

impl Page for SessionsPage {
    const NAME: &'static str = "sessions";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |device: &str, current| SessionRow {
            id: "ses_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
            device: device.to_owned(),
            address: "203.0.113.…".to_owned(),
            since: sample::moment("2 days ago"),
            last_seen: sample::moment("3 min ago"),
            current,
        };
        vec![
            (
                "one",
                Self {
                    shell: sample::shell(Section::Account),
                    sessions: vec![row("Firefox on Linux", true)],
                },
            ),
            (
                "hostile",
                Self {
                    shell: sample::hostile_shell(Section::Account),
                    sessions: vec![
                        row("Safari on iPhone", true),
                        row(sample::HOSTILE, false),
                        row("", false),
                    ],
                },
            ),
        ]
    }
}
