//! Reports, checked and put into the store. A cell speaks for the houses
//! placed in it and for no other; what it says about others is ignored and
//! counted. Texts come from houses: they are cut and lose control characters.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cell::{ClientPresence, Kept, LinkError, Presence, Report, ReportSink};
use model::{
    Ambient, CellId, CredentialId, HouseId, HouseKey, Refusal, RefusalId, TenantId, Timestamp,
};

use store::{HousePresence, REFUSALS_PER_HOUSE, Store, StoreError, Work};

/// Most characters kept of a client id, as in [`Refusal::client`].
const CLIENT_CHARS: usize = 128;
/// Most characters kept of what was refused, as in [`Refusal::subject`].
const SUBJECT_CHARS: usize = 256;
/// Most characters kept of a word such as a protocol or a limit's name.
const WORD_CHARS: usize = 64;
/// Most clients of one house that are kept: twice what the largest plan allows.
const CLIENTS_PER_HOUSE: usize = 1_000;
/// The grain refusals are counted in.
const MINUTE_MS: i64 = 60_000;
/// How far the clock of a cell may be ahead of ours: hours that are further in
/// the future cannot have been counted.
const AHEAD: Duration = Duration::from_hours(1);

/// Where one cell's reports go.
pub struct Reports {
    store: Store,
    cell: CellId,
    ambient: Arc<dyn Ambient>,
    ignored: AtomicU64,
}

impl Reports {
    /// Takes the reports of `cell`.
    #[must_use]
    pub fn new(store: Store, cell: CellId, ambient: Arc<dyn Ambient>) -> Self {
        Self {
            store,
            cell,
            ambient,
            ignored: AtomicU64::new(0),
        }
    }

    /// How many lines were ignored since the start, because their house is
    /// not, or no longer, in this cell, or because they are about the future.
    #[must_use]
    pub fn ignored(&self) -> u64 {
        self.ignored.load(Ordering::Relaxed)
    }

    async fn take(&self, report: Report) -> Result<u64, StoreError> {
        let now = self.ambient.now();
        let mut work = self.store.begin_write().await?;
        let mut placed = Placed {
            cell: self.cell,
            known: BTreeMap::new(),
        };
        let mut ignored = 0;
        let mut changed = BTreeSet::new();
        for presence in report.presence {
            match placed.find(&mut work, &presence.house).await? {
                Some((key, tenant)) => {
                    keep_presence(&mut work, key, presence, now).await?;
                    changed.insert(tenant);
                }
                None => ignored += 1,
            }
        }
        for usage in report.usage {
            match placed.find(&mut work, &usage.house).await? {
                Some((key, tenant)) if usage.hour <= now.after(AHEAD) => {
                    if work.usage().record(key, self.cell, &usage).await? {
                        changed.insert(tenant);
                    }
                }
                Some(_) | None => ignored += 1,
            }
        }
        for kept in report.kept {
            match placed.find(&mut work, &kept.house).await? {
                Some((key, tenant)) => {
                    let at = kept.at.min(now);
                    work.usage().keep(key, &Kept { at, ..kept }).await?;
                    changed.insert(tenant);
                }
                None => ignored += 1,
            }
        }
        for tenant in changed {
            work.notices().look_at(tenant).await?;
        }
        for one in report.uses {
            match placed.find(&mut work, &one.house).await? {
                Some((key, _)) => {
                    let at = one.at.min(now);
                    let credentials = work.credentials();
                    credentials
                        .touch(key, one.credential, at, one.address)
                        .await?;
                }
                None => ignored += 1,
            }
        }
        let mut refused = BTreeSet::new();
        for refusal in report.refusals {
            match placed.find(&mut work, &refusal.house).await? {
                Some((key, _)) => {
                    let refusal = cleaned(refusal, now);
                    let id = RefusalId::generate(&*self.ambient);
                    work.refusals().record(key, id, &refusal).await?;
                    refused.insert(key);
                }
                None => ignored += 1,
            }
        }
        for key in refused {
            work.refusals().keep_newest(key, REFUSALS_PER_HOUSE).await?;
        }
        work.commit().await?;
        Ok(ignored)
    }
}

