//! Questions to a house's modules: built here, answered on its bus.

use std::time::Duration;

use cell::{Ask, AskError, BusMessage, Until};
use model::{BusRole, HouseId, TenantRole};
use serde_json::{Value, json};

use super::sensor::SensorId;
use crate::app::App;
use crate::bus_tokens::bus_user;
use crate::http::problem::Problem;
use crate::store::Account;

/// How long a house may take to answer what it knows.
const READ_LIMIT: Duration = Duration::from_secs(2);

/// How long a house may take to do something. A stock controller collects
/// changes of its configuration for 5 s before it says what came of them.
const CHANGE_LIMIT: Duration = Duration::from_secs(8);

/// In whose name a house is asked.
#[derive(Clone, Debug)]
pub struct Person {
    user: String,
    role: BusRole,
}

impl Person {
    /// A member with `role` in the house's tenant.
    #[must_use]
    pub fn of(account: &Account, role: TenantRole) -> Self {
        Self {
            user: bus_user(account.id),
            role: role.bus_role(),
        }
    }
}

/// One question.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    to: &'static str,
    command: &'static str,
    args: String,
    data: Value,
    until: Until,
    limit: Duration,
}

impl Question {
    /// All configuration files that match `pattern`, as `<version>/<filter>`.
    #[must_use]
    pub fn configuration(pattern: String) -> Self {
        Self {
            to: "controller/config",
            command: "SUBSCRIBE",
            args: String::new(),
            data: Value::from(pattern),
            until: Until::Command("SUBSCRIBE_ACK".to_owned()),
            limit: READ_LIMIT,
        }
    }

    /// The newest value of a sensor, or those that `selection` describes.
    #[must_use]
    pub fn values(sensor: &SensorId, selection: Value) -> Self {
        Self {
            to: "controller/db",
            command: "GET",
            args: sensor.to_string(),
            data: selection,
            until: Until::Reply,
            limit: READ_LIMIT,
        }
    }

    /// What quarters, hours and days of sensors come to. Only our own runtime
    /// answers this.
    #[must_use]
    pub fn history(selection: Value) -> Self {
        Self {
            to: "controller/db",
            command: "GET_HISTORY",
            args: String::new(),
            data: selection,
            until: Until::Reply,
            limit: READ_LIMIT,
        }
    }

    /// One number for each hour or day of a sensor, where a stock controller
    /// keeps it.
    #[must_use]
    pub fn statistic(sensor: &SensorId, grain: &str, statistic: &str, selection: Value) -> Self {
        Self {
            args: format!("{sensor}/{grain}/{statistic}"),
            ..Self::values(sensor, selection)
        }
    }

    /// Values that came for sensors nobody has configured. Only our own
    /// runtime answers this.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            to: "controller/hub",
            command: "GET_UNKNOWN",
            args: String::new(),
            data: json!({}),
            until: Until::Reply,
            limit: READ_LIMIT,
        }
    }

    /// Whether the hub is there.
    #[must_use]
    pub fn ping_hub() -> Self {
        Self {
            to: "controller/hub",
            command: "PING",
            args: String::new(),
            data: json!({}),
            until: Until::Command("PONG".to_owned()),
            limit: READ_LIMIT,
        }
    }

    /// Write a sensor's configuration.
    #[must_use]
    pub fn save(sensor: &SensorId, configuration: Value) -> Self {
        Self::change(sensor, "SAVE", configuration)
    }

    /// Remove a sensor's configuration.
    #[must_use]
    pub fn delete(sensor: &SensorId) -> Self {
        Self::change(sensor, "DELETE", json!({}))
    }

    fn change(sensor: &SensorId, command: &'static str, data: Value) -> Self {
        let file = format!("1/sensors/{sensor}");
        Self {
            to: "controller/config",
            command,
            args: file.clone(),
            data,
            until: Until::Broadcast {
                from: "controller/config".to_owned(),
                command: "CONF".to_owned(),
                args: file,
            },
            limit: CHANGE_LIMIT,
        }
    }

    /// Set a sensor's value; done when the house says that it stored one.
    #[must_use]
    pub fn set(sensor: &SensorId, value: &Value) -> Self {
        Self {
            to: "controller/hub",
            command: "SET",
            args: sensor.to_string(),
            data: json!({ "value": value }),
            until: Until::Broadcast {
                from: "controller/db".to_owned(),
                command: "SAVED".to_owned(),
                args: sensor.to_string(),
            },
            limit: CHANGE_LIMIT,
        }
    }

    /// Asks `house` in the name of `person`. The messages of the answer, at
    /// least one.
    pub async fn ask(
        self,
        app: &App,
        person: &Person,
        house: &HouseId,
    ) -> Result<Vec<BusMessage>, Problem> {
        let ask = Ask {
            house: house.clone(),
            role: person.role,
            user: person.user.clone(),
            to: self.to.to_owned(),
            command: self.command.to_owned(),
            args: self.args,
            data: Some(self.data),
            until: self.until,
            deadline: self.limit,
        };
        let answer = app.asker.ask(ask).await;
        answer
            .map(|reply| reply.messages)
            .map_err(|error| match error {
                AskError::Unreachable { last_seen } => Problem::HouseUnreachable { last_seen },
                AskError::Denied(why) => Problem::Forbidden(why.into()),
            })
    }
}

/// The `data` list in the answer to a query: `{"data": […]}`.
#[must_use]
pub fn rows(answer: &[BusMessage]) -> Vec<Value> {
    answer
        .last()
        .and_then(|message| message.data.as_ref()?.get("data")?.as_array().cloned())
        .unwrap_or_default()
}
