//! The texts of the mails. Plain text: a mail has to work everywhere, and a
//! link people can read is a link they can judge.

use askama::Template;

/// Confirms an e-mail address after sign-up.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/verify.txt", escape = "none")]
pub struct VerifyMail {
    /// The person's own name.
    pub name: String,
    /// The link with its token.
    pub link: String,
    /// How long it works: `24 hours`.
    pub valid_for: String,
}

impl VerifyMail {
    /// The subject line.
    pub const SUBJECT: &str = "Confirm your e-mail address";
}

/// Says that somebody tried to sign up with an address that has an account.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/known_account.txt", escape = "none")]
pub struct KnownAccountMail {
    /// The person's own name, as the account knows it.
    pub name: String,
    /// Address of the log-in page.
    pub log_in: String,
}

impl KnownAccountMail {
    /// The subject line.
    pub const SUBJECT: &str = "You already have an account";
}

/// Says to the first admin that the service is ready.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/set_up.txt", escape = "none")]
pub struct SetUpMail {
    /// The admin's own name.
    pub name: String,
    /// Address of the portal.
    pub portal: String,
    /// Who may sign up, in words: `Nobody`, `Anybody`, …
    pub sign_up: String,
}

impl SetUpMail {
    /// The subject line.
    pub const SUBJECT: &str = "Your service is set up";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_are_plain_text_with_the_link_on_a_line_of_its_own() {
        let mail = VerifyMail {
            name: "Anna & Bo".to_owned(),
            link: "https://cloud.example.org/verify?token=abc&x=1".to_owned(),
            valid_for: "24 hours".to_owned(),
        };
        let text = mail.render().unwrap();
        insta::assert_snapshot!("mail.verify", text);
        assert!(text.lines().any(|line| line == mail.link));
        let known = KnownAccountMail {
            name: "Anna".to_owned(),
            log_in: "https://cloud.example.org/log-in".to_owned(),
        };
        insta::assert_snapshot!("mail.known_account", known.render().unwrap());
        let set_up = SetUpMail {
            name: "Anna".to_owned(),
            portal: "https://cloud.example.org/".to_owned(),
            sign_up: "Nobody".to_owned(),
        };
        insta::assert_snapshot!("mail.set_up", set_up.render().unwrap());
    }
}
