//! Support access.

use askama::Template;

use super::Letter;
use crate::Text;

/// Asks an owner to let support in.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/support_asked.txt", escape = "none")]
pub struct SupportAskedMail {
    /// The owner's own name.
    pub name: String,
    /// What the account is called.
    pub tenant: String,
    /// Why, in the words of whoever asks; one line.
    pub reason: String,
    /// Whether support wants to change things as well.
    pub may_change: bool,
    /// For how many hours.
    pub hours: u64,
    /// Address of the page that accepts and declines.
    pub page: String,
}

impl Letter for SupportAskedMail {
    fn subject(&self) -> Text {
        Text::new("mail-support-asked-subject")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_is_asked_for_and_why() {
        let mut mail = SupportAskedMail {
            name: "Anna".to_owned(),
            tenant: "Anna's <home>".to_owned(),
            reason: "The lamp in the hall does not answer.".to_owned(),
            may_change: false,
            hours: 24,
            page: "https://cloud.example.org/tenants/ten_x/support".to_owned(),
        };
        insta::assert_snapshot!("mail.support_asked.read", mail.render().unwrap());
        mail.may_change = true;
        insta::assert_snapshot!("mail.support_asked.change", mail.render().unwrap());
    }
}
