//! The state of a house, its birth, and one step of its life.

use std::time::Duration;

use bus::Envelope;
use model::{HouseId, Timestamp};

use crate::config::{Files, Subscribers};
use crate::db::{ALERTS, LOGS};
use crate::hub::{Duplicates, Offers, sensor_ages};
use crate::identity::Identity;
use crate::input::{Effect, Input, Ticket};
use crate::keeping::Episode;
use crate::live::Live;
use crate::retention::{Ages, Retention, Rules};
use crate::room::Room;
use crate::sleep::{Given, Memory};
use crate::statistics::{Grid, Statistic};
use crate::store::{Scope, Series, Snapshot, StoreAnswer, StoreOp};
use crate::terms::Terms;
use crate::turns::{Draft, Turns};
use crate::wire::{self, Message, Wire};

/// For how many days alerts and logs are kept when no file says.
const DAYS_OF_TEXTS: i64 = 6;

/// A house that is awake. All of its state is either here or in its store;
/// see the crate's documentation for the order of what it does.
pub struct House {
    pub(crate) identity: Identity,
    pub(crate) wire: Wire,
    pub(crate) files: Files,
    pub(crate) subscribers: Subscribers,
    pub(crate) duplicates: Duplicates,
    pub(crate) offers: Offers,
    pub(crate) retention: Retention,
    pub(crate) terms: Terms,
    pub(crate) live: Live,
    pub(crate) room: Room,
    pub(crate) episode: Option<Episode>,
    pub(crate) turns: Turns,
}

/// The filters that the controller of `house` subscribes to: its own names,
/// of `controller/logger` no more than `PING` (log lines are not kept yet),
/// and who starts and stops.
#[must_use]
pub fn subscriptions(house: &HouseId) -> Vec<String> {
    let own = wire::CONTROLLERS.into_iter().map(|module| {
        let command = if module == wire::LOGGER { "PING" } else { "+" };
        format!("{}/+/{house}/+/+/{module}/{command}/#", bus::topic::ROOT)
    });
    let presence = format!("{}/+/{house}/+/+/*/*/STATUS/#", bus::topic::ROOT);
    own.chain([presence]).collect()
}

impl House {
    /// Wakes a house with what its store remembers and what it remembered when
    /// it fell asleep. A house without a past writes and publishes its first
    /// files; one whose identity changed while it slept corrects its files.
    pub fn wake(
        now: Timestamp,
        given: Given,
        snapshot: Snapshot,
        memory: Memory,
        effects: &mut Vec<Effect>,
    ) -> Self {
        let Given {
            house: id,
            identity,
            terms,
        } = given;
        // A house that is born now has nothing that is too old.
        let is_new = snapshot.identity.is_none();
        let tidied = if is_new {
            Some(now.as_secs())
        } else {
            snapshot.tidied
        };
        let mut house = Self {
            identity: snapshot
                .identity
                .clone()
                .unwrap_or_else(|| identity.clone()),
            retention: Retention::new(&id, now, tidied),
            wire: Wire::new(id),
            files: Files::new(snapshot.files),
            subscribers: memory.subscribers,
            duplicates: Duplicates::default(),
            offers: Offers::new(snapshot.offers),
            room: Room::new(now.as_secs(), snapshot.bytes, terms.history_bytes),
            terms,
            live: memory.live,
            episode: memory.episode,
            turns: Turns::default(),
        };
        house.retention.paused = terms.keeps_what_is_old();
        if memory.is_to_tidy_up {
            house.retention.begin_now(now);
        }
        let mut draft = Draft::default();
        if is_new {
            house.be_born(now, &mut draft);
        } else {
            if !snapshot.announced {
                house.announce(&mut draft);
            }
            house.describe(now, identity, &mut draft);
        }
        house.turns.begin(None, draft, effects);
        house.finish(effects);
        house
    }

    /// The house's name on the bus.
    pub fn id(&self) -> &HouseId {
        self.wire.house()
    }

    /// How many inputs still wait for the store: the shell slows down when
    /// there are many.
    pub fn waiting(&self) -> usize {
        self.turns.len()
    }

    /// How long the shell may wait before the next [`Input::Tick`].
    pub fn rest(&self, now: Timestamp) -> Duration {
        self.retention.rest(now)
    }

