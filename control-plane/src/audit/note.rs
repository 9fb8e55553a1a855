//! One line at the place where something changes:
//! `acting.did(AuditAction::HouseCreated, &house.id).write(app, &mut work).await?`.

use std::fmt::Display;
use std::net::IpAddr;

use model::{AccountId, Actor, AuditAction, TenantId, Timestamp};
use serde_json::{Map, Value};

use crate::admin::OverTenant;
use crate::app::App;
use crate::http::acting::Acting;
use crate::http::caller::{Caller, Person, ServiceAdmin};
use crate::http::client_device::{ClientDevice, shortened};
use crate::store::{AuditEntry, Chain, House, StoreError, Tenant, Work};

/// Longest text of a subject or in a detail, in characters. What is cut ends
/// with an ellipsis.
const LONGEST: usize = 200;

/// A row to be, and the chains it belongs to.
#[derive(Clone, Debug)]
#[must_use = "nothing is noted until it is written"]
pub struct Note {
    chains: Vec<Chain>,
    actor: Actor,
    client: String,
    action: AuditAction,
    subject: String,
    detail: Map<String, Value>,
}

impl Note {
    /// What `actor` did to `subject`.
    pub fn new(chain: Chain, actor: Actor, action: AuditAction, subject: impl Display) -> Self {
        Self {
            chains: vec![chain],
            actor,
            client: String::new(),
            action,
            subject: cut(&subject.to_string()),
            detail: Map::new(),
        }
    }

    /// What the service did by itself to something of its own.
    pub fn by_service(action: AuditAction, subject: impl Display) -> Self {
        Self::new(Chain::Service, Actor::Service, action, subject)
    }

    /// What somebody did to their own account before a request can say who it
    /// is: at a log-in, or by a mailed link.
    pub fn by_account(account: AccountId, action: AuditAction) -> Self {
        Self::new(Chain::Service, Actor::Account(account), action, account)
    }

    /// What somebody did who has not proven who they are.
    pub fn by_nobody(action: AuditAction, subject: impl Display) -> Self {
        Self::new(Chain::Service, Actor::Nobody, action, subject)
    }

    /// From where and by which log-in.
    pub fn by_client_of(mut self, caller: &Caller) -> Self {
        self.client = caller.client();
        self
    }

    /// Also in the service's chain, which is kept when a tenant is gone.
    pub fn also_in_service(mut self) -> Self {
        self.chains.push(Chain::Service);
        self
    }

    /// From where, shortened already, and the log-in that was just made.
    pub fn by_log_in(mut self, address: &str, log_in: impl Display) -> Self {
        self.client = format!("{address} {log_in}");
        self
    }

    /// From where; the address is shortened.
    pub fn from_address(mut self, from: IpAddr) -> Self {
        self.client = shortened(from);
        self
    }

    /// From where: an address that was shortened already.
    pub fn from(mut self, device: &ClientDevice) -> Self {
        self.client.clone_from(&device.address);
        self
    }

    /// About this tenant and in its chain alone.
    pub fn of_tenant(mut self, tenant: TenantId) -> Self {
        self.subject = tenant.to_string();
        self.chains = vec![Chain::Tenant(tenant)];
        self
    }

    /// In the chain of this tenant alone.
    pub fn in_tenant(mut self, tenant: TenantId) -> Self {
        self.chains = vec![Chain::Tenant(tenant)];
        self
    }

    /// Also in the chain of this tenant.
    pub fn also_in(mut self, tenant: TenantId) -> Self {
        self.chains.push(Chain::Tenant(tenant));
        self
    }

    /// One more thing to know. Never a secret, and nothing about a person in
    /// a row of the service's own chain, which outlives them.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        let value = match value.into() {
            Value::String(text) => Value::String(cut(&text)),
            other => other,
        };
        self.detail.insert(name.to_owned(), value);
        self
    }

    /// Appends it in the transaction of what it tells.
    pub async fn write(self, app: &App, work: &mut Work) -> Result<(), StoreError> {
        self.write_at(app.now(), work).await
    }

    /// The same where nothing but a moment is at hand.
    pub async fn write_at(self, at: Timestamp, work: &mut Work) -> Result<(), StoreError> {
        let entry = AuditEntry {
            at,
            actor: self.actor,
            client: self.client,
            action: self.action,
            subject: self.subject,
            detail: Value::Object(self.detail).to_string(),
        };
        for chain in self.chains {
            work.audit().append(chain, &entry).await?;
        }
        Ok(())
    }

    /// Appends it in a transaction of its own, where nothing else is written.
    pub async fn write_alone(self, app: &App) -> Result<(), StoreError> {
        let mut work = app.store.begin_write().await?;
        self.write(app, &mut work).await?;
        work.commit().await?;
        Ok(())
    }
}

/// A text that is not longer than [`LONGEST`].
fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LONGEST - 1).collect();
    short.push('…');
    short
}

/// A proof of who acts, which knows the chain that what they do belongs to.
pub trait Audited {
    /// What they did, to what.
    fn did(&self, action: AuditAction, subject: impl Display) -> Note;
}

impl Audited for Caller {
    fn did(&self, action: AuditAction, subject: impl Display) -> Note {
        let actor = Actor::Account(self.account().id);
        let mut note = Note::new(Chain::Service, actor, action, subject);
        note.client = self.client();
        note
    }
}

impl Audited for Person {
    fn did(&self, action: AuditAction, subject: impl Display) -> Note {
        Caller::did(self, action, subject)
    }
}

impl Audited for ServiceAdmin {
    fn did(&self, action: AuditAction, subject: impl Display) -> Note {
        let mut note = self.caller().did(action, subject);
        note.actor = Actor::Admin(self.caller().account().id);
        note
    }
}

/// In the service's chain and in the tenant's: its members see what was decided
/// about them, and the service remembers it when the tenant is gone.
impl Audited for OverTenant {
    fn did(&self, action: AuditAction, subject: impl Display) -> Note {
        self.admin().did(action, subject).also_in(self.tenant().id)
    }
}

fn in_tenant<Role, Thing>(
    acting: &Acting<Role, Thing>,
    tenant: TenantId,
    action: AuditAction,
    subject: impl Display,
) -> Note {
    let mut note = acting.caller().did(action, subject);
    note.chains = vec![Chain::Tenant(tenant)];
    if acting.support().is_some() {
        note.actor = Actor::Support(acting.account().id);
    }
    note
}

impl<Role> Audited for Acting<Role, Tenant> {
    fn did(&self, action: AuditAction, subject: impl Display) -> Note {
        in_tenant(self, self.tenant().id, action, subject)
    }
}

impl<Role> Audited for Acting<Role, House> {
    fn did(&self, action: AuditAction, subject: impl Display) -> Note {
        in_tenant(self, self.house().tenant, action, subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_where_they_are_too_long() {
        assert_eq!(cut("Ödland"), "Ödland");
        let long = "ö".repeat(LONGEST + 1);
        let short = cut(&long);
        assert_eq!(short.chars().count(), LONGEST);
        assert!(short.ends_with("ö…"));
        let note = Note::by_service(AuditAction::PlanChanged, &long)
            .with("title", long.as_str())
            .with("houses", 7);
        assert_eq!(note.subject, short);
        assert_eq!(note.detail["title"], short);
        assert_eq!(note.detail["houses"], 7);
    }
}
