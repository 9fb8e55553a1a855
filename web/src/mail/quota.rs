//! The mail that says that a quota is nearly or fully used.

use askama::Template;

use super::Letter;
use crate::Text;

/// Says that a quota is nearly or fully used.
#[derive(Clone, Debug, Template)]
#[template(path = "mail/quota.txt", escape = "none")]
pub struct QuotaMail {
    /// The owner's own name.
    pub name: String,
    /// What the tenant is called.
    pub tenant: String,
    /// What the quota is called.
    pub quota: Text,
    /// The house, for a quota that counts per house.
    pub house: Option<String>,
    /// How much is used.
    pub used: Text,
    /// How much is allowed.
    pub allowed: Text,
    /// Whether all of it is used.
    pub full: bool,
    /// When counting begins anew, for a quota with a window.
    pub resets: Option<Text>,
    /// What can be done about it.
    pub what_to_do: Text,
    /// Address of the page that shows use beside quotas.
    pub page: String,
}

impl Letter for QuotaMail {
    fn subject(&self) -> Text {
        if self.full {
            Text::new("mail-quota-subject-full")
        } else {
            Text::new("mail-quota-subject-soft")
        }
        .with("quota", &self.quota)
        .with("tenant", &self.tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Language, Reader, render};

    #[test]
    fn the_mail_says_what_is_used_of_what_and_when_it_begins_anew() {
        let messages = QuotaMail {
            name: "Anna <b>".to_owned(),
            tenant: "Villa & Sons".to_owned(),
            quota: Text::one_of("quota", "messages_per_day"),
            house: None,
            used: Text::count(160_000),
            allowed: Text::count(200_000),
            full: false,
            resets: Some(Text::plain("22 Nov 2026, 00:00:00 UTC")),
            what_to_do: Text::one_of("quota-remedy", "messages_per_day"),
            page: "https://cloud.example.org/tenants/ten_x/usage".to_owned(),
        };
        let sensors = QuotaMail {
            quota: Text::one_of("quota", "sensors_per_house"),
            house: Some("villa-7k3q9x".to_owned()),
            full: true,
            resets: None,
            what_to_do: Text::one_of("quota-remedy", "sensors_per_house"),
            ..messages.clone()
        };
        for language in Language::ALL {
            let text = render(&messages, &Reader::of(language)).unwrap();
            insta::assert_snapshot!(format!("mail.quota.messages.{language}"), text);
            assert!(text.lines().any(|line| line == messages.page));
            assert!(text.contains("Villa & Sons") && text.contains("22 Nov"));
            let text = render(&sensors, &Reader::of(language)).unwrap();
            insta::assert_snapshot!(format!("mail.quota.sensors.{language}"), text);
            assert!(text.contains("villa-7k3q9x"));
            assert_ne!(
                sensors.subject().told_in(language),
                messages.subject().told_in(language)
            );
        }
    }
}
