//! What the feed said last, on disk: a dead control plane stops no house, and
//! a deletion that happened while we were down is still seen.

use std::path::{Path, PathBuf};

use cell::CellState;
use platform::data_dir::write_private;

/// The file beside those of the houses; no house id has a dot.
const FILE_NAME: &str = "feed.json";

/// Where the state of the cell is kept.
pub(crate) struct Memory(PathBuf);

impl Memory {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self(folder.join(FILE_NAME))
    }

    /// The state last written. Without a readable one the feed is asked for
    /// everything, which deletes nothing.
    pub(super) fn read(&self) -> CellState {
        let content = match std::fs::read(&self.0) {
            Ok(content) => content,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return CellState::default();
            }
            Err(error) => {
                self.complain("be read", &error);
                return CellState::default();
            }
        };
        serde_json::from_slice(&content).unwrap_or_else(|error| {
            self.complain("be understood", &error);
            CellState::default()
        })
    }

    pub(super) fn write(&self, state: &CellState) {
        let written = serde_json::to_vec(state)
            .map_err(std::io::Error::other)
            .and_then(|content| write_private(&self.0, &content));
        if let Err(error) = written {
            self.complain("be written", &error);
        }
    }

    fn complain(&self, what: &str, error: &dyn std::fmt::Display) {
        let path = self.0.display();
        tracing::warn!("{path} cannot {what}, the feed is asked again after a restart: {error}");
    }
}

#[cfg(test)]
mod tests {
    use cell::Revision;

    use super::*;

    #[test]
    fn the_last_state_is_there_after_a_restart_and_a_broken_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::in_folder(folder.path());
        assert_eq!(memory.read(), CellState::default());
        let state = CellState {
            revision: Some(Revision(7)),
            ..CellState::default()
        };
        memory.write(&state);
        assert_eq!(Memory::in_folder(folder.path()).read(), state);
        std::fs::write(folder.path().join(FILE_NAME), b"{").unwrap();
        assert_eq!(memory.read(), CellState::default());
    }
}
