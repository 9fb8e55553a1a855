//! Who is in a tenant, who was asked to come, and one member.

use askama::Template;

use super::{Page, sample};
use crate::{Field, Moment, Section, Shell, TenantNav, Text};

/// `GET /tenants/{tenant}/members`: for admins all members and invitations, for
/// everybody else their own membership.
#[derive(Clone, Debug, Template)]
#[template(path = "members.html")]
pub struct MembersPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The tenant.
    pub tenant: TenantNav,
    /// The reader's own membership.
    pub own: OwnMembership,
    /// What admins see.
    pub manage: Option<Manage>,
}

/// What the reader is in the tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMembership {
    /// The role.
    pub role: Text,
    /// By the clock, when it ends.
    pub until: Option<Text>,
}

/// What admins of a tenant see and do.
#[derive(Clone, Debug)]
pub struct Manage {
    /// Everybody, oldest first.
    pub members: Vec<MemberLine>,
    /// Open and expired invitations, newest first.
    pub invitations: Vec<InvitationLine>,
    /// How many of how many: `3 of 10`.
    pub used: Text,
    /// Why nobody can be invited, as a sentence.
    pub full: Option<Text>,
    /// Whether nobody without an account can accept, because the service takes
    /// no new ones.
    pub known_people_only: bool,
    /// The form for an invitation.
    pub form: InviteForm,
}

/// One member in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberLine {
    /// The account's id.
    pub account: String,
    /// What the person is called.
    pub name: String,
    /// The address.
    pub email: String,
    /// What the person may do, and where.
    pub reach: Text,
    /// Since when.
    pub since: Moment,
    /// By the clock, when it ends.
    pub until: Option<Text>,
    /// Whether it is the reader.
    pub you: bool,
    /// Whether the person answers for the tenant.
    pub answers: bool,
    /// The page of the member, if the reader may change them.
    pub href: Option<String>,
}

/// One invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationLine {
    /// The address.
    pub email: String,
    /// What it gives.
    pub reach: Text,
    /// Who invited.
    pub by: String,
    /// When its link was last sent.
    pub sent: Moment,
    /// By the clock, until when it works; `None` when it has expired.
    pub works_until: Option<Text>,
    /// Where it is sent again.
    pub resend: String,
    /// Where it is withdrawn.
    pub withdraw: String,
}

/// The form for an invitation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InviteForm {
    /// To whom.
    pub email: Field,
    /// To what.
    pub reach: ReachFields,
    /// What was wrong with the whole form.
    pub fault: Option<Text>,
}

/// The fields that say what a membership is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReachFields {
    /// Whether it is for single houses.
    pub by_house: bool,
    /// The roles for the whole tenant.
    pub roles: Vec<MemberRole>,
    /// What was wrong with the role.
    pub role_fault: Option<Text>,
    /// The houses.
    pub houses: Vec<HouseOption>,
    /// What was wrong with the houses.
    pub houses_fault: Option<Text>,
    /// The last day, as `2026-12-31`; may be empty.
    pub until: Field,
}

/// A role to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRole {
    /// The word in the form.
    pub word: &'static str,
    /// Whether it is the chosen one.
    pub chosen: bool,
}

impl MemberRole {
    /// What people call it.
    #[must_use]
    pub fn title(&self) -> Text {
        Text::one_of("role", self.word)
    }

    /// What somebody with it may do.
    #[must_use]
    pub fn meaning(&self) -> Text {
        Text::one_of("role-may", self.word)
    }
}

/// A house to give a role in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseOption {
    /// The house id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The roles, the chosen one marked; none marked: no role in this house.
    pub roles: Vec<MemberRole>,
}

/// `/tenants/{tenant}/members/{account}`: one member and what can be changed.
#[derive(Clone, Debug, Template)]
#[template(path = "member.html")]
pub struct MemberPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The tenant.
    pub tenant: TenantNav,
    /// The account's id.
    pub account: String,
    /// What the person is called.
    pub name: String,
    /// The address.
    pub email: String,
    /// What the person may do, and where.
    pub reach: Text,
    /// The form.
    pub form: ReachFields,
    /// Whether the reader can make the person answer for the tenant.
    pub may_answer: bool,
    /// What was wrong with what was asked for.
    pub fault: Option<Text>,
}

impl MemberPage {
    /// Where the form goes.
    #[must_use]
    pub fn action(&self) -> String {
        crate::routes::member(&self.tenant.id, &self.account)
    }
}

fn tenant(name: &str) -> TenantNav {
    TenantNav {
        id: "ten_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        name: name.to_owned(),
    }
}

fn shell(tenant: &TenantNav, hostile: bool) -> Shell {
    let mut shell = if hostile {
        sample::hostile_shell(Section::Members)
    } else {
        sample::shell(Section::Members)
    };
    shell.house = None;
    shell.of_tenant(tenant.clone())
}

fn roles(chosen: &str, words: &[&'static str]) -> Vec<MemberRole> {
    let option = |word: &&'static str| MemberRole {
        word,
        chosen: *word == chosen,
    };
    words.iter().map(option).collect()
}

const WHOLE: [&str; 4] = ["admin", "installer", "resident", "guest"];

