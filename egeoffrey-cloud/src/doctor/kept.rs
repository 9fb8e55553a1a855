//! What is kept: database, audit log, houses' files.

use std::path::Path;
use std::time::Duration;

use control_plane::audit::check::{self, AuditReport};
use control_plane::store::{AuditFilter, Chain, OpenError, Store, StoreError};
use model::{Ambient, Timestamp};
use platform::Settings;

use super::finding::{Finding, Findings};
use super::heads_folder;
use crate::cli::DoctorArgs;
use crate::database;

/// Signed heads older than this are not daily any more.
const HEADS_AGE: Duration = Duration::from_hours(48);

/// Most faults of the audit log that are told one by one.
const TOLD: usize = 20;

/// The database, and in it the audit log; returns when something was last kept.
pub async fn database(
    args: &DoctorArgs,
    settings: &Settings,
    data_dir: &Path,
    ambient: &dyn Ambient,
    findings: &mut Findings,
) -> Option<Timestamp> {
    const WHAT: &str = "database";
    let url = database::url(settings, data_dir);
    let (store, missing) = match Store::look(&url).await {
        Ok(opened) => opened,
        Err(error) => {
            findings.add(unreachable(&error));
            return None;
        }
    };
    if !missing.is_empty() {
        findings.add(Finding::warn(
            WHAT,
            format!("answers, and lacks the migrations {}", missing.join(", ")),
            "start this version of the service: it brings the database up to date",
        ));
        store.close().await;
        return None;
    }
    findings.add(Finding::ok(WHAT, "answers and is up to date"));
    let now = ambient.now();
    let folder = heads_folder(args, data_dir);
    let newest = newest_row(&store).await;
    match check::check(&store, &folder, now).await {
        Ok(report) => audit(&report, now, findings),
        Err(error) => findings.add(Finding::fail(
            "audit log",
            format!("cannot be read: {error}"),
            "look at the database's own log",
        )),
    }
    store.close().await;
    newest.ok().flatten()
}

fn unreachable(error: &OpenError) -> Finding {
    let mut why = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        why = format!("{why}: {inner}");
        cause = inner.source();
    }
    let to_do = match error {
        OpenError::Absent => "",
        _ => "see what it says; database.url or database.url_file names it",
    };
    Finding::fail("database", why, to_do)
}

async fn newest_row(store: &Store) -> Result<Option<Timestamp>, StoreError> {
    let mut work = store.begin_read().await?;
    let filter = AuditFilter::default();
    let rows = work.audit().page(Chain::Service, &filter, None, 1).await?;
    Ok(rows.first().map(|row| row.at))
}

fn audit(report: &AuditReport, now: Timestamp, findings: &mut Findings) {
    const WHAT: &str = "audit log";
    for fault in report.faults.iter().take(TOLD) {
        findings.add(Finding::fail(
            WHAT,
            fault.as_str(),
            "somebody changed it: keep the database and the files as they are, and find out who",
        ));
    }
    if report.faults.len() > TOLD {
        let more = report.faults.len() - TOLD;
        findings.add(Finding::fail(
            WHAT,
            format!("{more} more faults like these"),
            "",
        ));
    }
    if report.faults.is_empty() {
        findings.add(Finding::ok(
            WHAT,
            format!(
                "{} rows in {} chains are whole and agree with {} signed files",
                report.rows, report.chains, report.files
            ),
        ));
    }
    match report.newest {
        Some(newest) if now.since(newest) <= HEADS_AGE => {}
        Some(newest) => findings.add(Finding::warn(
            "audit heads",
            format!("the newest signed file is of {newest}"),
            "start the service, which writes one a day; if it runs, look at its log",
        )),
        None if report.rows == 0 => {}
        None => findings.add(Finding::warn(
            "audit heads",
            "there is no signed file: a tail that was cut would not be found",
            "start the service, which writes one a day, or name the folder with --heads",
        )),
    }
}

/// The files of hosted houses.
pub fn houses(data_dir: &Path) -> Finding {
    const WHAT: &str = "houses' files";
    const TO_DO: &str = "stop the service and restore them from a backup";
    match tenant_runtime::examine::examine(data_dir) {
        Ok(files) if files.faults.is_empty() => {
            Finding::ok(WHAT, format!("{} of {0} can be read", files.count))
        }
        Ok(files) => {
            let named: Vec<String> = files
                .faults
                .iter()
                .take(TOLD)
                .map(|(name, why)| format!("{name} ({why})"))
                .collect();
            let found = format!(
                "{} of {} cannot be read: {}",
                files.faults.len(),
                files.count,
                named.join(", ")
            );
            Finding::fail(WHAT, found, TO_DO)
        }
        Err(cause) => Finding::fail(
            WHAT,
            format!("their folder cannot be read: {cause}"),
            "run this as the user of the service",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(report: &AuditReport) -> String {
        let now = Timestamp::from_rfc3339("2026-11-21T17:00:00Z").unwrap();
        let mut findings = Findings::default();
        audit(report, now, &mut findings);
        findings.to_string()
    }

    #[test]
    fn faults_are_told_and_old_heads_are_warned_of() {
        let mut report = AuditReport {
            chains: 2,
            rows: 9,
            files: 1,
            newest: Timestamp::from_rfc3339("2026-11-21T00:10:00Z"),
            faults: Vec::new(),
        };
        let well = told(&report);
        assert!(
            well.starts_with("ok   audit log: 9 rows in 2 chains"),
            "{well}"
        );
        assert_eq!(well.lines().count(), 1);
        report.newest = Timestamp::from_rfc3339("2026-11-19T00:10:00Z");
        assert!(told(&report).contains("warn audit heads: the newest"));
        report.newest = None;
        assert!(told(&report).contains("warn audit heads: there is no"));
        report.faults = vec!["service: row 3 is missing".to_owned(); TOLD + 2];
        let ill = told(&report);
        assert_eq!(ill.matches("FAIL audit log").count(), TOLD + 1);
        assert!(ill.contains("2 more faults"), "{ill}");
    }
}
