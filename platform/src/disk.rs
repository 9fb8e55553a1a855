//! Room on the disk of a folder, and saying so before it is gone.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{Health, Lifecycle};

/// How often it is looked.
const EVERY: Duration = Duration::from_mins(1);

const MIB: u64 = 1024 * 1024;

/// With less room than this the service says that it is short.
pub const SHORT_BELOW_BYTES: u64 = 1024 * MIB;

/// With less room than this it says that it cannot go on for long.
pub const FULL_BELOW_BYTES: u64 = 128 * MIB;

/// The room on a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// How much this user can still write, in bytes.
    pub free_bytes: u64,
    /// How much there is at all, in bytes.
    pub total_bytes: u64,
}

/// How much room that is for a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Enough.
    Enough,
    /// Less than [`SHORT_BELOW_BYTES`].
    Short,
    /// Less than [`FULL_BELOW_BYTES`].
    Full,
}

impl Room {
    /// The room on the disk that `path` is on.
    pub fn of(path: &Path) -> io::Result<Self> {
        let stat = rustix::fs::statvfs(path)?;
        Ok(Self {
            free_bytes: stat.f_bavail.saturating_mul(stat.f_frsize),
            total_bytes: stat.f_blocks.saturating_mul(stat.f_frsize),
        })
    }

    /// What it means.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        if self.free_bytes < FULL_BELOW_BYTES {
            Verdict::Full
        } else if self.free_bytes < SHORT_BELOW_BYTES {
            Verdict::Short
        } else {
            Verdict::Enough
        }
    }

    /// How much is free, in words: `512 MiB of 20480 MiB free`.
    #[must_use]
    pub fn in_words(&self) -> String {
        format!(
            "{} MiB of {} MiB free",
            self.free_bytes / MIB,
            self.total_bytes / MIB
        )
    }
}

/// Keeps the part "disk" of `health` up to date while the process runs.
pub fn watch(folder: PathBuf, health: Health, lifecycle: &Lifecycle) {
    lifecycle.spawn("disk", |drain| async move {
        let mut ticks = tokio::time::interval(EVERY);
        while drain.run_until_cancelled(ticks.tick()).await.is_some() {
            note(&health, Room::of(&folder));
        }
    });
}

fn note(health: &Health, room: io::Result<Room>) {
    match room {
        Ok(room) => match room.verdict() {
            Verdict::Enough => health.set("disk", Ok(())),
            Verdict::Short => health.degrade(
                "disk",
                format!(
                    "the disk is getting full: {}; free some space",
                    room.in_words()
                ),
            ),
            Verdict::Full => health.degrade(
                "disk",
                format!(
                    "the disk is nearly full: {}; free some space now, or writing will fail",
                    room.in_words()
                ),
            ),
        },
        Err(cause) => health.degrade(
            "disk",
            format!("the room on the disk is not known: {cause}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::State;

    #[test]
    fn a_disk_has_room_and_a_folder_that_is_not_there_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let room = Room::of(folder.path()).unwrap();
        assert!(room.total_bytes >= room.free_bytes && room.total_bytes > 0);
        assert!(Room::of(&folder.path().join("nowhere")).is_err());
    }

    #[test]
    fn what_is_short_is_said_and_what_is_mended_as_well() {
        let health = Health::default();
        let room = |free_bytes| {
            Ok(Room {
                free_bytes,
                total_bytes: 20 * SHORT_BELOW_BYTES,
            })
        };
        let said = |health: &Health| health.report()["disk"].clone();
        note(&health, room(FULL_BELOW_BYTES - 1));
        assert!(matches!(said(&health), State::Degraded(text) if text.contains("nearly full")));
        note(&health, room(FULL_BELOW_BYTES));
        let State::Degraded(text) = said(&health) else {
            panic!("not degraded")
        };
        assert!(text.contains("128 MiB of 20480 MiB free"), "{text}");
        assert!(health.is_ready(), "a home is better served badly than not");
        note(&health, room(SHORT_BELOW_BYTES));
        assert_eq!(said(&health), State::Well);
        note(&health, Err(io::Error::other("no such device")));
        assert!(matches!(said(&health), State::Degraded(text) if text.contains("no such device")));
    }
}
