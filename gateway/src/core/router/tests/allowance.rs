//! The rate, the day's messages, the meter, and a clock that is set.

use std::time::Duration;

use ::model::{BusRole, Hosting, Plan, Quotas, RefusalReason, Timestamp};
use bus::QoS::{self, AtLeastOnce, AtMostOnce, ExactlyOnce};
use cell::{BusCommand, Keeping};
use proptest::prelude::*;

use super::stage::*;
use crate::core::codec::acknowledge::Step;
use crate::core::codec::client::Said;
use crate::core::codec::{Reason, Version};
use crate::core::{CloseReason, Verdict};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_hours(1);

fn quotas(per_second: u64, burst: u64, per_day: u64) -> Quotas {
    Quotas {
        messages_per_second: per_second,
        messages_burst: burst,
        messages_per_day: per_day,
        ..Plan::Free.quotas()
    }
}

/// A house with two clients: 1 sends, 9 hears everything.
fn stage(hosting: Hosting, quotas: Quotas, version: Version) -> Stage {
    let mut stage = Stage::with(hosting, quotas);
    if hosting == Hosting::Hosted {
        stage.open_link();
        stage.link(BusCommand::Subscribe(vec![]));
    }
    stage.join(1, version);
    stage.join(9, Version::V311);
    stage.subscribe(9, &topic("#"), AtMostOnce);
    stage
}

fn send(stage: &mut Stage, qos: QoS, ids: impl IntoIterator<Item = u16>) {
    for id in ids {
        stage.publish(1, &topic("a"), &id.to_string(), qos, id);
    }
}

fn ids(range: std::ops::RangeInclusive<u16>) -> Vec<u16> {
    range.collect()
}

