//! `/api/v1/tenants/{tenant}/audit` and `/api/v1/admin/audit`.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use futures_util::stream;
use http::header;
use model::{Actor, AuditAction, TenantRole, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::export;
use super::heads::Heads;
use super::service::{self, Lines, Readable};
use crate::app::App;
use crate::http::acting::{Acting, Admin};
use crate::http::caller::ServiceAdmin;
use crate::http::extract::{Json, Query};
use crate::http::problem::Problem;
use crate::http::route::{Guard, Route};
use crate::store::{AuditFilter, AuditRecord, Tenant};

/// Most rows of one answer.
const MOST: u32 = 200;

/// Rows that an export reads at once.
const STRIDE: u32 = 1_000;

/// Owns `/api/v1/tenants/{tenant}/audit` and `/api/v1/admin/audit`, and what is
/// below.
pub fn routes() -> Vec<Route> {
    let (tenant, admin) = (Guard::Tenant(TenantRole::Admin), Guard::ServiceAdmin);
    vec![
        Route::get("/api/v1/tenants/{tenant}/audit", tenant, of_tenant),
        Route::get(
            "/api/v1/tenants/{tenant}/audit/export",
            tenant,
            export_of_tenant,
        ),
        Route::get("/api/v1/admin/audit", admin, of_service),
        Route::get("/api/v1/admin/audit/export", admin, export_of_service),
        Route::post("/api/v1/admin/audit/heads", admin, export_heads),
    ]
}

/// Which rows are asked for. Empty is as good as absent, so that a form may
/// send all of its fields.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Only this action, such as `house.created`.
    pub action: Option<String>,
    /// Only by this one, such as `account:usr_…`.
    pub actor: Option<String>,
    /// Only from then on: a day, or RFC 3339.
    pub from: Option<String>,
    /// Only before then; of a day: up to its end.
    pub to: Option<String>,
    /// Where the list continues: `next` of the page before.
    pub cursor: Option<String>,
    /// How many rows at most, 1 to 200.
    pub limit: Option<String>,
}

fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

impl Asked {
    /// The filter.
    pub fn filter(&self) -> Result<AuditFilter, Problem> {
        let action = given(self.action.as_ref()).map(str::parse::<AuditAction>);
        let actor = given(self.actor.as_ref()).map(str::parse::<Actor>);
        Ok(AuditFilter {
            action: action.transpose().map_err(|_| Problem::Invalid {
                field: "action",
                why: "is none of the audit log, such as house.created".to_owned(),
            })?,
            actor: actor.transpose().map_err(|_| Problem::Invalid {
                field: "actor",
                why: "must be like account:usr_…, admin:usr_…, support:usr_…, service or nobody"
                    .to_owned(),
            })?,
            from: moment("from", given(self.from.as_ref()), "T00:00:00Z")?,
            to: moment("to", given(self.to.as_ref()), "T23:59:59.999Z")?,
        })
    }

    /// Before which row the list continues.
    pub fn before(&self) -> Result<Option<i64>, Problem> {
        let cursor = given(self.cursor.as_ref()).map(str::parse::<i64>);
        cursor.transpose().map_err(|_| {
            Problem::Malformed(
                "The cursor is none; use the one from `next` of the page before.".to_owned(),
            )
        })
    }

    /// How many rows at most.
    pub fn limit(&self) -> Result<u32, Problem> {
        match given(self.limit.as_ref()).map(str::parse::<u32>) {
            None => Ok(service::PAGE),
            Some(Ok(limit)) if (1..=MOST).contains(&limit) => Ok(limit),
            Some(_) => Err(Problem::Invalid {
                field: "limit",
                why: format!("must be between 1 and {MOST}"),
            }),
        }
    }
}

/// A moment, or a day with `rest_of_day`.
fn moment(
    field: &'static str,
    text: Option<&str>,
    rest_of_day: &str,
) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = text else {
        return Ok(None);
    };
    let read = Timestamp::from_rfc3339(text)
        .or_else(|| Timestamp::from_rfc3339(&format!("{text}{rest_of_day}")));
    read.map(Some).ok_or_else(|| Problem::Invalid {
        field,
        why: "must be a day as in 2026-11-21, or a moment as in 2026-11-21T17:00:00Z".to_owned(),
    })
}

/// One row as the API shows it.
#[derive(Serialize, schemars::JsonSchema)]
struct RowView<'a> {
    seq: i64,
    at: String,
    actor: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_name: Option<&'a str>,
    client: &'a str,
    action: &'a str,
    subject: &'a str,
    /// As it stands: its exact text is part of the hash.
    #[schemars(with = "Option<serde_json::Value>")]
    detail: Option<&'a RawValue>,
    hash: String,
}

