//! What surrounds a page: navigation, account menu, notices.

use crate::Text;

/// Who is looking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The person's own name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// Whether they administer the service.
    pub admin: bool,
}

impl Viewer {
    /// The first letter of the name, for the round sign of the account menu.
    #[must_use]
    pub fn initial(&self) -> String {
        self.name
            .chars()
            .find(|letter| letter.is_alphanumeric())
            .map(|letter| letter.to_uppercase().collect())
            .unwrap_or_default()
    }
}

/// The house that a page belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseNav {
    /// The house id.
    pub id: String,
    /// The name people gave it.
    pub name: String,
}

impl HouseNav {
    /// Address of the live page.
    #[must_use]
    pub fn home(&self) -> String {
        crate::routes::house(&self.id)
    }

    /// Address of the connect page.
    #[must_use]
    pub fn connect(&self) -> String {
        crate::routes::connect(&self.id)
    }

    /// Address of the refusals.
    #[must_use]
    pub fn refusals(&self) -> String {
        crate::routes::refusals(&self.id)
    }
}

/// A tenant in the navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantNav {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
}

impl TenantNav {
    /// Address of the list of its houses.
    #[must_use]
    pub fn houses(&self) -> String {
        crate::routes::houses_of(&self.id)
    }

    /// Address of the members.
    #[must_use]
    pub fn members(&self) -> String {
        crate::routes::members(&self.id)
    }

    /// Address of what it uses of its quotas.
    #[must_use]
    pub fn usage(&self) -> String {
        crate::routes::usage(&self.id)
    }
}

/// The entry of the navigation that a page is under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The overview of houses and the form for a new one.
    Houses,
    /// The live house and its sensors.
    House,
    /// How to connect.
    Connect,
    /// "Why was I stopped?"
    Refusals,
    /// What a tenant uses of its quotas.
    Usage,
    /// Who is in a tenant.
    Members,
    /// What was done in a tenant, and whom it lets in.
    Audit,
    /// Administration: tenants.
    AdminTenants,
    /// Administration: plans.
    AdminPlans,
    /// Administration: how the parts are.
    AdminHealth,
    /// Administration: what was done.
    AdminAudit,
    /// Administration: who may sign up.
    SignUpPolicy,
    /// The person's own account.
    Account,
}

/// How a notice sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something worked.
    Good,
    /// Something to know.
    Info,
    /// Something to act on soon.
    Warn,
    /// Something failed.
    Bad,
}

impl Tone {
    /// The class in the stylesheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }

    /// The icon in the sprite.
    #[must_use]
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Good => "check",
            Self::Info => "info",
            Self::Warn | Self::Bad => "alert",
        }
    }
}

/// A message above the page's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How it sounds.
    pub tone: Tone,
    /// What happened, in one sentence.
    pub title: Text,
    /// What it means or what to do; may be empty.
    pub text: Text,
    /// Where to go: address and words.
    pub link: Option<(String, Text)>,
}

impl Notice {
    /// A notice of one sentence.
    #[must_use]
    pub fn new(tone: Tone, title: impl Into<Text>) -> Self {
        Self {
            tone,
            title: title.into(),
            text: Text::default(),
            link: None,
        }
    }

    /// The same with an explanation.
    #[must_use]
    pub fn because(mut self, text: impl Into<Text>) -> Self {
        self.text = text.into();
        self
    }

    /// The same with somewhere to go.
    #[must_use]
    pub fn leading_to(mut self, href: impl Into<String>, words: impl Into<Text>) -> Self {
        self.link = Some((href.into(), words.into()));
        self
    }
}

/// What surrounds a page of a signed-in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shell {
    /// Who is looking.
    pub viewer: Viewer,
    /// The house the page belongs to, if any.
    pub house: Option<HouseNav>,
    /// The tenants in which the person has a role, by name.
    pub tenants: Vec<TenantNav>,
    /// The tenant the page belongs to; where a person has one only, that one.
    pub tenant: Option<TenantNav>,
    /// Where in the navigation we are.
    pub section: Section,
    /// Messages above the content.
    pub notices: Vec<Notice>,
}

impl Shell {
    /// A page under `section` without house and without notices.
    #[must_use]
    pub const fn new(viewer: Viewer, section: Section) -> Self {
        Self {
            viewer,
            house: None,
            tenants: Vec::new(),
            tenant: None,
            section,
            notices: Vec::new(),
        }
    }

    /// The same within a house.
    #[must_use]
    pub fn within(mut self, house: HouseNav) -> Self {
        self.house = Some(house);
        self
    }

    /// The same for somebody with a role in these tenants.
    #[must_use]
    pub fn among(mut self, tenants: Vec<TenantNav>) -> Self {
        if let [only] = tenants.as_slice() {
            self.tenant = Some(only.clone());
        }
        self.tenants = tenants;
        self
    }

    /// The same on a page of one tenant.
    #[must_use]
    pub fn of_tenant(mut self, tenant: TenantNav) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// Whether there is more than one tenant to switch between.
    #[must_use]
    pub const fn switches(&self) -> bool {
        self.tenants.len() > 1
    }

    /// The same with one more notice.
    #[must_use]
    pub fn saying(mut self, notice: Notice) -> Self {
        self.notices.push(notice);
        self
    }

    /// `page` when `section` is where we are: the value of `aria-current`.
    #[must_use]
    pub fn is(&self, section: &Section) -> bool {
        self.section == *section
    }
}
