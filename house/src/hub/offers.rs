//! Sensors that somebody measures and nobody configured: offered to the
//! residents, who may add them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::format::{cut, text};
use crate::store::{Offer, StoreOp};

/// Most offers kept; those heard of longest ago go first.
const MAX_OFFERS: usize = 100;

/// A sensor is offered again after this many seconds, at most.
const QUIET_SECS: i64 = 60;

/// Most characters of the value shown.
const MAX_TEXT: usize = 200;

struct Known {
    offer: Offer,
    /// When it was last written and said; UTC seconds.
    said: Option<i64>,
}

/// The offers of a house, by sensor.
pub(crate) struct Offers {
    known: BTreeMap<String, Known>,
}

impl Offers {
    pub(crate) fn new(stored: Vec<Offer>) -> Self {
        let known = stored.into_iter().map(|offer| {
            let sensor = offer.sensor.clone();
            (sensor, Known { offer, said: None })
        });
        Self {
            known: known.collect(),
        }
    }

    /// Takes note of a value. Returns what is to be written, in order, when it
    /// is time to say it.
    pub(crate) fn heard(&mut self, now: i64, mut offer: Offer) -> Vec<StoreOp> {
        if !(offer.value.is_number() || offer.value.is_boolean()) {
            offer.value = cut(&text(&offer.value), MAX_TEXT).into();
        }
        let sensor = offer.sensor.clone();
        let said = self.known.get(&sensor).and_then(|known| known.said);
        let is_time = said.is_none_or(|said| now.abs_diff(said) >= QUIET_SECS.unsigned_abs());
        let said = if is_time { Some(now) } else { said };
        let known = Known {
            offer: offer.clone(),
            said,
        };
        self.known.insert(sensor, known);
        if !is_time {
            return Vec::new();
        }
        let mut write: Vec<StoreOp> = self.forget_oldest().into_iter().collect();
        write.push(StoreOp::PutOffer(offer));
        write
    }

    /// The sensor was configured: it is no longer on offer. Returns what is to
    /// be written.
    pub(crate) fn configured(&mut self, sensor: &str) -> Option<StoreOp> {
        self.known.remove(sensor)?;
        Some(StoreOp::RemoveOffers(vec![sensor.to_owned()]))
    }

    /// All offers, the newest first, with local times.
    pub(crate) fn list(&self, offset_secs: i64) -> Value {
        let mut offers: Vec<&Offer> = self.known.values().map(|known| &known.offer).collect();
        offers.sort_by_key(|offer| std::cmp::Reverse(offer.at));
        let rows = offers.into_iter().map(|offer| {
            json!({
                "sensor": offer.sensor,
                "sender": offer.sender,
                "value": offer.value,
                "timestamp": offer.at.saturating_add(offset_secs),
            })
        });
        Value::Array(rows.collect())
    }

    fn forget_oldest(&mut self) -> Option<StoreOp> {
        let mut gone = Vec::new();
        while self.known.len() > MAX_OFFERS {
            let heard = |known: &Known| (known.said, known.offer.at);
            let oldest = self.known.iter().min_by_key(|(_, known)| heard(known));
            let sensor = oldest.map(|(sensor, _)| sensor.clone())?;
            self.known.remove(&sensor);
            gone.push(sensor);
        }
        (!gone.is_empty()).then_some(StoreOp::RemoveOffers(gone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(sensor: &str, at: i64) -> Offer {
        Offer {
            sensor: sensor.to_owned(),
            sender: "service/fake".to_owned(),
            value: json!("x".repeat(300)),
            at,
        }
    }

    #[test]
    fn a_sensor_is_said_once_a_minute() {
        let mut offers = Offers::new(vec![]);
        assert_eq!(offers.heard(1_000, offer("a", 1_000)).len(), 1);
        assert_eq!(offers.heard(1_059, offer("a", 1_059)), []);
        assert_eq!(offers.heard(1_059, offer("b", 1_059)).len(), 1);
        assert_eq!(offers.heard(1_060, offer("a", 1_060)).len(), 1);
        let list = offers.list(3_600);
        assert_eq!(list[0]["sensor"], "a");
        assert_eq!(list[0]["timestamp"], 4_660);
        assert_eq!(list[0]["value"].as_str().unwrap().len(), 203);
        assert!(offers.configured("a").is_some());
        assert_eq!(offers.configured("a"), None);
    }

    #[test]
    fn at_most_a_hundred_are_kept() {
        let mut offers = Offers::new(vec![]);
        for n in 0..=100 {
            let written = offers.heard(n, offer(&format!("s{n}"), n));
            let forgets = written.contains(&StoreOp::RemoveOffers(vec!["s0".to_owned()]));
            assert_eq!(forgets, n == 100);
        }
        assert_eq!(offers.list(0).as_array().unwrap().len(), 100);
    }
}
