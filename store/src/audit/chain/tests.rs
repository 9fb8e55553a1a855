//! A chain and what somebody may do to it.

use model::TenantId;
use model::time::ManualAmbient;

use super::*;

fn chain_of(length: i64) -> (Chain, ChainState, Vec<AuditRecord>) {
    let chain = Chain::Tenant(TenantId::generate(&ManualAmbient::at(Timestamp(1))));
    let mut state = ChainState::default();
    let mut records = Vec::new();
    for seq in 1..=length {
        let mut record = AuditRecord {
            seq,
            at: Timestamp(seq * 1_000),
            actor: "service".into(),
            client: String::new(),
            action: "house.created".into(),
            subject: format!("villa-{seq}"),
            detail: "{}".into(),
            hash: NOTHING,
        };
        record.hash = hash(chain, &state.head.hash, &record);
        state.head = ChainHead {
            seq,
            hash: record.hash,
        };
        records.push(record);
    }
    (chain, state, records)
}

fn faults(
    chain: Chain,
    state: ChainState,
    records: &[AuditRecord],
    witnesses: Vec<Witness>,
) -> Vec<ChainFault> {
    let mut verifier = Verifier::new(chain, state, witnesses, Timestamp(0));
    for record in records {
        verifier.feed(record);
    }
    verifier.finish()
}

fn witness(head: ChainHead) -> Vec<Witness> {
    vec![Witness {
        head,
        at: Timestamp(9_000),
        source: "2026-11-21.json".into(),
    }]
}

#[test]
fn a_whole_chain_has_no_fault_and_every_field_counts() {
    let (chain, state, records) = chain_of(5);
    assert_eq!(faults(chain, state, &records, witness(state.head)), []);
    let change: [fn(&mut AuditRecord); 7] = [
        |r| r.at.0 += 1,
        |r| r.actor.push('x'),
        |r| r.client.push('x'),
        |r| r.action.push('x'),
        |r| r.subject.push('x'),
        |r| r.detail.push(' '),
        |r| {
            // A letter that moves from one field to the next.
            let letter = r.action.pop().unwrap();
            r.subject.insert(0, letter);
        },
    ];
    for change in change {
        let mut altered = records.clone();
        change(&mut altered[2]);
        let found = faults(chain, state, &altered, vec![]);
        assert_eq!(found, [ChainFault::Altered { seq: 3 }]);
    }
    let other = faults(Chain::Service, state, &records, vec![]);
    assert_eq!(other.len(), 5, "rows of one chain are none of another");
}

#[test]
fn dropped_and_moved_rows_are_found() {
    let (chain, state, records) = chain_of(6);
    let mut dropped = records.clone();
    dropped.remove(2);
    let missing = ChainFault::Missing { from: 3, to: 3 };
    assert_eq!(faults(chain, state, &dropped, vec![]), [missing]);
    let mut moved = records.clone();
    moved.swap(1, 2);
    for (place, record) in moved.iter_mut().enumerate() {
        record.seq = i64::try_from(place).unwrap() + 1;
    }
    let found = faults(chain, state, &moved, vec![]);
    assert!(found.contains(&ChainFault::Altered { seq: 2 }), "{found:?}");
    assert!(found.contains(&ChainFault::Altered { seq: 3 }), "{found:?}");
}

#[test]
fn a_tail_that_was_cut_is_found_with_the_note_and_with_a_witness() {
    let (chain, state, records) = chain_of(6);
    let cut = &records[..4];
    let missing = ChainFault::Missing { from: 5, to: 6 };
    assert_eq!(faults(chain, state, cut, vec![]), [missing]);
    // Whoever cuts the note as well is found by what was exported.
    let tidy = ChainState {
        head: ChainHead {
            seq: 4,
            hash: cut[3].hash,
        },
        ..state
    };
    assert_eq!(faults(chain, tidy, cut, vec![]), []);
    let found = faults(chain, tidy, cut, witness(state.head));
    assert!(matches!(
        found[..],
        [ChainFault::Cut {
            known: 6,
            ends: 4,
            ..
        }]
    ));
    let longer = faults(chain, tidy, &records, vec![]);
    assert_eq!(longer, [ChainFault::BehindTheEnd { seq: 5 }]);
}

#[test]
fn a_chain_written_anew_fits_itself_and_no_witness() {
    let (chain, state, mut records) = chain_of(6);
    records[1].subject = "elsewhere".into();
    let mut forged = ChainState::default();
    for record in &mut records {
        record.hash = hash(chain, &forged.head.hash, record);
        forged.head = ChainHead {
            seq: record.seq,
            hash: record.hash,
        };
    }
    assert_eq!(faults(chain, forged, &records, vec![]), []);
    let found = faults(chain, forged, &records, witness(state.head));
    assert!(matches!(found[..], [ChainFault::Rewritten { seq: 6, .. }]));
}

#[test]
fn what_retention_removed_is_no_fault_and_what_was_removed_early_is() {
    let (chain, state, records) = chain_of(6);
    let pruned = ChainState {
        base: ChainHead {
            seq: 3,
            hash: records[2].hash,
        },
        ..state
    };
    let head = |seq: usize| ChainHead {
        seq: records[seq - 1].seq,
        hash: records[seq - 1].hash,
    };
    let judge = |witness: Witness, kept_since| {
        let kept_since = Timestamp(kept_since);
        let mut verifier = Verifier::new(chain, pruned, vec![witness], kept_since);
        for record in &records[3..] {
            verifier.feed(record);
        }
        verifier.finish()
    };
    let mut known = witness(head(2)).remove(0);
    assert_eq!(judge(known.clone(), 9_001), []);
    let early = judge(known.clone(), 9_000);
    assert!(matches!(
        early[..],
        [ChainFault::RemovedEarly { seq: 3, .. }]
    ));
    known.head = head(3);
    assert_eq!(judge(known.clone(), 0), []);
    known.head.hash = NOTHING;
    assert!(matches!(
        judge(known, 0)[..],
        [ChainFault::Rewritten { seq: 3, .. }]
    ));
}
