//! Holding chains and signed heads against each other: what `doctor` says of
//! the audit log. Reads only.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use model::{AuditAction, Timestamp};

use super::heads::{self, Heads};
use crate::store::audit::chain::Witness;
use crate::store::{AuditFilter, AuditKey, AuditRecord, Chain, ChainHead, Store, StoreError, Work};

/// Rows or chains that are read at once.
const STRIDE: u32 = 1_000;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// How many chains there are.
    pub chains: usize,
    /// How many rows they have.
    pub rows: i64,
    /// How many signed files of heads were held against them.
    pub files: usize,
    /// When the newest of these was made.
    pub newest: Option<Timestamp>,
    /// All that is wrong, in sentences.
    pub faults: Vec<String>,
}

/// Checks every chain, every file of heads in `folder`, and both against each
/// other. Beside a running service, too: what is appended meanwhile is no fault.
pub async fn check(
    store: &Store,
    folder: &Path,
    now: Timestamp,
) -> Result<AuditReport, StoreError> {
    let mut report = AuditReport::default();
    // In this order: a file that is written meanwhile is one more than was told
    // of, and a row that is appended meanwhile stands behind every head.
    let mut work = store.begin_read().await?;
    let keys = work.audit().keys().await?;
    let told = rows_of(&mut work, AuditAction::HeadsExported).await?;
    drop(work);
    let files = read_folder(folder, &keys, &mut report);
    missing_files(&told, &files, now, &mut report);

    let mut witnesses: BTreeMap<Chain, Vec<Witness>> = BTreeMap::new();
    for (name, document) in &files {
        report.newest = report.newest.max(Some(document.moment()));
        collect(name, document, &mut witnesses, &mut report);
    }
    report.files = files.len();
    let mut work = store.begin_read().await?;
    let erased = erased(&mut work).await?;
    for chain in all_chains(&mut work, &witnesses).await? {
        let known = witnesses.remove(&chain).unwrap_or_default();
        let state = work.audit().state(chain).await?;
        match (state, erased.get(&chain)) {
            (None, Some(end)) => gone(chain, *end, &known, &mut report),
            (state, _) => {
                report.chains += 1;
                let state = state.unwrap_or_default();
                report.rows += state.head.seq.saturating_sub(state.base.seq);
                let faults = work.audit().verify(chain, known, now).await?;
                let faults = faults.iter().map(|fault| format!("{chain}: {fault}"));
                report.faults.extend(faults);
            }
        }
    }
    Ok(report)
}

/// All rows of the service's chain with this action, newest first.
async fn rows_of(work: &mut Work, action: AuditAction) -> Result<Vec<AuditRecord>, StoreError> {
    let filter = AuditFilter {
        action: Some(action),
        ..AuditFilter::default()
    };
    let mut rows: Vec<AuditRecord> = Vec::new();
    loop {
        let before = rows.last().map(|row| row.seq);
        let page = work.audit().page(Chain::Service, &filter, before, STRIDE);
        let page = page.await?;
        if page.is_empty() {
            return Ok(rows);
        }
        rows.extend(page);
    }
}

/// Where the chains ended that were erased with their tenants.
async fn erased(work: &mut Work) -> Result<BTreeMap<Chain, ChainHead>, StoreError> {
    let rows = rows_of(work, AuditAction::TenantErased).await?;
    let ends = rows.iter().filter_map(|row| {
        let chain: Chain = row.subject.parse().ok()?;
        let detail: serde_json::Value = serde_json::from_str(&row.detail).ok()?;
        let seq = detail.get("audit_seq")?.as_i64()?;
        let hash = detail.get("audit_hash")?.as_str()?;
        let hash = HEXLOWER.decode(hash.as_bytes()).ok()?.try_into().ok()?;
        Some((chain, ChainHead { seq, hash }))
    });
    Ok(ends.collect())
}

