//! One house: its session, its brain and its store joined.
//!
//! The brain wakes with the first message, not with the process: a start with
//! a thousand houses opens no file. It falls asleep again when nobody has said
//! anything for a while, and its file is closed.

mod life;

use std::sync::Arc;
use std::time::Duration;

use ::house::{Identity, Input, Memory, Pause, Terms, until_slot};
use cell::{BusConnector, Keeping};
use model::{Ambient, HouseId, Quotas, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::reports::Reports;
use crate::session::{Next, Session, pause};
use crate::store::{StoreFault, Stores};
use crate::troubles::Troubles;
use life::{Life, next_reply};

/// How long a house that is asked to stop may finish what it has begun.
const DRAIN: Duration = Duration::from_secs(5);

/// A house that sleeps tidies up within so long when other ages hold.
const SHORTLY: Duration = Duration::from_mins(1);

/// What all house tasks share.
pub(crate) struct Surroundings {
    pub(crate) stores: Stores,
    pub(crate) connector: Arc<dyn BusConnector>,
    pub(crate) ambient: Arc<dyn Ambient>,
    pub(crate) troubles: Troubles,
    pub(crate) reports: Reports,
    /// A house of which nothing was heard for so long falls asleep.
    pub(crate) sleep_after: Duration,
}

/// What the feed wants of a house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) identity: Identity,
    pub(crate) quotas: Quotas,
    /// The tenant is read-only.
    pub(crate) read_only: bool,
}

impl Wanted {
    /// With what the gateway says of the tenant's day.
    fn terms(&self, keeping: Keeping) -> Terms {
        let pause = match keeping {
            _ if self.read_only => Some(Pause::ReadOnly),
            Keeping::Kept => None,
            Keeping::NotKept { until } => Some(Pause::DayUsedUp {
                allowed: self.quotas.messages_per_day,
                until,
            }),
        };
        Terms {
            pause,
            ..Terms::of(&self.quotas)
        }
    }
}

/// The task of one house.
pub(crate) struct HouseTask {
    pub(crate) house: HouseId,
    pub(crate) wanted: watch::Receiver<Wanted>,
    pub(crate) around: Arc<Surroundings>,
    pub(crate) stop: CancellationToken,
}

/// Why a house's life ended.
enum End {
    Stopped,
    Fault(StoreFault),
}

impl From<StoreFault> for End {
    fn from(fault: StoreFault) -> Self {
        Self::Fault(fault)
    }
}

/// A house's brain while it lives, and what is left of it while it sleeps.
#[derive(Default)]
struct Mind {
    life: Option<Life>,
    memory: Memory,
    /// What the feed wanted last.
    known: Option<Wanted>,
    /// When it is next to look for what is too old.
    tick: Option<Instant>,
}

impl HouseTask {
    /// Runs until it is asked to stop. A fault of the store ends the life of
    /// the brain, whose memory may be ahead of the store, and the session, so
    /// that everything not acknowledged comes again.
    pub(crate) async fn run(mut self) {
        let (mut session, mut faults) = (Session::default(), 0);
        loop {
            let End::Fault(fault) = self.live(&mut session, &mut faults).await else {
                return;
            };
            session.close();
            faults += 1;
            self.around.troubles.add(&self.house, &fault.to_string());
            match fault {
                // Set aside: not touched again by this process.
                StoreFault::Damaged(_) => return self.stop.cancelled().await,
                StoreFault::Unavailable(_) => tokio::select! {
                    () = tokio::time::sleep(pause(faults, self.around.ambient.as_ref())) => {}
                    () = self.stop.cancelled() => return,
                },
            }
        }
    }

    async fn live(&mut self, session: &mut Session, faults: &mut u32) -> End {
        let mut mind = Mind {
            known: Some(self.wanted.borrow_and_update().clone()),
            ..Mind::default()
        };
        if let Err(end) = self.be(session, &mut mind, faults).await {
            return end;
        }
        if let Some(life) = &mut mind.life {
            let finish = self.drain(session, life);
            // What is not finished by then comes again.
            let _ = tokio::time::timeout(DRAIN, finish).await;
        }
        End::Stopped
    }

