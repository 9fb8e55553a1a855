//! One sensor: its history as a chart and a table, and its configuration.

use askama::Template;

use super::{Page, house::formats, sample};
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
    /// The days of the span that have numbers, newest first, at most a few
    /// dozen.
    pub days: Vec<DayRow>,
    /// Whether values are numbers, which a chart can draw.
    pub numeric: bool,
    /// Whether the house tells what quarters of hours come to: one whose
    /// controller is at home does not.
    pub quarters: bool,
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
    /// The last 30 days.
    Month,
    /// The last 365 days.
    Year,
    /// All that is kept.
    All,
}

impl ChartRange {
    /// Every span, shortest first.
    pub const ALL: [Self; 6] = [
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Year,
        Self::All,
    ];

    /// The word in the address: `?range=1d`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "1d",
            Self::Week => "1w",
            Self::Month => "1m",
            Self::Year => "1y",
            Self::All => "all",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(self) -> Text {
        Text::one_of("sensor-span", self.word())
    }

    /// Its length in seconds; `None` for everything.
    #[must_use]
    pub const fn secs(self) -> Option<u64> {
        match self {
            Self::Hour => Some(3_600),
            Self::Day => Some(86_400),
            Self::Week => Some(7 * 86_400),
            Self::Month => Some(30 * 86_400),
            Self::Year => Some(365 * 86_400),
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

/// What a day comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRow {
    /// The day by the calendar of the house.
    pub day: Text,
    /// The lowest value.
    pub lowest: String,
    /// The mean.
    pub mean: String,
    /// The highest value.
    pub highest: String,
    /// How many values; empty where that is not known.
    pub count: Text,
}

/// The span as files, at one resolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// What is in them.
    pub title: Text,
    /// Where the table is.
    pub csv: String,
    /// Where the same is for programs.
    pub json: String,
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
    pub fn formats(&self) -> Vec<(String, Text)> {
        let mut all: Vec<(String, Text)> = formats()
            .into_iter()
            .map(|(word, title)| (word.to_owned(), title))
            .collect();
        let current = &self.format.value;
        if !current.is_empty() && !all.iter().any(|(word, _)| word == current) {
            all.push((current.clone(), Text::plain(current)));
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

    /// The words of the resolutions that the house tells, finest first.
    #[must_use]
    pub fn resolutions(&self) -> Vec<&'static str> {
        ["raw", "quarter", "hour", "day"]
            .into_iter()
            .filter(|word| self.quarters || *word != "quarter")
            .collect()
    }

    /// The span as files.
    #[must_use]
    pub fn downloads(&self) -> Vec<Download> {
        let href = |resolution: &str, format: &str| {
            routes::api_export(
                (&self.house_id, &self.sensor_id),
                resolution,
                format,
                (&self.from, &self.to),
            )
        };
        let words = if self.numeric {
            self.resolutions()
        } else {
            vec!["raw"]
        };
        words
            .into_iter()
            .map(|word| Download {
                title: Text::one_of("sensor-download", word),
                csv: href(word, "csv"),
                json: href(word, "json"),
            })
            .collect()
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
            days: Vec::new(),
            quarters: false,
            ..full.clone()
        };
        vec![
            ("full", full.clone()),
            ("empty", empty.clone()),
            (
                "silent",
                Self {
                    silence: Some("The house did not answer in time. Check that it is switched on and connected.".to_owned()),
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
        days: vec![
            DayRow {
                day: Text::plain("21 Nov 2026"),
                lowest: "19.2".to_owned(),
                mean: "20.6".to_owned(),
                highest: "21.9".to_owned(),
                count: Text::count(804),
            },
            DayRow {
                day: Text::plain("20 Nov 2026"),
                lowest: "18.9".to_owned(),
                mean: "20.1".to_owned(),
                highest: "21.7".to_owned(),
                count: Text::count(636),
            },
        ],
        numeric: true,
        quarters: true,
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
        days: Vec::new(),
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
