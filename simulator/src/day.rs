//! What a sensor measures at a moment. The same house at the same moment gives
//! the same value, so a past can be told as well as a present.

use std::f64::consts::PI;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Outdoors, in °C.
    OutdoorTemperature,
    /// Outdoors, in %.
    OutdoorHumidity,
    /// Outdoors, in lx.
    Light,
    /// In the living room, in °C.
    IndoorTemperature,
    /// In the living room, in %.
    IndoorHumidity,
    /// In the living room, in ppm.
    CarbonDioxide,
    /// What the house uses, in W.
    Power,
    /// What the roof gives, in W.
    Solar,
    /// 1 while the front door is open, else 0.
    Door,
}

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// The value of `quantity` in the house `seed` at `local` seconds of its own
/// clock since 1970.
#[must_use]
pub fn value(quantity: Quantity, seed: u64, local: i64) -> f64 {
    let now = Moment { seed, local };
    match quantity {
        Quantity::OutdoorTemperature => now.outdoors(),
        Quantity::OutdoorHumidity => {
            (72.0 - 2.2 * (now.outdoors() - 8.0) + 8.0 * now.drift(2, 3 * HOUR)).clamp(25.0, 100.0)
        }
        Quantity::Light => 32_000.0 * now.sun().powf(1.3),
        Quantity::IndoorTemperature => {
            let heated = now.between(6.0, 22.5, 1.5);
            18.4 + 2.4 * heated + 0.06 * now.outdoors() + 0.3 * now.drift(3, 2 * HOUR)
        }
        Quantity::IndoorHumidity => {
            let kitchen = now.between(17.5, 19.5, 0.5);
            (44.0 + 6.0 * kitchen + 4.0 * now.drift(4, 4 * HOUR)).clamp(20.0, 80.0)
        }
        Quantity::CarbonDioxide => {
            let people = now.between(6.5, 8.0, 0.5) + now.between(16.5, 23.0, 1.5);
            430.0 + 520.0 * people + 45.0 * now.drift(5, HOUR / 2)
        }
        Quantity::Power => now.power(),
        Quantity::Solar => 4_200.0 * now.sun(),
        Quantity::Door => f64::from(u8::from(now.door_is_open())),
    }
}

/// A moment in a house.
struct Moment {
    seed: u64,
    local: i64,
}

impl Moment {
    /// The hour of the day, with its fraction.
    fn hour(&self) -> f64 {
        f64::from(i32::try_from(self.local.rem_euclid(DAY)).unwrap_or_default()) / 3_600.0
    }

    /// A slow wandering between -1 and 1: a new point each `period` seconds,
    /// smooth in between. `what` tells wanderings apart.
    fn drift(&self, what: u64, period: i64) -> f64 {
        let at = self.local.div_euclid(period);
        let into = i32::try_from(self.local.rem_euclid(period)).unwrap_or_default();
        let share = f64::from(into) / f64::from(i32::try_from(period).unwrap_or(1));
        let smooth = share * share * (3.0 - 2.0 * share);
        let (from, to) = (self.point(what, at), self.point(what, at + 1));
        from + (to - from) * smooth
    }

    /// A number between -1 and 1 that belongs to step `at` of wandering `what`.
    fn point(&self, what: u64, at: i64) -> f64 {
        let mixed = mix(self.seed ^ mix(what) ^ mix(at.cast_unsigned()));
        let high = u32::try_from(mixed >> 32).unwrap_or_default();
        f64::from(high) / f64::from(u32::MAX) * 2.0 - 1.0
    }

    /// 1 between two hours of the day and 0 outside, with edges that take
    /// `edge` hours.
    fn between(&self, from: f64, to: f64, edge: f64) -> f64 {
        let hour = self.hour();
        let (rise, fall) = ((hour - from) / edge, (to - hour) / edge);
        rise.min(fall).clamp(0.0, 1.0)
    }

    fn outdoors(&self) -> f64 {
        let warmest = 15.0;
        let wave = (2.0 * PI * (self.hour() - warmest) / 24.0).cos();
        8.0 + 4.5 * wave + 3.0 * self.drift(1, 12 * HOUR) + 0.3 * self.drift(6, HOUR / 3)
    }

    /// How much of the sun arrives: 0 at night, 1 at noon under a clear sky.
    fn sun(&self) -> f64 {
        let height = (PI * (self.hour() - 6.5) / 11.5).sin();
        if !(6.5..18.0).contains(&self.hour()) {
            return 0.0;
        }
        let sky = 0.65 + 0.35 * self.drift(7, 2 * HOUR);
        let cloud = 1.0 - 0.25 * self.drift(8, HOUR / 6).max(0.0);
        height.max(0.0) * sky * cloud
    }

