//! The mails that invitations travel in.

use model::Secret;
use platform::mail::Mail;
use web::mail::InvitationMail;
use web::{Text, words};

use super::service::LASTS;
use crate::app::App;
use crate::http::language;
use crate::http::problem::Problem;
use crate::mails;
use crate::store::{Invitation, InvitedTo, Reach, Tenant};

/// The mail for an invitation to `tenant`.
pub(super) fn to_tenant(
    app: &App,
    tenant: &Tenant,
    invitation: &Invitation,
    token: &Secret,
) -> Result<Mail, Problem> {
    let to = match &invitation.to {
        InvitedTo::Tenant {
            reach: Reach::Tenant(role),
            ..
        } => {
            Text::new("mail-invitation-to-tenant").with("role", Text::one_of("role", role.as_str()))
        }
        InvitedTo::Tenant {
            reach: Reach::Houses(houses),
            ..
        } => {
            let houses = houses.keys().map(|house| Text::plain(house.as_str()));
            Text::new("mail-invitation-to-houses").with("houses", Text::joined(houses, ", "))
        }
        InvitedTo::Service => return to_service(app, invitation, token),
    };
    mail(
        app,
        invitation,
        token,
        to.with("tenant", tenant.name.as_str()),
    )
}

/// The mail for an invitation to the service.
pub(super) fn to_service(
    app: &App,
    invitation: &Invitation,
    token: &Secret,
) -> Result<Mail, Problem> {
    mail(
        app,
        invitation,
        token,
        Text::new("mail-invitation-to-service"),
    )
}

fn mail(app: &App, invitation: &Invitation, token: &Secret, to: Text) -> Result<Mail, Problem> {
    let text = InvitationMail {
        inviter: invitation.inviter.to_string(),
        inviter_email: invitation.inviter_email.to_string(),
        to,
        link: app
            .portal
            .link(&format!("/invitation?token={}", token.expose())),
        valid_for: words::window(LASTS.as_secs()),
    };
    // Nobody knows what the invited person reads: they are written to as the
    // one writes who invites them.
    let language = language::current();
    mails::to_address(invitation.email.clone(), language, &text)
}
