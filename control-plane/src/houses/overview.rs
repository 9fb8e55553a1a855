//! All houses in which somebody has a role, of all tenants: filtered, sorted
//! and in pages, so that two hundred are as easy to look through as two.

use std::collections::HashMap;
use std::time::Duration;

use model::{TenantId, Timestamp};

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::store::{HouseAccess, HousePresence};

/// Houses on one page.
pub const PER_PAGE: usize = 50;

/// How far back refusals are counted.
const REFUSED_WITHIN: Duration = Duration::from_hours(24);

/// How a house is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// A client of its own is connected.
    Online,
    /// None is, but one was.
    Offline,
    /// None ever was.
    Never,
    /// Something of it was refused within a day, online or not.
    Refusals,
}

impl State {
    /// Every state, in the order people look for them.
    pub const ALL: [Self; 4] = [Self::Online, Self::Offline, Self::Never, Self::Refusals];

    /// The word for it in the API and in forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Offline => "offline",
            Self::Never => "never",
            Self::Refusals => "refusals",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// Which houses are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// What their name, id or tenant's name contains, whatever the case; each
    /// of the words.
    pub text: String,
    /// How they are.
    pub state: Option<State>,
    /// Whose they are.
    pub tenant: Option<TenantId>,
}

/// A house with what is known of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The house, and what the person may do there.
    pub access: HouseAccess,
    /// Who is connected, as the cell last said.
    pub presence: Option<HousePresence>,
    /// How often something of it was refused within a day.
    pub refused: u64,
}

impl Seen {
    /// Whether a client of the house itself is connected.
    #[must_use]
    pub fn online(&self) -> bool {
        let clients = self.presence.iter().flat_map(|one| &one.clients);
        clients
            .into_iter()
            .any(cell::ClientPresence::is_of_the_house)
    }

    /// When it last sent anything.
    #[must_use]
    pub fn last_seen(&self) -> Option<Timestamp> {
        self.presence.as_ref().and_then(|one| one.last_seen)
    }

    fn is(&self, state: State) -> bool {
        match state {
            State::Online => self.online(),
            State::Offline => !self.online() && self.last_seen().is_some(),
            State::Never => !self.online() && self.last_seen().is_none(),
            State::Refusals => self.refused > 0,
        }
    }

    fn fits(&self, filter: &Filter) -> bool {
        let house = &self.access.house;
        let all = format!("{} {} {}", house.name, house.id, self.access.tenant_name);
        let all = all.to_lowercase();
        let wanted = filter.text.to_lowercase();
        wanted.split_whitespace().all(|word| all.contains(word))
            && filter.state.is_none_or(|state| self.is(state))
            && filter.tenant.is_none_or(|tenant| house.tenant == tenant)
    }
}

/// One page of what was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The houses of the page, by tenant's name and then by name.
    pub houses: Vec<Seen>,
    /// Which page it is, from 0.
    pub page: usize,
    /// How many houses fit the filter.
    pub total: usize,
    /// How many houses there are at all.
    pub of: usize,
}

impl Found {
    /// How many pages there are; at least one.
    #[must_use]
    pub const fn pages(&self) -> usize {
        let pages = self.total.div_ceil(PER_PAGE);
        if pages == 0 { 1 } else { pages }
    }
}

/// The caller's houses that fit `filter`; a page beyond the last is the last.
pub async fn overview(
    app: &App,
    caller: &Caller,
    filter: &Filter,
    page: usize,
) -> Result<Found, Problem> {
    let (account, now) = (caller.account().id, app.now());
    let within = i64::try_from(REFUSED_WITHIN.as_millis()).unwrap_or(i64::MAX);
    let since = Timestamp(now.0.saturating_sub(within));
    let mut work = app.store.begin_read().await?;
    let all = work.houses().list_for(account, now).await?;
    let present = work.presences().list_for(account, now).await?;
    let refused = work.overviews().refused_for(account, now, since).await?;
    drop(work);
    let mut present: HashMap<_, _> = present.into_iter().collect();
    let refused: HashMap<_, _> = refused.into_iter().collect();
    let of = all.len();
    let seen = all.into_iter().map(|access| {
        let key = access.house.key;
        Seen {
            presence: present.remove(&key),
            refused: refused.get(&key).copied().unwrap_or_default(),
            access,
        }
    });
    let fitting = seen.filter(|one| one.fits(filter)).collect();
    Ok(cut(fitting, page, of))
}

/// Sorts what fits and takes one page of it.
fn cut(mut fitting: Vec<Seen>, page: usize, of: usize) -> Found {
    fitting.sort_by_cached_key(|one| {
        let access = &one.access;
        (
            access.tenant_name.as_str().to_lowercase(),
            access.house.tenant,
            access.house.name.as_str().to_lowercase(),
            access.house.id.clone(),
        )
    });
    let total = fitting.len();
    let last = total.saturating_sub(1) / PER_PAGE;
    let page = page.min(last);
    let houses = fitting.into_iter().skip(page * PER_PAGE).take(PER_PAGE);
    Found {
        houses: houses.collect(),
        page,
        total,
        of,
    }
}
