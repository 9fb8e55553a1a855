//! What the audit log says was done, and who did it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, CellId};
use crate::role::{UnknownWord, word_enum};

word_enum! {
    /// What was done: `<thing>.<verb>`. A word is never given another meaning.
    AuditAction {
        /// Somebody signed up, or an admin was made.
        AccountCreated = "account.created",
        /// A person changed what they are called.
        AccountChanged = "account.changed",
        /// An address was proven.
        AccountVerified = "account.verified",
        /// An address took the place of another.
        EmailChanged = "account.email_changed",
        /// A person chose another password.
        PasswordChanged = "account.password_changed",
        /// A mail to choose another password was asked for.
        PasswordResetAsked = "account.password_reset_asked",
        /// A mailed link was used to choose another password.
        PasswordReset = "account.password_reset",
        /// A person asked that their account be erased after its grace.
        AccountLeaving = "account.deletion_asked",
        /// A person took that back.
        AccountKept = "account.kept",
        /// An admin let somebody in who had signed up.
        AccountApproved = "account.approved",
        /// An admin did not let somebody in who had signed up.
        AccountDeclined = "account.declined",
        /// An account was erased.
        AccountDeleted = "account.deleted",
        /// The second step of the log-in was turned on.
        SecondFactorOn = "second_factor.turned_on",
        /// The second step of the log-in was turned off.
        SecondFactorOff = "second_factor.turned_off",
        /// Recovery codes were drawn anew.
        RecoveryCodesDrawn = "second_factor.codes_drawn",
        /// A recovery code was used up.
        RecoveryCodeUsed = "second_factor.code_used",
        /// A passkey was added.
        PasskeyAdded = "passkey.added",
        /// A passkey was removed.
        PasskeyRemoved = "passkey.removed",
        /// Somebody logged in.
        LoggedIn = "log_in.accepted",
        /// Somebody could not log in.
        LogInRefused = "log_in.refused",
        /// A log-in ended.
        LoggedOut = "log_in.ended",
        /// All log-ins of a person ended.
        LoggedOutEverywhere = "log_in.all_ended",
        /// A person made a token for a program.
        ApiTokenMade = "api_token.made",
        /// A person's token was revoked.
        ApiTokenRevoked = "api_token.revoked",
        /// A tenant was made.
        TenantCreated = "tenant.created",
        /// A tenant was renamed.
        TenantChanged = "tenant.changed",
        /// A tenant was put on another plan.
        TenantPlan = "tenant.plan_set",
        /// Exceptions from a tenant's plan were made or ended.
        TenantQuotas = "tenant.quotas_set",
        /// A tenant was suspended, made read-only or resumed.
        TenantStanding = "tenant.standing_set",
        /// A tenant is to be erased after its grace.
        TenantDeleted = "tenant.deleted",
        /// The deletion of a tenant was taken back.
        TenantKept = "tenant.undeleted",
        /// A tenant was erased for good.
        TenantErased = "tenant.erased",
        /// Somebody was invited.
        MemberInvited = "member.invited",
        /// An invitation was taken back or declined.
        InvitationEnded = "member.invitation_ended",
        /// Somebody joined.
        MemberJoined = "member.joined",
        /// A member's role or end was changed.
        MemberChanged = "member.changed",
        /// A member left or was removed.
        MemberRemoved = "member.removed",
        /// Another member owns the tenant now.
        OwnerChanged = "member.owner_changed",
        /// A house was made.
        HouseCreated = "house.created",
        /// A house's name, time zone or settings were changed.
        HouseChanged = "house.changed",
        /// A house was deleted.
        HouseDeleted = "house.deleted",
        /// A house's data was exported.
        HouseExported = "house.exported",
        /// A credential was made.
        CredentialMade = "credential.made",
        /// A credential was changed.
        CredentialChanged = "credential.changed",
        /// A credential was given a new secret.
        CredentialRotated = "credential.rotated",
        /// A credential was revoked.
        CredentialRevoked = "credential.revoked",
        /// A sensor was added or changed.
        SensorSaved = "sensor.saved",
        /// A sensor was deleted.
        SensorDeleted = "sensor.deleted",
        /// Support access was asked for.
        SupportAsked = "support.asked",
        /// Support access was granted.
        SupportGranted = "support.granted",
        /// Support access was declined, or the question was taken back.
        SupportDeclined = "support.declined",
        /// Support access was ended before its time.
        SupportEnded = "support.ended",
        /// Support looked at something.
        SupportLooked = "support.looked",
        /// Support changed something, or tried to.
        SupportActed = "support.acted",
        /// A plan was added or changed.
        PlanChanged = "plan.changed",
        /// A setting of the whole service was changed.
        SettingChanged = "setting.changed",
        /// The heads of all chains were signed and written to a file.
        HeadsExported = "audit.heads_exported",
    }
}

