//! Listing, adding, changing, removing and setting the sensors of a house.

use std::collections::BTreeMap;

use cell::BusMessage;
use futures_util::{StreamExt, stream};
use model::{AuditAction, Hosting, HouseId, Timestamp};
use serde_json::{Value, json};

use super::change::SensorChange;
use super::question::{Person, Question, rows};
use super::sensor::{Sensor, SensorId, printed};
use crate::app::App;
use crate::audit::Audited;
use crate::http::acting::{Acting, Installer, Requires, Resident};
use crate::http::problem::Problem;
use crate::store::{House, Span};
use crate::{plans, refusals};

/// How many questions to one house are under way at one time.
const ASKED_AT_ONCE: usize = 16;

/// The newest value of a sensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Latest {
    /// The value: a number, a text or null.
    pub value: Value,
    /// When it was measured.
    pub at: Timestamp,
}

/// A value that came for a sensor nobody has configured.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The sensor's id.
    pub id: SensorId,
    /// The module that sent it, such as `service/zigbee2mqtt`.
    pub sender: String,
    /// The value.
    pub value: String,
    /// When it came.
    pub at: Timestamp,
}

/// All that a house says of its sensors at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Its sensors with their newest values, by id.
    pub sensors: Vec<(Sensor, Option<Latest>)>,
    /// What it offers besides.
    pub offers: Vec<Offer>,
    /// By how many hours the house's wire time is ahead of UTC.
    pub offset_hours: i32,
}

impl<Role: Requires> Acting<Role, House> {
    /// In whose name the house is asked.
    pub fn person(&self) -> Person {
        Person::of(self.account(), self.role())
    }
}

/// The sensors a house has configured, by id.
pub async fn list(app: &App, person: &Person, house: &HouseId) -> Result<Vec<Sensor>, Problem> {
    let question = Question::configuration("+/sensors/#".to_owned());
    let answer = question.ask(app, person, house).await?;
    let by_id: BTreeMap<SensorId, Sensor> = answer
        .iter()
        .filter_map(Sensor::from_message)
        .map(|sensor| (sensor.id.clone(), sensor))
        .collect();
    Ok(by_id.into_values().collect())
}

/// One sensor; `None` when the house has none of that id.
pub async fn find(
    app: &App,
    person: &Person,
    house: &HouseId,
    id: &SensorId,
) -> Result<Option<Sensor>, Problem> {
    let question = Question::configuration(format!("+/sensors/{id}"));
    let answer = question.ask(app, person, house).await?;
    Ok(answer
        .iter()
        .filter_map(Sensor::from_message)
        .find(|sensor| sensor.id == *id))
}

/// By how many hours the times a house writes are ahead of UTC. Unset is 0, as
/// in stock modules.
pub async fn offset_hours(app: &App, person: &Person, house: &HouseId) -> Result<i32, Problem> {
    let question = Question::configuration("1/house".to_owned());
    let answer = question.ask(app, person, house).await?;
    Ok(answer.iter().find_map(timezone).unwrap_or(0))
}

fn timezone(message: &BusMessage) -> Option<i32> {
    let hours = message.data.as_ref()?.get("timezone")?;
    let hours = hours.as_i64().or_else(|| hours.as_str()?.parse().ok())?;
    i32::try_from(hours)
        .ok()
        .filter(|hours| (-24..=24).contains(hours))
}

/// The moment of a time on the wire, which is local time written as if it were
/// UTC.
pub(super) fn from_wire(seconds: i64, offset_hours: i32) -> Timestamp {
    Timestamp::from_secs(seconds.saturating_sub(i64::from(offset_hours) * 3_600))
}

/// A moment as a time on the wire.
pub(super) fn to_wire(at: Timestamp, offset_hours: i32) -> i64 {
    at.as_secs().saturating_add(i64::from(offset_hours) * 3_600)
}

