//! What the portal says a house is called and where it is.

use model::{TimeZoneName, Timestamp};
use serde::{Deserialize, Serialize};

/// The facts that the portal knows and the house's first file repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// What people call the house.
    pub name: String,
    /// Its time zone.
    pub timezone: TimeZoneName,
}

/// A moment in mid-January and one in mid-July of 2025: one of them is in
/// standard time wherever there is summer time.
const SAMPLES: [i64; 2] = [1_736_899_200, 1_752_537_600];

impl Identity {
    /// The zone's standard-time offset from UTC in whole hours, truncated
    /// towards zero: all that the bus can say about a time zone.
    #[must_use]
    pub fn standard_offset_hours(&self, now: Timestamp) -> i64 {
        let zone = self.timezone.zone();
        let moments = SAMPLES
            .into_iter()
            .map(Timestamp::from_secs)
            .chain([now])
            .filter_map(|moment| jiff::Timestamp::from_millisecond(moment.0).ok());
        let offsets: Vec<_> = moments
            .map(|moment| zone.to_offset_info(moment))
            .map(|info| (info.dst().is_dst(), info.offset().seconds()))
            .collect();
        let standard = offsets.iter().find(|(summer, _)| !summer);
        let seconds = standard
            .or(offsets.first())
            .map_or(0, |(_, offset)| *offset);
        i64::from(seconds / 3_600)
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
        ] {
            let identity = Identity {
                name: String::new(),
                timezone: zone.parse().unwrap(),
            };
            for now in [0, 1_752_537_600, 1_795_264_686] {
                let found = identity.standard_offset_hours(Timestamp::from_secs(now));
                assert_eq!(found, hours, "{zone}");
            }
        }
    }
}
