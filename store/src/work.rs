//! One open transaction, and the repositories it hands out.

use std::collections::BTreeMap;

use cell::Revision;
use model::CellId;
use tokio::sync::watch;

use super::account_erasures::AccountErasures;
use super::api_tokens::ApiTokens;
use super::approvals::Approvals;
use super::audit::Audit;
use super::engine::Tx;
use super::idempotency::Idempotency;
use super::invitations::Invitations;
use super::leaving::Leaving;
use super::members::Members;
use super::notices::Notices;
use super::overviews::Overviews;
use super::passkeys::Passkeys;
use super::plans::Plans;
use super::repositories::{
    Accounts, Cells, Credentials, Directory, Erasures, Feeds, Houses, Links, Presences, Refusals,
    Sessions, Settings, Stored, Tenants, Tokens,
};
use super::second_factors::SecondFactors;
use super::statement::PlainStatement;
use super::support::Support;
use super::usage::Usages;
use super::value::{BadColumn, Entity, Row, Value};

/// One open transaction. Dropping it rolls back; [`Work::commit`] alone keeps
/// what was done.
#[must_use = "dropping it undoes what was done in it"]
pub struct Work {
    pub(super) tx: Tx,
    pub(super) raised: BTreeMap<CellId, Revision>,
    changes: watch::Sender<u64>,
}

/// What a commit made visible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    raised: BTreeMap<CellId, Revision>,
}

impl Committed {
    /// The revision the cell has to reach to know what was committed; `None`
    /// when there was nothing for it to see.
    #[must_use]
    pub fn revision(&self, cell: CellId) -> Option<Revision> {
        self.raised.get(&cell).copied()
    }
}

macro_rules! repositories {
    ($($(#[$doc:meta])* $name:ident: $trait:ident,)+) => {$(
        $(#[$doc])*
        pub fn $name(&mut self) -> &mut (dyn $trait + 'static) {
            self
        }
    )+};
}

impl Work {
    pub(super) const fn new(tx: Tx, changes: watch::Sender<u64>) -> Self {
        Self {
            tx,
            raised: BTreeMap::new(),
            changes,
        }
    }

    /// Keeps what was done and tells the feeds of the cells it concerns.
    pub async fn commit(self) -> Stored<Committed> {
        self.tx.commit().await?;
        if !self.raised.is_empty() {
            self.changes
                .send_modify(|count| *count = count.wrapping_add(1));
        }
        Ok(Committed {
            raised: self.raised,
        })
    }

    repositories! {
        /// People.
        accounts: Accounts,
        /// Links that work once.
        links: Links,
        /// Log-ins in browsers.
        sessions: Sessions,
        /// Tokens of programs.
        tokens: Tokens,
        /// Tenants by whatever is typed.
        directory: Directory,
        /// Tenants that were deleted.
        erasures: Erasures,
        /// Plans and exceptions from them.
        plans: Plans,
        /// Tokens of people with a scope.
        api_tokens: ApiTokens,
        /// Requests that may come twice.
        idempotency: Idempotency,
        /// What was done, and by whom.
        audit: Audit,
        /// Whom tenants let in.
        support: Support,
        /// What people show beside the password.
        second_factors: SecondFactors,
        /// What people show instead of it.
        passkeys: Passkeys,
        /// Accounts and tenants on their way out.
        leaving: Leaving,
        /// Accounts that were deleted.
        account_erasures: AccountErasures,
        /// Customers.
        tenants: Tenants,
        /// People in tenants.
        members: Members,
        /// All houses of a person at once.
        overviews: Overviews,
        /// People who were asked to come.
        invitations: Invitations,
        /// People who wait to be let in.
        approvals: Approvals,
        /// Homes.
        houses: Houses,
        /// Secrets of houses.
        credentials: Credentials,
        /// Who is connected.
        presences: Presences,
        /// What was refused.
        refusals: Refusals,
        /// What houses send and keep.
        usage: Usages,
        /// Quotas that are nearly or fully used.
        notices: Notices,
        /// What an admin decided.
        settings: Settings,
        /// Cells and their keys.
        cells: Cells,
        /// What a cell's feed is made of.
        feeds: Feeds,
    }

    /// All rows of a statement.
    pub(super) async fn all<E: Entity>(
        &mut self,
        statement: impl PlainStatement,
        arguments: &[Value],
    ) -> Stored<Vec<E>> {
        let rows = self.tx.rows(statement, arguments).await?;
        rows.iter().map(Row::decode).collect()
    }

    /// The first row of a statement, if there is one.
    pub(super) async fn one<E: Entity>(
        &mut self,
        statement: impl PlainStatement,
        arguments: &[Value],
    ) -> Stored<Option<E>> {
        let rows = self.tx.rows(statement, arguments).await?;
        rows.first().map(Row::decode).transpose()
    }

    /// How many rows a statement changed.
    pub(super) async fn run(
        &mut self,
        statement: impl PlainStatement,
        arguments: &[Value],
    ) -> Stored<u64> {
        self.tx.run(statement, arguments).await
    }

    /// Whether a statement changed anything.
    pub(super) async fn touched(
        &mut self,
        statement: impl PlainStatement,
        arguments: &[Value],
    ) -> Stored<bool> {
        Ok(self.run(statement, arguments).await? > 0)
    }

    /// The number in the column `n` of a statement's only row.
    pub(super) async fn number(
        &mut self,
        statement: impl PlainStatement,
        arguments: &[Value],
    ) -> Stored<i64> {
        let number: Option<Number> = self.one(statement, arguments).await?;
        Ok(number.map_or(0, |Number(n)| n))
    }
}

struct Number(i64);

impl Entity for Number {
    const TABLE: &'static str = "(a number)";
    const KEY: &'static str = "n";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        row.get("n").map(Self)
    }
}
