//! Which crate may depend on which; what pure crates must not reach.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::Checked;
use crate::process::{self, Stream};
use crate::workspace;

/// For each crate of ours, those of ours that it may name. Dependencies point
/// one way: the parts of the product never name each other, only the words,
/// the protocol, the cell link and the ground they share.
const ALLOWED: [(&str, &[&str]); 16] = [
    ("model", &[]),
    ("bus", &["model"]),
    ("house", &["model", "bus"]),
    ("cell", &["model", "bus"]),
    ("platform", &["model"]),
    ("web", &["model"]),
    ("gateway", &["model", "bus", "cell", "platform"]),
    (
        "tenant-runtime",
        &["model", "bus", "cell", "platform", "house"],
    ),
    ("store", &["model", "cell"]),
    ("cell-link", &["model", "cell", "store"]),
    (
        "control-plane",
        &[
            "model",
            "bus",
            "cell",
            "platform",
            "web",
            "store",
            "cell-link",
        ],
    ),
    (
        "portal",
        &["model", "cell", "platform", "control-plane", "web"],
    ),
    ("simulator", &["model", "bus"]),
    (
        "egeoffrey-cloud",
        &[
            "model",
            "bus",
            "cell",
            "platform",
            "gateway",
            "tenant-runtime",
            "control-plane",
            "portal",
            "simulator",
            "web",
        ],
    ),
    // Black boxes: the words and the protocol, never a part of the product.
    ("tests", &["model", "bus"]),
    ("xtask", &[]),
];

/// Crates that decide and never act.
const PURE: [&str; 3] = ["model", "bus", "house"];

/// What a pure crate must not even reach through others.
const ACTING: [&str; 12] = [
    "tokio",
    "mio",
    "socket2",
    "async-std",
    "smol",
    "hyper",
    "axum",
    "reqwest",
    "sqlx",
    "rusqlite",
    "lettre",
    "rumqttc-next",
];

/// Sources that are pure although their crate is not.
const PURE_FOLDERS: [&str; 4] = ["model/src", "bus/src", "house/src", "gateway/src/core"];

/// What must not be named in a pure source.
const ACTING_PATHS: [&str; 6] = [
    "tokio",
    "std::net",
    "std::fs",
    "std::thread",
    "rusqlite",
    "std::process",
];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}

/// The checks of this module.
pub fn checks() -> Result<Vec<Checked>> {
    let metadata = metadata()?;
    Ok(vec![
        Checked {
            rule: "Dependencies between our crates point one way",
            faults: directions(&metadata),
        },
        Checked {
            rule: "Pure crates reach nothing that acts",
            faults: reach(&metadata),
        },
        Checked {
            rule: "Pure sources name nothing that acts",
            faults: sources()?,
        },
    ])
}

fn metadata() -> Result<Metadata> {
    let mut command = workspace::cargo();
    command.args(["metadata", "--format-version", "1"]);
    let mut complaints = String::new();
    let finished = process::run(&mut command, |stream, line| {
        if stream == Stream::Err {
            complaints.push_str(line);
        }
        stream == Stream::Out
    })?;
    ensure!(
        finished.status.success(),
        "cargo metadata failed: {complaints}"
    );
    serde_json::from_str(&finished.output).context("read what cargo metadata printed")
}

fn directions(metadata: &Metadata) -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.into_iter().collect();
    let ours = metadata
        .packages
        .iter()
        .filter(|package| metadata.workspace_members.contains(&package.id));
    let names: BTreeSet<&str> = ours.clone().map(|package| package.name.as_str()).collect();
    let mut faults = Vec::new();
    for package in ours {
        let Some(may) = allowed.get(package.name.as_str()) else {
            faults.push(format!(
                "{}: a crate without a row in xtask/src/check/layers.rs",
                package.name
            ));
            continue;
        };
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            if names.contains(name) && !may.contains(&name) {
                faults.push(format!("{} must not depend on {name}", package.name));
            }
        }
    }
    faults
}

