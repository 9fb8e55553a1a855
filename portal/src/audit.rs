//! `/tenants/{tenant}/audit` and `/admin/audit`.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::{Actor, AuditAction, TenantRole, Timestamp};
use serde_json::Value;
use url::form_urlencoded;
use web::page::{AuditActionOption, AuditFilterForm, AuditPage, AuditRow, audit_action};
use web::{Moment, Section, Shell, Text, routes};

use super::render;
use control_plane::app::App;
use control_plane::audit::service::{self, Line, Lines, Readable};
use control_plane::audit::{Asked, export};
use control_plane::http::acting::{Acting, Admin};
use control_plane::http::caller::ServiceAdmin;
use control_plane::http::extract::{Form, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::store::Tenant;

/// The service's own log.
const OF_SERVICE: &str = "/admin/audit";

pub(super) fn routes() -> Vec<Route> {
    let tenant = Guard::Tenant(TenantRole::Admin);
    let admin = Guard::ServiceAdmin;
    vec![
        Page::get("/tenants/{tenant}/audit", tenant, of_tenant),
        Page::get(OF_SERVICE, admin, of_service),
        Page::post("/admin/audit/heads", admin, sign_heads),
    ]
}

async fn of_tenant(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let tenant = acting.tenant();
    let id = tenant.id.to_string();
    let frame = Frame {
        shell: render::tenant_shell(&acting, Section::Audit),
        tenant: Some(tenant.name.to_string()),
        action: routes::audit(&id),
        export: format!("/api/v1{}/export", routes::audit(&id)),
    };
    show(&app, Readable::of_tenant(&acting), asked, frame).await
}

async fn of_service(
    State(app): State<App>,
    admin: ServiceAdmin,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let frame = Frame {
        shell: render::shell(admin.caller(), Section::AdminAudit),
        tenant: None,
        action: OF_SERVICE.to_owned(),
        export: format!("/api/v1{OF_SERVICE}/export"),
    };
    show(&app, Readable::of_service(&admin), asked, frame).await
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

async fn sign_heads(
    State(app): State<App>,
    admin: ServiceAdmin,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    export::export_now(&app, &admin).await?;
    let query = "?action=audit.heads_exported";
    Ok(Redirect::to(&format!("{OF_SERVICE}{query}")).into_response())
}

/// What is known of the page before a row is read.
struct Frame {
    shell: Shell,
    tenant: Option<String>,
    action: String,
    export: String,
}

/// A filter that makes no sense brings the form back with what is wrong.
async fn show(
    app: &App,
    readable: Readable,
    asked: Asked,
    frame: Frame,
) -> Result<Response, Problem> {
    let found = service::page(app, readable, &asked).await;
    let (lines, problem) = match found {
        Ok(lines) => (lines, None),
        Err(problem @ (Problem::Invalid { .. } | Problem::Malformed(_))) => {
            let none = Lines {
                lines: Vec::new(),
                next: None,
            };
            (none, Some(problem))
        }
        Err(other) => return Err(other),
    };
    let now = app.now();
    let mut filter = form(&asked);
    filter.fault = problem.as_ref().map(ToString::to_string);
    let older = lines
        .next
        .map(|next| format!("{}?{}", frame.action, query(&asked, next)));
    let page = AuditPage {
        shell: frame.shell,
        tenant: frame.tenant,
        rows: lines.lines.iter().map(|line| row(line, now)).collect(),
        filter,
        older,
        action: frame.action,
        export: frame.export,
    };
    match problem {
        None => render::page(&page),
        Some(problem) => render::refused(&page, &problem),
    }
}

fn text(field: Option<&String>) -> String {
    field.map(|text| text.trim().to_owned()).unwrap_or_default()
}

fn form(asked: &Asked) -> AuditFilterForm {
    let chosen = text(asked.action.as_ref());
    let option = |action: &AuditAction| AuditActionOption {
        word: action.as_str(),
        chosen: action.as_str() == chosen,
    };
    AuditFilterForm {
        actions: AuditAction::ALL.iter().map(option).collect(),
        actor: text(asked.actor.as_ref()),
        from: text(asked.from.as_ref()),
        to: text(asked.to.as_ref()),
        fault: None,
    }
}

/// The same filter from the row `next` on.
fn query(asked: &Asked, next: i64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, field) in [
        ("action", &asked.action),
        ("actor", &asked.actor),
        ("from", &asked.from),
        ("to", &asked.to),
    ] {
        let text = text(field.as_ref());
        if !text.is_empty() {
            query.append_pair(name, &text);
        }
    }
    query.append_pair("cursor", &next.to_string());
    query.finish()
}

fn row(line: &Line, now: Timestamp) -> AuditRow {
    let record = &line.record;
    AuditRow {
        seq: record.seq,
        at: Moment::in_utc(record.at, now),
        who: who(line),
        actor: record.actor.clone(),
        what: audit_action(&record.action),
        subject: record.subject.clone(),
        details: details(&record.detail),
        client: record.client.clone(),
    }
}

/// By name where a name is known.
fn who(line: &Line) -> Text {
    if let Some(name) = &line.name {
        return Text::plain(name);
    }
    match line.record.actor.parse::<Actor>() {
        Ok(Actor::Account(_)) => Text::new("audit-by-gone"),
        Ok(Actor::Admin(_)) => Text::new("audit-by-admin"),
        Ok(Actor::Support(_)) => Text::new("audit-by-support"),
        Ok(Actor::Cell(_)) => Text::new("audit-by-cell"),
        Ok(Actor::Service) => Text::new("audit-by-service"),
        Ok(Actor::Nobody) => Text::new("audit-by-nobody"),
        Err(_) => Text::plain(&line.record.actor),
    }
}

/// The members of the detail, as text.
fn details(detail: &str) -> Vec<(String, String)> {
    let Ok(Value::Object(members)) = serde_json::from_str(detail) else {
        return Vec::new();
    };
    let shown = |(name, value): (String, Value)| {
        let value = match value {
            Value::Null => return None,
            Value::String(text) => text,
            other => other.to_string(),
        };
        Some((name, value))
    };
    members.into_iter().filter_map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_names_and_values() {
        let told = details(r#"{"name":"Ödland","until":null,"quotas":{"houses":5}}"#);
        let expected = [("name", "Ödland"), ("quotas", r#"{"houses":5}"#)];
        assert_eq!(told, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert_eq!(details("not json"), []);
    }
}
