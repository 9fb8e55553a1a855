//! Writing where all chains end to a file of its own: once a day, and when an
//! admin asks for it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use model::{AuditAction, Timestamp};

use super::heads::{self, Head, Heads};
use super::note::{Audited, Note};
use crate::app::App;
use crate::http::caller::ServiceAdmin;
use crate::http::problem::Problem;
use crate::store::{AuditKey, Chain};

/// How often it is looked whether a day has no file yet.
const EVERY: Duration = Duration::from_mins(10);

/// Chains that are read at once.
const STRIDE: u32 = 1_000;

/// Starts looking; ends when the process drains.
pub(crate) fn start(app: &App) {
    let it = app.clone();
    app.lifecycle
        .spawn("audit heads", |drain| async move {
            let mut ticks = tokio::time::interval(EVERY);
            while drain.run_until_cancelled(ticks.tick()).await.is_some() {
                if let Err(problem) = export_if_due(&it).await {
                    // The next round tries again.
                    tracing::error!(error = %problem, "The heads of the audit log could not be written: {problem}");
                }
            }
        });
}

/// Writes the day's file if there is none, and removes those whose time is over.
pub async fn export_if_due(app: &App) -> Result<Option<Heads>, Problem> {
    let now = app.now();
    if app.audit_heads.join(heads::file_name(now)).exists() {
        return Ok(None);
    }
    let note = Note::by_service(AuditAction::HeadsExported, heads::file_name(now));
    let exported = export(app, note).await?;
    remove_outlived(&app.audit_heads, now).map_err(Problem::internal)?;
    Ok(Some(exported))
}

/// Writes the day's file anew because an admin asks for it; returns what is in
/// it.
pub async fn export_now(app: &App, admin: &ServiceAdmin) -> Result<Heads, Problem> {
    let note = admin.did(AuditAction::HeadsExported, heads::file_name(app.now()));
    export(app, note).await
}

/// The file first, the row that tells of it second: a file nobody told of is
/// none the worse, a row without its file would look like a loss.
async fn export(app: &App, note: Note) -> Result<Heads, Problem> {
    let key = key(app).await?;
    let document = signed(app, &key).await?;
    let path = app.audit_heads.join(heads::file_name(app.now()));
    let text = serde_json::to_vec_pretty(&document).map_err(Problem::internal)?;
    platform::data_dir::create_private(&app.audit_heads)
        .and_then(|()| platform::data_dir::write_private(&path, &text))
        .map_err(Problem::internal)?;
    note.with("key", document.key_id.as_str())
        .with("made", document.at.as_str())
        .write_alone(app)
        .await?;
    tracing::info!(
        chains = document.heads.len(),
        "Where the audit log ends was written to {}",
        path.display()
    );
    Ok(document)
}

/// Where all chains end now, signed.
async fn signed(app: &App, key: &AuditKey) -> Result<Heads, Problem> {
    let at = app.now();
    let mut work = app.store.begin_read().await?;
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let chains = work.audit().chains(after, STRIDE).await?;
        let Some((last, _)) = chains.last() else {
            break;
        };
        after = Some(*last);
        let ends = chains.iter();
        all.extend(ends.map(|(chain, state)| Head::of(*chain, &state.head)));
    }
    drop(work);
    Heads::sign(key, at, all).map_err(Problem::internal)
}

/// Where one chain ends now, signed: what an export of it ends with.
pub async fn head_of(app: &App, chain: Chain) -> Result<Heads, Problem> {
    let key = key(app).await?;
    let at = app.now();
    let mut work = app.store.begin_read().await?;
    let state = work.audit().state(chain).await?.unwrap_or_default();
    Heads::sign(&key, at, vec![Head::of(chain, &state.head)]).map_err(Problem::internal)
}

/// The newest key; made when there is none.
async fn key(app: &App) -> Result<AuditKey, Problem> {
    let mut work = app.store.begin_read().await?;
    if let Some(key) = work.audit().keys().await?.into_iter().next() {
        return Ok(key);
    }
    drop(work);
    let mut work = app.store.begin_write().await?;
    // Whoever came first made it.
    if let Some(key) = work.audit().keys().await?.into_iter().next() {
        return Ok(key);
    }
    let key = heads::generate_key(app.ambient.as_ref()).map_err(Problem::internal)?;
    work.audit().add_key(&key).await?;
    work.commit().await?;
    Ok(key)
}

fn remove_outlived(folder: &Path, now: Timestamp) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let day = name.to_str().and_then(heads::day_of);
        if day.is_some_and(|day| !heads::is_kept(day, now)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
