//! `/admin/…`, for admins of the service.
//!
//! | module | addresses |
//! |---|---|
//! | [`tenants`] | `/admin/tenants`, `/admin/deletions` |
//! | [`tenant`] | `/admin/tenants/{tenant}` and the forms on it |
//! | [`plans`] | `/admin/plans`, `/admin/plans/{plan}` |
//! | [`health`] | `/admin/health` |
//! | [`sign_up`] | `/admin/sign-up`, who waits and who was invited |

mod health;
mod plans;
mod sign_up;
mod tenant;
mod tenants;
#[cfg(test)]
mod tests;

use model::{TimeZoneName, Timestamp};
use web::{Moment, Notice, Section, Shell, Text};

use super::render;
use control_plane::app::App;
use control_plane::http::caller::ServiceAdmin;
use control_plane::http::problem::Problem;
use control_plane::http::route::Route;

pub(super) fn routes() -> Vec<Route> {
    [
        tenants::routes(),
        tenant::routes(),
        plans::routes(),
        health::routes(),
        sign_up::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn shell(admin: &ServiceAdmin, section: Section, arrival: &render::Arrival) -> Shell {
    let mut shell = render::shell(admin.caller(), section);
    shell.notices.extend(notice(arrival));
    shell
}

fn notice(arrival: &render::Arrival) -> Option<Notice> {
    render::done(arrival.done.as_deref())
}

/// Admins look at tenants of all time zones: their clock is UTC.
struct Clock {
    zone: TimeZoneName,
    now: Timestamp,
}

impl Clock {
    fn of(app: &App) -> Result<Self, Problem> {
        Ok(Self {
            zone: "UTC".parse().map_err(Problem::internal)?,
            now: app.now(),
        })
    }

    fn moment(&self, at: Timestamp) -> Moment {
        Moment::new(at, self.now, &self.zone)
    }

    fn told(&self, at: Timestamp) -> Text {
        web::moment::clock(at, &self.zone)
    }
}
