//! Who is let in where, and what is refused even then.

use axum::extract::MatchedPath;
use http::Method;
use http::request::Parts;
use model::{Actor, AuditAction, HouseId, SupportLevel, TenantId};

use crate::app::App;
use crate::audit::Note;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::http::route::is_api;
use crate::store::{Chain, House, SupportAccess, Tenant, Work};

/// Parts of paths below which support changes nothing: what is made there lets
/// somebody in who stays when the consent has ended.
const NEVER: [&str; 9] = [
    "bus-token",
    "connect",
    "credentials",
    "invitations",
    "members",
    "owner",
    "people",
    "support",
    "support-access",
];

/// The tenant, if it lets the caller in.
pub(crate) async fn to_tenant(
    app: &App,
    work: &mut Work,
    caller: &Caller,
    id: TenantId,
) -> Result<Option<(SupportAccess, Tenant)>, Problem> {
    if !may_be_let_in(caller) {
        return Ok(None);
    }
    let access = work.support().active(id, app.now()).await?;
    let tenant = work.tenants().find(id).await?;
    Ok(access.zip(tenant))
}

/// The house, if its tenant lets the caller in.
pub(crate) async fn to_house(
    app: &App,
    work: &mut Work,
    caller: &Caller,
    id: &HouseId,
) -> Result<Option<(SupportAccess, Tenant, House)>, Problem> {
    if !may_be_let_in(caller) {
        return Ok(None);
    }
    let Some((tenant, house)) = work.support().house(id).await? else {
        return Ok(None);
    };
    let access = work.support().active(tenant.id, app.now()).await?;
    Ok(access.map(|access| (access, tenant, house)))
}

/// What lets support in to the tenant now, for a page that says so to members;
/// programs ask for it.
pub(crate) async fn for_page(
    app: &App,
    parts: &Parts,
    tenant: TenantId,
) -> Result<Option<SupportAccess>, Problem> {
    if is_api(parts.uri.path()) || parts.method != Method::GET {
        return Ok(None);
    }
    let mut work = app.store.begin_read().await?;
    Ok(work.support().active(tenant, app.now()).await?)
}

/// A person who administers the service, and no program of theirs.
fn may_be_let_in(caller: &Caller) -> bool {
    caller.account().admin && caller.scopes().is_none()
}

/// Notes in the tenant's log what support asks for, and refuses what it may
/// not have.
pub(crate) async fn admit(
    app: &App,
    caller: &Caller,
    access: &SupportAccess,
    parts: &Parts,
) -> Result<(), Problem> {
    let verdict = judge(access.level, parts);
    let action = if parts.method.is_safe() {
        AuditAction::SupportLooked
    } else {
        AuditAction::SupportActed
    };
    let mut note = Note::new(
        Chain::Tenant(access.tenant),
        Actor::Support(caller.account().id),
        action,
        parts.uri.path(),
    )
    .by_client_of(caller)
    .with("method", parts.method.as_str())
    .with("access", access.id.to_string());
    if verdict.is_err() {
        note = note.with("refused", true);
    }
    note.write_alone(app).await?;
    verdict
}

fn judge(level: SupportLevel, parts: &Parts) -> Result<(), Problem> {
    if parts.method.is_safe() {
        return Ok(());
    }
    if level == SupportLevel::Read {
        return Err(Problem::Forbidden(
            "You may look here, as support, and change nothing. Ask the account for more.".into(),
        ));
    }
    let path = parts.extensions.get::<MatchedPath>();
    // A path that is not known is one more reason to refuse.
    if path.is_none_or(|path| is_never(path.as_str())) {
        return Err(Problem::Forbidden(
            "Support changes nothing that lets somebody in: credentials, members, invitations, \
             support access. A member of the account has to do it."
                .into(),
        ));
    }
    Ok(())
}

fn is_never(pattern: &str) -> bool {
    pattern.split('/').any(|part| NEVER.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lets_somebody_in_is_never_supports() {
        for (pattern, expected) in [
            ("/api/v1/houses/{house}", false),
            ("/api/v1/houses/{house}/sensors/{sensor}", false),
            ("/api/v1/houses/{house}/credentials/{credential}", true),
            ("/api/v1/houses/{house}/bus-token", true),
            ("/api/v1/tenants/{tenant}/members", true),
            ("/api/v1/tenants/{tenant}/support-access", true),
            ("/tenants/{tenant}/support", true),
        ] {
            assert_eq!(is_never(pattern), expected, "{pattern}");
        }
    }
}
