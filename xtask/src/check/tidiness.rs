//! Names, headers, migration pairs, licences of vendored files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Checked;
use crate::workspace;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 6] = ["util", "utils", "common", "helper", "helpers", "misc"];

/// Where the two engines' migrations are: the same names in both.
const MIGRATIONS: [&str; 2] = [
    "migrations/control-plane/sqlite",
    "migrations/control-plane/postgres",
];

/// The checks of this module.
pub fn checks() -> Result<Vec<Checked>> {
    let root = workspace::root();
    let files = workspace::files(&root)?;
    Ok(vec![
        Checked {
            rule: "A module's name says what is inside",
            faults: empty_names(&files),
        },
        Checked {
            rule: "Every crate opens with what it is",
            faults: headless(&files)?,
        },
        Checked {
            rule: "Both engines have the same migrations",
            faults: migration_pairs(&root)?,
        },
        Checked {
            rule: "Every vendored file has its licence beside it",
            faults: unlicensed(&files),
        },
        Checked {
            rule: "No test is marked to be left out",
            faults: left_out(&files)?,
        },
    ])
}

fn is_rust(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "rs")
}

fn empty_names(files: &[PathBuf]) -> Vec<String> {
    let is_empty = |file: &&PathBuf| {
        let file = workspace::relative(file);
        let folders = file.parent().into_iter().flat_map(Path::iter);
        let mut names = folders
            .chain(file.file_stem())
            .filter_map(|name| name.to_str());
        names.any(|name| EMPTY_NAMES.contains(&name))
    };
    files
        .iter()
        .filter(|file| is_rust(file))
        .filter(is_empty)
        .map(|file| workspace::shown(file))
        .collect()
}

fn headless(files: &[PathBuf]) -> Result<Vec<String>> {
    let is_root = |file: &&PathBuf| file.ends_with("src/lib.rs") || file.ends_with("src/main.rs");
    let mut faults = Vec::new();
    for file in files.iter().filter(is_root) {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
        if !text.starts_with("//!") {
            faults.push(workspace::shown(file));
        }
    }
    Ok(faults)
}

fn migration_pairs(root: &Path) -> Result<Vec<String>> {
    let [sqlite, postgres] = MIGRATIONS;
    let names = |folder: &str| -> Result<BTreeSet<String>> {
        let entries = std::fs::read_dir(root.join(folder))
            .with_context(|| format!("read the folder {folder}"))?;
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect::<Result<_>>()
    };
    Ok(unpaired(
        sqlite,
        &names(sqlite)?,
        postgres,
        &names(postgres)?,
    ))
}

fn unpaired(a: &str, in_a: &BTreeSet<String>, b: &str, in_b: &BTreeSet<String>) -> Vec<String> {
    let mut faults: Vec<String> = in_a
        .difference(in_b)
        .map(|name| format!("{name} is missing in {b}"))
        .collect();
    faults.extend(
        in_b.difference(in_a)
            .map(|name| format!("{name} is missing in {a}")),
    );
    if in_a.is_empty() && in_b.is_empty() {
        faults.push(format!("there is nothing in {a} and {b}"));
    }
    faults
}

/// Vendored files, `…/vendor/<name>.…`, without a licence file in the same
/// folder whose name starts with the same word.
fn unlicensed(files: &[PathBuf]) -> Vec<String> {
    let in_vendor = |file: &&PathBuf| {
        let folder = workspace::relative(file);
        folder.iter().any(|part| part == "vendor")
    };
    let vendored: Vec<&PathBuf> = files.iter().filter(in_vendor).collect();
    let licences: Vec<(&Path, String)> = vendored
        .iter()
        .filter(|file| is_licence(file))
        .filter_map(|file| Some((file.parent()?, first_word(file))))
        .collect();
    let has_licence = |file: &Path| {
        let word = first_word(file);
        let beside = |(folder, licensed): &(&Path, String)| {
            file.parent() == Some(folder) && (*licensed == word || licensed == "license")
        };
        licences.iter().any(beside)
    };
    let bare = vendored
        .into_iter()
        .filter(|file| !is_licence(file) && !is_note(file) && !has_licence(file));
    bare.map(|file| workspace::shown(file)).collect()
}

fn is_licence(file: &Path) -> bool {
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    name.contains("license") || name.contains("licence") || name.contains("copying")
}

fn is_note(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == "README.md")
}

/// `uplot` of `uPlot.iife.min.js` and of `uPlot-LICENSE.txt`.
fn first_word(file: &Path) -> String {
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    name.split(|letter: char| !letter.is_alphanumeric())
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn left_out(files: &[PathBuf]) -> Result<Vec<String>> {
    let mark = concat!("#[", "ignore");
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| is_rust(file)) {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
        let marked = text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.trim_start().starts_with(mark));
        faults.extend(marked.map(|(index, _)| format!("{}:{}", workspace::shown(file), index + 1)));
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> BTreeSet<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_migration_for_one_engine_only_is_found() {
        let both = names(&["0001_a.sql"]);
        assert!(unpaired("x", &both, "y", &both).is_empty());
        assert_eq!(
            unpaired("x", &both, "y", &names(&["0001_a.sql", "0002_b.sql"])),
            ["0002_b.sql is missing in x"]
        );
        assert_eq!(unpaired("x", &names(&[]), "y", &names(&[])).len(), 1);
    }

    #[test]
    fn vendored_files_need_a_licence() {
        let root = workspace::root();
        let files = |list: &[&str]| list.iter().map(|file| root.join(file)).collect::<Vec<_>>();
        let good = files(&[
            "web/static/vendor/uPlot.min.js",
            "web/static/vendor/uPlot-LICENSE.txt",
            "web/static/own.js",
        ]);
        assert!(unlicensed(&good).is_empty());
        let bad = files(&[
            "web/static/vendor/uPlot.min.js",
            "web/static/vendor/mqtt.LICENSE",
        ]);
        assert_eq!(unlicensed(&bad), ["web/static/vendor/uPlot.min.js"]);
        let folder = files(&[
            "web/static/vendor/mqtt/mqtt.min.js",
            "web/static/vendor/mqtt/LICENSE",
        ]);
        assert!(unlicensed(&folder).is_empty());
    }

    #[test]
    fn a_name_that_says_nothing_is_found() {
        let root = workspace::root();
        let files = [
            root.join("gateway/src/utils.rs"),
            root.join("gateway/src/common/a.rs"),
            root.join("gateway/src/router.rs"),
        ];
        assert_eq!(empty_names(&files).len(), 2);
    }
}
