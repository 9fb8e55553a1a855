//! The counter behind the reports: pure, bounded, safe to repeat.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cell::{CredentialUse, Kept, Presence, Report};
use model::{CredentialId, HouseId, Limit, Refusal, RefusalReason, Timestamp};

/// Most rows of one house in one minute.
pub(super) const ROWS_A_MINUTE: usize = 60;
/// Of those, the rows with a subject: what goes beyond is counted in one row
/// per reason.
const ROWS_WITH_SUBJECT: usize = ROWS_A_MINUTE - RefusalReason::ALL.len();
/// The subject of a row that stands for many.
pub(super) const MANY: &str = "…";
/// Rows kept for a sink that does not answer; beyond it the oldest are lost.
const ROWS_KEPT: usize = 20_000;
/// Most characters of a client id and of a subject in a row.
const CLIENT_CHARS: usize = 128;
const SUBJECT_CHARS: usize = 256;
const MINUTE_MILLIS: i64 = 60_000;

/// One refusal as it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalEvent {
    /// The house, which exists.
    pub house: HouseId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: RefusalReason,
    /// The limit, where there is one.
    pub limit: Option<Limit>,
    /// The client id, of any length.
    pub client: String,
    /// What was refused, of any length.
    pub subject: String,
    /// How many times.
    pub count: u64,
    /// When it clears by itself.
    pub clears_at: Option<Timestamp>,
}

/// Ordered by minute, so that the oldest come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    minute: i64,
    house: HouseId,
    reason: RefusalReason,
    client: String,
    subject: String,
}

#[derive(Default)]
pub(super) struct Tally {
    presence: HashMap<HouseId, Presence>,
    kept: HashMap<HouseId, Kept>,
    uses: BTreeMap<(HouseId, CredentialId), CredentialUse>,
    rows: BTreeMap<Key, Refusal>,
    /// Rows that changed since they were last taken.
    unsent: BTreeSet<Key>,
    /// Rows with a subject, by house, in the newest minute.
    newest_minute: i64,
    in_minute: HashMap<HouseId, usize>,
}

impl Tally {
    /// Takes the newest presence. Whoever is in an older one that was not sent
    /// yet may be gone again by now; that its credential was used stays known.
    pub(super) fn present(&mut self, presence: Presence) {
        for client in &presence.clients {
            let Some(credential) = client.credential else {
                continue;
            };
            let newest = CredentialUse {
                house: presence.house.clone(),
                credential,
                at: presence.at,
                address: client.address,
            };
            self.used(newest);
        }
        self.presence.insert(presence.house.clone(), presence);
    }

    fn used(&mut self, newest: CredentialUse) {
        let key = (newest.house.clone(), newest.credential);
        let known = self.uses.entry(key).or_insert_with(|| newest.clone());
        if newest.at >= known.at {
            *known = newest;
        }
    }

    /// Takes what a house keeps now.
    pub(super) fn keeps(&mut self, kept: Kept) {
        self.kept.insert(kept.house.clone(), kept);
    }

    pub(super) fn refused(&mut self, event: RefusalEvent) {
        let minute = event.at.0.div_euclid(MINUTE_MILLIS);
        // Threads may be a moment apart; a clock that is set goes further.
        if minute > self.newest_minute || minute < self.newest_minute - 1 {
            self.newest_minute = minute;
            self.in_minute.clear();
        }
        let mut key = Key {
            minute,
            house: event.house.clone(),
            reason: event.reason,
            client: event.client.chars().take(CLIENT_CHARS).collect(),
            subject: event.subject.chars().take(SUBJECT_CHARS).collect(),
        };
        if !self.rows.contains_key(&key) {
            let rows = self.in_minute.entry(event.house).or_default();
            if *rows >= ROWS_WITH_SUBJECT {
                key.client.clear();
                MANY.clone_into(&mut key.subject);
            } else {
                *rows += 1;
            }
        }
        let row = self.rows.entry(key.clone()).or_insert_with(|| Refusal {
            house: key.house.clone(),
            at: Timestamp(minute.saturating_mul(MINUTE_MILLIS)),
            reason: key.reason,
            limit: None,
            client: key.client.clone(),
            subject: key.subject.clone(),
            count: 0,
            clears_at: None,
        });
        row.count = row.count.saturating_add(event.count);
        row.limit = worse(row.limit.take(), event.limit);
        row.clears_at = event.clears_at;
        self.unsent.insert(key);
        self.drop_surplus();
    }

