//! The mail that asks an owner to let support in.

use platform::mail::Mail;
use web::mail::SupportAskedMail;

use crate::app::App;
use crate::http::problem::Problem;
use crate::mails;
use crate::store::{Account, SupportAccess, Tenant};

/// Asks `owner`; the page it leads to accepts and declines.
pub(super) fn asked(
    app: &App,
    tenant: &Tenant,
    owner: &Account,
    asked: &SupportAccess,
) -> Result<Mail, Problem> {
    let page = format!("/tenants/{}/support", tenant.id);
    let text = SupportAskedMail {
        name: owner.name.to_string(),
        tenant: tenant.name.to_string(),
        reason: asked.reason.clone(),
        may_change: asked.level == model::SupportLevel::Change,
        hours: asked.hours.unsigned_abs(),
        page: app.portal.link(&page),
    };
    mails::to(owner, &text)
}
