//! The figures of earlier runs: `docs/bench/start.csv` and `houses.csv`, one row
//! per run.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::houses::Cost;
use super::load::Latencies;
use super::plot::{self, Series};
use super::portal::Found;

/// What we promise for a start with many houses, in milliseconds.
pub const HOUSES_READY_GOAL_MS: f64 = 1_000.0;

/// What we promise for each hosted house that is idle, in KiB.
pub const HOUSE_GOAL_KIB: f64 = 100.0;

/// What we promise for the overview of houses at 200 requests a second, in
/// milliseconds.
pub const DASHBOARD_GOAL_MS: f64 = 20.0;

/// What we promise for the search of admins, in milliseconds.
pub const SEARCH_GOAL_MS: f64 = 50.0;

/// What we promise for memory with ten thousand tenants, in MiB.
pub const PORTAL_GOAL_MIB: f64 = 150.0;

/// The figures of one run, as a row of a file.
pub trait Figures: Sized {
    /// The name of the file and of its picture, without the ending.
    const NAME: &'static str;
    /// The title of the picture.
    const TITLE: &'static str;
    /// The first line of the file.
    const HEADER: &'static str;

    /// The row, without an end of line.
    fn to_line(&self) -> String;

    /// Reads a row.
    fn parse(line: &str) -> Option<Self>;

    /// What the run is called in the picture.
    fn label(&self) -> String;

    /// What the picture shows of all runs.
    fn series(rows: &[Self]) -> Vec<Series>;
}

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

/// The figures of one run with many houses.
#[derive(Clone, Debug, PartialEq)]
pub struct HousesRow {
    /// The day, UTC.
    pub date: String,
    /// What was measured.
    pub commit: String,
    /// Cores of the machine.
    pub cores: usize,
    /// What was found.
    pub cost: Cost,
}

/// The figures of one run of the portal on one engine.
#[derive(Clone, Debug, PartialEq)]
pub struct PortalRow {
    /// The day, UTC.
    pub date: String,
    /// What was measured.
    pub commit: String,
    /// Cores of the machine.
    pub cores: usize,
    /// What was found.
    pub found: Found,
}

/// Adds a row to the history in `folder` and draws it anew.
pub fn add<F: Figures>(folder: &Path, row: &F) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    let file = folder.join(format!("{}.csv", F::NAME));
    let mut text = fs::read_to_string(&file).unwrap_or_else(|_| format!("{}\n", F::HEADER));
    text.push_str(&row.to_line());
    text.push('\n');
    let rows: Vec<F> = parse(&text).with_context(|| format!("read {}", file.display()))?;
    fs::write(&file, &text).with_context(|| format!("write {}", file.display()))?;
    let picture = folder.join(format!("{}.svg", F::NAME));
    let labels: Vec<String> = rows.iter().map(F::label).collect();
    fs::write(&picture, plot::svg(F::TITLE, &labels, &F::series(&rows)))
        .with_context(|| format!("write {}", picture.display()))?;
    println!(
        "\nkept in {} and {}",
        crate::workspace::shown(&file),
        crate::workspace::shown(&picture)
    );
    Ok(())
}

impl Figures for Row {
    const NAME: &'static str = "start";
    const TITLE: &'static str = "Start of the product, over time";
    const HEADER: &'static str =
        "date,commit,cores,ready_p50_ms,ready_max_ms,resident_mib,cold_build_min";

    fn to_line(&self) -> String {
        let build = self
            .cold_build_min
            .map(|minutes| format!("{minutes:.1}"))
            .unwrap_or_default();
        format!(
            "{},{},{},{:.0},{:.0},{:.1},{build}",
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

    fn label(&self) -> String {
        format!("{} {}", self.date, self.commit)
    }

    fn series(rows: &[Self]) -> Vec<Series> {
        vec![
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
        ]
    }
}

impl Figures for HousesRow {
    const NAME: &'static str = "houses";
    const TITLE: &'static str = "Start with hosted houses, and what each costs, over time";
    const HEADER: &'static str = "date,commit,cores,houses,ready_p50_ms,ready_max_ms,resident_mib,idle_kib,awake_kib,asleep_kib";

    fn to_line(&self) -> String {
        let cost = &self.cost;
        format!(
            "{},{},{},{},{:.0},{:.0},{:.1},{:.1},{:.1},{:.1}",
            self.date,
            self.commit,
            self.cores,
            cost.houses,
            cost.ready_p50_ms,
            cost.ready_max_ms,
            cost.resident_mib,
            cost.idle_kib,
            cost.awake_kib,
            cost.asleep_kib
        )
    }

    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split(',');
        let row = Self {
            date: fields.next()?.to_owned(),
            commit: fields.next()?.to_owned(),
            cores: fields.next()?.parse().ok()?,
            cost: Cost {
                houses: fields.next()?.parse().ok()?,
                ready_p50_ms: fields.next()?.parse().ok()?,
                ready_max_ms: fields.next()?.parse().ok()?,
                resident_mib: fields.next()?.parse().ok()?,
                idle_kib: fields.next()?.parse().ok()?,
                awake_kib: fields.next()?.parse().ok()?,
                asleep_kib: fields.next()?.parse().ok()?,
            },
        };
        fields.next().is_none().then_some(row)
    }

    fn label(&self) -> String {
        let houses = self.cost.houses;
        format!("{} {}, {houses} houses", self.date, self.commit)
    }

    fn series(rows: &[Self]) -> Vec<Series> {
        vec![
            Series {
                name: "ready (ms, median)",
                goal: HOUSES_READY_GOAL_MS,
                values: rows.iter().map(|row| Some(row.cost.ready_p50_ms)).collect(),
            },
            Series {
                name: "each idle house (KiB)",
                goal: HOUSE_GOAL_KIB,
                values: rows.iter().map(|row| Some(row.cost.idle_kib)).collect(),
            },
            Series {
                name: "each house that fell asleep again (KiB)",
                goal: HOUSE_GOAL_KIB,
                values: rows.iter().map(|row| Some(row.cost.asleep_kib)).collect(),
            },
        ]
    }
}

impl Figures for PortalRow {
    const NAME: &'static str = "portal";
    const TITLE: &'static str = "The portal with many tenants, over time";
    const HEADER: &'static str = "date,commit,cores,engine,tenants,dashboard_p50_ms,dashboard_p99_ms,dashboard_max_ms,search_p50_ms,search_p99_ms,search_max_ms,resident_mib";

