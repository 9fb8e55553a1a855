//! One file per page. A page is a value: the struct holds ready-to-print
//! text, the template of the same name only loops and chooses.
//!
//! | page | address |
//! |---|---|
//! | [`LandingPage`] | `GET /` |
//! | [`ApiPage`] | `GET /api` |
//! | [`SetupPage`] | `/setup?token=` |
//! | [`SignUpPage`], [`CheckMailPage`] | `/sign-up` |
//! | [`VerifyPage`] | `/verify?token=` |
//! | [`LogInPage`] | `/log-in` |
//! | [`ForgotPasswordPage`], [`ResetPasswordPage`] | `/forgot-password`, `/reset-password?token=` |
//! | [`ConfirmAddressPage`] | `/confirm-address?token=` |
//! | [`HousesPage`] | `GET /houses` |
//! | [`NewHousePage`] | `/houses/new` |
//! | [`HousePage`] | `GET /houses/{house}` |
//! | [`ConnectPage`] | `GET /houses/{house}/connect` |
//! | [`SensorPage`] | `/houses/{house}/sensors/{id}` |
//! | [`RefusalsPage`] | `GET /houses/{house}/refusals`, `GET /tenants/{tenant}/refusals` |
//! | [`UsagePage`] | `GET /tenants/{tenant}/usage` |
//! | [`SignUpPolicyPage`] | `/admin/sign-up` |
//! | [`admin`] | `/admin/…`: tenants, plans, erased tenants, health |
//! | [`AccountPage`] | `GET /account` |
//! | [`SessionsPage`] | `GET /account/sessions` |
//! | [`TwoFactorPage`], [`LogInCodePage`] | `GET /account/two-factor`, `/log-in/code` |
//! | [`ApiTokensPage`] | `/account/tokens` |
//! | [`PasskeysPage`] | `/account/passkeys` |
//! | [`DeleteAccountPage`], [`KeepAccountPage`] | `/account/delete`, `/log-in` of such an account |
//! | [`DeleteTenantPage`] | `/tenants/{tenant}/delete` |
//! | [`MembersPage`], [`MemberPage`] | `/tenants/{tenant}/members`, one member |
//! | [`InvitationPage`] | `/invitation?token=` |
//! | [`AuditPage`] | `/tenants/{tenant}/audit`, `/admin/audit` |
//! | [`SupportPage`] | `/tenants/{tenant}/support`, `/admin/tenants/{tenant}/support` |
//! | [`ErrorPage`] | any address that failed |

mod account;
pub mod admin;
mod api;
mod api_tokens;
mod audit;
mod connect;
mod credentials;
mod error;
mod house;
mod houses;
mod invitation;
mod landing;
mod leaving;
mod log_in;
mod members;
mod new_house;
mod offer;
mod passkeys;
mod password_reset;
mod reading;
mod refusals;
mod sensor;
mod sessions;
mod setup;
mod sign_up;
mod sign_up_policy;
mod spark;
mod support;
mod two_factor;
mod usage;
mod verify;

#[cfg(test)]
mod tests;

pub use account::{AccountPage, ConfirmAddressPage, OwnedTenant};
pub use api::{ApiGroup, ApiOperation, ApiPage, ApiParameter, ApiShape};
pub use api_tokens::{ApiTokenForm, ApiTokenRow, ApiTokensPage, scopes_in_words};
pub use audit::{AuditActionOption, AuditFilterForm, AuditPage, AuditRow, audit_action};
pub use connect::{ConnectPage, EnvLine, Gateway, Presence, Transport};
pub use credentials::{
    Credential, CredentialForm, FreshSecret, FreshUse, Life, Overlap, RoleOption, overlaps,
};
pub use error::ErrorPage;
pub use house::{Bus, HousePage, Silence};
pub use houses::{HouseCard, HouseFilter, HouseGroup, HousesPage, clients, refusals_today};
pub use invitation::{InvitationPage, NewcomerForm, OfferWay, Offered};
pub use landing::{LandingPage, PlanColumn};
pub use leaving::{DeleteAccountPage, DeleteTenantPage, Deleting, KeepAccountPage};
pub use log_in::LogInPage;
pub use members::{
    HouseOption, InvitationLine, InviteForm, Manage, MemberLine, MemberPage, MemberRole,
    MembersPage, OwnMembership, ReachFields,
};
pub use new_house::{NewHousePage, ZoneGroup};
pub use offer::Offer;
pub use passkeys::{PasskeyRow, PasskeysPage};
pub use password_reset::{ForgotPasswordPage, ResetPasswordPage};
pub use reading::{Choice, Control, Reading};
pub use refusals::{
    ReasonOption, RefusalRow, RefusalsPage, quota_title, remedy, what as refusal_what,
};
pub use sensor::{ChartRange, DayRow, Download, HistoryRow, SensorForm, SensorPage, Summary};
pub use sessions::{SessionRow, SessionsPage};
pub use setup::SetupPage;
pub use sign_up::{CheckMailPage, SignUpPage};
pub use sign_up_policy::{PolicyOption, SignUpPolicyPage, WaitingLine};
pub use spark::Spark;
pub use support::{SupportCard, SupportForm, SupportLine, SupportPage, support_level};
pub use two_factor::{LogInCodePage, TwoFactorFaults, TwoFactorPage, TwoFactorState};
pub use usage::{Column, Columns, HouseSent, QuotaBar, Stopped, UsagePage, Used, quota_remedy};
pub use verify::VerifyPage;

