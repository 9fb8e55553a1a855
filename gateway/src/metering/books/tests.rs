use std::collections::HashMap;

use model::time::ManualAmbient;
use proptest::prelude::*;

use super::*;

const HOUR: i64 = 3_600_000;

fn tenant() -> TenantId {
    TenantId::generate(&ManualAmbient::at(Timestamp(0)))
}

fn house(number: usize) -> HouseId {
    ["villa-7k3q9x", "hut-aaaaaa", "shed-bbbbbb"][number]
        .parse()
        .unwrap()
}

fn sent(hour: i64, messages: u64) -> Sent {
    Sent {
        hour: Timestamp(hour * HOUR),
        messages,
        bytes: messages * 10,
    }
}

/// What the control plane makes of reports: the largest row of each key, and
/// the sum over the epochs.
#[derive(Default)]
struct Sums(BTreeMap<UsageKey, u64>);

impl Sums {
    fn take(&mut self, rows: &[Usage]) {
        for row in rows {
            let known = self.0.entry(key_of(row.clone())).or_default();
            *known = row.messages.max(*known);
        }
    }

    fn by_house_and_hour(&self) -> HashMap<(HouseId, i64), u64> {
        let mut sums = HashMap::new();
        for (key, messages) in &self.0 {
            *sums
                .entry((key.house.clone(), key.hour.0 / HOUR))
                .or_insert(0) += messages;
        }
        sums
    }
}

/// What is on disk.
#[derive(Default)]
struct Disk(BTreeMap<UsageKey, Usage>);

impl Disk {
    fn write(&mut self, changes: UsageChanges) {
        for row in changes.rows {
            self.0.insert(key_of(row.clone()), row);
        }
        for key in changes.finished {
            self.0.remove(&key);
        }
    }

    fn state(&self, epoch: i64) -> UsageState {
        UsageState {
            epoch,
            rows: self.0.values().cloned().collect(),
            spent: Vec::new(),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A house sends so much in the hour that is now.
    Send(usize, u64),
    /// The clock goes on, or is set.
    Clock(i64),
    /// A report gets through, or is lost on its way back.
    Report { most: usize, lost: bool },
    /// Changes reach the disk, or do not.
    Write { fails: bool },
    /// The gateway is killed and begins again. What was not written is lost.
    Kill,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0usize..3, 1u64..50).prop_map(|(who, n)| Step::Send(who, n)),
        2 => prop::sample::select(vec![1i64, 1, 1, 2, 24, -1, -2, -5, -24, 8_760, -8_760])
            .prop_map(Step::Clock),
        3 => (1usize..4, any::<bool>()).prop_map(|(most, lost)| Step::Report { most, lost }),
        3 => any::<bool>().prop_map(|fails| Step::Write { fails }),
        1 => Just(Step::Kill),
    ];
    prop::collection::vec(step, 0..120)
}

proptest! {
    /// Whatever the clock does, whatever reports and writes are lost, however
    /// often the gateway is killed after a write: the control plane ends with
    /// what was sent, by house and by hour.
    #[test]
    fn nothing_is_lost_and_nothing_counts_twice(steps in steps()) {
        let (mut books, mut disk, mut sums) = (Books::default(), Disk::default(), Sums::default());
        let (mut hour, mut epoch) = (100_000, 0);
        let mut expected = HashMap::new();
        let write = |books: &mut Books, disk: &mut Disk, fails: bool| {
            let (changes, _) = books.take_changes();
            if fails {
                books.put_back(changes);
            } else {
                disk.write(changes);
            }
        };
        for step in steps {
            match step {
                Step::Send(who, messages) => {
                    books.enter(tenant(), &house(who), &sent(hour, messages));
                    *expected.entry((house(who), hour)).or_insert(0) += messages;
                }
                Step::Clock(by) => hour += by,
                Step::Report { most, lost } => {
                    let rows = books.untold(most);
                    prop_assert!(rows.len() <= most);
                    sums.take(&rows);
                    if !lost {
                        books.told(&rows);
                    }
                }
                Step::Write { fails } => write(&mut books, &mut disk, fails),
                Step::Kill => {
                    write(&mut books, &mut disk, false);
                    prop_assert!(!books.has_changes());
                    epoch = epoch.max(books.epoch) + 1_000;
                    books = Books::new(disk.state(epoch));
                }
            }
        }
        let rest = books.untold(usize::MAX);
        sums.take(&rest);
        books.told(&rest);
        prop_assert_eq!(sums.by_house_and_hour(), expected);
        prop_assert!(books.untold(usize::MAX).is_empty());
        // What is left are the rows of now, here and on disk.
        write(&mut books, &mut disk, false);
        prop_assert!(books.rows.len() <= 3 * 5, "{:?}", books.rows);
        prop_assert_eq!(disk.0.len(), books.rows.len());
    }
}

#[test]
fn a_row_goes_when_it_is_told_and_its_hour_is_over() {
    let mut books = Books::default();
    books.enter(tenant(), &house(0), &sent(5, 1));
    let first = books.untold(10);
    books.enter(tenant(), &house(0), &sent(5, 1));
    books.told(&first);
    assert_eq!(books.untold(10)[0].messages, 2, "it has grown meanwhile");
    books.told(&books.untold(10));
    books.enter(tenant(), &house(0), &sent(6, 1));
    books.told(&books.untold(10));
    assert_eq!(books.rows.len(), 2, "another thread may still be at hour 5");
    books.enter(tenant(), &house(0), &sent(7, 1));
    books.told(&books.untold(10));
    assert_eq!(books.rows.len(), 2);
    let (changes, days) = books.take_changes();
    assert_eq!(changes.finished[0].hour, Timestamp(5 * HOUR));
    assert_eq!(days, [(tenant(), Timestamp(0))]);
}

#[test]
fn what_is_gone_is_told_once_more_and_never_written() {
    let mut books = Books::default();
    for number in 0..2 {
        books.enter(tenant(), &house(number), &sent(5, 1));
    }
    let (before, _) = books.take_changes();
    books.enter(tenant(), &house(0), &sent(5, 1));
    books.forget(&[house(0)], &[tenant()]);
    books.put_back(before);
    books.enter(tenant(), &house(0), &sent(5, 1));
    let (changes, _) = books.take_changes();
    let written: Vec<_> = changes.rows.iter().map(|row| row.house.clone()).collect();
    assert_eq!(written, [house(1)]);
    let rows = books.untold(10);
    assert!(
        rows.iter()
            .any(|row| row.house == house(0) && row.messages == 3)
    );
    books.told(&rows);
    assert_eq!(books.rows.len(), 1);
    assert!(books.take_changes().0.finished.is_empty());
}