fn reach(metadata: &Metadata) -> Vec<String> {
    let name_of: BTreeMap<&str, &str> = metadata
        .packages
        .iter()
        .map(|package| (package.id.as_str(), package.name.as_str()))
        .collect();
    let edges: BTreeMap<&str, &Node> = metadata
        .resolve
        .nodes
        .iter()
        .map(|node| (node.id.as_str(), node))
        .collect();
    let mut faults = Vec::new();
    for package in metadata
        .packages
        .iter()
        .filter(|package| metadata.workspace_members.contains(&package.id))
    {
        if !PURE.contains(&package.name.as_str()) {
            continue;
        }
        let mut seen = BTreeSet::from([package.id.as_str()]);
        let mut waiting = vec![package.id.as_str()];
        while let Some(id) = waiting.pop() {
            let normal = edges
                .get(id)
                .into_iter()
                .flat_map(|node| &node.deps)
                .filter(|edge| edge.is_normal());
            waiting.extend(
                normal
                    .map(|edge| edge.pkg.as_str())
                    .filter(|id| seen.insert(id)),
            );
        }
        let reached = seen
            .iter()
            .filter_map(|id| name_of.get(id))
            .filter(|name| ACTING.contains(name));
        faults.extend(reached.map(|name| format!("{} reaches {name}", package.name)));
    }
    faults
}

impl Edge {
    /// Whether the product is built with it, not only its tests.
    fn is_normal(&self) -> bool {
        self.dep_kinds.iter().any(|kind| kind.kind.is_none())
    }
}

fn sources() -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for folder in PURE_FOLDERS {
        let folder = workspace::root().join(folder);
        ensure!(
            folder.is_dir(),
            "{} is gone: change xtask/src/check/layers.rs",
            workspace::shown(&folder)
        );
        for file in workspace::files(&folder)? {
            faults.extend(named_in(&file)?);
        }
    }
    Ok(faults)
}

fn named_in(file: &Path) -> Result<Vec<String>> {
    let is_test = file.file_stem().is_some_and(|stem| stem == "tests");
    if is_test || file.extension().is_none_or(|extension| extension != "rs") {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let production = super::sizes::production_lines(&text);
    let named = text
        .lines()
        .take(production)
        .enumerate()
        .filter_map(|(index, line)| {
            let code = line.split("//").next().unwrap_or_default();
            let path = ACTING_PATHS
                .into_iter()
                .find(|path| names_path(code, path))?;
            Some(format!(
                "{}:{} names {path}",
                workspace::shown(file),
                index + 1
            ))
        });
    Ok(named.collect())
}

/// Whether `code` holds `path` as a whole word, not as part of a longer name.
fn names_path(code: &str, path: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.match_indices(path).any(|(at, _)| {
        let before = code.get(..at).and_then(|before| before.chars().next_back());
        let after = code
            .get(at + path.len()..)
            .and_then(|after| after.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(text: &str) -> Metadata {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_wrong_direction_and_an_unknown_crate_are_found() {
        let faults = directions(&metadata(
            r#"{"workspace_members":["g","c","n"],"resolve":{"nodes":[]},"packages":[
                {"id":"g","name":"gateway","dependencies":[{"name":"cell"},{"name":"control-plane"},{"name":"tokio"}]},
                {"id":"c","name":"control-plane","dependencies":[]},
                {"id":"n","name":"novelty","dependencies":[]}]}"#,
        ));
        assert_eq!(faults.len(), 2);
        assert!(faults[0].contains("gateway must not depend on control-plane"));
        assert!(faults[1].contains("novelty"));
    }

    #[test]
    fn reaching_tokio_through_another_crate_is_found_and_dev_dependencies_are_not() {
        let text = |kind: &str| {
            format!(
                r#"{{"workspace_members":["m"],"packages":[
                {{"id":"m","name":"model","dependencies":[]}},{{"id":"x","name":"x","dependencies":[]}},{{"id":"t","name":"tokio","dependencies":[]}}],
                "resolve":{{"nodes":[{{"id":"m","deps":[{{"pkg":"x","dep_kinds":[{{"kind":{kind}}}]}}]}},
                {{"id":"x","deps":[{{"pkg":"t","dep_kinds":[{{"kind":null}}]}}]}},{{"id":"t","deps":[]}}]}}}}"#
            )
        };
        assert_eq!(reach(&metadata(&text("null"))), ["model reaches tokio"]);
        assert!(reach(&metadata(&text("\"dev\""))).is_empty());
    }

    #[test]
    fn only_whole_words_are_names() {
        assert!(names_path("use tokio::sync::mpsc;", "tokio"));
        assert!(names_path("let x = std::fs::read(p);", "std::fs"));
        assert!(!names_path("use tokio_like::Thing;", "tokio"));
        assert!(!names_path("std::fsync()", "std::fs"));
    }
}