async fn all_chains(
    work: &mut Work,
    witnesses: &BTreeMap<Chain, Vec<Witness>>,
) -> Result<BTreeSet<Chain>, StoreError> {
    let mut all: BTreeSet<Chain> = witnesses.keys().copied().collect();
    all.extend(work.audit().unnoted().await?);
    let mut after = None;
    loop {
        let page = work.audit().chains(after, STRIDE).await?;
        let Some((last, _)) = page.last() else {
            return Ok(all);
        };
        after = Some(*last);
        all.extend(page.iter().map(|(chain, _)| *chain));
    }
}

/// Reads what bears our signature and says of the rest why it does not.
fn read_folder(
    folder: &Path,
    keys: &[AuditKey],
    report: &mut AuditReport,
) -> BTreeMap<String, Heads> {
    let mut files = BTreeMap::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return files,
        Err(error) => {
            let fault = format!("the folder {} cannot be read: {error}", folder.display());
            report.faults.push(fault);
            return files;
        }
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if heads::day_of(&name).is_none() {
            continue;
        }
        let opened = match fs::read(entry.path()) {
            Ok(text) => Heads::open(&text, keys).map_err(|bad| bad.to_string()),
            Err(error) => Err(format!("cannot be read: {error}")),
        };
        match opened {
            Ok(document) => {
                files.insert(name, document);
            }
            Err(why) => report.faults.push(format!("{name} {why}")),
        }
    }
    files
}

/// Files that the service's chain tells of, and that are not there or are older
/// than it says.
fn missing_files(
    told: &[AuditRecord],
    files: &BTreeMap<String, Heads>,
    now: Timestamp,
    report: &mut AuditReport,
) {
    let mut seen = BTreeSet::new();
    for row in told {
        // The newest row of a file counts, and rows come newest first.
        let Some(day) = heads::day_of(&row.subject) else {
            continue;
        };
        if !seen.insert(row.subject.as_str()) || !heads::is_kept(day, now) {
            continue;
        }
        let detail: Option<serde_json::Value> = serde_json::from_str(&row.detail).ok();
        let made = detail
            .as_ref()
            .and_then(|detail| detail.get("made")?.as_str())
            .and_then(Timestamp::from_rfc3339);
        let name = &row.subject;
        match (files.get(name), made) {
            (None, _) => report.faults.push(format!(
                "{name} is missing, or is not the service's; row {} tells that it was written",
                row.seq
            )),
            (Some(document), Some(made)) if document.moment() < made => {
                report.faults.push(format!(
                    "{name} is older than row {} tells: an earlier one was put in its place",
                    row.seq
                ));
            }
            (Some(_), _) => {}
        }
    }
}

/// Adds what a document knows. Of several that know the same row one is enough:
/// the newest, which is judged most strictly.
fn collect(
    name: &str,
    document: &Heads,
    witnesses: &mut BTreeMap<Chain, Vec<Witness>>,
    report: &mut AuditReport,
) {
    let source: Arc<str> = Arc::from(name);
    let at = document.moment();
    for head in &document.heads {
        let Some((chain, head)) = head.read() else {
            report.faults.push(format!("{name} names no chain we know"));
            continue;
        };
        let known = witnesses.entry(chain).or_default();
        let same = known.iter_mut().find(|witness| witness.head == head);
        match same {
            Some(witness) => witness.at = witness.at.max(at),
            None => known.push(Witness {
                head,
                at,
                source: Arc::clone(&source),
            }),
        }
    }
}

/// A chain that was erased with its tenant: no witness may know more of it.
fn gone(chain: Chain, end: ChainHead, known: &[Witness], report: &mut AuditReport) {
    for witness in known {
        let more = witness.head.seq > end.seq;
        let other = witness.head.seq == end.seq && witness.head.hash != end.hash;
        if more || other {
            report.faults.push(format!(
                "{chain}: {} knows another end than was noted when it was erased",
                witness.source
            ));
        }
    }
}
