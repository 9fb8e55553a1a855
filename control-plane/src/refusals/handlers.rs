//! `GET /api/v1/houses/{house}/refusals`.

use axum::extract::State;
use model::{RefusalReason, TenantRole, Timestamp};
use serde::{Deserialize, Serialize};

use super::PAGE;
use crate::app::App;
use crate::http::acting::{Acting, Guest};
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::{House, RefusalCursor, StoredRefusal};

/// Owns `/api/v1/houses/{house}/refusals`.
pub fn routes() -> Vec<Route> {
    let path = "/api/v1/houses/{house}/refusals";
    vec![Route::get(path, Guard::House(TenantRole::Guest), list)]
}

/// What is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    cursor: Option<String>,
}

impl Asked {
    /// Where the list continues.
    pub fn after(&self) -> Result<Option<RefusalCursor>, Problem> {
        let cursor = self.cursor.as_deref().map(str::parse).transpose();
        cursor.map_err(|bad: crate::store::BadCursor| {
            Problem::Malformed(format!("The cursor {bad}."))
        })
    }
}

/// One refusal; `window` is in seconds.
#[derive(Serialize)]
struct RefusalView {
    at: String,
    reason: RefusalReason,
    limit: Option<String>,
    window: Option<u64>,
    allowed: Option<u64>,
    seen: Option<u64>,
    client: String,
    /// What was refused: a topic, a filter, an address.
    subject: String,
    count: u64,
    clears_at: Option<String>,
    remedy: &'static str,
}

impl From<&StoredRefusal> for RefusalView {
    fn from(stored: &StoredRefusal) -> Self {
        let refusal = &stored.refusal;
        let limit = refusal.limit.as_ref();
        Self {
            at: refusal.at.to_rfc3339(),
            reason: refusal.reason,
            limit: limit.map(|limit| limit.name.clone()),
            window: limit.and_then(|limit| limit.window_secs),
            allowed: limit.map(|limit| limit.allowed),
            seen: limit.map(|limit| limit.seen),
            client: refusal.client.clone(),
            subject: refusal.subject.clone(),
            count: refusal.count,
            clears_at: refusal.clears_at.map(Timestamp::to_rfc3339),
            remedy: refusal.reason.remedy(),
        }
    }
}

#[derive(Serialize)]
struct Refusals {
    refusals: Vec<RefusalView>,
    next: Option<String>,
}

async fn list(
    State(app): State<App>,
    acting: Acting<Guest, House>,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Refusals>, Problem> {
    let after = asked.after()?;
    let (rows, next) = page(&app, acting.house(), after).await?;
    Ok(axum::Json(Refusals {
        refusals: rows.iter().map(RefusalView::from).collect(),
        next: next.map(|cursor| cursor.to_string()),
    }))
}

/// One page of the house's refusals, newest first, and where it continues.
pub async fn page(
    app: &App,
    house: &House,
    after: Option<RefusalCursor>,
) -> Result<(Vec<StoredRefusal>, Option<RefusalCursor>), Problem> {
    let mut work = app.store.begin_read().await?;
    // One more than shown tells whether there is another page.
    let mut rows = work.refusals().list(house.key, after, PAGE + 1).await?;
    let shown = PAGE as usize;
    let more = rows.len() > shown;
    rows.truncate(shown);
    let next = rows.last().filter(|_| more).map(StoredRefusal::cursor);
    Ok((rows, next))
}
