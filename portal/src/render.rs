//! From a page's struct to an answer, and the parts that pages share.

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use model::{HouseId, Standing, SupportLevel, TenantId, TenantRole};
use serde::Deserialize;
use web::{
    HouseNav, Moment, Notice, Reader, Section, Shell, Template, TenantNav, Text, Tone, Viewer,
};

use crate::usage;
use control_plane::http::acting::Acting;
use control_plane::http::caller::Caller;
use control_plane::http::language;
use control_plane::http::problem::Problem;
use control_plane::standing;
use control_plane::store::{
    Account, House, HousePresence, SupportAccess, Tenant, TenantAccess, TenantState,
};

/// The page.
pub(crate) fn page(page: &impl Template) -> Result<Response, Problem> {
    let html = web::render(page, &reader()).map_err(Problem::internal)?;
    Ok(Html(html).into_response())
}

/// Who reads the answer to the request at hand.
pub(crate) fn reader() -> Reader {
    Reader {
        language: language::current(),
        here: language::here(),
    }
}

/// A form that came back with a fault.
pub(crate) fn faulty(form: &impl Template) -> Result<Response, Problem> {
    let mut response = page(form)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// A form that came back because of `problem`, with its status and headers.
pub(crate) fn refused(form: &impl Template, problem: &Problem) -> Result<Response, Problem> {
    let mut response = page(form)?;
    *response.status_mut() = problem.status();
    problem.add_headers(response.headers_mut());
    Ok(response)
}

/// A fault that continues the name of a field, as a sentence at that field.
pub(crate) fn sentence(fault: impl Into<String>) -> String {
    format!("This {}.", fault.into())
}

/// A problem as a sentence in the reader's language, with what to do about it.
pub(crate) fn told(problem: &Problem) -> Text {
    let told = Text::said(problem.to_string());
    match problem {
        Problem::OverQuota { remedy, .. } => Text::joined([told, Text::said(*remedy)], " "),
        _ => told,
    }
}

/// What surrounds a page of `caller`.
pub(crate) fn shell(caller: &Caller, section: Section) -> Shell {
    let around = caller.around();
    let tenants = around.places.iter().map(|place| TenantNav {
        id: place.id.to_string(),
        name: place.name.clone(),
    });
    let shell = Shell::new(viewer(caller.account()), section).among(tenants.collect());
    if around.waiting == 0 || section == Section::SignUpPolicy {
        return shell;
    }
    let waiting = Text::new("admin-sign-up-waiting-notice").with("count", around.waiting);
    let notice = Notice::new(Tone::Info, waiting);
    shell.saying(notice.leading_to("/admin/sign-up", Text::new("admin-sign-up-decide")))
}

/// What surrounds a page of a house, with what keeps its tenant from changing
/// anything.
pub(crate) fn house_shell<Role>(acting: &Acting<Role, House>, section: Section) -> Shell {
    let mut shell = shell(acting.caller(), section).within(nav(acting.house()));
    shell.notices.extend(banner(acting.state()));
    let tenant = acting.house().tenant;
    shell
        .notices
        .extend(usage::notices(acting.caller(), Some(tenant)));
    shell.notices.extend(support_banner(acting, tenant));
    shell
}

/// What surrounds a page of a tenant.
pub(crate) fn tenant_shell<Role>(acting: &Acting<Role, Tenant>, section: Section) -> Shell {
    let tenant = acting.tenant();
    let mut shell = shell(acting.caller(), section).of_tenant(TenantNav {
        id: tenant.id.to_string(),
        name: tenant.name.to_string(),
    });
    shell.notices.extend(banner(acting.state()));
    shell.notices.extend(support_banner(acting, tenant.id));
    shell
}

/// What members and support are told while support is let in.
pub(crate) fn support_banner<Role, Thing>(
    acting: &Acting<Role, Thing>,
    tenant: TenantId,
) -> Option<Notice> {
    let access = acting.let_in()?;
    let until = Moment::in_utc(access.ends_at, access.ends_at).clock;
    if acting.support().is_none() {
        let notice = Notice::new(Tone::Warn, Text::new("support-banner").with("until", until));
        // Roles are ordered from most to least powerful.
        if acting.role() > TenantRole::Admin || !acting.is_whole() {
            return Some(notice);
        }
        let page = web::routes::support(&tenant.to_string());
        return Some(notice.leading_to(page, Text::new("support-banner-manage")));
    }
    let may = match access.level {
        SupportLevel::Read => Text::new("support-banner-you-read"),
        SupportLevel::Change => Text::new("support-banner-you-change"),
    };
    let told = Text::new("support-banner-you").with("until", until);
    let leave = web::routes::admin_support(&tenant.to_string());
    let notice = Notice::new(Tone::Warn, told).because(may);
    Some(notice.leading_to(leave, Text::new("support-leave")))
}

/// The same for somebody with a role in several tenants.
pub(crate) fn support_notice(place: &TenantAccess, access: &SupportAccess) -> Notice {
    let until = Moment::in_utc(access.ends_at, access.ends_at).clock;
    let told = Text::new("support-banner-in")
        .with("tenant", place.tenant.name.as_str())
        .with("until", until);
    let notice = Notice::new(Tone::Warn, told);
    // Roles are ordered from most to least powerful.
    if place.role > TenantRole::Admin {
        return notice;
    }
    let page = web::routes::support(&place.tenant.id.to_string());
    notice.leading_to(page, Text::new("support-banner-manage"))
}

/// What a tenant that is not active is told above its pages.
pub(crate) fn banner(state: &TenantState) -> Option<Notice> {
    let told = standing::refusal(state)?.to_string();
    let (tone, word) = match state.in_force() {
        Standing::Suspended => (Tone::Bad, Text::new("banner-stopped")),
        Standing::Active | Standing::ReadOnly => (Tone::Warn, Text::new("banner-read-only")),
    };
    Some(Notice::new(tone, word).because(told))
}

fn viewer(account: &Account) -> Viewer {
    Viewer {
        name: account.name.to_string(),
        email: account.email.to_string(),
        admin: account.admin,
    }
}

/// A house in the navigation.
pub(crate) fn nav(house: &House) -> HouseNav {
    HouseNav {
        id: house.id.to_string(),
        name: house.name.to_string(),
    }
}

/// Who of a house is connected, for its pages.
pub(crate) fn presence(
    house: &House,
    presence: Option<&HousePresence>,
    now: model::Timestamp,
) -> web::page::Presence {
    let clients = presence.map_or(&[][..], |presence| &presence.clients);
    let of_the_house = || clients.iter().filter(|client| client.is_of_the_house());
    let last_seen = presence.and_then(|presence| presence.last_seen);
    web::page::Presence {
        online: of_the_house().next().is_some(),
        clients: of_the_house()
            .map(|client| client_name(&client.client, &house.id))
            .collect(),
        last_seen: last_seen.map(|at| web::Moment::new(at, now, &house.timezone)),
    }
}

/// A client as people read it: `egeoffrey-<house>-service-mqtt` is the module
/// `service/mqtt`. Scripts print it the same way.
pub(crate) fn client_name(client: &str, house: &HouseId) -> String {
    client
        .strip_prefix("egeoffrey-")
        .and_then(|rest| rest.strip_prefix(house.as_str())?.strip_prefix('-'))
        .map_or_else(|| client.to_owned(), |module| module.replacen('-', "/", 1))
}

/// The query of a page that a redirect may lead to.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Arrival {
    /// What [`done`] makes a sentence of.
    pub(crate) done: Option<String>,
}

