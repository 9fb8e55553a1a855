//! Two-step log-in.

use askama::Template;

use super::{Page, sample};
use crate::qr::Qr;
use crate::{Section, Shell};

/// `GET /account/two-factor`. Posts `password` to `…/begin`, `code` to
/// `…/confirm` and `…/codes`, `last_code` to `…/off`.
#[derive(Clone, Debug, Template)]
#[template(path = "two_factor.html")]
pub struct TwoFactorPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Where the account stands.
    pub state: TwoFactorState,
    /// What was wrong.
    pub faults: TwoFactorFaults,
}

/// Where the account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TwoFactorState {
    /// Only the password is asked for.
    Off,
    /// A secret waits for its first code.
    Begun {
        /// The secret to scan.
        qr: Option<Qr>,
        /// The secret to type in.
        key: String,
    },
    /// A code is asked for.
    On {
        /// Recovery codes that are left.
        codes_left: u64,
    },
    /// A code is asked for from now on, or there are new recovery codes.
    Fresh {
        /// The recovery codes, shown this once.
        codes: Vec<String>,
    },
}

/// What was wrong, at each field; typed codes are never sent back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TwoFactorFaults {
    /// With the password.
    pub password: Option<String>,
    /// With the code.
    pub code: Option<String>,
    /// With the code that would have turned it off.
    pub last_code: Option<String>,
    /// With the whole.
    pub whole: Option<String>,
}

impl Page for TwoFactorPage {
    const NAME: &'static str = "two_factor";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |state, faults| Self {
            shell: sample::shell(Section::Account),
            state,
            faults,
        };
        let fault = || {
            Some(
                "This code is wrong or was used before. Take the next one from your app."
                    .to_owned(),
            )
        };
        let key = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        let begun = TwoFactorState::Begun {
            qr: Qr::encode(&format!("otpauth://totp/x?secret={key}")),
            key: key.to_owned(),
        };
        let faulty = TwoFactorFaults {
            password: Some("This is not your password.".to_owned()),
            code: fault(),
            last_code: fault(),
            whole: Some("Too many attempts. Try again in 120 seconds.".to_owned()),
        };
        let on = |codes_left| TwoFactorState::On { codes_left };
        vec![
            ("off", page(TwoFactorState::Off, TwoFactorFaults::default())),
            ("off-fault", page(TwoFactorState::Off, faulty.clone())),
            ("begun", page(begun, TwoFactorFaults::default())),
            ("on", page(on(10), TwoFactorFaults::default())),
            ("on-faults", page(on(1), faulty)),
            (
                "fresh",
                page(
                    TwoFactorState::Fresh {
                        codes: vec!["abcd-efgh-ijkl-mnop".to_owned(); 10],
                    },
                    TwoFactorFaults::default(),
                ),
            ),
        ]
    }
}

/// The second step of a log-in. Posts `ticket`, `code` and `next` to
/// `/log-in/code`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "log_in_code.html")]
pub struct LogInCodePage {
    /// What stands for the first step.
    pub ticket: String,
    /// Where to go afterwards.
    pub next: String,
    /// What was wrong with the code.
    pub code_fault: Option<String>,
    /// What was wrong with the whole form.
    pub fault: Option<String>,
}

impl Page for LogInCodePage {
    const NAME: &'static str = "log_in_code";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("ask", Self::default()),
            (
                "hostile",
                Self {
                    ticket: sample::HOSTILE.to_owned(),
                    next: sample::HOSTILE.to_owned(),
                    code_fault: Some(
                        "This code is wrong or was used before. Take the next one from your app."
                            .to_owned(),
                    ),
                    fault: Some("Too many attempts. Try again in 120 seconds.".to_owned()),
                },
            ),
        ]
    }
}
