use async_trait::async_trait;
use cell::{LinkError, Report};
use model::RefusalReason;
use model::time::ManualAmbient;
use tokio::sync::mpsc;

use super::tally::{MANY, ROWS_A_MINUTE, ROWS_KEPT};
use super::*;

fn villa() -> HouseId {
    "villa-7k3q9x".parse().unwrap()
}

fn refused(reason: RefusalReason, subject: &str, count: u64) -> Refused {
    Refused {
        reason,
        limit: None,
        client: "gui/admin_1".to_owned(),
        subject: subject.to_owned(),
        count,
        clears_at: None,
    }
}

fn has(sensors: u64, history_bytes: u64) -> Possessions {
    Possessions {
        sensors,
        rules: 1,
        history_bytes,
    }
}

#[test]
fn a_row_counts_the_total_of_its_minute() {
    let mut tally = Tally::default();
    let house = villa();
    for at in [60_000, 119_999] {
        tally.refused(
            &house,
            Timestamp(at),
            refused(RefusalReason::Standing, "t", 3),
        );
    }
    let rows = tally.take(Timestamp(119_999)).unwrap().refusals;
    assert_eq!(
        (rows.len(), rows[0].count, rows[0].at),
        (1, 6, Timestamp(60_000))
    );
    assert_eq!(tally.take(Timestamp(119_999)), None);
    tally.refused(
        &house,
        Timestamp(119_999),
        refused(RefusalReason::Standing, "t", 1),
    );
    assert_eq!(tally.take(Timestamp(119_999)).unwrap().refusals[0].count, 7);
    tally.refused(
        &house,
        Timestamp(120_000),
        refused(RefusalReason::Standing, "t", 1),
    );
    assert_eq!(tally.take(Timestamp(120_000)).unwrap().refusals[0].count, 1);
}

#[test]
fn a_storm_writes_at_most_sixty_rows_and_loses_no_count() {
    let mut tally = Tally::default();
    for n in 0..5_000_usize {
        let reason = RefusalReason::ALL[n % RefusalReason::ALL.len()];
        tally.refused(
            &villa(),
            Timestamp(0),
            refused(reason, &format!("t/{n}"), 1),
        );
    }
    let rows = tally.take(Timestamp(0)).unwrap().refusals;
    assert!(rows.len() <= ROWS_A_MINUTE, "{}", rows.len());
    assert!(rows.iter().any(|row| row.subject == MANY));
    assert_eq!(rows.iter().map(|row| row.count).sum::<u64>(), 5_000);
}

#[test]
fn a_sink_that_never_answers_costs_bounded_memory() {
    let mut tally = Tally::default();
    for minute in 0..i64::try_from(ROWS_KEPT).unwrap() + 500 {
        let now = Timestamp(minute * 60_000);
        tally.refused(&villa(), now, refused(RefusalReason::Sensors, "x", 1));
    }
    let rows = tally.take(Timestamp(0)).unwrap().refusals;
    assert_eq!(rows.len(), ROWS_KEPT);
    assert_eq!(rows[0].at, Timestamp(500 * 60_000), "the oldest are lost");
}

#[test]
fn what_a_house_keeps_is_said_now_and_then_and_only_when_it_changed() {
    let (mut tally, house) = (Tally::default(), villa());
    assert!(tally.keeps(&house, Timestamp(0), has(1, 100)));
    let kept = tally.take(Timestamp(0)).unwrap().kept;
    assert_eq!(kept[0].sensors, Some(1));
    assert_eq!(kept[0].history_bytes, Some(100));
    assert_eq!(kept[0].retained_bytes, None, "the gateway knows");
    assert!(!tally.keeps(&house, Timestamp(1_000), has(1, 100)));
    assert_eq!(tally.next_due(Timestamp(1_000)), None);
    assert!(tally.keeps(&house, Timestamp(2_000), has(2, 100)));
    assert_eq!(
        tally.next_due(Timestamp(2_000)),
        Some(Duration::from_secs(8))
    );
    assert_eq!(tally.take(Timestamp(9_999)), None);
    tally.keeps(&house, Timestamp(9_999), has(3, 100));
    let kept = tally.take(Timestamp(10_000)).unwrap().kept;
    assert_eq!((kept.len(), kept[0].sensors), (1, Some(3)));
    tally.keeps(&house, Timestamp(10_001), has(4, 100));
    tally.keeps(&house, Timestamp(10_002), has(3, 100));
    assert_eq!(tally.take_all(), None, "it is as it was said");
    tally.keeps(&house, Timestamp(10_003), has(4, 100));
    tally.forget(&house);
    assert_eq!(tally.take_all(), None);
}

struct FailsFirst {
    failures: std::sync::atomic::AtomicUsize,
    taken: mpsc::UnboundedSender<Report>,
}

#[async_trait]
impl ReportSink for FailsFirst {
    async fn report(&self, report: Report) -> Result<(), LinkError> {
        use std::sync::atomic::Ordering::Relaxed;
        let left = self.failures.load(Relaxed);
        if left > 0 {
            self.failures.store(left - 1, Relaxed);
            return Err(LinkError("away".to_owned()));
        }
        self.taken
            .send(report)
            .map_err(|error| LinkError(error.to_string()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_report_that_fails_is_repeated_with_what_came_since() {
    let (taken, mut seen) = mpsc::unbounded_channel();
    let sink = Arc::new(FailsFirst {
        failures: 3.into(),
        taken,
    });
    let ambient = Arc::new(ManualAmbient::at(Timestamp(0)));
    let (reports, house) = (Reports::default(), villa());
    let drain = CancellationToken::new();
    let sending = reports.clone().send(sink, ambient.clone(), drain.clone());
    let checking = async {
        reports.refused(
            &house,
            ambient.now(),
            refused(RefusalReason::Standing, "a", 1),
        );
        reports.keeps(&house, ambient.now(), has(1, 1));
        tokio::time::sleep(Duration::from_millis(100)).await;
        reports.refused(
            &house,
            ambient.now(),
            refused(RefusalReason::Standing, "a", 1),
        );
        reports.keeps(&house, ambient.now(), has(2, 1));
        let report = seen.recv().await.unwrap();
        assert_eq!(report.refusals[0].count, 2);
        assert_eq!(report.kept[0].sensors, Some(2));
        reports.keeps(&house, ambient.now(), has(3, 1));
        drain.cancel();
        let last = seen.recv().await.unwrap();
        assert_eq!(last.kept[0].sensors, Some(3), "at a stop all is said");
    };
    tokio::join!(sending, checking);
}