    /// Everything that changed since the last call; `None` for nothing.
    pub(super) fn take(&mut self) -> Option<Report> {
        let nothing = self.presence.is_empty() && self.kept.is_empty();
        if nothing && self.unsent.is_empty() && self.uses.is_empty() {
            return None;
        }
        let unsent = std::mem::take(&mut self.unsent);
        let rows = unsent.iter().filter_map(|key| self.rows.get(key));
        let refusals = rows.cloned().collect();
        // Rows of other minutes will not change again, but for those of the
        // minute that has just ended, on another thread.
        let newest = self.newest_minute;
        self.rows
            .retain(|key, _| key.minute == newest || key.minute == newest - 1);
        Some(Report {
            refusals,
            presence: self.presence.drain().map(|(_, newest)| newest).collect(),
            kept: self.kept.drain().map(|(_, newest)| newest).collect(),
            uses: std::mem::take(&mut self.uses).into_values().collect(),
            ..Report::default()
        })
    }

    /// Takes back what could not be sent. What is newer here wins.
    pub(super) fn put_back(&mut self, report: Report) {
        for presence in report.presence {
            self.presence
                .entry(presence.house.clone())
                .or_insert(presence);
        }
        for earlier in report.uses {
            let key = (earlier.house.clone(), earlier.credential);
            self.uses.entry(key).or_insert(earlier);
        }
        for kept in report.kept {
            self.kept.entry(kept.house.clone()).or_insert(kept);
        }
        for row in report.refusals {
            let key = Key {
                minute: row.at.0.div_euclid(MINUTE_MILLIS),
                house: row.house.clone(),
                reason: row.reason,
                client: row.client.clone(),
                subject: row.subject.clone(),
            };
            self.rows.entry(key.clone()).or_insert(row);
            self.unsent.insert(key);
        }
        self.drop_surplus();
    }

    fn drop_surplus(&mut self) {
        while self.rows.len() > ROWS_KEPT
            && let Some((key, _)) = self.rows.pop_first()
        {
            self.unsent.remove(&key);
        }
    }
}

/// The limit that a row shows: of the same one, the most that was seen.
fn worse(before: Option<Limit>, now: Option<Limit>) -> Option<Limit> {
    let is_same =
        |one: &Limit, other: &Limit| (&one.name, one.allowed) == (&other.name, other.allowed);
    match (before, now) {
        (Some(before), Some(now)) if is_same(&before, &now) && before.seen > now.seen => {
            Some(before)
        }
        (_, now) => now,
    }
}

#[cfg(test)]
mod tests {
    use model::BusRole;
    use model::time::ManualAmbient;

    use super::*;

    fn event(at: i64, reason: RefusalReason, subject: String) -> RefusalEvent {
        RefusalEvent {
            house: "villa-7k3q9x".parse().unwrap(),
            at: Timestamp(at),
            reason,
            limit: None,
            client: "c".repeat(200),
            subject,
            count: 1,
            clears_at: None,
        }
    }

    #[test]
    fn a_row_counts_the_total_of_its_minute() {
        let mut tally = Tally::default();
        for at in [60_000, 60_001, 119_999] {
            tally.refused(event(at, RefusalReason::Permission, "t".into()));
        }
        let first = tally.take().unwrap().refusals;
        assert_eq!(
            (first.len(), first[0].count, first[0].at),
            (1, 3, Timestamp(60_000))
        );
        assert_eq!(first[0].client.len(), 128);
        assert_eq!(tally.take(), None);
        tally.refused(event(119_999, RefusalReason::Permission, "t".into()));
        assert_eq!(tally.take().unwrap().refusals[0].count, 4);
        tally.refused(event(120_000, RefusalReason::Permission, "t".into()));
        assert_eq!(tally.take().unwrap().refusals[0].count, 1);
        tally.refused(event(119_999, RefusalReason::Permission, "t".into()));
        assert_eq!(tally.take().unwrap().refusals[0].count, 5, "a moment late");
        tally.refused(event(180_000, RefusalReason::Permission, "t".into()));
        tally.take();
        assert_eq!(tally.rows.len(), 2);
    }

