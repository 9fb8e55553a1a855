//! `/invitation`: what somebody is invited to, and accepting it.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use serde::Deserialize;
use url::form_urlencoded;
use web::page::{InvitationPage, NewcomerForm, OfferWay, Offered};
use web::{Field, Moment, Text};

use super::log_in::welcome;
use super::render::{self, sentence};
use control_plane::accounts::{Details, Faults};
use control_plane::app::App;
use control_plane::http::caller::Caller;
use control_plane::http::client_address::ClientAddress;
use control_plane::http::client_device::ClientDevice;
use control_plane::http::extract::{Form, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::invitations::{self, Offer, Way};
use control_plane::sessions;
use control_plane::store::{InvitedTo, Reach};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Page::get("/invitation", Guard::Public, show),
        Page::post("/invitation", Guard::Public, accept),
    ]
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Link {
    token: String,
}

async fn show(
    State(app): State<App>,
    caller: Option<Caller>,
    ClientAddress(from): ClientAddress,
    Query(link): Query<Link>,
) -> Result<Response, Problem> {
    let who = caller.as_ref();
    match invitations::look(&app, from, who, &link.token).await {
        Ok(offer) => {
            let offered = offered(&app, who, &offer, &link.token, &NewFaults::default());
            render::page(&InvitationPage {
                offer: Some(offered),
                fault: None,
            })
        }
        Err(problem @ (Problem::DeadLink { .. } | Problem::Forbidden(_))) => dead(&problem),
        Err(other) => Err(other),
    }
}

/// A page that says why there is nothing to accept, and nothing else.
fn dead(problem: &Problem) -> Result<Response, Problem> {
    let page = InvitationPage {
        offer: None,
        fault: Some(render::told(problem)),
    };
    render::refused(&page, problem)
}

/// What a newcomer typed, with what is wrong with it.
#[derive(Default)]
struct NewFaults {
    name: String,
    faults: Faults,
}

fn offered(
    app: &App,
    caller: Option<&Caller>,
    offer: &Offer,
    token: &str,
    typed: &NewFaults,
) -> Offered {
    let invitation = &offer.invitation;
    let now = app.now();
    let told = |at| Moment::in_utc(at, now).clock;
    let until = match &invitation.to {
        InvitedTo::Tenant { until, .. } => until.map(told),
        InvitedTo::Service => None,
    };
    Offered {
        token: token.to_owned(),
        inviter: invitation.inviter.to_string(),
        inviter_email: invitation.inviter_email.to_string(),
        tenant: offer.tenant.as_ref().map(|tenant| tenant.name.to_string()),
        gives: gives(offer),
        until,
        works_until: told(invitation.expires_at),
        way: match &offer.way {
            Way::Join => OfferWay::Join(
                caller.map_or_else(String::new, |caller| caller.account().email.to_string()),
            ),
            Way::LogIn => OfferWay::LogIn(log_in_and_back(token)),
            Way::SignUp => OfferWay::SignUp(NewcomerForm {
                email: invitation.email.to_string(),
                name: match &typed.faults.name {
                    Some(fault) => Field::faulty(typed.name.clone(), sentence(fault)),
                    None => Field::of(typed.name.clone()),
                },
                password_fault: typed
                    .faults
                    .password
                    .as_ref()
                    .map(|fault| Text::said(sentence(fault))),
            }),
            Way::Not(problem) => OfferWay::Not(render::told(problem)),
        },
    }
}

/// The role in the whole tenant with what it may do, or each house with the
/// role there.
fn gives(offer: &Offer) -> Vec<Text> {
    let InvitedTo::Tenant { reach, .. } = &offer.invitation.to else {
        return Vec::new();
    };
    let role = |role: &model::TenantRole| Text::one_of("role", role.as_str());
    match reach {
        Reach::Tenant(whole) => vec![role(whole), Text::one_of("role-may", whole.as_str())],
        Reach::Houses(roles) => {
            let named = offer.houses.iter();
            let each = named.filter_map(|(id, name)| {
                let there = roles.get(id)?;
                let text = Text::new("members-in-house").with("house", name.as_str());
                Some(text.with("role", role(there)))
            });
            each.collect()
        }
    }
}

/// The log-in, which leads back to the invitation.
fn log_in_and_back(token: &str) -> String {
    let encode = |pairs: &[(&str, &str)]| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs);
        query.finish()
    };
    let back = format!("/invitation?{}", encode(&[("token", token)]));
    format!("/log-in?{}", encode(&[("next", &back)]))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    token: String,
    /// Sent along by the form, so that browsers keep it with the password.
    email: String,
    name: String,
    password: String,
}

async fn accept(
    State(app): State<App>,
    caller: Option<Caller>,
    ClientAddress(from): ClientAddress,
    on: ClientDevice,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let who = caller.as_ref();
    if let Some(caller) = who {
        return match invitations::accept(&app, from, caller, &typed.token).await {
            Ok(_) => Ok(Redirect::to("/houses?done=joined").into_response()),
            Err(
                problem @ (Problem::DeadLink { .. } | Problem::Forbidden(_) | Problem::Conflict(_)),
            ) => dead(&problem),
            Err(other) => Err(other),
        };
    }
    let offer = match invitations::look(&app, from, None, &typed.token).await {
        Ok(offer) => offer,
        Err(problem @ Problem::DeadLink { .. }) => return dead(&problem),
        Err(other) => return Err(other),
    };
    if !typed.email.is_empty() && typed.email != offer.invitation.email.as_str() {
        return Err(Problem::Malformed(
            "The account gets the address that was invited, and no other.".to_owned(),
        ));
    }
    let details = Details {
        email: offer.invitation.email.as_str(),
        name: &typed.name,
        password: &typed.password,
    };
    let new = match details.check() {
        Ok(new) => new,
        Err(faults) => {
            let shown = NewFaults {
                name: typed.name.clone(),
                faults,
            };
            return render::faulty(&InvitationPage {
                offer: Some(offered(&app, None, &offer, &typed.token, &shown)),
                fault: None,
            });
        }
    };
    match invitations::accept_as_new(&app, from, &typed.token, new).await {
        Ok((account, _)) => {
            let brought = app.cookie.read(&headers);
            let started = sessions::start(&app, account, on, brought.as_deref()).await?;
            Ok(welcome(&app, &started, "/houses?done=joined"))
        }
        Err(problem @ (Problem::DeadLink { .. } | Problem::Conflict(_) | Problem::SignUp(_))) => {
            dead(&problem)
        }
        Err(other) => Err(other),
    }
}
