//! What the audit logs know of the person's own acts.

use model::{AccountId, Actor};
use serde::Serialize;
use serde_json::Value;

use crate::http::problem::Problem;
use crate::store::{AuditFilter, AuditRecord, Chain, Work};

/// Acts of one log at most, the newest.
const MOST: u32 = 1_000;

/// Something that the person did.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Act {
    /// Whose log: `service`, or the tenant's id.
    log: String,
    at: String,
    action: String,
    subject: String,
    /// From where, without the last part.
    client: String,
    detail: Value,
}

/// What the person did, in each of these logs: at most [`MOST`] of each, newest
/// first.
pub(super) async fn of(
    work: &mut Work,
    id: AccountId,
    logs: impl IntoIterator<Item = Chain>,
) -> Result<Vec<Act>, Problem> {
    let mut acts = Vec::new();
    for log in logs {
        for actor in [Actor::Account(id), Actor::Admin(id), Actor::Support(id)] {
            let filter = AuditFilter {
                actor: Some(actor),
                ..AuditFilter::default()
            };
            let records = work.audit().page(log, &filter, None, MOST).await?;
            acts.extend(records.into_iter().map(|record| act(log, record)));
        }
    }
    Ok(acts)
}

fn act(log: Chain, record: AuditRecord) -> Act {
    Act {
        log: log.to_string(),
        at: record.at.to_rfc3339(),
        action: record.action,
        subject: record.subject,
        client: record.client,
        detail: serde_json::from_str(&record.detail).unwrap_or_default(),
    }
}