fn fields(by_house: bool, name: &str) -> ReachFields {
    ReachFields {
        by_house,
        roles: roles("resident", &WHOLE),
        role_fault: None,
        houses: vec![
            HouseOption {
                id: "villa-7k3q9x".to_owned(),
                name: name.to_owned(),
                roles: roles("guest", &WHOLE),
            },
            HouseOption {
                id: "cabin-q2m4aa".to_owned(),
                name: "Lake cabin".to_owned(),
                roles: roles("", &WHOLE),
            },
        ],
        houses_fault: None,
        until: Field::default(),
    }
}

fn line(name: &str, you: bool) -> MemberLine {
    MemberLine {
        account: "usr_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        name: name.to_owned(),
        email: "anna@example.org".to_owned(),
        reach: Text::one_of("role", if you { "owner" } else { "guest" }),
        since: sample::moment("2 days ago"),
        until: (!you).then(|| Text::plain("21 Dec 2026, 00:00:00 UTC")),
        you,
        answers: you,
        href: Some("/tenants/ten_a/members/usr_a".to_owned()),
    }
}

fn invitation(email: &str, open: bool) -> InvitationLine {
    InvitationLine {
        email: email.to_owned(),
        reach: Text::joined(
            [Text::plain("Villa: "), Text::one_of("role", "resident")],
            "",
        ),
        by: "Anna Berg".to_owned(),
        sent: sample::moment("5 h ago"),
        works_until: open.then(|| Text::plain("28 Nov 2026, 13:02:09 UTC")),
        resend: "/tenants/ten_a/invitations/inv_a/resend".to_owned(),
        withdraw: "/tenants/ten_a/invitations/inv_a/withdraw".to_owned(),
    }
}

/// With everything that can go wrong, and text that tries to be markup.
fn hostile(manage: Manage) -> Manage {
    Manage {
        members: vec![line(sample::HOSTILE, true)],
        invitations: vec![
            invitation(sample::HOSTILE, false),
            invitation("kim@example.org", true),
        ],
        full: Some(Text::said("The plan allows 3 members; you have 3.")),
        known_people_only: true,
        form: InviteForm {
            email: Field::faulty(sample::HOSTILE, "This is no address."),
            reach: ReachFields {
                houses_fault: Some(Text::said("Choose a role in at least one house.")),
                role_fault: Some(Text::said("Choose one.")),
                until: Field::faulty(sample::HOSTILE, "This is no day."),
                ..fields(true, sample::HOSTILE)
            },
            fault: Some(Text::said(
                "This address has an open invitation already. Send it again, or withdraw it first.",
            )),
        },
        ..manage
    }
}

impl Page for MembersPage {
    const NAME: &'static str = "members";

    fn samples() -> Vec<(&'static str, Self)> {
        let home = tenant("At home");
        let guest = Self {
            shell: shell(&home, false),
            tenant: home.clone(),
            own: OwnMembership {
                role: Text::one_of("role", "guest"),
                until: Some(Text::plain("21 Dec 2026, 00:00:00 UTC")),
            },
            manage: None,
        };
        let manage = Manage {
            members: vec![line("Anna Berg", true), line("Bo", false)],
            invitations: vec![invitation("kim@example.org", true)],
            used: Text::new("members-used")
                .with("used", 3_u64)
                .with("allowed", 10_u64),
            full: None,
            known_people_only: false,
            form: InviteForm {
                reach: fields(false, "Villa"),
                ..InviteForm::default()
            },
        };
        let own = OwnMembership {
            role: Text::one_of("role", "owner"),
            until: None,
        };
        let odd = tenant(sample::HOSTILE);
        let hostile = hostile(manage.clone());
        vec![
            ("guest", guest.clone()),
            (
                "owner",
                Self {
                    own: own.clone(),
                    manage: Some(manage.clone()),
                    ..guest.clone()
                },
            ),
            (
                "alone",
                Self {
                    own: own.clone(),
                    manage: Some(Manage {
                        members: vec![line("Anna Berg", true)],
                        invitations: Vec::new(),
                        ..manage
                    }),
                    ..guest
                },
            ),
            (
                "hostile-full",
                Self {
                    shell: shell(&odd, true),
                    tenant: odd,
                    own,
                    manage: Some(hostile),
                },
            ),
        ]
    }
}

impl Page for MemberPage {
    const NAME: &'static str = "member";

    fn samples() -> Vec<(&'static str, Self)> {
        let home = tenant("At home");
        let one = Self {
            shell: shell(&home, false),
            tenant: home,
            account: "usr_aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
            name: "Bo".to_owned(),
            email: "bo@example.org".to_owned(),
            reach: Text::one_of("role", "resident"),
            form: fields(false, "Villa"),
            may_answer: true,
            fault: None,
        };
        let odd = tenant(sample::HOSTILE);
        vec![
            ("whole", one.clone()),
            (
                "hostile",
                Self {
                    shell: shell(&odd, true),
                    tenant: odd,
                    name: sample::HOSTILE.to_owned(),
                    email: sample::HOSTILE.to_owned(),
                    reach: Text::plain(sample::HOSTILE),
                    form: fields(true, sample::HOSTILE),
                    may_answer: false,
                    fault: Some(Text::said(
                        "There always has to be an owner. Make somebody else an owner first, or delete the account.",
                    )),
                    ..one
                },
            ),
        ]
    }
}
