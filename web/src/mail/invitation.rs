//! Mails to people who are asked to come, and to those who asked to be let in.

use askama::Template;

use super::Letter;
use crate::Text;

/// Invites somebody.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/invitation.txt", escape = "none")]
pub struct InvitationMail {
    /// What the person is called who invites.
    pub inviter: String,
    /// The address of that person.
    pub inviter_email: String,
    /// What the invitation is to, as a sentence.
    pub to: Text,
    /// The link with its token.
    pub link: String,
    /// How long it works: `7 days`.
    pub valid_for: Text,
}

impl Letter for InvitationMail {
    fn subject(&self) -> Text {
        Text::new("mail-invitation-subject").with("inviter", &self.inviter)
    }
}

/// Says what became of an account that waited for an admin.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/decision.txt", escape = "none")]
pub struct DecisionMail {
    /// The person's own name.
    pub name: String,
    /// Address of the log-in page, if the person was let in.
    pub log_in: Option<String>,
}

impl Letter for DecisionMail {
    fn subject(&self) -> Text {
        if self.log_in.is_some() {
            Text::new("mail-decision-subject-yes")
        } else {
            Text::new("mail-decision-subject-no")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Language, Reader, render};

    #[test]
    fn an_invitation_is_plain_text_with_the_link_on_a_line_of_its_own() {
        let mail = InvitationMail {
            inviter: "Anna & Bo <b>".to_owned(),
            inviter_email: "anna@example.org".to_owned(),
            to: Text::new("mail-invitation-to-tenant")
                .with("tenant", "Villa & Sons")
                .with("role", Text::one_of("role", "resident")),
            link: "https://cloud.example.org/invitation?token=abc".to_owned(),
            valid_for: crate::words::window(7 * 86_400),
        };
        for language in Language::ALL {
            let text = render(&mail, &Reader::of(language)).unwrap();
            assert!(text.lines().any(|line| line == mail.link), "{text}");
            for words in ["Anna & Bo <b>", "anna@example.org", "Villa & Sons"] {
                assert!(text.contains(words), "{words} is missing in {text}");
            }
        }
        assert!(mail.subject().to_string().contains("Anna & Bo <b>"));
    }

    #[test]
    fn a_decision_says_which() {
        let yes = DecisionMail {
            name: "Anna".to_owned(),
            log_in: Some("https://cloud.example.org/log-in".to_owned()),
        };
        let no = DecisionMail {
            log_in: None,
            ..yes.clone()
        };
        assert_ne!(yes.subject(), no.subject());
        let text = render(&yes, &Reader::of(Language::English)).unwrap();
        assert!(text.contains("https://cloud.example.org/log-in"));
        let text = render(&no, &Reader::of(Language::German)).unwrap();
        assert!(text.contains("Anna") && !text.contains("log-in"));
    }
}