    fn power(&self) -> f64 {
        let fridge = if self.local.rem_euclid(2_400) < 900 {
            85.0
        } else {
            0.0
        };
        let kettle = if self.between(6.5, 8.0, 0.1) > 0.0 && self.local.rem_euclid(1_500) < 180 {
            1_900.0
        } else {
            0.0
        };
        let cooking = 1_400.0 * self.between(17.7, 19.3, 0.3) * (0.7 + 0.3 * self.drift(9, 300));
        let lights = 160.0 * self.between(17.0, 23.2, 0.7);
        145.0 + fridge + kettle + cooking + lights + 18.0 * self.drift(10, 120)
    }

    /// Somebody comes or goes in four of ten waking hours, for half a minute
    /// to a minute and a half.
    fn door_is_open(&self) -> bool {
        let hour = self.local.div_euclid(HOUR);
        let awake = (6.0..22.0).contains(&self.hour());
        let draw = mix(self.seed ^ mix(11) ^ mix(hour.cast_unsigned()));
        let opens = i64::try_from(draw % 3_400).unwrap_or_default();
        let stays = 30 + i64::try_from(draw >> 32 & 63).unwrap_or_default();
        let into = self.local.rem_euclid(HOUR);
        awake && draw >> 48 & 15 < 6 && (opens..opens + stays).contains(&into)
    }
}

/// Spreads the bits of a number (the finishing step of SplitMix64).
const fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MIDNIGHT: i64 = 1_795_219_200;

    fn day(quantity: Quantity, seed: u64) -> Vec<f64> {
        (0..DAY / 60)
            .map(|minute| value(quantity, seed, MIDNIGHT + minute * 60))
            .collect()
    }

    proptest! {
        #[test]
        fn no_value_leaves_what_could_be_true(seed: u64, local in 0i64..4_000_000_000) {
            for (quantity, least, most) in [
                (Quantity::OutdoorTemperature, -5.0, 21.0),
                (Quantity::OutdoorHumidity, 25.0, 100.0),
                (Quantity::Light, 0.0, 32_000.0),
                (Quantity::IndoorTemperature, 17.0, 23.0),
                (Quantity::IndoorHumidity, 20.0, 80.0),
                (Quantity::CarbonDioxide, 380.0, 1_100.0),
                (Quantity::Power, 100.0, 4_000.0),
                (Quantity::Solar, 0.0, 4_200.0),
                (Quantity::Door, 0.0, 1.0),
            ] {
                let value = value(quantity, seed, local);
                prop_assert!((least..=most).contains(&value), "{quantity:?} {value}");
            }
        }

        /// Nothing jumps that cannot jump.
        #[test]
        fn what_is_slow_stays_slow(seed: u64, local in 0i64..4_000_000_000) {
            for (quantity, step) in [
                (Quantity::OutdoorTemperature, 0.2),
                (Quantity::IndoorTemperature, 0.2),
                (Quantity::IndoorHumidity, 0.6),
                (Quantity::CarbonDioxide, 25.0),
            ] {
                let change = value(quantity, seed, local + 60) - value(quantity, seed, local);
                prop_assert!(change.abs() <= step, "{quantity:?} {change}");
            }
        }
    }

    #[test]
    fn a_day_has_a_night() {
        let solar = day(Quantity::Solar, 7);
        assert!(
            solar[..390]
                .iter()
                .chain(&solar[1_080..])
                .all(|watt| *watt == 0.0)
        );
        assert!(solar[720] > 500.0, "{}", solar[720]);
        let outdoors = day(Quantity::OutdoorTemperature, 7);
        assert!(outdoors[15 * 60] > outdoors[4 * 60]);
    }

    #[test]
    fn people_come_and_go() {
        let opened = |seed| {
            let door = day(Quantity::Door, seed);
            door.windows(2).filter(|pair| pair[0] < pair[1]).count()
        };
        let total: usize = (0..20).map(opened).sum();
        assert!((40..200).contains(&total), "{total} in twenty days");
    }

    #[test]
    fn houses_differ_and_repeat_themselves() {
        assert_eq!(day(Quantity::Power, 1), day(Quantity::Power, 1));
        assert_ne!(day(Quantity::Power, 1), day(Quantity::Power, 2));
    }
}