/// Who did it. As text: `account:usr_…`, `admin:usr_…`, `support:usr_…`,
/// `cell:cel_…`, `service`, `nobody`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person, for themselves or as a member of a tenant.
    Account(AccountId),
    /// A person as an admin of the service.
    Admin(AccountId),
    /// An admin of the service to whom a tenant has granted support access.
    Support(AccountId),
    /// A cell.
    Cell(CellId),
    /// The service itself: what has an end ended, what is due was done.
    Service,
    /// Somebody who has not proven who they are.
    Nobody,
}

impl Actor {
    /// The person, if it is one.
    #[must_use]
    pub const fn account(self) -> Option<AccountId> {
        match self {
            Self::Account(id) | Self::Admin(id) | Self::Support(id) => Some(id),
            Self::Cell(_) | Self::Service | Self::Nobody => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(f, "account:{id}"),
            Self::Admin(id) => write!(f, "admin:{id}"),
            Self::Support(id) => write!(f, "support:{id}"),
            Self::Cell(id) => write!(f, "cell:{id}"),
            Self::Service => f.write_str("service"),
            Self::Nobody => f.write_str("nobody"),
        }
    }
}

impl FromStr for Actor {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let unknown = || UnknownWord {
            found: text.chars().take(40).collect(),
            expected: "account:usr_… admin:usr_… support:usr_… cell:cel_… service nobody",
        };
        let (kind, id) = text.split_once(':').unwrap_or((text, ""));
        let account = || id.parse().map_err(|_| unknown());
        match (kind, id) {
            ("account", _) => account().map(Self::Account),
            ("admin", _) => account().map(Self::Admin),
            ("support", _) => account().map(Self::Support),
            ("cell", _) => id.parse().map(Self::Cell).map_err(|_| unknown()),
            ("service", "") if !text.ends_with(':') => Ok(Self::Service),
            ("nobody", "") if !text.ends_with(':') => Ok(Self::Nobody),
            _ => Err(unknown()),
        }
    }
}

word_enum! {
    /// How far support may go that a tenant has let in.
    SupportLevel {
        /// Looks, and changes nothing.
        Read = "read",
        /// Changes what an admin of the tenant may change, except who gets in.
        Change = "change",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{ManualAmbient, Timestamp};

    #[test]
    fn actors_round_trip_and_others_are_refused() {
        let ambient = ManualAmbient::at(Timestamp(1));
        let account = AccountId::generate(&ambient);
        for actor in [
            Actor::Account(account),
            Actor::Admin(account),
            Actor::Support(account),
            Actor::Cell(CellId::generate(&ambient)),
            Actor::Service,
            Actor::Nobody,
        ] {
            assert_eq!(actor.to_string().parse(), Ok(actor));
        }
        for odd in [
            "",
            "account:",
            "account",
            "service:",
            "nobody:x",
            "cell:usr_x",
        ] {
            assert!(odd.parse::<Actor>().is_err(), "{odd}");
        }
    }

    #[test]
    fn every_action_is_a_thing_and_a_verb() {
        for action in AuditAction::ALL {
            let (thing, verb) = action.as_str().split_once('.').unwrap();
            let is_word = |word: &str| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            };
            assert!(is_word(thing) && is_word(verb), "{action}");
            assert_eq!(action.as_str().parse(), Ok(*action));
        }
    }
}