use askama::Template;

use crate::{Language, Reader};

/// A page: a template with a name and samples of every state it can be in.
pub trait Page: Template + Sized {
    /// The name of struct and template, for snapshots and galleries.
    const NAME: &'static str;

    /// One value per state that a designer has to see: empty, full, with
    /// faults, and with text that tries to be markup.
    fn samples() -> Vec<(&'static str, Self)>;
}

/// Every sample of every page in `language`: `page.sample` and its HTML.
pub fn gallery(language: Language) -> Result<Vec<(String, String)>, askama::Error> {
    /// Takes the samples of one page after the other.
    struct Gallery(Reader, Vec<(String, String)>);

    fn add<P: Page>(gallery: &mut Gallery) -> Result<(), askama::Error> {
        for (sample, page) in P::samples() {
            let html = crate::render(&page, &gallery.0)?;
            gallery.1.push((format!("{}.{sample}", P::NAME), html));
        }
        Ok(())
    }

    let mut all = Gallery(Reader::of(language), Vec::new());
    add::<LandingPage>(&mut all)?;
    add::<ApiPage>(&mut all)?;
    add::<SetupPage>(&mut all)?;
    add::<SignUpPage>(&mut all)?;
    add::<CheckMailPage>(&mut all)?;
    add::<VerifyPage>(&mut all)?;
    add::<LogInPage>(&mut all)?;
    add::<ForgotPasswordPage>(&mut all)?;
    add::<ResetPasswordPage>(&mut all)?;
    add::<ConfirmAddressPage>(&mut all)?;
    add::<HousesPage>(&mut all)?;
    add::<NewHousePage>(&mut all)?;
    add::<HousePage>(&mut all)?;
    add::<ConnectPage>(&mut all)?;
    add::<SensorPage>(&mut all)?;
    add::<RefusalsPage>(&mut all)?;
    add::<UsagePage>(&mut all)?;
    add::<SignUpPolicyPage>(&mut all)?;
    add::<admin::TenantsPage>(&mut all)?;
    add::<admin::TenantPage>(&mut all)?;
    add::<admin::PlansPage>(&mut all)?;
    add::<admin::PlanPage>(&mut all)?;
    add::<admin::DeletionsPage>(&mut all)?;
    add::<admin::HealthPage>(&mut all)?;
    add::<AccountPage>(&mut all)?;
    add::<SessionsPage>(&mut all)?;
    add::<TwoFactorPage>(&mut all)?;
    add::<LogInCodePage>(&mut all)?;
    add::<ApiTokensPage>(&mut all)?;
    add::<PasskeysPage>(&mut all)?;
    add::<DeleteAccountPage>(&mut all)?;
    add::<DeleteTenantPage>(&mut all)?;
    add::<KeepAccountPage>(&mut all)?;
    add::<MembersPage>(&mut all)?;
    add::<MemberPage>(&mut all)?;
    add::<InvitationPage>(&mut all)?;
    add::<AuditPage>(&mut all)?;
    add::<SupportPage>(&mut all)?;
    add::<ErrorPage>(&mut all)?;
    Ok(all.1)
}

/// Values that samples of several pages share.
pub(crate) mod sample {
    use crate::{HouseNav, Moment, Section, Shell, Text, Viewer};

    /// Text that tries to be markup, an attribute's end and a template.
    pub const HOSTILE: &str = "<script>alert('x')</script>\"'><img src=x onerror=1>{{ 7*7 }}";

    pub fn shell(section: Section) -> Shell {
        Shell::new(
            Viewer {
                name: "Anna Berg".to_owned(),
                email: "anna@example.org".to_owned(),
                admin: false,
            },
            section,
        )
    }

    pub fn house_shell(section: Section) -> Shell {
        shell(section).within(HouseNav {
            id: "villa-sonnenhang-7k3q9x".to_owned(),
            name: "Villa Sonnenhang".to_owned(),
        })
    }

    pub fn hostile_shell(section: Section) -> Shell {
        Shell::new(
            Viewer {
                name: HOSTILE.to_owned(),
                email: "\"<b>\"@example.org".to_owned(),
                admin: true,
            },
            section,
        )
        .within(HouseNav {
            id: "villa-7k3q9x".to_owned(),
            name: HOSTILE.to_owned(),
        })
    }

    /// A moment that was so long ago: `just now`, `12 s ago`, `2 days ago`.
    pub fn moment(age: &str) -> Moment {
        let mut parts = age.split(' ');
        let amount: u64 = parts
            .next()
            .and_then(|number| number.parse().ok())
            .unwrap_or(0);
        let unit = match parts.next() {
            Some("s") => 1,
            Some("min") => 60,
            Some("h") => 3_600,
            Some("day" | "days") => 86_400,
            _ => 0,
        };
        let at = "2026-11-21T13:02:09.000Z";
        Moment {
            iso: at.to_owned(),
            age: crate::words::age(std::time::Duration::from_secs(amount * unit)),
            clock: Text::joined(
                [
                    crate::moment::date(jiff::civil::date(2026, 11, 21)),
                    Text::plain("14:02:09"),
                ],
                ", ",
            ),
        }
    }
}
