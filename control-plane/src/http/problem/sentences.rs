//! Sentences that several values go into.

use std::time::Duration;

use model::Standing;

use crate::store::TenantState;

/// Rounded up: a second early would be refused again.
pub(super) fn whole_secs(span: Duration) -> u64 {
    let begun = u64::from(span.subsec_nanos() > 0);
    span.as_secs().saturating_add(begun).max(1)
}

/// How long to wait, in the largest unit that is not far off.
pub(super) fn wait(span: Duration) -> String {
    match whole_secs(span) {
        1 => "1 second".to_owned(),
        secs if secs < 120 => format!("{secs} seconds"),
        secs => format!("{} minutes", secs.div_ceil(60)),
    }
}

/// What a tenant that is not active is told, with the admin's reason.
pub(super) fn stopped(state: &TenantState) -> String {
    if let Some(at) = state.erase_after {
        let at = at.to_rfc3339();
        return format!(
            "This account is being deleted and will be erased on {at}. Its owner can take that back under \"Your account\", unless an admin of this service asked for it."
        );
    }
    let (word, rest) = match state.standing {
        Standing::Active => return "This account is active.".to_owned(),
        Standing::ReadOnly => (
            "read-only",
            "Nothing can be changed, but your home keeps running.",
        ),
        Standing::Suspended => (
            "suspended",
            "Nothing can connect or be changed; your data is kept.",
        ),
    };
    let reason = state.reason.trim_end_matches('.');
    let because = if reason.is_empty() {
        String::new()
    } else {
        format!(": {reason}")
    };
    format!("This account is {word}{because}. {rest}")
}
