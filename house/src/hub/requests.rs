//! The commands of `controller/hub`.

use bus::Module;
use model::Timestamp;
use serde_json::{Value, json};

use super::format::number;
use super::measurement::{Measurement, NotTaken};
use super::sensor::Sensor;
use crate::brain::House;
use crate::config::is_path;
use crate::db::SaveRequest;
use crate::store::Offer;
use crate::turns::{Draft, Waiting};
use crate::wire::{HUB, Message};

/// Seconds within which the same value is not taken twice, when the hub's
/// file does not say.
const DUPLICATES_TOLERANCE: f64 = 3.0;

/// A value that was taken.
struct Prepared {
    save: SaveRequest,
    wish: Option<Wish>,
}

/// What the service of an actuator is told.
struct Wish {
    service: String,
    data: Value,
}

impl House {
    /// `IN/<sensor>`: a measurement of a service.
    pub(crate) fn measured(&mut self, now: Timestamp, message: &Message<'_>, draft: &mut Draft) {
        let id = message.topic.args;
        match Sensor::find(&self.files, id) {
            None => self.offer(now, message, draft),
            Some(sensor) if sensor.mode() == "actuator" => {}
            Some(_) => self.take_value(now, message, false, draft),
        }
    }

    /// `SET/<sensor>`: a value wished for; an actuator is told.
    pub(crate) fn set(&mut self, now: Timestamp, message: &Message<'_>, draft: &mut Draft) {
        self.take_value(now, message, true, draft);
    }

    /// `POLL/<sensor>`: a sensor that is pulled is asked for a value.
    pub(crate) fn poll(&mut self, message: &Message<'_>, draft: &mut Draft) {
        let id = message.topic.args;
        let Some(sensor) = Sensor::find(&self.files, id) else {
            return;
        };
        let Some(service) = sensor.service_name().filter(|_| sensor.mode() == "pull") else {
            return;
        };
        let to = Module {
            scope: "service",
            name: service,
        };
        let configuration = sensor.service_configuration().cloned();
        let data = Value::Object(configuration.unwrap_or_default());
        if is_path(service) && !sensor.is_disabled() {
            draft
                .say
                .extend(self.wire.send(HUB, to, ("IN", id), None, data));
        }
    }

    /// `GET_UNKNOWN`: what is on offer.
    pub(crate) fn unknown_sensors(&mut self, message: &Message<'_>, draft: &mut Draft) {
        let offers = self.offers.list(self.files.offset_secs());
        draft.say.push(message.reply(json!({ "data": offers })));
    }

    fn take_value(
        &mut self,
        now: Timestamp,
        message: &Message<'_>,
        is_wish: bool,
        draft: &mut Draft,
    ) {
        let id = message.topic.args;
        match self.prepare(now, message, is_wish) {
            Ok(None) => {}
            Ok(Some(prepared)) => {
                let always = prepared.wish.map_or_else(Vec::new, |wish| {
                    let to = Module {
                        scope: "service",
                        name: &wish.service,
                    };
                    let request_id = Some(message.request_id());
                    let out = self.wire.send(HUB, to, ("OUT", id), request_id, wish.data);
                    out.to_vec()
                });
                let client = message.topic.from;
                self.save(now, prepared.save, client, always, draft);
            }
            Err(why) => {
                let from = message.topic.from;
                let text = format!("value of {id} from {from} not taken: {why}");
                draft.say.extend(self.wire.warning(HUB, text));
            }
        }
    }

    /// What is to be stored, and what an actuator is told. `None` for values that are dropped without a word: of disabled sensors,
    /// repeated at once, outside the limits.
    fn prepare(
        &mut self,
        now: Timestamp,
        message: &Message<'_>,
        is_wish: bool,
    ) -> Result<Option<Prepared>, NotTaken> {
        let id = message.topic.args;
        let sensor = Sensor::find(&self.files, id)
            .ok_or_else(|| NotTaken::Value("no such sensor is configured".to_owned()))?;
        if sensor.is_disabled() {
            return Ok(None);
        }
        let offset = self.files.offset_secs();
        let mut measurement = Measurement::read(message.data(), now.as_secs(), offset)?;
        measurement.bring_into_form(&sensor)?;
        let (text, at) = (measurement.text(), measurement.at);
        let tolerance = self.files.hub_setting("duplicates_tolerance");
        let tolerance = tolerance.and_then(number).unwrap_or(DUPLICATES_TOLERANCE);
        if self.duplicates.repeats(id, &text, at, tolerance) || !sensor.allows(measurement.value())
        {
            return Ok(None);
        }
        measurement.attach_policies(&sensor);
        let service = sensor
            .service_name()
            .filter(|name| is_wish && sensor.mode() == "actuator" && is_path(name));
        let wish = match service {
            Some(service) => Some(Wish {
                service: service.to_owned(),
                data: measurement.for_actuator(&sensor)?,
            }),
            None => None,
        };
        self.duplicates.accept(id, sensor.format(), &text, at);
        let save = SaveRequest::read(id, &Value::Object(measurement.data), at)
            .map_err(|why| NotTaken::Value(why.to_string()))?;
        Ok(Some(Prepared { save, wish }))
    }

    /// Offers the sensor of a value that nobody configured.
    fn offer(&mut self, now: Timestamp, message: &Message<'_>, draft: &mut Draft) {
        let (id, sender) = (message.topic.args, message.topic.from.to_string());
        let offset = self.files.offset_secs();
        if !is_path(id) {
            return;
        }
        let Ok(measurement) = Measurement::read(message.data(), now.as_secs(), offset) else {
            return;
        };
        let offer = Offer {
            sensor: id.to_owned(),
            sender: sender.clone(),
            value: measurement.value().clone(),
            at: measurement.at.saturating_sub(offset),
        };
        let mut write = self.offers.heard(now.as_secs(), offer);
        let Some(last) = write.pop() else {
            return;
        };
        let shown = match &last {
            crate::store::StoreOp::PutOffer(offer) => offer.value.clone(),
            _ => Value::Null,
        };
        let data = json!({ "value": shown, "sender": sender, "timestamp": measurement.at });
        let say = self.wire.broadcast(HUB, "UNKNOWN", id, data).to_vec();
        draft.store.extend(write);
        draft.wait = Some((last, Waiting::Say(say)));
    }
}
