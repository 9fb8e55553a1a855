//! From a page's struct to an answer, and the parts that pages share.

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use model::{HouseId, Standing};
use serde::Deserialize;
use web::{HouseNav, Notice, Section, Shell, Template, Tone, Viewer};

use control_plane::http::acting::Acting;
use control_plane::http::caller::Caller;
use control_plane::http::problem::Problem;
use control_plane::standing;
use control_plane::store::{Account, House, HousePresence, TenantState};

/// The page.
pub(crate) fn page(page: &impl Template) -> Result<Response, Problem> {
    let html = page.render().map_err(Problem::internal)?;
    Ok(Html(html).into_response())
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

/// What surrounds a page of `caller`.
pub(crate) fn shell(caller: &Caller, section: Section) -> Shell {
    Shell::new(viewer(caller.account()), section)
}

/// What surrounds a page of a house, with what keeps its tenant from changing
/// anything.
pub(crate) fn house_shell<Role>(acting: &Acting<Role, House>, section: Section) -> Shell {
    let mut shell = shell(acting.caller(), section).within(nav(acting.house()));
    shell.notices.extend(banner(acting.state()));
    shell
}

/// What a tenant that is not active is told above its pages.
pub(crate) fn banner(state: &TenantState) -> Option<Notice> {
    let told = standing::refusal(state)?.to_string();
    let (tone, word) = match state.in_force() {
        Standing::Suspended => (Tone::Bad, "Stopped."),
        Standing::Active | Standing::ReadOnly => (Tone::Warn, "Read-only."),
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
fn client_name(client: &str, house: &HouseId) -> String {
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
    let sentence = match word? {
        "added" => "The sensor was added. Its next value appears here.",
        "saved" => "Saved.",
        "password" => "Your password was changed. You were logged out everywhere else.",
        "address-asked" => {
            "We sent a link to the new address. It becomes yours when you open it and press the button."
        }
        "address" => "Your e-mail address was changed.",
        "session" => "The session was ended.",
        "two-factor-off" => "Two-step log-in is off. Your password is all that is asked for.",
        "token" => "The token was revoked. What used it has been disconnected.",
        "deleted" => "The sensor was deleted.",
        "revoked" => "The credential was revoked. What used it has been disconnected.",
        _ => return None,
    };
    Some(Notice::new(Tone::Good, sentence))
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