/// A `[timestamp, value]` pair of the wire.
pub(super) fn point(row: &Value, offset_hours: i32) -> Option<Latest> {
    let seconds = whole(row.get(0)?)?;
    Some(Latest {
        value: row.get(1)?.clone(),
        at: from_wire(seconds, offset_hours),
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a float cast to an integer saturates; fractions of a second are dropped on purpose"
)]
fn whole(number: &Value) -> Option<i64> {
    number
        .as_i64()
        .or_else(|| number.as_f64().map(|seconds| seconds as i64))
}

/// The newest value of a sensor; `None` when there is none.
pub async fn latest(
    app: &App,
    person: &Person,
    house: &HouseId,
    id: &SensorId,
    offset_hours: i32,
) -> Result<Option<Latest>, Problem> {
    let question = Question::values(id, json!({ "withscores": true }));
    let answer = question.ask(app, person, house).await?;
    Ok(rows(&answer)
        .last()
        .and_then(|row| point(row, offset_hours)))
}

/// Values that came for sensors nobody has configured, newest first.
pub async fn offers(
    app: &App,
    person: &Person,
    house: &HouseId,
    offset_hours: i32,
) -> Result<Vec<Offer>, Problem> {
    let answer = Question::unknown().ask(app, person, house).await?;
    let mut offers: Vec<Offer> = rows(&answer)
        .iter()
        .filter_map(|row| offer(row, offset_hours))
        .collect();
    offers.sort_by_key(|offer| std::cmp::Reverse(offer.at));
    Ok(offers)
}

fn offer(row: &Value, offset_hours: i32) -> Option<Offer> {
    Some(Offer {
        id: row.get("sensor")?.as_str()?.parse().ok()?,
        sender: row.get("sender")?.as_str()?.to_owned(),
        value: printed(row.get("value")?),
        at: from_wire(whole(row.get("timestamp")?)?, offset_hours),
    })
}

/// The sensors of a house with their newest values, and what it offers.
///
/// Fails only when the house does not answer at all: a value that does not
/// come in time is missing, and so are offers, which only our own runtime
/// makes.
pub async fn snapshot(app: &App, person: &Person, house: &House) -> Result<Snapshot, Problem> {
    let (sensors, offset) = futures_util::future::join(
        list(app, person, &house.id),
        offset_hours(app, person, &house.id),
    )
    .await;
    let (sensors, offset_hours) = (sensors?, offset?);
    let values = stream::iter(sensors)
        .map(|sensor| async move {
            let latest = latest(app, person, &house.id, &sensor.id, offset_hours).await;
            (sensor, latest.ok().flatten())
        })
        .buffered(ASKED_AT_ONCE)
        .collect::<Vec<_>>();
    let offered = async {
        match house.hosting {
            Hosting::Hosted => offers(app, person, &house.id, offset_hours).await,
            Hosting::OnPremise => Ok(Vec::new()),
        }
    };
    let (sensors, offers) = futures_util::future::join(values, offered).await;
    Ok(Snapshot {
        sensors,
        offers: offers.unwrap_or_default(),
        offset_hours,
    })
}

/// Adds a sensor or changes it; returns it as it was written.
#[tracing::instrument(name = "sensor.save", skip_all, fields(house.id = %acting.house().id))]
pub async fn save(
    app: &App,
    acting: &Acting<Installer, House>,
    id: SensorId,
    change: &SensorChange,
) -> Result<Sensor, Problem> {
    let (person, house) = (acting.person(), acting.house());
    let known = find(app, &person, &house.id, &id).await?;
    if let Some((field, why)) = change.fault(known.is_none()) {
        return Err(Problem::Invalid { field, why });
    }
    let mut room_for_it = day(app, house).await;
    if room_for_it.is_ok() && known.is_none() {
        room_for_it = room(app, &person, house).await;
    }
    if let Err(problem) = room_for_it {
        let who = acting.account().id;
        return Err(refusals::noted(app, house, who, id.as_str(), problem).await);
    }
    let mut sensor = known.unwrap_or_else(|| Sensor::new(id));
    sensor.apply(change);
    let question = Question::save(&sensor.id, sensor.configuration());
    question.ask(app, &person, &house.id).await?;
    acting
        .did(AuditAction::SensorSaved, &sensor.id)
        .with("house", house.id.as_str())
        .write_alone(app)
        .await?;
    Ok(sensor)
}

/// Whether the day's messages leave room for a change: a hosted house makes
/// none once they are used up.
async fn day(app: &App, house: &House) -> Result<(), Problem> {
    if house.hosting != Hosting::Hosted {
        return Ok(());
    }
    let mut work = app.store.begin_read().await?;
    let quotas = plans::quotas(&mut work, house.tenant, app.now()).await?;
    let today = work
        .usage()
        .sent(house.tenant, Span::day(app.now()))
        .await?;
    drop(work);
    let (allowed, seen) = (quotas.messages_per_day, today.messages);
    if seen < allowed {
        return Ok(());
    }
    Err(Problem::OverQuota {
        what: "messages per day",
        limit: "messages_per_day",
        allowed,
        seen,
        remedy: "Try again after midnight UTC, let devices send less often, or choose a larger plan.",
    })
}

/// Whether the house may have one more sensor.
async fn room(app: &App, person: &Person, house: &House) -> Result<(), Problem> {
    let mut work = app.store.begin_read().await?;
    let quotas = plans::quotas(&mut work, house.tenant, app.now()).await?;
    drop(work);
    let allowed = quotas.sensors_per_house;
    let seen = list(app, person, &house.id).await?.len();
    let seen = u64::try_from(seen).unwrap_or(u64::MAX);
    if seen < allowed {
        return Ok(());
    }
    Err(Problem::OverQuota {
        what: "sensors per house",
        limit: "sensors_per_house",
        allowed,
        seen,
        remedy: "Choose a larger plan, or delete a sensor you no longer need.",
    })
}

/// Removes a sensor's configuration; its history stays until it expires.
#[tracing::instrument(name = "sensor.delete", skip_all, fields(house.id = %acting.house().id))]
pub async fn delete(
    app: &App,
    acting: &Acting<Installer, House>,
    id: &SensorId,
) -> Result<(), Problem> {
    let (person, house) = (acting.person(), &acting.house().id);
    let known = find(app, &person, house, id).await?;
    known.ok_or(Problem::NotFound { what: "sensor" })?;
    if let Err(problem) = day(app, acting.house()).await {
        let who = acting.account().id;
        return Err(refusals::noted(app, acting.house(), who, id.as_str(), problem).await);
    }
    Question::delete(id).ask(app, &person, house).await?;
    acting
        .did(AuditAction::SensorDeleted, id)
        .with("house", house.as_str())
        .write_alone(app)
        .await?;
    Ok(())
}

/// Sets an actuator; returns the value that the house stored, as text.
#[tracing::instrument(name = "sensor.set", skip_all, fields(house.id = %acting.house().id))]
pub async fn set(
    app: &App,
    acting: &Acting<Resident, House>,
    id: &SensorId,
    value: &Value,
) -> Result<String, Problem> {
    if !(value.is_string() || value.is_number() || value.is_boolean()) {
        return Err(Problem::Invalid {
            field: "value",
            why: "must be a number, a text or true or false".to_owned(),
        });
    }
    let (person, house) = (acting.person(), &acting.house().id);
    let sensor = find(app, &person, house, id).await?;
    let sensor = sensor.ok_or(Problem::NotFound { what: "sensor" })?;
    if !sensor.is_actuator() {
        return Err(Problem::Conflict(
            "This sensor is measured, not set. Change its mode to \"actuator\" first.",
        ));
    }
    match Question::set(id, value).ask(app, &person, house).await {
        Ok(answer) => Ok(stored(&answer).unwrap_or_else(|| printed(value))),
        Err(Problem::HouseUnreachable { last_seen }) => {
            // A house that is there and stored nothing did not like the value.
            let there = Question::ping_hub().ask(app, &person, house).await.is_ok();
            Err(if there {
                Problem::Invalid {
                    field: "value",
                    why: "was not taken by the house; check the sensor's format and limits"
                        .to_owned(),
                }
            } else {
                Problem::HouseUnreachable { last_seen }
            })
        }
        Err(other) => Err(other),
    }
}

fn stored(answer: &[BusMessage]) -> Option<String> {
    let value = answer.last()?.data.as_ref()?.get("value")?;
    Some(printed(value))
}
