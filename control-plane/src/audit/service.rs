//! Reading a chain: pages with the names of those who acted, and all of it in
//! the order in which it happened.

use std::collections::BTreeMap;

use model::{AccountId, Actor};

use super::heads::Heads;
use super::{Asked, export};
use crate::app::App;
use crate::http::acting::{Acting, Admin};
use crate::http::caller::ServiceAdmin;
use crate::http::problem::Problem;
use crate::store::{AuditRecord, Chain, Tenant, Work};

/// Rows on one page, unless fewer or more are asked for.
pub const PAGE: u32 = 50;

/// Proof that somebody may read a chain.
#[derive(Clone, Copy, Debug)]
pub struct Readable(Chain);

impl Readable {
    /// A tenant's chain, for those who manage it.
    #[must_use]
    pub const fn of_tenant(acting: &Acting<Admin, Tenant>) -> Self {
        Self(Chain::Tenant(acting.tenant().id))
    }

    /// The service's chain, for its admins.
    #[must_use]
    pub const fn of_service(_admin: &ServiceAdmin) -> Self {
        Self(Chain::Service)
    }

    /// Which chain.
    #[must_use]
    pub const fn chain(self) -> Chain {
        self.0
    }
}

/// A row, and the name of the person who acted.
#[derive(Clone, Debug)]
pub struct Line {
    /// The row.
    pub record: AuditRecord,
    /// What the person is called now; `None` for what is no person, for one
    /// who is gone, and in a tenant's log for an admin of the service.
    pub name: Option<String>,
}

/// One page of a chain, newest first.
#[derive(Clone, Debug)]
pub struct Lines {
    /// The rows.
    pub lines: Vec<Line>,
    /// Where the list continues, if it does.
    pub next: Option<i64>,
}

/// One page of what is asked for.
pub async fn page(app: &App, readable: Readable, asked: &Asked) -> Result<Lines, Problem> {
    let (filter, before) = (asked.filter()?, asked.before()?);
    let limit = asked.limit()?;
    let mut work = app.store.begin_read().await?;
    // One more than shown tells whether there is another page.
    let audit = work.audit();
    let mut rows = audit
        .page(readable.0, &filter, before, limit.saturating_add(1))
        .await?;
    let shown = limit as usize;
    let more = rows.len() > shown;
    rows.truncate(shown);
    let next = rows.last().filter(|_| more).map(|last| last.seq);
    let mut names = Names::default();
    let mut lines = Vec::new();
    for record in rows {
        let name = names.of(&mut work, readable.0, &record).await?;
        lines.push(Line { record, name });
    }
    Ok(Lines { lines, next })
}

/// Rows in the order in which they happened, behind the row `after`.
pub async fn forward(
    app: &App,
    readable: Readable,
    after: i64,
    limit: u32,
) -> Result<Vec<AuditRecord>, Problem> {
    let mut work = app.store.begin_read().await?;
    Ok(work.audit().forward(readable.0, after, limit).await?)
}

/// Where the chain begins: the last row that retention removed.
pub async fn base(app: &App, readable: Readable) -> Result<i64, Problem> {
    let mut work = app.store.begin_read().await?;
    let state = work.audit().state(readable.0).await?;
    Ok(state.unwrap_or_default().base.seq)
}

/// Where the chain ends now, signed.
pub async fn head(app: &App, readable: Readable) -> Result<Heads, Problem> {
    export::head_of(app, readable.0).await
}

/// Names that were looked up already.
#[derive(Default)]
struct Names(BTreeMap<AccountId, Option<String>>);

impl Names {
    async fn of(
        &mut self,
        work: &mut Work,
        chain: Chain,
        record: &AuditRecord,
    ) -> Result<Option<String>, Problem> {
        let actor: Option<Actor> = record.actor.parse().ok();
        let account = match actor {
            // Who of the service it was is the service's business.
            Some(Actor::Admin(_) | Actor::Support(_)) if chain != Chain::Service => None,
            Some(actor) => actor.account(),
            None => None,
        };
        let Some(account) = account else {
            return Ok(None);
        };
        if let Some(known) = self.0.get(&account) {
            return Ok(known.clone());
        }
        let found = work.accounts().find(account).await?;
        let name = found.map(|account| account.name.to_string());
        self.0.insert(account, name.clone());
        Ok(name)
    }
}
