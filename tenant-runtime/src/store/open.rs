//! Which files are open: the last used ones, at most so many.

use std::collections::HashMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use model::HouseId;
use rusqlite::Connection;

use super::file::HouseFile;
use super::{StoreFault, schema};

/// Behind the name of SQLite's own files beside the main one.
const SIDE_FILES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The house's file. A house id has no separators, dots or capitals, so it
/// can name no other house's file on any file system.
pub(super) fn path(folder: &Path, house: &HouseId) -> PathBuf {
    folder.join(format!("{house}.db"))
}

/// The open files of one thread.
pub(super) struct OpenFiles {
    folder: PathBuf,
    most: usize,
    open: HashMap<HouseId, (u64, HouseFile)>,
    clock: u64,
}

impl OpenFiles {
    pub(super) fn new(folder: &Path, most: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            most,
            open: HashMap::new(),
            clock: 0,
        }
    }

    /// The house's file, opened if need be, closing the one unused longest.
    pub(super) fn get(&mut self, house: &HouseId) -> Result<&mut HouseFile, StoreFault> {
        self.clock += 1;
        if !self.open.contains_key(house) {
            let file = self.open_file(house)?;
            while self.open.len() >= self.most {
                let unused = self.open.iter().min_by_key(|(_, (used, _))| *used);
                let Some(oldest) = unused.map(|(house, _)| house.clone()) else {
                    break;
                };
                self.close(&oldest);
            }
            metrics::gauge!("runtime_store_open_files").increment(1);
            self.open.insert(house.clone(), (0, file));
        }
        match self.open.get_mut(house) {
            Some((used, file)) => {
                *used = self.clock;
                Ok(file)
            }
            None => Err(StoreFault::Unavailable("the file is not open".to_owned())),
        }
    }

    /// Closes the house's file if it is open.
    pub(super) fn close(&mut self, house: &HouseId) {
        if self.open.remove(house).is_some() {
            metrics::gauge!("runtime_store_open_files").decrement(1);
        }
    }

    /// Closes and deletes the house's file.
    pub(super) fn remove(&mut self, house: &HouseId) -> Result<(), StoreFault> {
        self.close(house);
        let main = path(&self.folder, house);
        let beside = SIDE_FILES.map(|ending| {
            let mut name = main.clone().into_os_string();
            name.push(ending);
            PathBuf::from(name)
        });
        for file in [main].iter().chain(&beside) {
            match std::fs::remove_file(file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreFault::Unavailable(format!(
                        "cannot delete {}: {error}",
                        file.display()
                    )));
                }
                _ => {}
            }
        }
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    fn open_file(&self, house: &HouseId) -> Result<HouseFile, StoreFault> {
        let path = path(&self.folder, house);
        let mut connection = Connection::open(&path).map_err(|error| schema::fault(&error))?;
        // The folder is private already; this is the second door.
        if let Err(error) = std::fs::set_permissions(&path, Permissions::from_mode(0o600)) {
            tracing::warn!(house.id = %house, %error, "The file of house {house} cannot be made private");
        }
        schema::prepare(&mut connection)?;
        Ok(HouseFile::new(connection))
    }
}

impl Drop for OpenFiles {
    fn drop(&mut self) {
        let houses: Vec<HouseId> = self.open.keys().cloned().collect();
        for house in houses {
            self.close(&house);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_unused_longest_is_closed_first() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = OpenFiles::new(folder.path(), 2);
        let houses = ["a-aaaaaa", "b-aaaaaa", "c-aaaaaa"].map(|id| id.parse::<HouseId>().unwrap());
        for house in [&houses[0], &houses[1], &houses[0], &houses[2]] {
            files.get(house).unwrap();
        }
        assert_eq!(files.len(), 2);
        assert!(!files.open.contains_key(&houses[1]));
        files.remove(&houses[0]).unwrap();
        files.remove(&houses[0]).unwrap();
        assert_eq!(files.len(), 1);
        drop(files);
        let mut left: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["b-aaaaaa.db", "c-aaaaaa.db"]);
    }
}
