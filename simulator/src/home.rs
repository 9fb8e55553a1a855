//! The sensors and modules of a played house.

use std::time::Duration;

use serde_json::{Value, json};

use crate::day::{self, Quantity};

/// One sensor.
#[derive(Clone, Copy, Debug)]
pub struct Sensor {
    /// Its id, such as `garden/temperature`.
    pub id: &'static str,
    /// What people call it.
    pub description: &'static str,
    /// The module that measures it, such as `service/weather`.
    pub module: &'static str,
    /// Its format on the bus.
    pub format: &'static str,
    /// Its unit; empty for none.
    pub unit: &'static str,
    /// How often it is measured.
    pub every: Duration,
    /// What it measures; `None` for a switch, which is only told.
    pub quantity: Option<Quantity>,
}

const fn sensor(
    (module, id): (&'static str, &'static str),
    description: &'static str,
    (format, unit): (&'static str, &'static str),
    every_secs: u64,
    quantity: Quantity,
) -> Sensor {
    Sensor {
        id,
        description,
        module,
        format,
        unit,
        every: Duration::from_secs(every_secs),
        quantity: Some(quantity),
    }
}

const WEATHER: &str = "service/weather";
const RADIO: &str = "service/zigbee";
const METER: &str = "service/meter";
const RELAY: &str = "service/relay";

/// Everything that a played house has.
pub const SENSORS: [Sensor; 10] = [
    sensor(
        (WEATHER, "garden/temperature"),
        "Garden temperature",
        ("float_1", "°C"),
        20,
        Quantity::OutdoorTemperature,
    ),
    sensor(
        (WEATHER, "garden/humidity"),
        "Garden humidity",
        ("int", "%"),
        30,
        Quantity::OutdoorHumidity,
    ),
    sensor(
        (WEATHER, "garden/light"),
        "Daylight",
        ("int", "lx"),
        15,
        Quantity::Light,
    ),
    sensor(
        (RADIO, "living-room/temperature"),
        "Living room temperature",
        ("float_1", "°C"),
        15,
        Quantity::IndoorTemperature,
    ),
    sensor(
        (RADIO, "living-room/humidity"),
        "Living room humidity",
        ("int", "%"),
        30,
        Quantity::IndoorHumidity,
    ),
    sensor(
        (RADIO, "living-room/co2"),
        "Living room air",
        ("int", "ppm"),
        20,
        Quantity::CarbonDioxide,
    ),
    sensor(
        (RADIO, "hall/door"),
        "Front door",
        ("int", ""),
        10,
        Quantity::Door,
    ),
    sensor(
        (METER, "energy/power"),
        "Power used",
        ("int", "W"),
        5,
        Quantity::Power,
    ),
    sensor(
        (METER, "energy/solar"),
        "Power from the roof",
        ("int", "W"),
        10,
        Quantity::Solar,
    ),
    Sensor {
        id: "living-room/lamp",
        description: "Living room lamp",
        module: RELAY,
        format: "int",
        unit: "",
        every: Duration::from_mins(1),
        quantity: None,
    },
];

impl Sensor {
    /// Its configuration, as `SAVE` takes it.
    #[must_use]
    pub fn configuration(&self) -> Value {
        let (_, service) = self.module.split_once('/').unwrap_or_default();
        let mode = if self.quantity.is_some() {
            "push"
        } else {
            "actuator"
        };
        json!({
            "format": self.format,
            "description": self.description,
            "unit": self.unit,
            "retain": "history",
            "service": {"name": service, "mode": mode, "configuration": {}},
        })
    }

    /// What it measures in the house `seed` at `local` seconds of the house's
    /// own clock; `None` for a switch.
    #[must_use]
    pub fn measure(&self, seed: u64, local: i64) -> Option<f64> {
        let value = day::value(self.quantity?, seed, local);
        Some((value * 10.0).round() / 10.0)
    }
}

/// The modules, each once, in the order of their sensors.
#[must_use]
pub fn modules() -> Vec<&'static str> {
    let mut modules: Vec<&'static str> = SENSORS.iter().map(|sensor| sensor.module).collect();
    modules.dedup();
    modules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_has_its_sensors_together() {
        assert_eq!(modules(), [WEATHER, RADIO, METER, RELAY]);
    }

    #[test]
    fn a_switch_measures_nothing_and_is_told_by_its_module() {
        let lamp = SENSORS
            .iter()
            .find(|sensor| sensor.quantity.is_none())
            .unwrap();
        assert_eq!(lamp.measure(1, 0), None);
        assert_eq!(lamp.configuration()["service"]["mode"], "actuator");
        assert_eq!(lamp.configuration()["service"]["name"], "relay");
    }
}