/// The packet ids acknowledged without an error.
fn acknowledged(stage: &mut Stage, conn: u64) -> Vec<u16> {
    let said = stage.said(conn);
    said.into_iter()
        .map(|said| match said {
            Said::Acknowledge(given, _) if given.reason == Reason::Success => given.packet_id,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn revise(stage: &mut Stage, quotas: Quotas) {
    let keep = |identity: &_| Verdict::Keep(Clone::clone(identity));
    let (now, hosting) = (stage.now, Hosting::Hosted);
    stage.router.revise(now, hosting, quotas, keep);
    stage.settle();
}

#[test]
fn beyond_the_rate_acknowledgements_wait_and_nothing_is_lost() {
    for (version, qos) in [(Version::V311, AtLeastOnce), (Version::V5, ExactlyOnce)] {
        let mut stage = stage(Hosting::OnPremise, quotas(10, 5, 1_000), version);
        send(&mut stage, qos, 1..=20);
        assert_eq!(acknowledged(&mut stage, 1), [1, 2, 3, 4, 5]);
        assert_eq!(
            stage.payloads(9).len(),
            20,
            "it is only the sender who waits"
        );
        // Keep-alive works, whatever waits.
        stage.frame(1, &[0xC0, 0]);
        assert_eq!(stage.said(1), [Said::PingResp]);
        stage.pass(Duration::from_millis(99));
        assert!(acknowledged(&mut stage, 1).is_empty());
        stage.pass(Duration::from_millis(1));
        assert_eq!(acknowledged(&mut stage, 1), [6]);
        stage.pass(SECOND);
        assert_eq!(acknowledged(&mut stage, 1), ids(7..=16));
        stage.pass(SECOND);
        assert_eq!(acknowledged(&mut stage, 1), [17, 18, 19, 20]);
        let refusals = stage.refusals();
        let [(reason, client, Some(limit))] = &refusals[..] else {
            panic!("one record for the whole second: {refusals:?}")
        };
        assert_eq!(
            (*reason, &**client),
            (RefusalReason::MessageRate, "client-1")
        );
        assert_eq!(
            (&*limit.name, limit.window_secs, limit.allowed, limit.seen),
            ("messages_per_second", Some(1), 10, 20)
        );
    }
}

#[test]
fn a_record_says_how_often_and_when_it_clears() {
    let mut stage = stage(Hosting::OnPremise, quotas(2, 1, 1_000), Version::V311);
    send(&mut stage, AtMostOnce, 0..5);
    assert!(stage.refused.is_empty(), "gathered first");
    stage.pass(SECOND);
    let refused = stage.refused.remove(0);
    assert_eq!((refused.count, stage.refused.len()), (4, 0));
    let clears = refused.clears_at.unwrap();
    assert!(clears <= stage.now, "it has cleared while it was gathered");
    assert!(refused.subject.contains("dropped"));
    assert_eq!(stage.router.counters().refused, 4);
}

#[test]
fn quality_0_beyond_the_rate_is_dropped() {
    let mut stage = stage(Hosting::OnPremise, quotas(10, 5, 1_000), Version::V5);
    send(&mut stage, AtMostOnce, 0..20);
    assert_eq!(stage.payloads(9), ["0", "1", "2", "3", "4"]);
    assert_eq!(stage.said(1), []);
    stage.pass(SECOND);
    send(&mut stage, AtMostOnce, 20..40);
    assert_eq!(stage.payloads(9).len(), 5, "the burst has filled up again");
    let counted: u64 = stage.sent.iter().map(|sent| sent.messages).sum();
    assert_eq!(counted, 10, "what is dropped costs nothing");
}

#[test]
fn more_than_may_wait_is_refused() {
    let quotas = quotas(1, 1, 1_000);
    let mut modern = stage(Hosting::OnPremise, quotas, Version::V5);
    // The receive maximum of a client on its own fits.
    send(&mut modern, AtLeastOnce, 1..=100);
    assert_eq!(acknowledged(&mut modern, 1), [1]);
    // A second client takes the last place, a third one finds none.
    for conn in [2, 3] {
        modern.join(conn, Version::V5);
        modern.publish(conn, &topic("b"), "x", AtLeastOnce, 7);
    }
    assert_eq!(modern.said(2), []);
    let said = modern.said(3);
    let [Said::Acknowledge(given, Some(words))] = &said[..] else {
        panic!("{said:?}")
    };
    assert_eq!(
        (given.step, given.reason),
        (Step::PubAck, Reason::QuotaExceeded)
    );
    assert!(
        words.contains("1 allowed, 102 seen; it clears at "),
        "{words}"
    );
    assert_eq!(modern.payloads(9).len(), 101);
}

/// Closing a stock module makes it knock for ever, and it cannot be told how
/// much it may have open.
#[test]
fn a_3x_client_that_floods_is_never_closed() {
    let mut stage = stage(Hosting::OnPremise, quotas(1, 10, 1_000_000), Version::V311);
    let mut heard = 0;
    for round in 0..20_000u32 {
        let id = u16::try_from(round % 60_000).unwrap() + 1;
        stage.publish(1, &topic("a"), "x", AtLeastOnce, id);
        heard += acknowledged(&mut stage, 1).len();
    }
    assert_eq!(stage.closed.get(&1), None);
    assert!(heard >= 15_000, "{heard} were acknowledged");
    assert_eq!(stage.payloads(9).len(), 110, "burst and what may wait");
    stage.pass(SECOND);
    assert!(
        stage
            .refusals()
            .iter()
            .all(|refusal| refusal.0 == RefusalReason::MessageRate)
    );
}

#[test]
fn a_change_of_the_limits_takes_effect_at_once() {
    let mut stage = stage(Hosting::Hosted, quotas(1, 1, 1_000), Version::V311);
    send(&mut stage, AtLeastOnce, 1..=11);
    assert_eq!(acknowledged(&mut stage, 1), [1]);
    revise(&mut stage, quotas(100, 50, 1_000));
    stage.pass(Duration::from_millis(100));
    assert_eq!(acknowledged(&mut stage, 1), ids(2..=11));
    revise(&mut stage, quotas(1, 1, 1_000));
    stage.pass(SECOND * 10);
    stage.payloads(9);
    send(&mut stage, AtMostOnce, 0..10);
    assert_eq!(stage.payloads(9).len(), 1);
}

#[test]
fn what_our_runtime_and_the_gateway_say_is_free() {
    let mut stage = stage(Hosting::Hosted, quotas(1, 1, 1), Version::V311);
    for _ in 0..10 {
        stage.link(BusCommand::Publish(cell::OutgoingMessage {
            topic: topic("controller/hub/*/*/SAVED/x"),
            payload: "x".into(),
            qos: AtMostOnce,
            retain: false,
            hold_for_listener: None,
        }));
    }
    stage.join_as(3, Version::V5, BusRole::Runtime);
    for id in 1..=10 {
        stage.publish(
            3,
            &topic("controller/hub/*/*/SAVED/x"),
            "x",
            AtLeastOnce,
            id,
        );
    }
    assert_eq!(acknowledged(&mut stage, 3).len(), 10);
    assert_eq!(stage.payloads(9).len(), 20);
    assert!(stage.sent.is_empty() && stage.refused.is_empty());
    assert_eq!(stage.router.keeping(), Keeping::Kept);
}

#[test]
fn the_runtime_learns_of_the_day_before_the_message_that_is_too_much() {
    let mut stage = Stage::with(Hosting::Hosted, quotas(10, 100, 3));
    stage.open_link();
    stage.link(BusCommand::Subscribe(vec![topic("#")]));
    stage.join(1, Version::V311);
    send(&mut stage, AtMostOnce, 0..3);
    assert_eq!((stage.keeping.len(), stage.refused.len()), (0, 0));
    send(&mut stage, AtMostOnce, 3..4);
    let midnight = stage.now.next_midnight();
    assert_eq!(stage.keeping, [Keeping::NotKept { until: midnight }]);
    let refused = stage.refused.remove(0);
    assert_eq!(refused.reason, RefusalReason::MessagesPerDay);
    assert_eq!(refused.clears_at, Some(midnight));
    let limit = refused.limit.unwrap();
    assert_eq!(
        (&*limit.name, limit.window_secs, limit.allowed, limit.seen),
        ("messages_per_day", Some(86_400), 3, 4)
    );
    let delivered = std::iter::from_fn(|| stage.delivery()).count();
    assert_eq!(delivered, 4, "live values flow all the same");
    // Once a minute it is recorded again, not with each message.
    send(&mut stage, AtMostOnce, 4..10);
    assert!(stage.refused.is_empty());
    stage.pass(Duration::from_mins(1));
    send(&mut stage, AtMostOnce, 10..12);
    assert_eq!(stage.refused.len(), 1);
    // A larger plan, then a smaller one.
    revise(&mut stage, quotas(10, 100, 1_000));
    revise(&mut stage, quotas(10, 100, 5));
    assert_eq!(
        stage.keeping[1..],
        [Keeping::Kept, Keeping::NotKept { until: midnight }]
    );
    // Midnight comes, whether anybody sends or not.
    stage.pass(HOUR * 24);
    assert_eq!(stage.keeping.last(), Some(&Keeping::Kept));
    send(&mut stage, AtMostOnce, 0..5);
    assert_eq!(stage.router.keeping(), Keeping::Kept);
}

#[test]
fn over_the_day_twice_the_rate_passes_and_the_rest_is_dropped() {
    for hosting in [Hosting::Hosted, Hosting::OnPremise] {
        let mut stage = stage(hosting, quotas(10, 1_000, 100), Version::V5);
        send(&mut stage, AtMostOnce, 0..101);
        assert_eq!(stage.payloads(9).len(), 101);
        for _ in 0..5 {
            stage.pass(SECOND);
            send(&mut stage, AtMostOnce, 0..50);
            assert_eq!(stage.payloads(9).len(), 20);
        }
        // At higher quality as well: nothing waits, the rest is refused.
        stage.pass(SECOND);
        send(&mut stage, AtLeastOnce, 1..=21);
        assert_eq!(stage.payloads(9).len(), 20);
        let last = stage.said(1).pop().unwrap();
        let Said::Acknowledge(given, Some(words)) = last else {
            panic!("{last:?}")
        };
        assert_eq!((given.packet_id, given.reason), (21, Reason::QuotaExceeded));
        assert!(words.contains("20 allowed"), "{words}");
    }
}

#[test]
fn all_houses_of_a_tenant_share_its_day() {
    let limits = quotas(10, 100, 10);
    let mut first = stage(Hosting::Hosted, limits, Version::V311);
    let mut second = stage(Hosting::Hosted, limits, Version::V311);
    second.router.spend_from(START, first.spending.clone());
    send(&mut first, AtMostOnce, 0..6);
    send(&mut second, AtMostOnce, 0..4);
    assert_eq!((first.keeping.len(), second.keeping.len()), (0, 0));
    send(&mut first, AtMostOnce, 6..7);
    send(&mut second, AtMostOnce, 4..5);
    assert_eq!((first.keeping.len(), second.keeping.len()), (1, 1));
    let total = first.spending.total(START.start_of_day());
    assert_eq!(total, Some(12));
}

#[test]
fn a_house_that_begins_again_is_still_over_the_day() {
    let mut stage = stage(Hosting::Hosted, quotas(10, 100, 10), Version::V311);
    stage.spending.day(START).add(50);
    send(&mut stage, AtMostOnce, 0..1);
    let over = stage.router.keeping();
    assert_ne!(over, Keeping::Kept);
    let again = Stage::begin(Hosting::Hosted, quotas(10, 100, 10), stage.spending.clone());
    assert_eq!(again.router.keeping(), over);
}

#[test]
fn a_house_rests_only_when_its_bucket_is_full_again() {
    let mut stage = Stage::with(Hosting::OnPremise, quotas(1, 100, 1_000));
    stage.join(1, Version::V311);
    send(&mut stage, AtMostOnce, 0..60);
    stage.leave(1, Reason::Success);
    let after = |span| stage.now.after(span);
    assert!(!stage.router.is_idle(after(SECOND * 59)));
    assert!(stage.router.is_idle(after(SECOND * 60)));
}

/// The clock is set while time goes on as ever.
fn set_clock(stage: &mut Stage, to: &str) {
    let to = Timestamp::from_rfc3339(to).unwrap();
    let by = to.0 - stage.now.0;
    stage.now = to;
    stage.router.clock_was_set(to, by);
    stage.settle();
}

#[test]
fn setting_the_clock_cuts_nobody_off_and_keeps_nobody() {
    for to in ["2026-03-01T00:30:00Z", "2026-03-02T01:30:00Z"] {
        let mut stage = stage(Hosting::OnPremise, quotas(10, 5, 1_000), Version::V311);
        set_clock(&mut stage, "2026-03-01T01:30:00Z");
        assert_eq!(stage.closed.len(), 0, "fifty years at once");
        send(&mut stage, AtLeastOnce, 1..=7);
        assert_eq!(acknowledged(&mut stage, 1).len(), 5);
        set_clock(&mut stage, to);
        assert!(acknowledged(&mut stage, 1).is_empty());
        stage.pass(Duration::from_millis(200));
        assert_eq!(acknowledged(&mut stage, 1), [6, 7]);
        // Keep-alive is 60 s, so 90 s of silence are the end of it.
        stage.pass(SECOND * 89);
        assert_eq!(stage.closed.len(), 0);
        stage.pass(SECOND);
        assert_eq!(stage.closed.get(&1), Some(&CloseReason::KeepAlive));
        let expected = RefusalReason::MessageRate;
        assert!(stage.refusals().iter().all(|refusal| refusal.0 == expected));
    }
}

#[test]
fn each_day_has_one_allowance_however_the_clock_goes() {
    let mut stage = stage(Hosting::Hosted, quotas(100, 100, 10), Version::V311);
    let is_kept = |stage: &Stage| stage.router.keeping() == Keeping::Kept;
    // The last second of a month.
    set_clock(&mut stage, "2026-11-30T23:59:59Z");
    send(&mut stage, AtMostOnce, 0..11);
    assert!(!is_kept(&stage));
    stage.pass(SECOND);
    assert!(is_kept(&stage), "December");
    send(&mut stage, AtMostOnce, 0..9);
    // Back an hour, where the allowance is used up.
    set_clock(&mut stage, "2026-11-30T23:00:01Z");
    assert!(!is_kept(&stage));
    send(&mut stage, AtMostOnce, 0..1);
    // A day ahead: that day's messages, then back.
    set_clock(&mut stage, "2026-12-02T00:00:01Z");
    send(&mut stage, AtMostOnce, 0..11);
    assert!(!is_kept(&stage));
    set_clock(&mut stage, "2026-12-01T00:00:02Z");
    assert!(is_kept(&stage), "one is left");
    send(&mut stage, AtMostOnce, 0..2);
    assert!(!is_kept(&stage));
    stage.pass(HOUR * 24);
    assert!(!is_kept(&stage), "2 December was used up beforehand");
    stage.pass(HOUR * 24);
    assert!(is_kept(&stage));
    let mut by_day = std::collections::BTreeMap::new();
    for sent in &stage.sent {
        *by_day
            .entry(sent.hour.start_of_day().to_rfc3339())
            .or_insert(0) += sent.messages;
    }
    let counted: Vec<(&str, u64)> = by_day.iter().map(|(day, n)| (&day[..10], *n)).collect();
    assert_eq!(
        counted,
        [("2026-11-30", 12), ("2026-12-01", 11), ("2026-12-02", 11)]
    );
}

proptest! {
    /// Whoever stands outside and counts what was acknowledged or delivered
    /// comes to what the meter says, by hours.
    #[test]
    fn the_meter_says_what_was_accepted(
        sent in prop::collection::vec(
            (0u64..3, 0usize..200_000, 0u8..3, 0u64..2_000_000), 1..40),
    ) {
        let mut stage = stage(Hosting::OnPremise, quotas(3, 6, 1_000_000), Version::V5);
        let mut outside = std::collections::BTreeMap::<Timestamp, (u64, u64)>::new();
        for (id, (_, size, qos, millis)) in (1u16..).zip(sent) {
            stage.pass(Duration::from_millis(millis));
            stage.frame(1, &[0xC0, 0]);
            stage.frame(9, &[0xC0, 0]);
            stage.said(9);
            let qos = QoS::try_from(qos).unwrap();
            stage.publish(1, &topic("a"), &"x".repeat(size), qos, id);
            if stage.payloads(9).len() == 1 {
                let counted = u64::try_from(size.div_ceil(65_536).max(1)).unwrap();
                let hour = outside.entry(stage.now.start_of_hour()).or_default();
                hour.0 += counted;
                hour.1 += u64::try_from(size).unwrap();
            }
        }
        let mut metered = std::collections::BTreeMap::<Timestamp, (u64, u64)>::new();
        for sent in &stage.sent {
            let hour = metered.entry(sent.hour).or_default();
            hour.0 += sent.messages;
            hour.1 += sent.bytes;
        }
        prop_assert_eq!(metered, outside);
    }
}