/// What a redirect has to say on the page it leads to: a word in the query
/// stands for a sentence of ours, so that nobody can put words into our mouth.
pub(crate) fn done(word: Option<&str>) -> Option<Notice> {
    let ours = match word? {
        "passkey" => Some(Text::new("passkeys-done-added")),
        "passkey-removed" => Some(Text::new("passkeys-done-removed")),
        "tenant-deleted" => Some(Text::new("leaving-done-tenant")),
        "tenant-kept" => Some(Text::new("leaving-done-kept")),
        _ => None,
    };
    if let Some(text) = ours {
        return Some(Notice::new(Tone::Good, text));
    }
    let text = match word? {
        "added" => Text::new("done-added"),
        "saved" => Text::new("done-saved"),
        "password" => Text::new("done-password"),
        "address-asked" => Text::new("done-address-asked"),
        "address" => Text::new("done-address"),
        "session" => Text::new("done-session"),
        "two-factor-off" => Text::new("done-two-factor-off"),
        "token" => Text::new("done-token"),
        "deleted" => Text::new("done-deleted"),
        "revoked" => Text::new("done-revoked"),
        "invited" => Text::new("done-invited"),
        "withdrawn" => Text::new("done-withdrawn"),
        "member-removed" => Text::new("done-member-removed"),
        "handed-over" => Text::new("done-handed-over"),
        "left" => Text::new("done-left"),
        "joined" => Text::new("done-joined"),
        "let-in" => Text::new("done-let-in"),
        "declined" => Text::new("done-declined"),
        _ => return None,
    };
    Some(Notice::new(Tone::Good, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stock_client_is_told_by_its_module() {
        let house: HouseId = "villa-7k3q9x".parse().unwrap();
        for (client, told) in [
            ("egeoffrey-villa-7k3q9x-service-rtl-433", "service/rtl-433"),
            (
                "egeoffrey-villa-7k3q9xx-service-a",
                "egeoffrey-villa-7k3q9xx-service-a",
            ),
            ("mosquitto", "mosquitto"),
        ] {
            assert_eq!(client_name(client, &house), told);
        }
    }
}
