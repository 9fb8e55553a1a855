//! Houses that are pretended: they answer questions as a runtime would.

use std::collections::BTreeMap;
use std::sync::Mutex;

use cell::{Ask, AskError, AskReply, Asker, BusMessage};
use model::HouseId;
use serde_json::{Value, json};

/// What a pretended house knows. Times are those of the wire.
#[derive(Clone, Debug, Default)]
pub struct FakeHouse {
    /// Hours from UTC.
    pub timezone: i64,
    /// Configurations by sensor.
    pub sensors: BTreeMap<String, Value>,
    /// Values with their times, by sensor.
    pub values: BTreeMap<String, Vec<(i64, Value)>>,
    /// What it offers.
    pub unknown: Vec<Value>,
    /// Answers nothing.
    pub silent: bool,
    /// Stores no value that is set.
    pub picky: bool,
}

/// All pretended houses, and what they were asked.
#[derive(Default)]
pub struct FakeHouses {
    houses: Mutex<BTreeMap<String, FakeHouse>>,
    /// What they were asked, oldest first.
    pub asked: Mutex<Vec<Ask>>,
}

impl FakeHouses {
    /// Adds one.
    pub fn add(&self, id: &HouseId, house: FakeHouse) {
        self.houses.lock().unwrap().insert(id.to_string(), house);
    }

    /// Changes one.
    pub fn with(&self, id: &HouseId, edit: impl FnOnce(&mut FakeHouse)) {
        edit(self.houses.lock().unwrap().get_mut(id.as_str()).unwrap());
    }
}

#[async_trait::async_trait]
impl Asker for FakeHouses {
    async fn ask(&self, ask: Ask) -> Result<AskReply, AskError> {
        self.asked.lock().unwrap().push(ask.clone());
        let mut houses = self.houses.lock().unwrap();
        let house = houses.get_mut(ask.house.as_str());
        house
            .filter(|house| !house.silent)
            .and_then(|house| house.answer(&ask))
            .map(|messages| AskReply { messages })
            .ok_or(AskError::Unreachable { last_seen: None })
    }
}

fn message(command: &str, args: &str, data: Value) -> BusMessage {
    BusMessage {
        command: command.to_owned(),
        args: args.to_owned(),
        data: Some(data),
    }
}

impl FakeHouse {
    fn answer(&mut self, ask: &Ask) -> Option<Vec<BusMessage>> {
        let data = ask.data.clone().unwrap_or_default();
        match (ask.to.as_str(), ask.command.as_str()) {
            ("controller/config", "SUBSCRIBE") => Some(self.configuration(data.as_str()?)),
            ("controller/config", "SAVE") => {
                let id = ask.args.strip_prefix("1/sensors/")?;
                self.sensors.insert(id.to_owned(), data.clone());
                Some(vec![message("CONF", &ask.args, data)])
            }
            ("controller/config", "DELETE") => {
                self.sensors.remove(ask.args.strip_prefix("1/sensors/")?);
                Some(vec![BusMessage {
                    data: None,
                    ..message("CONF", &ask.args, Value::Null)
                }])
            }
            ("controller/db", "GET") => {
                let rows = self.rows(&ask.args, &data);
                Some(vec![message("GET", &ask.args, json!({ "data": rows }))])
            }
            ("controller/db", "GET_HISTORY") => {
                let lists = self.buckets(&data)?;
                let data = json!({ "data": lists });
                Some(vec![message("GET_HISTORY", "", data)])
            }
            ("controller/hub", "GET_UNKNOWN") => {
                let data = json!({ "data": self.unknown });
                Some(vec![message("GET_UNKNOWN", "", data)])
            }
            ("controller/hub", "PING") => Some(vec![message("PONG", "", json!({}))]),
            ("controller/hub", "SET") if !self.picky => {
                let value = data.get("value")?.clone();
                let series = self.values.entry(ask.args.clone()).or_default();
                series.push((2_000_000_000, value.clone()));
                let text = value.as_str().map_or(value.to_string(), str::to_owned);
                let saved = json!({"from_save": true, "timestamp": 2_000_000_000, "value": text});
                Some(vec![message("SAVED", &ask.args, saved)])
            }
            _ => None,
        }
    }

    fn configuration(&self, pattern: &str) -> Vec<BusMessage> {
        let mut messages = Vec::new();
        if pattern == "1/house" {
            let house = json!({"timezone": self.timezone, "units": "metric"});
            messages.push(message("CONF", "1/house", house));
        }
        for (id, configuration) in &self.sensors {
            if pattern == "+/sensors/#" || pattern == format!("+/sensors/{id}") {
                let args = format!("1/sensors/{id}");
                messages.push(message("CONF", &args, configuration.clone()));
            }
        }
        messages.push(message("SUBSCRIBE_ACK", "", Value::from(pattern)));
        messages
    }

    /// What numbers come to, by UTC: days here have no time zone.
    fn buckets(&self, asked: &Value) -> Option<Value> {
        let width = match asked["grain"].as_str()? {
            "quarter" => 900,
            "hour" => 3_600,
            _ => 86_400,
        };
        let (start, end) = (asked["start"].as_i64()?, asked["end"].as_i64()?);
        let most = usize::try_from(asked["max_items"].as_u64()?).ok()?;
        let mut lists = serde_json::Map::new();
        for sensor in asked["sensors"].as_array()? {
            let mut found: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
            for (at, value) in self.values.get(sensor.as_str()?).into_iter().flatten() {
                let at = at - self.timezone * 3_600;
                let from = at - at.rem_euclid(width);
                if let Some(number) = value.as_f64().filter(|_| (start..=end).contains(&from)) {
                    found.entry(from).or_default().push(number);
                }
            }
            let row = |(from, numbers): (i64, Vec<f64>)| {
                let count = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                let min = numbers.iter().copied().reduce(f64::min);
                let max = numbers.iter().copied().reduce(f64::max);
                let mean = numbers.iter().sum::<f64>() / f64::from(count);
                json!([from, min, mean, max, count])
            };
            let surplus = found.len().saturating_sub(most);
            let rows: Vec<Value> = found.into_iter().map(row).skip(surplus).collect();
            lists.insert(sensor.as_str()?.to_owned(), rows.into());
        }
        Some(lists.into())
    }

    fn rows(&self, sensor: &str, selection: &Value) -> Vec<Value> {
        let all = self.values.get(sensor).cloned().unwrap_or_default();
        let mut rows: Vec<_> = match selection["start"].as_i64() {
            None => all.last().cloned().into_iter().collect(),
            Some(start) => {
                let end = selection["end"].as_i64().unwrap();
                all.into_iter()
                    .filter(|(at, _)| (start..=end).contains(at))
                    .collect()
            }
        };
        let most = selection["max_items"].as_u64().unwrap_or(u64::MAX);
        let surplus = rows.len().saturating_sub(usize::try_from(most).unwrap());
        rows.drain(..surplus);
        rows.into_iter()
            .map(|(at, value)| json!([at, value]))
            .collect()
    }
}