impl<'a> RowView<'a> {
    fn new(record: &'a AuditRecord, name: Option<&'a str>) -> Self {
        Self {
            seq: record.seq,
            at: record.at.to_rfc3339(),
            actor: &record.actor,
            actor_name: name,
            client: &record.client,
            action: &record.action,
            subject: &record.subject,
            detail: serde_json::from_str(&record.detail).ok(),
            hash: HEXLOWER.encode(&record.hash),
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
struct Rows<'a> {
    audit: Vec<RowView<'a>>,
    next: Option<String>,
}

fn answer(page: &Lines) -> Response {
    let rows = page.lines.iter();
    axum::Json(Rows {
        audit: rows
            .map(|line| RowView::new(&line.record, line.name.as_deref()))
            .collect(),
        next: page.next.map(|seq| seq.to_string()),
    })
    .into_response()
}

async fn of_tenant(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let readable = Readable::of_tenant(&acting);
    Ok(answer(&service::page(&app, readable, &asked).await?))
}

async fn of_service(
    State(app): State<App>,
    admin: ServiceAdmin,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let readable = Readable::of_service(&admin);
    Ok(answer(&service::page(&app, readable, &asked).await?))
}

async fn export_of_tenant(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
) -> Result<Response, Problem> {
    let name = format!("audit-{}.jsonl", acting.tenant().slug);
    exported(app, Readable::of_tenant(&acting), &name).await
}

async fn export_of_service(
    State(app): State<App>,
    admin: ServiceAdmin,
) -> Result<Response, Problem> {
    exported(app, Readable::of_service(&admin), "audit-service.jsonl").await
}

/// What an export does next.
enum Step {
    Rows(i64),
    Head,
    End,
}

/// The whole chain as JSON Lines, the oldest row first, read while it is sent;
/// the last line is where it ends, signed. Rows that are appended meanwhile are
/// in it, and the head knows at least all of them.
async fn exported(app: App, readable: Readable, name: &str) -> Result<Response, Problem> {
    let base = service::base(&app, readable).await?;
    let lines = stream::unfold(Step::Rows(base), move |step| {
        let app = app.clone();
        async move { next_lines(&app, readable, step).await }
    });
    let headers = [
        (header::CONTENT_TYPE, "application/jsonl".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

async fn next_lines(
    app: &App,
    readable: Readable,
    step: Step,
) -> Option<(Result<Bytes, Problem>, Step)> {
    let after = match step {
        Step::Rows(after) => after,
        Step::Head => {
            let head = service::head(app, readable).await;
            return Some((head.and_then(|head| line(&head)), Step::End));
        }
        Step::End => return None,
    };
    let rows = match service::forward(app, readable, after, STRIDE).await {
        Ok(rows) => rows,
        // The connection is cut, so that nobody takes it for the whole.
        Err(problem) => return Some((Err(problem), Step::End)),
    };
    let next = rows.last().map_or(Step::Head, |last| Step::Rows(last.seq));
    let mut text = Vec::new();
    for record in &rows {
        match line(&RowView::new(record, None)) {
            Ok(bytes) => text.extend_from_slice(&bytes),
            Err(problem) => return Some((Err(problem), Step::End)),
        }
    }
    Some((Ok(text.into()), next))
}

fn line(value: &impl Serialize) -> Result<Bytes, Problem> {
    let mut text = serde_json::to_vec(value).map_err(Problem::internal)?;
    text.push(b'\n');
    Ok(text.into())
}

#[derive(Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

async fn export_heads(
    State(app): State<App>,
    admin: ServiceAdmin,
    _nothing: Option<Json<Nothing>>,
) -> Result<axum::Json<Heads>, Problem> {
    export::export_now(&app, &admin).await.map(axum::Json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_reads_or_says_what_would() {
        let asked = |field: &str, text: &str| -> Asked {
            serde_json::from_value(serde_json::json!({field: text})).unwrap()
        };
        assert_eq!(
            asked("action", " ").filter().unwrap(),
            AuditFilter::default()
        );
        let day = asked("to", "2026-11-21").filter().unwrap().to.unwrap();
        assert_eq!(day.to_rfc3339(), "2026-11-21T23:59:59.999Z");
        let from = asked("from", "2026-11-21T18:00:00+01:00").filter().unwrap();
        assert_eq!(from.from.unwrap().to_rfc3339(), "2026-11-21T17:00:00.000Z");
        for (field, odd) in [
            ("action", "house.burned"),
            ("actor", "anna"),
            ("from", "yesterday"),
            ("to", "2026-02-30"),
        ] {
            let refused = asked(field, odd).filter().unwrap_err();
            assert!(matches!(refused, Problem::Invalid { field: at, .. } if at == field));
        }
        assert_eq!(asked("limit", "200").limit().unwrap(), 200);
        for odd in ["0", "201", "-1", "all"] {
            assert!(asked("limit", odd).limit().is_err(), "{odd}");
        }
        assert_eq!(asked("cursor", "17").before().unwrap(), Some(17));
        assert!(asked("cursor", "x").before().is_err());
    }
}