    /// Takes in one thing that happened at `now` and appends what is to be
    /// done to `effects`. No input makes it panic.
    pub fn step(&mut self, now: Timestamp, input: Input<'_>, effects: &mut Vec<Effect>) {
        let mut draft = Draft::default();
        match input {
            Input::Delivered {
                delivery,
                topic,
                payload,
                retained,
            } => {
                // An old message replayed on subscription was handled when it
                // was new.
                if !retained {
                    self.receive(now, topic, payload, &mut draft);
                }
                self.turns.begin(Some(delivery), draft, effects);
            }
            Input::Described(identity) => {
                self.describe(now, identity, &mut draft);
                self.turns.begin(None, draft, effects);
            }
            Input::Agreed(terms) => {
                self.agree(now, terms, &mut draft);
                self.turns.begin(None, draft, effects);
            }
            Input::Stored { ticket, answer } => self.stored(now, ticket, answer, effects),
            Input::Tick => self.tidy_up(now, effects),
        }
        self.measure_if_due(now, effects);
        self.finish(effects);
    }

    fn stored(
        &mut self,
        now: Timestamp,
        ticket: Ticket,
        answer: StoreAnswer,
        effects: &mut Vec<Effect>,
    ) {
        if let StoreAnswer::Size(bytes) = answer {
            self.weighed(now, bytes, effects);
        } else if self.retention.has_done(ticket, &answer) {
            if let StoreAnswer::Series(there) = answer {
                let others = there.into_iter().filter(|series| !self.is_tidied(series));
                self.retention.found(others.collect());
            }
            if self.retention.is_at_rest() {
                self.measure(effects);
            }
        } else {
            let wire = &mut self.wire;
            self.turns
                .resume(ticket, |waiting| waiting.finish(answer, wire));
        }
    }

    /// Whether the daily round comes by a series because a file or its
    /// severity names it.
    fn is_tidied(&self, series: &Series) -> bool {
        let name = series.name.as_str();
        let is_configured = |sensor: &str| self.files.sensor(sensor).is_some();
        match series.scope {
            Scope::Sensors => {
                let statistic_of = Statistic::of_series(name).map(|(sensor, ..)| sensor);
                is_configured(name) || statistic_of.is_some_and(is_configured)
            }
            Scope::Alerts => ALERTS.contains(&name),
            Scope::Logs => LOGS.contains(&name),
        }
    }

    fn receive(&mut self, now: Timestamp, topic: &str, payload: &[u8], draft: &mut Draft) {
        let Ok(topic) = bus::Topic::parse(topic) else {
            return;
        };
        if topic.house != self.wire.house().as_str() {
            return;
        }
        match Envelope::parse(payload) {
            Ok(envelope) => self.dispatch(now, &Message { topic, envelope }, draft),
            Err(bad) => {
                let text = format!("{} from {}: {bad}", topic.command, topic.from);
                draft.say.extend(self.wire.warning(wire::CONFIG, text));
            }
        }
    }

    /// Ends what can end. The index is said anew when nothing waits any more,
    /// so that a burst of changes costs one index.
    fn finish(&mut self, effects: &mut Vec<Effect>) {
        self.turns.flush(effects, || {
            let index = self.files.changed_index();
            index.map_or_else(Vec::new, |index| self.wire.index(index).to_vec())
        });
        // Once nothing waits any more, all changes so far have been said.
        if self.turns.len() == 0 && self.files.take_unannounced() {
            self.turns.store(StoreOp::MarkAnnounced, effects);
        }
    }

    /// Asks the store for the next bit of what is too old, if it is time.
    fn tidy_up(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if !self.retention.paused && self.retention.is_due(now) {
            let sensors = self.files.sensors().map(str::to_owned).collect();
            let age = |file, keys: [&str; 2]| {
                let content = self.files.get(file).map(|file| &file.content);
                let set = content.and_then(|content| keys.iter().find_map(|key| content.get(key)));
                Ages::of_days(set.unwrap_or(&DAYS_OF_TEXTS.into()))
            };
            let alerts = age("controller/alerter", ["retention", "retention"]);
            let logs = age("controller/logger", ["database_retention", "retention"]);
            self.retention.begin(sensors, alerts, logs);
        }
        let rules = Rules {
            sensor: &|sensor| sensor_ages(&self.files, sensor),
            days: vec![
                Grid::Offset(self.files.offset_secs()),
                Grid::Zone(self.identity.timezone.zone()),
            ],
            most: self.terms.days(),
        };
        if let Some(op) = self.retention.next(now, &rules) {
            let ticket = self.turns.store(op, effects);
            self.retention.began(ticket);
        }
    }
}