    /// Lives until asked to stop.
    async fn be(
        &mut self,
        session: &mut Session,
        mind: &mut Mind,
        faults: &mut u32,
    ) -> Result<(), End> {
        // A house without a file is new: it is born at once, so that whoever
        // connects finds its configuration.
        if !self.around.stores.exists(&self.house) {
            self.awake(session, mind).await?;
        }
        let around = Arc::clone(&self.around);
        loop {
            self.agree(session, mind);
            self.fall_asleep(mind);
            let alarm = self.alarm(mind);
            tokio::select! {
                () = self.stop.cancelled() => return Ok(()),
                () = tokio::time::sleep_until(alarm) => {
                    if mind.tick.is_some_and(|tick| tick <= Instant::now()) {
                        mind.tick = None;
                        mind.memory.tidy_up();
                        self.step(session, mind, Input::Tick).await?;
                    }
                }
                Ok(()) = self.wanted.changed() => self.told(session, mind).await?,
                reply = next_reply(&mut mind.life) => {
                    let (ticket, answer) = reply?;
                    if *faults > 0 {
                        *faults = 0;
                        around.troubles.clear(&self.house);
                    }
                    self.step(session, mind, Input::Stored { ticket, answer }).await?;
                }
                next = session.next_or_open(&self.house, &*around.connector, &*around.ambient)
                => match next {
                    Next::Delivered(delivery, message) => {
                        let input = Input::Delivered {
                            delivery,
                            topic: &message.topic,
                            payload: &message.payload,
                            retained: message.retained,
                        };
                        self.step(session, mind, input).await?;
                        if let Some(life) = &mut mind.life {
                            life.heard = Some(Instant::now());
                        }
                    }
                    Next::Ended => session.close(),
                    Next::Nothing => {}
                },
            }
        }
    }

    /// The feed wants something else of the house. One that sleeps is woken for
    /// another name or time zone, and soon for another length of its history.
    async fn told(&mut self, session: &mut Session, mind: &mut Mind) -> Result<(), End> {
        let wanted = self.wanted.borrow_and_update().clone();
        let before = mind.known.replace(wanted.clone());
        let (renamed, ages) = before.map_or((true, true), |before| {
            (
                before.identity != wanted.identity,
                before.quotas.history_days != wanted.quotas.history_days,
            )
        });
        if mind.life.is_none() && ages {
            let spread = until_slot(&self.house, self.now()).as_secs() % SHORTLY.as_secs();
            let soon = Instant::now() + Duration::from_secs(spread);
            mind.tick = Some(mind.tick.map_or(soon, |tick| tick.min(soon)));
        }
        if renamed {
            self.step(session, mind, Input::Described(wanted.identity))
                .await?;
        }
        Ok(())
    }

    /// When something is to be done if nothing happens: look for what is too
    /// old, which is brought forward and never put off, or fall asleep.
    fn alarm(&self, mind: &mut Mind) -> Instant {
        let now = Instant::now();
        let rest = match &mind.life {
            Some(life) => life.brain.rest(self.now()),
            // One that sleeps is woken for it once a day.
            None => until_slot(&self.house, self.now()),
        };
        let tick = mind.tick.map_or(now + rest, |tick| tick.min(now + rest));
        mind.tick = Some(tick);
        let heard = mind.life.as_ref().and_then(|life| life.heard);
        let idle = heard
            .map(|heard| heard + self.around.sleep_after)
            .filter(|idle| *idle > now);
        idle.map_or(tick, |idle| tick.min(idle))
    }

    /// Lets the brain sleep if nobody has needed it for a while. One that was
    /// only woken to tidy up sleeps as soon as it has.
    fn fall_asleep(&self, mind: &mut Mind) {
        let is_idle = |life: &Life| {
            life.heard
                .is_none_or(|heard| heard.elapsed() >= self.around.sleep_after)
                && life.is_at_rest(self.now())
        };
        if let Some(life) = mind.life.take_if(|life| is_idle(life)) {
            mind.tick = Some(Instant::now() + life.brain.rest(self.now()));
            mind.memory = life.brain.fall_asleep();
            self.around.stores.close(&self.house);
        }
    }

    /// Finishes what was begun, taking no more messages.
    async fn drain(&self, session: &mut Session, life: &mut Life) {
        loop {
            let waiting = life.brain.waiting() > 0;
            let unsaid = session.is_open() && !session.is_drained();
            if !waiting && !unsaid {
                return;
            }
            tokio::select! {
                reply = life.replies.recv(), if waiting => {
                    let Some(Ok((ticket, answer))) = reply else {
                        return;
                    };
                    self.advance(session, life, Input::Stored { ticket, answer });
                }
                next = session.next(false), if unsaid => {
                    if matches!(next, Next::Ended) {
                        return;
                    }
                }
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.around.ambient.now()
    }
}

#[cfg(test)]
mod tests;