    #[test]
    fn a_row_shows_the_most_that_was_seen_of_the_limit_in_force() {
        let mut tally = Tally::default();
        let mut shown = |allowed, seen| {
            let limit = Limit {
                name: "messages_per_second".into(),
                window_secs: Some(1),
                allowed,
                seen,
            };
            tally.refused(RefusalEvent {
                limit: Some(limit),
                ..event(0, RefusalReason::MessageRate, "x".into())
            });
            let row = tally.take().unwrap().refusals.remove(0);
            row.limit.map(|limit| (limit.allowed, limit.seen))
        };
        assert_eq!(shown(20, 30), Some((20, 30)));
        assert_eq!(shown(20, 90), Some((20, 90)));
        assert_eq!(shown(20, 21), Some((20, 90)));
        assert_eq!(shown(40, 50), Some((40, 50)));
    }

    #[test]
    fn a_clock_that_goes_back_an_hour_is_followed() {
        let mut tally = Tally::default();
        let hour = 60 * MINUTE_MILLIS;
        for at in [2 * hour, hour, hour + 1] {
            tally.refused(event(at, RefusalReason::Permission, "t".into()));
            tally.take();
        }
        tally.refused(event(hour + 2, RefusalReason::Permission, "t".into()));
        let row = tally.take().unwrap().refusals.remove(0);
        assert_eq!((row.at, row.count), (Timestamp(hour), 3));
    }

    #[test]
    fn a_storm_writes_at_most_sixty_rows_and_loses_no_count() {
        let mut tally = Tally::default();
        for n in 0..5_000_usize {
            let reason = RefusalReason::ALL[n % RefusalReason::ALL.len()];
            tally.refused(event(0, reason, format!("topic/{n}")));
        }
        let rows = tally.take().unwrap().refusals;
        assert!(rows.len() <= ROWS_A_MINUTE, "{}", rows.len());
        assert!(rows.iter().any(|row| row.subject == MANY));
        assert_eq!(rows.iter().map(|row| row.count).sum::<u64>(), 5_000);
    }

    #[test]
    fn what_was_put_back_does_not_overwrite_what_is_newer() {
        let mut tally = Tally::default();
        tally.refused(event(0, RefusalReason::Protocol, "x".into()));
        let lost = tally.take().unwrap();
        tally.refused(event(0, RefusalReason::Protocol, "x".into()));
        tally.put_back(lost);
        assert_eq!(tally.take().unwrap().refusals[0].count, 2);
    }

    #[test]
    fn a_sink_that_never_answers_costs_bounded_memory() {
        let mut tally = Tally::default();
        for n in 0..i64::try_from(ROWS_KEPT).unwrap() + 500 {
            tally.refused(event(
                n * MINUTE_MILLIS,
                RefusalReason::Protocol,
                "x".into(),
            ));
        }
        assert_eq!(tally.rows.len(), ROWS_KEPT);
        assert_eq!(tally.unsent.len(), ROWS_KEPT);
    }

    /// A client that publishes and leaves is gone before the next report.
    #[test]
    fn the_use_of_a_credential_outlives_its_connection() {
        let credential = CredentialId::generate(&ManualAmbient::at(Timestamp(0)));
        let present = |at: i64, clients: &[&str]| Presence {
            house: "villa-7k3q9x".parse().unwrap(),
            at: Timestamp(at),
            clients: clients
                .iter()
                .map(|address| cell::ClientPresence {
                    client: "c".into(),
                    credential: Some(credential),
                    role: BusRole::House,
                    protocol: "MQTT 5.0".into(),
                    connected_at: Timestamp(at),
                    address: address.parse().ok(),
                })
                .collect(),
            last_seen: None,
        };
        let mut tally = Tally::default();
        tally.present(present(1, &["192.0.2.1"]));
        tally.present(present(2, &["192.0.2.2"]));
        tally.present(present(3, &[]));
        let report = tally.take().unwrap();
        assert!(report.presence[0].clients.is_empty());
        let used = |report: &Report| {
            let one = &report.uses[0];
            (report.uses.len(), one.at.0, one.address)
        };
        assert_eq!(used(&report), (1, 2, "192.0.2.2".parse().ok()));
        assert_eq!(tally.take(), None);
        tally.present(present(4, &["192.0.2.4"]));
        tally.put_back(report);
        assert_eq!(
            used(&tally.take().unwrap()),
            (1, 4, "192.0.2.4".parse().ok())
        );
    }
}
