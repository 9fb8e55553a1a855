//! Looking at the houses' files without changing them, beside a running
//! service or without one: for `doctor`.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::FOLDER;

/// How long a look waits for a file that is being written.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HouseFiles {
    /// How many files there are.
    pub count: usize,
    /// Files that are not usable, each with why.
    pub faults: Vec<(String, String)>,
}

/// Opens every house's file in `data_dir`, and reads what it is made of. Does
/// not read all values: a house of many years is looked at as fast as a new one.
pub fn examine(data_dir: &Path) -> std::io::Result<HouseFiles> {
    let mut found = HouseFiles::default();
    let entries = match std::fs::read_dir(data_dir.join(FOLDER)) {
        Ok(entries) => entries,
        // No hosted house was ever made.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "db") {
            continue;
        }
        found.count += 1;
        if let Err(error) = look(&path) {
            let name = path.file_name().unwrap_or_default();
            let name = name.to_string_lossy().into_owned();
            found.faults.push((name, error.to_string()));
        }
    }
    found.faults.sort();
    Ok(found)
}

fn look(path: &Path) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let file = Connection::open_with_flags(path, flags)?;
    file.busy_timeout(PATIENCE)?;
    file.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    })?;
    file.query_row("SELECT COUNT(*) FROM config_change", [], |row| {
        row.get::<_, i64>(0)
    })
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Stores;

    #[tokio::test]
    async fn files_of_houses_are_usable_and_others_are_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(examine(folder.path()).unwrap(), HouseFiles::default());
        let houses = folder.path().join(FOLDER);
        let stores = Stores::open(&houses, 1).unwrap();
        let villa = "villa-7k3q9x".parse().unwrap();
        stores.load(&villa).await.unwrap();
        let one = examine(folder.path()).unwrap();
        assert_eq!((one.count, one.faults), (1, vec![]));

        std::fs::write(houses.join("ghost-aaaaaa.db"), "not a database at all").unwrap();
        std::fs::write(houses.join("notes.txt"), "mine").unwrap();
        let two = examine(folder.path()).unwrap();
        assert_eq!(two.count, 2);
        assert_eq!(two.faults.len(), 1);
        assert_eq!(two.faults[0].0, "ghost-aaaaaa.db");
        assert!(two.faults[0].1.contains("not a database"), "{two:?}");
    }
}
