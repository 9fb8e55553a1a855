//! `/admin/sign-up`: who may sign up, who waits to be let in, and who was
//! invited to the service.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::{AccountId, InvitationId};
use serde::Deserialize;
use web::page::{InvitationLine, PolicyOption, SignUpPolicyPage, WaitingLine};
use web::{Field, Moment, Section, Text};

use super::render::{self, sentence};
use super::shell;
use control_plane::app::App;
use control_plane::http::caller::ServiceAdmin;
use control_plane::http::extract::{Form, Path, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::invitations;
use control_plane::sign_up::{self, approval};
use control_plane::store::{Invitation, Waiting};

pub(super) fn routes() -> Vec<Route> {
    const PAGE: &str = "/admin/sign-up";
    const ADMIN: Guard = Guard::ServiceAdmin;
    vec![
        Page::get(PAGE, ADMIN, show),
        Page::post(PAGE, ADMIN, choose),
        Page::post("/admin/sign-ups/{account}/approve", ADMIN, approve),
        Page::post("/admin/sign-ups/{account}/decline", ADMIN, decline),
        Page::post("/admin/invitations", ADMIN, invite),
        Page::post("/admin/invitations/{invitation}/resend", ADMIN, resend),
        Page::post("/admin/invitations/{invitation}/withdraw", ADMIN, withdraw),
    ]
}

async fn show(
    State(app): State<App>,
    admin: ServiceAdmin,
    Query(arrival): Query<render::Arrival>,
) -> Result<Response, Problem> {
    render::page(&page(&app, &admin, &arrival).await?)
}

async fn page(
    app: &App,
    admin: &ServiceAdmin,
    arrival: &render::Arrival,
) -> Result<SignUpPolicyPage, Problem> {
    let mut work = app.store.begin_read().await?;
    let policy = sign_up::current(app, &mut work).await?;
    drop(work);
    let waiting = approval::list(app, admin).await?;
    let more = approval::count(app, admin).await?;
    let invited = invitations::list_to_service(app, admin).await?;
    let shown = u64::try_from(waiting.len()).unwrap_or(u64::MAX);
    Ok(SignUpPolicyPage {
        shell: shell(admin, Section::SignUpPolicy, arrival),
        policies: PolicyOption::all(sign_up::word(policy)),
        waiting: waiting.iter().map(|one| waiting_line(one, app)).collect(),
        more: more.saturating_sub(shown),
        invitations: invited.iter().map(|one| line(one, app)).collect(),
        email: Field::default(),
        fault: None,
    })
}

fn waiting_line(waiting: &Waiting, app: &App) -> WaitingLine {
    WaitingLine {
        account: waiting.account.to_string(),
        name: waiting.name.to_string(),
        email: waiting.email.to_string(),
        since: Moment::in_utc(waiting.since, app.now()),
    }
}

fn line(invitation: &Invitation, app: &App) -> InvitationLine {
    let (now, id) = (app.now(), invitation.id);
    let works = invitation.expires_at > now;
    InvitationLine {
        email: invitation.email.to_string(),
        reach: Text::default(),
        by: invitation.inviter.to_string(),
        sent: Moment::in_utc(invitation.sent_at, now),
        works_until: works.then(|| Moment::in_utc(invitation.expires_at, now).clock),
        resend: format!("/admin/invitations/{id}/resend"),
        withdraw: format!("/admin/invitations/{id}/withdraw"),
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Chosen {
    policy: String,
}

fn done(word: &str) -> Response {
    Redirect::to(&format!("/admin/sign-up?done={word}")).into_response()
}

async fn choose(
    State(app): State<App>,
    admin: ServiceAdmin,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let policy = sign_up::parse_chosen(&chosen.policy)?;
    sign_up::choose(&app, &admin, policy).await?;
    Ok(done("saved"))
}

async fn approve(
    State(app): State<App>,
    admin: ServiceAdmin,
    Path(account): Path<AccountId>,
) -> Result<Response, Problem> {
    approval::approve(&app, &admin, account).await?;
    Ok(done("let-in"))
}

async fn decline(
    State(app): State<App>,
    admin: ServiceAdmin,
    Path(account): Path<AccountId>,
) -> Result<Response, Problem> {
    approval::decline(&app, &admin, account).await?;
    Ok(done("declined"))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    email: String,
}

async fn invite(
    State(app): State<App>,
    admin: ServiceAdmin,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let nothing = render::Arrival::default();
    let email = match typed.email.parse() {
        Ok(email) => email,
        Err(bad) => {
            let bad: model::name::BadName = bad;
            let mut page = page(&app, &admin, &nothing).await?;
            page.email = Field::faulty(typed.email, sentence(bad.to_string()));
            return render::faulty(&page);
        }
    };
    match invitations::invite_to_service(&app, &admin, email).await {
        Ok(_) => Ok(done("invited")),
        Err(problem @ (Problem::Conflict(_) | Problem::TooManyRequests { .. })) => {
            let mut page = page(&app, &admin, &nothing).await?;
            page.email = Field::of(typed.email);
            page.fault = Some(render::told(&problem));
            render::refused(&page, &problem)
        }
        Err(other) => Err(other),
    }
}

async fn resend(
    State(app): State<App>,
    admin: ServiceAdmin,
    Path(id): Path<InvitationId>,
) -> Result<Response, Problem> {
    invitations::resend_to_service(&app, &admin, id).await?;
    Ok(done("invited"))
}

async fn withdraw(
    State(app): State<App>,
    admin: ServiceAdmin,
    Path(id): Path<InvitationId>,
) -> Result<Response, Problem> {
    invitations::withdraw_to_service(&app, &admin, id).await?;
    Ok(done("withdrawn"))
}
