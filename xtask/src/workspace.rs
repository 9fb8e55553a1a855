//! Where things are.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// Folders that hold nothing of ours, wherever they are.
const FOREIGN_FOLDERS: [&str; 3] = [".git", "target", "node_modules"];

/// The folder of the workspace: the parent of this crate's.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The cargo that runs us, or the one on the path.
pub fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Where downloads and tools are kept between runs, outside the repository:
/// `~/.cache/egeoffrey-cloud`.
pub fn cache() -> Result<PathBuf> {
    let home =
        std::env::var_os("HOME").context("HOME is not set: there is no place for a cache")?;
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map_or_else(|| Path::new(&home).join(".cache"), PathBuf::from);
    Ok(base.join("egeoffrey-cloud"))
}

/// Every file below `folder` that is ours, as paths from the workspace's root,
/// in order.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(next) = waiting.pop() {
        let entries =
            fs::read_dir(&next).with_context(|| format!("read the folder {}", next.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("read the folder {}", next.display()))?;
            let path = entry.path();
            let is_foreign = FOREIGN_FOLDERS
                .iter()
                .any(|name| entry.file_name() == *name);
            if is_foreign {
                continue;
            }
            let kind = entry
                .file_type()
                .with_context(|| format!("look at {}", path.display()))?;
            if kind.is_dir() {
                waiting.push(path);
            } else if kind.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A path as seen from the workspace's root: where the clone lies says nothing
/// about what is in it.
pub fn relative(path: &Path) -> PathBuf {
    path.strip_prefix(root()).unwrap_or(path).to_path_buf()
}

/// The same, for messages.
pub fn shown(path: &Path) -> String {
    relative(path).display().to_string()
}
