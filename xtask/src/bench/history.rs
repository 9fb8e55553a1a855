//! The figures of earlier runs: `docs/bench/start.csv`, one row per run.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::plot::{self, Series};

const HEADER: &str = "date,commit,cores,ready_p50_ms,ready_max_ms,resident_mib,cold_build_min";

/// The figures of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The day, UTC.
    pub date: String,
    /// What was measured.
    pub commit: String,
    /// Cores of the machine.
    pub cores: usize,
    /// Median time until the ready file was there, in milliseconds.
    pub ready_p50_ms: f64,
    /// The slowest of the same.
    pub ready_max_ms: f64,
    /// Median resident memory with no house, in MiB.
    pub resident_mib: f64,
    /// A first build, in minutes; `None` when it was not measured.
    pub cold_build_min: Option<f64>,
}

/// Adds a row to the history in `folder` and draws it anew.
pub fn add(folder: &Path, row: &Row) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    let file = folder.join("start.csv");
    let mut text = fs::read_to_string(&file).unwrap_or_else(|_| format!("{HEADER}\n"));
    text.push_str(&row.to_line());
    let rows = parse(&text).with_context(|| format!("read {}", file.display()))?;
    fs::write(&file, &text).with_context(|| format!("write {}", file.display()))?;
    let picture = folder.join("start.svg");
    fs::write(&picture, picture_of(&rows))
        .with_context(|| format!("write {}", picture.display()))?;
    println!(
        "\nkept in {} and {}",
        crate::workspace::shown(&file),
        crate::workspace::shown(&picture)
    );
    Ok(())
}

fn picture_of(rows: &[Row]) -> String {
    let labels: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {}", row.date, row.commit))
        .collect();
    let series = [
        Series {
            name: "ready (ms, median)",
            goal: 300.0,
            values: rows.iter().map(|row| Some(row.ready_p50_ms)).collect(),
        },
        Series {
            name: "resident (MiB)",
            goal: 40.0,
            values: rows.iter().map(|row| Some(row.resident_mib)).collect(),
        },
        Series {
            name: "first build (min)",
            goal: 10.0,
            values: rows.iter().map(|row| row.cold_build_min).collect(),
        },
    ];
    plot::svg("Start of the product, over time", &labels, &series)
}

impl Row {
    fn to_line(&self) -> String {
        let build = self
            .cold_build_min
            .map(|minutes| format!("{minutes:.1}"))
            .unwrap_or_default();
        format!(
            "{},{},{},{:.0},{:.0},{:.1},{build}\n",
            self.date,
            self.commit,
            self.cores,
            self.ready_p50_ms,
            self.ready_max_ms,
            self.resident_mib
        )
    }

    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split(',');
        let row = Self {
            date: fields.next()?.to_owned(),
            commit: fields.next()?.to_owned(),
            cores: fields.next()?.parse().ok()?,
            ready_p50_ms: fields.next()?.parse().ok()?,
            ready_max_ms: fields.next()?.parse().ok()?,
            resident_mib: fields.next()?.parse().ok()?,
            cold_build_min: match fields.next()? {
                "" => None,
                number => Some(number.parse().ok()?),
            },
        };
        fields.next().is_none().then_some(row)
    }
}

fn parse(text: &str) -> Result<Vec<Row>> {
    let mut lines = text.lines();
    ensure!(
        lines.next() == Some(HEADER),
        "the first line is not {HEADER}"
    );
    lines
        .map(|line| Row::parse(line).with_context(|| format!("not a row of figures: {line}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(build: Option<f64>) -> Row {
        Row {
            date: "2026-11-21".into(),
            commit: "abc-dirty".into(),
            cores: 2,
            ready_p50_ms: 120.0,
            ready_max_ms: 180.0,
            resident_mib: 31.5,
            cold_build_min: build,
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        for build in [None, Some(7.5)] {
            assert_eq!(
                Row::parse(row(build).to_line().trim_end()),
                Some(row(build))
            );
        }
        assert_eq!(Row::parse("2026-11-21,abc,2,x,1,1,"), None);
    }

    #[test]
    fn rows_are_added_and_drawn() {
        let folder = tempfile::tempdir().unwrap();
        add(folder.path(), &row(None)).unwrap();
        add(folder.path(), &row(Some(8.0))).unwrap();
        let text = fs::read_to_string(folder.path().join("start.csv")).unwrap();
        assert_eq!(parse(&text).unwrap(), [row(None), row(Some(8.0))]);
        assert!(
            fs::read_to_string(folder.path().join("start.svg"))
                .unwrap()
                .contains("31.5")
        );
    }

    #[test]
    fn a_foreign_file_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("start.csv");
        fs::write(&file, "something,else\n").unwrap();
        assert!(add(folder.path(), &row(None)).is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "something,else\n");
    }
}
