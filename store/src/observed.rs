//! What cells reported, as it is kept.

use std::fmt;
use std::str::FromStr;

use cell::ClientPresence;
use model::{HouseId, RefusalId, RefusalReason, Refused, Timestamp};

/// Who of a house was connected when its cell last said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HousePresence {
    /// When this was so.
    pub at: Timestamp,
    /// Every client connected, without our own runtime.
    pub clients: Vec<ClientPresence>,
    /// When a client of the house last sent anything.
    pub last_seen: Option<Timestamp>,
}

/// A refusal as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRefusal {
    /// Its id.
    pub id: RefusalId,
    /// The house it is about; `None` for one of the whole tenant.
    pub house: Option<HouseId>,
    /// What was refused.
    pub refusal: Refused,
}

/// Which refusals are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusalFilter {
    /// Only this reason.
    pub reason: Option<RefusalReason>,
    /// Only this client: a client id of the bus, or a person's name.
    pub client: Option<String>,
    /// Only what is behind this place of the list.
    pub after: Option<RefusalCursor>,
}

impl StoredRefusal {
    /// Where a list continues behind this one.
    #[must_use]
    pub const fn cursor(&self) -> RefusalCursor {
        RefusalCursor {
            at: self.refusal.at,
            id: self.id,
        }
    }
}

/// A place in a list of refusals, newest first. Text form: `<millis>.<id>`;
/// opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusalCursor {
    pub(crate) at: Timestamp,
    pub(crate) id: RefusalId,
}

/// Text that is no cursor of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a cursor; use the one from `next` of the page before")]
pub struct BadCursor;

impl fmt::Display for RefusalCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.0, self.id)
    }
}

impl FromStr for RefusalCursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (at, id) = text.split_once('.').ok_or(BadCursor)?;
        Ok(Self {
            at: Timestamp(at.parse().map_err(|_| BadCursor)?),
            id: id.parse().map_err(|_| BadCursor)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use model::time::ManualAmbient;

    use super::*;

    #[test]
    fn cursors_round_trip_and_others_are_refused() {
        let ambient = ManualAmbient::at(Timestamp(1_795_264_686_123));
        let cursor = RefusalCursor {
            at: Timestamp(-5),
            id: RefusalId::generate(&ambient),
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for odd in ["", ".", "5", "5.ses_x", "x.ref_aaaaaaaaaaaaaaaaaaaaaaaaaa"] {
            assert_eq!(odd.parse::<RefusalCursor>(), Err(BadCursor), "{odd}");
        }
    }
}
