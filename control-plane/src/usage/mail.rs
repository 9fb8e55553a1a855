//! The mail that says that a quota is nearly or fully used.

use platform::mail::Mail;
use web::mail::QuotaMail;
use web::words;

use crate::app::App;
use crate::http::problem::Problem;
use crate::mails;
use crate::store::{Account, QuotaNotice, Tenant};

/// What the owner of `tenant` is told of `notice`.
pub(super) fn of(
    app: &App,
    tenant: &Tenant,
    owner: &Account,
    notice: &QuotaNotice,
) -> Result<Mail, Problem> {
    let resets = notice.begun.map(model::Timestamp::next_midnight);
    let text = QuotaMail {
        name: owner.name.to_string(),
        tenant: tenant.name.to_string(),
        quota: web::page::quota_title(notice.quota.name),
        house: notice.house.as_ref().map(ToString::to_string),
        used: words::used(notice.quota, notice.used),
        allowed: words::quota(notice.quota, notice.allowed),
        full: notice.level >= 100,
        resets: resets.map(|at| web::Moment::in_utc(at, notice.raised_at).clock),
        what_to_do: web::page::quota_remedy(notice.quota),
        page: app.portal.link(&web::routes::usage(&tenant.id.to_string())),
    };
    mails::to(owner, &text)
}
