//! One played house: its sensors made known, its past, its modules.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use model::{Ambient, TimeZoneName, Timestamp};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use crate::home::{self, SENSORS, Sensor};
use crate::session::{self, Dial, Outgoing};
use crate::tally::Tally;

/// Who makes the sensors known: a person's client, as the stock GUI is one.
const EDITOR: &str = "gui/simulator_1";

/// How often values are published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// Each sensor as often as such a sensor measures.
    Natural,
    /// So many messages a second for the whole house, all sensors alike.
    PerSecond(f64),
}

/// A house that is played.
#[derive(Clone)]
pub struct House {
    dial: Dial,
    zone: TimeZoneName,
    seed: u64,
    ambient: Arc<dyn Ambient>,
    tally: Arc<Tally>,
}

impl House {
    /// The house behind `dial`; `seed` makes it differ from others.
    #[must_use]
    pub fn new(
        dial: Dial,
        zone: TimeZoneName,
        seed: u64,
        ambient: Arc<dyn Ambient>,
        tally: Arc<Tally>,
    ) -> Self {
        Self {
            dial,
            zone,
            seed,
            ambient,
            tally,
        }
    }

    /// Makes its sensors known. Returns when the house has stored them, or at
    /// `stop`.
    pub async fn furnish(&self, stop: &CancellationToken) {
        let saves = SENSORS.iter().map(|sensor| Outgoing {
            to: "controller/config",
            command: "SAVE",
            args: format!("1/sensors/{}", sensor.id),
            data: sensor.configuration(),
        });
        self.say(EDITOR, saves, stop).await;
    }

    /// Tells what its sensors measured in the last `past`, one value each
    /// `every`. Returns when all of it is stored, or at `stop`.
    pub async fn remember(&self, past: Duration, every: Duration, stop: &CancellationToken) {
        let now = self.ambient.now();
        let steps = past.as_secs() / every.as_secs().max(1);
        let tell = |module: &'static str| {
            let values = (1..=steps).rev().flat_map(move |step| {
                let back = i64::try_from(step * every.as_secs()).unwrap_or(i64::MAX);
                let at = Timestamp::from_secs(now.as_secs().saturating_sub(back));
                self.values(module, at)
            });
            self.say(module, values, stop)
        };
        join_all(home::modules().into_iter().map(tell)).await;
    }

    /// Plays its modules until `stop`.
    pub async fn live(&self, pace: Pace, stop: &CancellationToken) {
        let play = |module: &'static str| async move {
            let (sender, receiver) = mpsc::channel(1);
            let session = session::run(&self.dial, module, receiver, &self.tally, stop);
            let mut measuring = Vec::new();
            for sensor in of(module) {
                measuring.push(self.measure(sensor, pace, sender.clone()));
            }
            tokio::select! {
                () = session => {}
                _ = join_all(measuring) => {}
            }
        };
        join_all(home::modules().into_iter().map(play)).await;
    }

    /// Publishes values of one sensor for as long as there is a session.
    async fn measure(&self, sensor: &'static Sensor, pace: Pace, sender: mpsc::Sender<Outgoing>) {
        let every = match pace {
            Pace::Natural => sensor.every,
            Pace::PerSecond(rate) => {
                let measuring = SENSORS.iter().filter(|one| one.quantity.is_some()).count();
                let each = f64::from(u32::try_from(measuring).unwrap_or(u32::MAX)) / rate;
                Duration::try_from_secs_f64(each).unwrap_or(Duration::MAX)
            }
        };
        // Not all sensors of all houses at the same moment.
        let spread = u32::try_from(self.seed.wrapping_add(sensor.id.len() as u64) % 16);
        sleep(every.min(Duration::from_secs(1)) * spread.unwrap_or_default() / 16).await;
        let mut ticks = interval(every.max(Duration::from_micros(100)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(message) = self.value(sensor, self.ambient.now(), false) else {
                // A switch speaks only when spoken to.
                return std::future::pending().await;
            };
            if sender.send(message).await.is_err() {
                return;
            }
        }
    }

    /// What the sensors of a module measured at a moment of the past.
    fn values(&self, module: &'static str, at: Timestamp) -> Vec<Outgoing> {
        let mut values = Vec::new();
        for sensor in of(module) {
            values.extend(self.value(sensor, at, true));
        }
        values
    }

    fn value(&self, sensor: &Sensor, at: Timestamp, is_past: bool) -> Option<Outgoing> {
        let value = sensor.measure(self.seed, self.local_secs(at))?;
        let data = if is_past {
            json!({"value": value, "timestamp": at.as_secs()})
        } else {
            json!({ "value": value })
        };
        Some(Outgoing {
            to: "controller/hub",
            command: "IN",
            args: sensor.id.to_owned(),
            data,
        })
    }

    /// Seconds of the house's own clock.
    fn local_secs(&self, at: Timestamp) -> i64 {
        let secs = at.as_secs();
        let offset = jiff::Timestamp::from_second(secs)
            .map_or(0, |at| self.zone.zone().to_offset(at).seconds());
        secs.saturating_add(i64::from(offset))
    }

    /// Says all of it as `module`.
    async fn say(
        &self,
        module: &'static str,
        messages: impl Iterator<Item = Outgoing>,
        stop: &CancellationToken,
    ) {
        let (sender, receiver) = mpsc::channel(64);
        let feed = async move {
            for message in messages {
                if sender.send(message).await.is_err() {
                    return;
                }
            }
        };
        let session = session::run(&self.dial, module, receiver, &self.tally, stop);
        tokio::join!(session, feed);
    }
}

/// The sensors of a module.
fn of(module: &'static str) -> Vec<&'static Sensor> {
    let all = SENSORS.iter();
    all.filter(|sensor| sensor.module == module).collect()
}