    fn to_line(&self) -> String {
        let found = &self.found;
        let three = |took: &Latencies| format!("{:.1},{:.1},{:.1}", took.p50, took.p99, took.max);
        format!(
            "{},{},{},{},{},{},{},{:.1}",
            self.date,
            self.commit,
            self.cores,
            found.engine,
            found.tenants,
            three(&found.dashboard),
            three(&found.search),
            found.resident_mib
        )
    }

    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split(',');
        let (date, commit) = (fields.next()?.to_owned(), fields.next()?.to_owned());
        let cores = fields.next()?.parse().ok()?;
        let engine = fields.next()?.to_owned();
        let tenants = fields.next()?.parse().ok()?;
        let mut three = || {
            Some(Latencies {
                p50: fields.next()?.parse().ok()?,
                p99: fields.next()?.parse().ok()?,
                max: fields.next()?.parse().ok()?,
            })
        };
        let (dashboard, search) = (three()?, three()?);
        let row = Self {
            date,
            commit,
            cores,
            found: Found {
                engine,
                tenants,
                dashboard,
                search,
                resident_mib: fields.next()?.parse().ok()?,
            },
        };
        fields.next().is_none().then_some(row)
    }

    fn label(&self) -> String {
        format!("{} {}, {}", self.date, self.commit, self.found.engine)
    }

    fn series(rows: &[Self]) -> Vec<Series> {
        let values = |of: fn(&Found) -> f64| rows.iter().map(|row| Some(of(&row.found))).collect();
        vec![
            Series {
                name: "dashboard (ms, p99)",
                goal: DASHBOARD_GOAL_MS,
                values: values(|found| found.dashboard.p99),
            },
            Series {
                name: "admin search (ms, p99)",
                goal: SEARCH_GOAL_MS,
                values: values(|found| found.search.p99),
            },
            Series {
                name: "resident (MiB)",
                goal: PORTAL_GOAL_MIB,
                values: values(|found| found.resident_mib),
            },
        ]
    }
}

fn parse<F: Figures>(text: &str) -> Result<Vec<F>> {
    let mut lines = text.lines();
    ensure!(
        lines.next() == Some(F::HEADER),
        "the first line is not {}",
        F::HEADER
    );
    lines
        .map(|line| F::parse(line).with_context(|| format!("not a row of figures: {line}")))
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
            assert_eq!(Row::parse(&row(build).to_line()), Some(row(build)));
        }
        assert_eq!(Row::parse("2026-11-21,abc,2,x,1,1,"), None);
    }

    #[test]
    fn figures_of_houses_are_kept_in_a_file_of_their_own() {
        let row = HousesRow {
            date: "2026-11-21".into(),
            commit: "abc".into(),
            cores: 2,
            cost: Cost {
                houses: 1_000,
                ready_p50_ms: 310.0,
                ready_max_ms: 402.0,
                resident_mib: 60.5,
                idle_kib: 42.5,
                awake_kib: 120.0,
                asleep_kib: 50.0,
            },
        };
        assert_eq!(HousesRow::parse(&row.to_line()), Some(row.clone()));
        let folder = tempfile::tempdir().unwrap();
        add(folder.path(), &row).unwrap();
        let picture = fs::read_to_string(folder.path().join("houses.svg")).unwrap();
        assert!(picture.contains("1000 houses: 42.5"), "{picture}");
    }

    #[test]
    fn figures_of_the_portal_can_be_read_back() {
        let took = Latencies {
            p50: 1.5,
            p99: 9.0,
            max: 20.0,
        };
        let row = PortalRow {
            date: "2026-11-21".into(),
            commit: "abc".into(),
            cores: 2,
            found: Found {
                engine: "postgres".into(),
                tenants: 10_000,
                dashboard: took,
                search: took,
                resident_mib: 61.5,
            },
        };
        assert_eq!(PortalRow::parse(&row.to_line()), Some(row));
    }

    #[test]
    fn rows_are_added_and_drawn() {
        let folder = tempfile::tempdir().unwrap();
        add(folder.path(), &row(None)).unwrap();
        add(folder.path(), &row(Some(8.0))).unwrap();
        let text = fs::read_to_string(folder.path().join("start.csv")).unwrap();
        assert_eq!(parse::<Row>(&text).unwrap(), [row(None), row(Some(8.0))]);
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
