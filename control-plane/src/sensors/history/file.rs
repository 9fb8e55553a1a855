//! How the lines of an exported span are written: CSV after RFC 4180, and JSON.

use std::str::FromStr;

use model::TimeZoneName;
use serde_json::{Map, Value, json};

use super::buckets::Bucket;
use super::span::Resolution;
use crate::sensors::service::Latest;

/// The kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A table, for spreadsheets.
    Csv,
    /// One object, for programs.
    Json,
}

impl FromStr for Format {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

impl Format {
    /// What a client asks for by its `Accept` header: the table unless JSON is
    /// named and the table is not.
    pub(super) fn of_accept(accept: &str) -> Self {
        let named = |kind: &str| {
            let mut kinds = accept.split([',', ';']);
            kinds.any(|one| one.trim().eq_ignore_ascii_case(kind))
        };
        if named("application/json") && !named("text/csv") {
            Self::Json
        } else {
            Self::Csv
        }
    }

    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
        }
    }

    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// What a file is about.
#[derive(Clone, Debug)]
pub(super) struct About {
    pub(super) format: Format,
    pub(super) house: String,
    pub(super) sensor: String,
    pub(super) resolution: Resolution,
    pub(super) zone: TimeZoneName,
}

/// Some points, of either kind.
#[derive(Clone, Debug)]
pub(super) enum Points {
    Raw(Vec<Latest>),
    Buckets(Vec<Bucket>),
}

impl About {
    /// What to save the file as: letters, digits and dashes only.
    pub(super) fn file_name(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let sensor: String = self.sensor.chars().map(plain).take(80).collect();
        let (resolution, extension) = (self.resolution.as_str(), self.format.extension());
        format!("{}-{sensor}-{resolution}.{extension}", self.house)
    }

    /// What stands before the first point.
    pub(super) fn head(&self) -> String {
        match (self.format, self.resolution) {
            (Format::Csv, Resolution::Raw) => "at,value\r\n".to_owned(),
            (Format::Csv, _) => "at,min,avg,max,count\r\n".to_owned(),
            (Format::Json, resolution) => {
                let about = json!({
                    "house": self.house, "sensor": self.sensor,
                    "resolution": resolution.as_str(), "timezone": self.zone.as_str(),
                });
                let about = about.to_string();
                let open = about.strip_suffix('}').unwrap_or(&about);
                format!("{open},\"points\":[")
            }
        }
    }

    /// What stands behind the last.
    pub(super) const fn foot(&self) -> &'static str {
        match self.format {
            Format::Csv => "",
            Format::Json => "\n]}\n",
        }
    }

    /// The lines of `points`; `first` says that none stand before them.
    pub(super) fn lines(&self, points: &Points, first: bool) -> String {
        let mut text = String::new();
        let mut write = |fields: [(&str, Value); 5], count: usize| {
            let fields = fields.into_iter().take(count);
            match self.format {
                Format::Csv => {
                    let cells: Vec<String> = fields.map(|(_, value)| cell(&value)).collect();
                    text.push_str(&cells.join(","));
                    text.push_str("\r\n");
                }
                Format::Json => {
                    let separator = if first && text.is_empty() {
                        "\n"
                    } else {
                        ",\n"
                    };
                    let fields = fields.map(|(name, value)| (name.to_owned(), value));
                    let object = Value::Object(fields.collect::<Map<_, _>>());
                    text.push_str(separator);
                    text.push_str(&object.to_string());
                }
            }
        };
        let nothing = || ("", Value::Null);
        match points {
            Points::Raw(points) => {
                for point in points {
                    let at = json!(self.zone.rfc3339(point.at));
                    let value = point.value.clone();
                    let fields = [
                        ("at", at),
                        ("value", value),
                        nothing(),
                        nothing(),
                        nothing(),
                    ];
                    write(fields, 2);
                }
            }
            Points::Buckets(buckets) => {
                for bucket in buckets {
                    let fields = [
                        ("at", json!(self.zone.rfc3339(bucket.at))),
                        ("min", json!(bucket.min)),
                        ("avg", bucket.avg.clone()),
                        ("max", json!(bucket.max)),
                        ("count", json!(bucket.count)),
                    ];
                    write(fields, 5);
                }
            }
        }
        text
    }
}

