//! One sensor: its history as a chart and a table, and its configuration.

use askama::Template;

use super::{Page, house::FORMATS, sample};
use crate::{Field, Moment, Section, Shell, Text, routes};

/// `/houses/{house}/sensors/{id}?range=`.
///
/// Posts to the same address: `do=save` with `description`, `unit`, `format`,
/// `min_value`, `max_value`; or `do=delete` with `confirm`, which has to be
/// the sensor id.
#[derive(Clone, Debug, Template)]
#[template(path = "sensor.html")]
pub struct SensorPage {
    /// What surrounds the page; its `house` is set.
    pub shell: Shell,
    /// The house id.
    pub house_id: String,
    /// The sensor id.
    pub sensor_id: String,
    /// Its description, or its id when it has none.
    pub name: String,
    /// Its unit; may be empty.
    pub unit: String,
    /// The module that sends it; may be empty.
    pub sender: String,
    /// The house's time zone: the chart tells time by its clock.
    pub timezone: String,
    /// Which span is shown.
    pub range: ChartRange,
    /// Start of the span, RFC 3339; empty for everything.
    pub from: String,
    /// End of the span, RFC 3339.
    pub to: String,
    /// Last, lowest and highest; `None` when there is no number in the span.
    pub summary: Option<Summary>,
    /// The newest values of the span, newest first, at most a few dozen.
    pub rows: Vec<HistoryRow>,
    /// How many older values of the span are not in `rows`.
    pub further: u64,
    /// Whether values are numbers, which a chart can draw.
    pub numeric: bool,
    /// Set when the house did not answer, as a sentence.
    pub silence: Option<String>,
    /// The form; `None` when the person may not change sensors.
    pub form: Option<SensorForm>,
}

/// The span a chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartRange {
    /// The last hour.
    Hour,
    /// The last 24 hours.
    Day,
    /// The last 7 days.
    Week,
    /// All that is kept.
    All,
}

impl ChartRange {
    /// Every span, shortest first.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::All];

    /// The word in the address: `?range=1d`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "1d",
            Self::Week => "1w",
            Self::All => "all",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Hour => "1 hour",
            Self::Day => "1 day",
            Self::Week => "1 week",
            Self::All => "All",
        }
    }

    /// Its length in seconds; `None` for everything.
    #[must_use]
    pub const fn secs(self) -> Option<u64> {
        match self {
            Self::Hour => Some(3_600),
            Self::Day => Some(86_400),
            Self::Week => Some(7 * 86_400),
            Self::All => None,
        }
    }

    /// The span of a word in an address; anything else is a day.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|range| range.word() == word)
            .unwrap_or(Self::Day)
    }
}

/// A span in three numbers, ready to print without unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The newest value.
    pub last: String,
    /// When it was measured.
    pub last_at: Moment,
    /// The lowest value.
    pub lowest: String,
    /// The highest value.
    pub highest: String,
    /// How many values there are: `1,440`.
    pub count: Text,
}

/// One value of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// When.
    pub at: Moment,
    /// The value, ready to print without unit.
    pub value: String,
}

/// What can be changed about a sensor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SensorForm {
    /// What people call it.
    pub description: Field,
    /// Its unit.
    pub unit: Field,
    /// Its format: `int`, `float_1`, `float_2`, `string`, or one that this
    /// form does not offer, which then stays.
    pub format: Field,
    /// Values below are ignored; may be empty.
    pub min_value: Field,
    /// Values above are ignored; may be empty.
    pub max_value: Field,
    /// What was wrong with the typed confirmation.
    pub delete_fault: Option<String>,
}

impl SensorForm {
    /// The formats to choose from, the current one included even when it is
    /// an unusual one.
    #[must_use]
    pub fn formats(&self) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = FORMATS
            .iter()
            .map(|(word, title)| ((*word).to_owned(), (*title).to_owned()))
            .collect();
        let current = &self.format.value;
        if !current.is_empty() && !all.iter().any(|(word, _)| word == current) {
            all.push((current.clone(), current.clone()));
        }
        all
    }
}

impl SensorPage {
    /// The spans to choose from: span and address.
    #[must_use]
    pub fn ranges(&self) -> Vec<(ChartRange, String)> {
        let here = self.action();
        ChartRange::ALL
            .into_iter()
            .map(|range| (range, format!("{here}?range={}", range.word())))
            .collect()
    }

    /// This page's own address.
    #[must_use]
    pub fn action(&self) -> String {
        routes::sensor(&self.house_id, &self.sensor_id)
    }

    /// Where scripts read the history.
    #[must_use]
    pub fn history_api(&self) -> String {
        routes::api_history(&self.house_id, &self.sensor_id)
    }
}

impl Page for SensorPage {
    const NAME: &'static str = "sensor";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = full();
        let empty = Self {
            summary: None,
            rows: Vec::new(),
            further: 0,
            ..full.clone()
        };
        vec![
            ("full", full.clone()),
            ("empty", empty.clone()),
            (
                "silent",
                Self {
                    silence: Some("The house did not answer within 5 s.".to_owned()),
                    form: None,
                    ..empty
                },
            ),
            ("hostile", hostile(full)),
        ]
    }
}

fn full() -> SensorPage {
    SensorPage {
        shell: sample::house_shell(Section::House),
        house_id: "villa-sonnenhang-7k3q9x".to_owned(),
        sensor_id: "living/temp".to_owned(),
        name: "Living room".to_owned(),
        unit: "°C".to_owned(),
        sender: "service/zigbee2mqtt".to_owned(),
        timezone: "Europe/Berlin".to_owned(),
        range: ChartRange::Day,
        from: "2026-11-20T13:02:09.000Z".to_owned(),
        to: "2026-11-21T13:02:09.000Z".to_owned(),
        summary: Some(Summary {
            last: "21.4".to_owned(),
            last_at: sample::moment("12 s ago"),
            lowest: "18.9".to_owned(),
            highest: "21.9".to_owned(),
            count: Text::count(1_440),
        }),
        rows: ["21.4", "21.3", "21.4"]
            .map(|value| HistoryRow {
                at: sample::moment("12 s ago"),
                value: value.to_owned(),
            })
            .to_vec(),
        further: 1_437,
        numeric: true,
        silence: None,
        form: Some(SensorForm {
            description: Field::of("Living room"),
            unit: Field::of("°C"),
            format: Field::of("float_1"),
            ..SensorForm::default()
        }),
    }
}

fn hostile(full: SensorPage) -> SensorPage {
    let text = sample::HOSTILE;
    SensorPage {
        shell: sample::hostile_shell(Section::House),
        house_id: "villa-7k3q9x".to_owned(),
        sensor_id: text.to_owned(),
        name: text.to_owned(),
        unit: text.to_owned(),
        sender: text.to_owned(),
        rows: vec![HistoryRow {
            at: sample::moment("1 min ago"),
            value: text.to_owned(),
        }],
        summary: None,
        further: 0,
        numeric: false,
        form: Some(SensorForm {
            description: Field::faulty(text, "Use at most 80 characters."),
            unit: Field::of(text),
            format: Field::of(text),
            min_value: Field::faulty("x", "Write a number."),
            max_value: Field::default(),
            delete_fault: Some("Type the sensor's id exactly as it is shown.".to_owned()),
        }),
        ..full
    }
}
