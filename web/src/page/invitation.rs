//! What somebody is invited to, and accepting it.

use askama::Template;

use super::{Page, sample};
use crate::{Field, Text};

/// `/invitation?token=`. Posts `token`, and for a new account `name` and
/// `password`, to `/invitation`.
#[derive(Clone, Debug, Template)]
#[template(path = "invitation.html")]
pub struct InvitationPage {
    /// What is offered; `None` when the link is dead or for somebody else.
    pub offer: Option<Offered>,
    /// Why there is nothing to accept, or why accepting failed.
    pub fault: Option<Text>,
}

/// What is offered, and how to accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The token of the link.
    pub token: String,
    /// What the person is called who invites.
    pub inviter: String,
    /// The address of that person.
    pub inviter_email: String,
    /// What the tenant is called; `None` for an account of one's own.
    pub tenant: Option<String>,
    /// What the invited person may do there.
    pub gives: Vec<Text>,
    /// By the clock, when the membership ends.
    pub until: Option<Text>,
    /// By the clock, when the invitation ends.
    pub works_until: Text,
    /// How to accept.
    pub way: OfferWay,
}

/// How to accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfferWay {
    /// With the account that is logged in: its address.
    Join(String),
    /// After logging in at this address of the portal.
    LogIn(String),
    /// With a new account.
    SignUp(NewcomerForm),
    /// Not at all: why.
    Not(Text),
}

/// The form of somebody who has no account yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewcomerForm {
    /// The address, which is the one that was invited.
    pub email: String,
    /// The person's own name.
    pub name: Field,
    /// What was wrong with the password.
    pub password_fault: Option<Text>,
}

impl Page for InvitationPage {
    const NAME: &'static str = "invitation";

    fn samples() -> Vec<(&'static str, Self)> {
        let offer = |way: OfferWay, name: &str| Offered {
            token: "k7w2mzq4xnd5h3vbt6ya9rpc2ek7w2mz".to_owned(),
            inviter: name.to_owned(),
            inviter_email: "anna@example.org".to_owned(),
            tenant: Some("At home".to_owned()),
            gives: vec![Text::one_of("role-may", "guest")],
            until: Some(Text::plain("21 Dec 2026, 00:00:00 UTC")),
            works_until: Text::plain("28 Nov 2026, 13:02:09 UTC"),
            way,
        };
        let form = |name: Field, fault: Option<&str>| {
            OfferWay::SignUp(NewcomerForm {
                email: "kim@example.org".to_owned(),
                name,
                password_fault: fault.map(Text::said),
            })
        };
        let page = |offer| Self {
            offer: Some(offer),
            fault: None,
        };
        let join = OfferWay::Join("kim@example.org".to_owned());
        let own = Offered {
            tenant: None,
            gives: Vec::new(),
            until: None,
            ..offer(form(Field::default(), None), "Ada")
        };
        vec![
            ("join", page(offer(join, "Anna Berg"))),
            (
                "log-in",
                page(offer(
                    OfferWay::LogIn("/log-in?next=%2Finvitation".to_owned()),
                    "Anna Berg",
                )),
            ),
            ("own-account", page(own)),
            (
                "closed",
                page(offer(
                    OfferWay::Not(Text::said("This service takes no new accounts.")),
                    "Anna Berg",
                )),
            ),
            (
                "hostile",
                Self {
                    offer: Some(Offered {
                        token: sample::HOSTILE.to_owned(),
                        tenant: Some(sample::HOSTILE.to_owned()),
                        gives: vec![Text::plain(sample::HOSTILE)],
                        ..offer(
                            form(
                                Field::faulty(sample::HOSTILE, "This is taken; choose another."),
                                Some("This must have 1 to 80 characters, has 0."),
                            ),
                            sample::HOSTILE,
                        )
                    }),
                    fault: Some(Text::said(
                        "There is no room for another member at the moment. Ask whoever invited you.",
                    )),
                },
            ),
            (
                "dead",
                Self {
                    offer: None,
                    fault: Some(Text::said("This link is not valid any more. Log in again.")),
                },
            ),
        ]
    }
}
