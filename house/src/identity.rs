//! What the portal says a house is called and where it is.

use model::TimeZoneName;
use serde::{Deserialize, Serialize};

/// The facts that the portal knows and the house's first file repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// What people call the house.
    pub name: String,
    /// Its time zone.
    pub timezone: TimeZoneName,
}

/// A moment in mid-January and one in mid-July of 2025: wherever clocks change
/// for the summer, one of them is not in it.
const SAMPLES: [i64; 2] = [1_736_899_200, 1_752_537_600];

impl Identity {
    /// The zone's offset from UTC outside summer time in whole hours, truncated
    /// towards zero: all that the bus can say about a time zone.
    ///
    /// It is the smaller of the two samples, whatever the law calls standard:
    /// in Ireland that is the summer's.
    #[must_use]
    pub fn standard_offset_hours(&self) -> i64 {
        let zone = self.timezone.zone();
        let offsets = SAMPLES
            .into_iter()
            .filter_map(|moment| jiff::Timestamp::from_second(moment).ok())
            .map(|moment| zone.to_offset(moment).seconds());
        i64::from(offsets.min().unwrap_or(0) / 3_600)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_is_that_of_winter() {
        for (zone, hours) in [
            ("Europe/Berlin", 1),
            ("UTC", 0),
            ("America/New_York", -5),
            ("Australia/Sydney", 10),
            ("Asia/Kolkata", 5),
            ("America/St_Johns", -3),
            ("Europe/Dublin", 0),
            ("Africa/Casablanca", 1),
            ("Australia/Lord_Howe", 10),
            ("Asia/Kathmandu", 5),
            ("Pacific/Marquesas", -9),
        ] {
            let identity = Identity {
                name: String::new(),
                timezone: zone.parse().unwrap(),
            };
            assert_eq!(identity.standard_offset_hours(), hours, "{zone}");
        }
    }
}