/// A cell of a table: quoted where it has to be. Texts that a spreadsheet would
/// take for a formula get a `'` in front; texts come from devices.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text,
        other => return other.to_string(),
    };
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    let begins = text.trim_start_matches([' ', '\u{a0}']);
    let guard = if !is_number && begins.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        "'"
    } else {
        ""
    };
    if guard.is_empty() && !text.contains([',', '"', '\r', '\n']) {
        return text.clone();
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::*;

    fn about(format: Format, resolution: Resolution) -> About {
        About {
            format,
            house: "villa-7k3q9x".to_owned(),
            sensor: "kitchen/temp".to_owned(),
            resolution,
            zone: "Europe/Berlin".parse().unwrap(),
        }
    }

    fn raw(value: Value) -> Points {
        Points::Raw(vec![Latest {
            value,
            at: Timestamp::from_secs(1_795_264_686),
        }])
    }

    #[test]
    fn cells_are_quoted_and_formulas_stay_texts() {
        for (value, written) in [
            (json!(21.5), "21.5"),
            (json!(-0.5), "-0.5"),
            (json!("-0.5"), "-0.5"),
            (json!("up"), "up"),
            (json!(null), ""),
            (json!("a,b"), "\"a,b\""),
            (json!("say \"hi\""), "\"say \"\"hi\"\"\""),
            (json!("two\nlines"), "\"two\nlines\""),
            (json!("=1+2"), "\"'=1+2\""),
            (json!("+cmd|' /C calc'!A0"), "\"'+cmd|' /C calc'!A0\""),
            (json!("-inf"), "\"'-inf\""),
            (json!("@SUM(1)"), "\"'@SUM(1)\""),
            (json!("\t=1"), "\"'\t=1\""),
            (json!("  =1"), "\"'  =1\""),
        ] {
            assert_eq!(cell(&value), written, "{value}");
        }
    }

    #[test]
    fn a_table_has_a_head_and_times_of_the_house() {
        let about = about(Format::Csv, Resolution::Raw);
        assert_eq!(about.head(), "at,value\r\n");
        let lines = about.lines(&raw(json!(21.5)), true);
        assert_eq!(lines, "2026-11-21T13:38:06+01:00,21.5\r\n");
        assert_eq!(about.file_name(), "villa-7k3q9x-kitchen-temp-raw.csv");
    }

    #[test]
    fn an_object_is_whole_whatever_it_is_cut_into() {
        let about = about(Format::Json, Resolution::Hour);
        let bucket = Bucket {
            at: Timestamp::from_secs(1_795_262_400),
            min: Some(20.0),
            avg: json!(21.25),
            max: Some(22.5),
            count: Some(4),
        };
        let some = Points::Buckets(vec![bucket]);
        let none = about.lines(&Points::Buckets(Vec::new()), true);
        let (one, two) = (about.lines(&some, true), about.lines(&some, false));
        let text = [&*about.head(), &none, &one, &two, about.foot()].concat();
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["timezone"], "Europe/Berlin");
        let point = json!({"at": "2026-11-21T13:00:00+01:00", "min": 20.0, "avg": 21.25,
            "max": 22.5, "count": 4});
        assert_eq!(read["points"], json!([point, point]));
        let empty = [&*about.head(), about.foot()].concat();
        let read: Value = serde_json::from_str(&empty).unwrap();
        assert_eq!(read["points"], json!([]));
    }

    #[test]
    fn the_table_is_what_a_browser_gets() {
        for (accept, format) in [
            ("", Format::Csv),
            ("*/*", Format::Csv),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Format::Csv),
            ("application/json", Format::Json),
            ("application/json, text/csv", Format::Csv),
        ] {
            assert_eq!(Format::of_accept(accept), format, "{accept}");
        }
    }
}