/// The houses of a batch, looked up once each.
struct Placed {
    cell: CellId,
    known: BTreeMap<HouseId, Option<(HouseKey, TenantId)>>,
}

impl Placed {
    async fn find(
        &mut self,
        work: &mut Work,
        house: &HouseId,
    ) -> Result<Option<(HouseKey, TenantId)>, StoreError> {
        if let Some(known) = self.known.get(house) {
            return Ok(*known);
        }
        let found = work.houses().find_placed(self.cell, house).await?;
        let found = found.map(|house| (house.key, house.tenant));
        self.known.insert(house.clone(), found);
        Ok(found)
    }
}

async fn keep_presence(
    work: &mut Work,
    key: HouseKey,
    presence: Presence,
    now: Timestamp,
) -> Result<(), StoreError> {
    let presence = HousePresence {
        at: presence.at.min(now),
        clients: presence
            .clients
            .into_iter()
            .take(CLIENTS_PER_HOUSE)
            .map(|client| ClientPresence {
                client: cut(&client.client, CLIENT_CHARS),
                protocol: cut(&client.protocol, WORD_CHARS),
                ..client
            })
            .collect(),
        last_seen: presence.last_seen.map(|seen| seen.min(now)),
    };
    let used = presence
        .clients
        .iter()
        .filter_map(|one| Some((one.credential?, one.address)));
    // Many clients share a credential: one row is written for all of them.
    let used: BTreeMap<CredentialId, Option<IpAddr>> = used.collect();
    for (credential, from) in used {
        work.credentials()
            .touch(key, credential, presence.at, from)
            .await?;
    }
    work.presences().upsert(key, &presence).await
}

/// A refusal with its texts cut, in a minute that is not in the future.
fn cleaned(mut refusal: Refusal, now: Timestamp) -> Refusal {
    let at = refusal.at.min(now).0;
    refusal.at = Timestamp(at - at.rem_euclid(MINUTE_MS));
    refusal.client = cut(&refusal.client, CLIENT_CHARS);
    refusal.subject = cut(&refusal.subject, SUBJECT_CHARS);
    if let Some(limit) = &mut refusal.limit {
        limit.name = cut(&limit.name, WORD_CHARS);
    }
    refusal
}

/// At most `max` characters, control characters replaced: a NUL could not
/// even be stored by PostgreSQL.
fn cut(text: &str, max: usize) -> String {
    text.chars()
        .take(max)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

#[async_trait]
impl ReportSink for Reports {
    async fn report(&self, report: Report) -> Result<(), LinkError> {
        match self.take(report).await {
            Ok(0) => Ok(()),
            Ok(ignored) => {
                self.ignored.fetch_add(ignored, Ordering::Relaxed);
                metrics::counter!("egeoffrey_cloud_report_lines_ignored_total").increment(ignored);
                tracing::warn!(cell.id = %self.cell, lines = ignored,
                    "a cell reported about houses that are not in it, or about the future");
                Ok(())
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a report was not kept"
                );
                Err(LinkError(
                    "the control plane cannot write its database".to_owned(),
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use model::RefusalReason;

    use super::*;

    #[test]
    fn texts_are_cut_by_characters_and_lose_their_controls() {
        assert_eq!(cut("a\0b\r\nc", 4), "a\u{fffd}b\u{fffd}");
        assert_eq!(cut("äöü", 2), "äö");
    }

    #[test]
    fn refusals_come_to_stand_in_a_minute_of_the_past() {
        let refusal = Refusal {
            house: "villa-7k3q9x".parse().unwrap(),
            at: Timestamp(10 * MINUTE_MS),
            reason: RefusalReason::Protocol,
            limit: None,
            client: "x".repeat(1_000),
            subject: "y".repeat(1_000),
            count: 1,
            clears_at: None,
        };
        let kept = cleaned(refusal, Timestamp(5 * MINUTE_MS + 7));
        assert_eq!(kept.at, Timestamp(5 * MINUTE_MS));
        assert_eq!((kept.client.len(), kept.subject.len()), (128, 256));
    }
}
