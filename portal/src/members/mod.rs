//! `/tenants/{tenant}/members`: who is in a tenant, and who was asked to come.

mod fields;
mod member;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::{InvitationId, TenantId, TenantRole, Timestamp};
use web::page::{InvitationLine, InviteForm, Manage, MemberLine, MembersPage, OwnMembership};
use web::{Field, Moment, Section, Shell, TenantNav, Text, routes};

use self::fields::{Fields, Typed};
use super::render::{self, sentence};
use super::usage;
use control_plane::app::App;
use control_plane::http::acting::{Acting, Admin, Guest, Requires};
use control_plane::http::extract::{Form, Path, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::invitations::{self, NewInvitation};
use control_plane::members::{self, Overview};
use control_plane::store::{House, Invitation, InvitedTo, Member, Reach, Tenant};

pub(super) fn routes() -> Vec<Route> {
    const ADMINS: Guard = Guard::Tenant(TenantRole::Admin);
    const MEMBERS: Guard = Guard::Tenant(TenantRole::Guest);
    let again = "/tenants/{tenant}/invitations/{invitation}/resend";
    let withdrawn = "/tenants/{tenant}/invitations/{invitation}/withdraw";
    let mut routes = member::routes();
    routes.extend([
        Page::get("/tenants/{tenant}/members", MEMBERS, show),
        Page::post("/tenants/{tenant}/invitations", ADMINS, invite),
        Page::post(again, ADMINS, resend),
        Page::post(withdrawn, ADMINS, withdraw),
        Page::post("/tenants/{tenant}/leave", MEMBERS, leave),
    ]);
    routes
}

async fn show(
    State(app): State<App>,
    acting: Acting<Guest, Tenant>,
    Query(arrival): Query<render::Arrival>,
) -> Result<Response, Problem> {
    let mut page = page(&app, &acting, None).await?;
    let done = render::done(arrival.done.as_deref());
    page.shell.notices.extend(done);
    render::page(&page)
}

fn nav(tenant: &Tenant) -> TenantNav {
    TenantNav {
        id: tenant.id.to_string(),
        name: tenant.name.to_string(),
    }
}

/// What surrounds the pages of a tenant's members.
fn shell<Role>(acting: &Acting<Role, Tenant>) -> Shell {
    let tenant = acting.tenant();
    let mut shell = render::shell(acting.caller(), Section::Members).of_tenant(nav(tenant));
    shell.notices.extend(render::banner(acting.state()));
    let quotas = usage::notices(acting.caller(), Some(tenant.id));
    shell.notices.extend(quotas);
    shell
        .notices
        .extend(render::support_banner(acting, acting.tenant().id));
    shell
}

/// By the clock in UTC: members live in all time zones.
fn told(at: Timestamp, now: Timestamp) -> Text {
    Moment::in_utc(at, now).clock
}

/// The page; with `form` as it came back, or a fresh one.
async fn page<Role: Requires>(
    app: &App,
    acting: &Acting<Role, Tenant>,
    form: Option<InviteForm>,
) -> Result<MembersPage, Problem> {
    let overview = members::overview(app, acting).await?;
    let now = app.now();
    Ok(MembersPage {
        shell: shell(acting),
        tenant: nav(acting.tenant()),
        own: OwnMembership {
            role: Text::one_of("role", acting.role().as_str()),
            until: acting.until().map(|at| told(at, now)),
        },
        manage: overview.map(|overview| manage(&overview, acting, form, now)),
    })
}

fn manage<Role>(
    overview: &Overview,
    acting: &Acting<Role, Tenant>,
    form: Option<InviteForm>,
    now: Timestamp,
) -> Manage {
    let fresh = || InviteForm {
        reach: Fields::fresh().shown(acting.role(), &overview.houses),
        ..InviteForm::default()
    };
    let members = overview.members.iter();
    let invitations = overview.invitations.iter();
    Manage {
        members: members
            .map(|member| member_line(member, acting, &overview.houses, now))
            .collect(),
        invitations: invitations
            .map(|one| invitation_line(one, acting.tenant().id, &overview.houses, now))
            .collect(),
        used: Text::new("members-used")
            .with("used", overview.used)
            .with("allowed", web::words::count(overview.allowed)),
        full: overview.room().err().map(|problem| render::told(&problem)),
        known_people_only: !overview.takes_newcomers,
        form: form.unwrap_or_else(fresh),
    }
}

fn member_line<Role>(
    member: &Member,
    acting: &Acting<Role, Tenant>,
    houses: &[House],
    now: Timestamp,
) -> MemberLine {
    let tenant = acting.tenant();
    let account = member.account.to_string();
    let may_change = members::rules::may_manage(acting.role(), &member.reach).is_ok();
    MemberLine {
        href: may_change.then(|| routes::member(&tenant.id.to_string(), &account)),
        account,
        name: member.name.to_string(),
        email: member.email.to_string(),
        reach: reach_text(&member.reach, houses),
        since: Moment::in_utc(member.since, now),
        until: member.until.map(|at| told(at, now)),
        you: member.account == acting.account().id,
        answers: member.account == tenant.owner,
    }
}

/// What a membership is, in words: the role, or each house with the role there.
pub(super) fn reach_text(reach: &Reach, houses: &[House]) -> Text {
    let role_text = |role: &TenantRole| Text::one_of("role", role.as_str());
    match reach {
        Reach::Tenant(role) => role_text(role),
        Reach::Houses(roles) => {
            let each = roles.iter().map(|(id, role)| {
                let house = houses.iter().find(|house| house.id == *id);
                let name = house.map_or_else(|| id.to_string(), |house| house.name.to_string());
                Text::new("members-in-house")
                    .with("house", name)
                    .with("role", role_text(role))
            });
            Text::joined(each, "; ")
        }
    }
}

fn invitation_line(
    invitation: &Invitation,
    tenant: TenantId,
    houses: &[House],
    now: Timestamp,
) -> InvitationLine {
    let (tenant, id) = (tenant.to_string(), invitation.id.to_string());
    InvitationLine {
        email: invitation.email.to_string(),
        reach: match &invitation.to {
            InvitedTo::Tenant { reach, .. } => reach_text(reach, houses),
            InvitedTo::Service => Text::default(),
        },
        by: invitation.inviter.to_string(),
        sent: Moment::in_utc(invitation.sent_at, now),
        works_until: (invitation.expires_at > now).then(|| told(invitation.expires_at, now)),
        resend: routes::resend_invitation(&tenant, &id),
        withdraw: routes::withdraw_invitation(&tenant, &id),
    }
}

fn back(tenant: TenantId, done: &str) -> Response {
    let page = routes::members(&tenant.to_string());
    Redirect::to(&format!("{page}?done={done}")).into_response()
}

async fn invite(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let fields = Fields::of(&typed)?;
    let email = typed.get("email").map(String::as_str).unwrap_or_default();
    let faults = match (email.parse(), fields.wish()) {
        (Ok(email), Ok(wish)) => {
            let new = NewInvitation { email, wish };
            match invitations::invite(&app, &acting, new).await {
                Ok(_) => return Ok(back(acting.tenant().id, "invited")),
                Err(
                    problem @ (Problem::Conflict(_)
                    | Problem::Forbidden(_)
                    | Problem::OverQuota { .. }
                    | Problem::Invalid { .. }
                    | Problem::TooManyRequests { .. }),
                ) => {
                    let form = Faults::whole(&problem);
                    let page = refilled(&app, &acting, email_field(&typed, None), &fields, form);
                    return render::refused(&page.await?, &problem);
                }
                Err(other) => return Err(other),
            }
        }
        (email, wish) => {
            let fault = email.err().map(|bad: model::name::BadName| bad.to_string());
            (fault, wish.err().map(|faults| *faults).unwrap_or_default())
        }
    };
    let (email_fault, reach_faults) = faults;
    let email = email_field(&typed, email_fault.map(sentence));
    let page = refilled(&app, &acting, email, &fields, Faults::fields(reach_faults));
    render::faulty(&page.await?)
}

/// What was wrong with the form.
#[derive(Default)]
struct Faults {
    reach: fields::Faults,
    whole: Option<Text>,
}

impl Faults {
    fn whole(problem: &Problem) -> Self {
        Self {
            whole: Some(render::told(problem)),
            ..Self::default()
        }
    }

    fn fields(reach: fields::Faults) -> Self {
        Self { reach, whole: None }
    }
}

fn email_field(typed: &Typed, fault: Option<String>) -> Field {
    let value = typed.get("email").cloned().unwrap_or_default();
    match fault {
        Some(fault) => Field::faulty(value, fault),
        None => Field::of(value),
    }
}

/// The page with the form as it was filled in.
async fn refilled(
    app: &App,
    acting: &Acting<Admin, Tenant>,
    email: Field,
    fields: &Fields,
    faults: Faults,
) -> Result<MembersPage, Problem> {
    let mut page = page(app, acting, None).await?;
    if let Some(manage) = &mut page.manage {
        let overview = members::overview(app, acting).await?;
        let houses = overview.map(|overview| overview.houses).unwrap_or_default();
        manage.form = InviteForm {
            email,
            reach: fields.shown_with(acting.role(), &houses, faults.reach),
            fault: faults.whole,
        };
    }
    Ok(page)
}

async fn resend(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path((_, id)): Path<(TenantId, InvitationId)>,
) -> Result<Response, Problem> {
    invitations::resend(&app, &acting, id).await?;
    Ok(back(acting.tenant().id, "invited"))
}

async fn withdraw(
    State(app): State<App>,
    acting: Acting<Admin, Tenant>,
    Path((_, id)): Path<(TenantId, InvitationId)>,
) -> Result<Response, Problem> {
    invitations::withdraw(&app, &acting, id).await?;
    Ok(back(acting.tenant().id, "withdrawn"))
}

async fn leave(State(app): State<App>, acting: Acting<Guest, Tenant>) -> Result<Response, Problem> {
    members::leave(&app, &acting).await?;
    Ok(Redirect::to("/houses?done=left").into_response())
}
