//! How long files and crates may be.

use std::path::Path;

use anyhow::{Context, Result};

use super::Checked;
use crate::workspace;

/// Production lines of a source file.
const SOURCE: usize = 400;
/// Lines of a file of tests.
const TESTS: usize = 800;
/// Lines of a page template.
const TEMPLATE: usize = 200;
/// Lines of code of a crate, words about it not counted: more is two crates.
const CRATE: usize = 10_000;
/// Crates that are more than one thing already, and how long each may be until
/// it is split: not a line longer than it is.
const TO_BE_SPLIT: [(&str, usize); 1] = [("control-plane", 15_300)];

/// The checks of this module.
pub fn checks() -> Result<Vec<Checked>> {
    let mut files = Vec::new();
    let mut crates = Vec::new();
    for manifest in manifests()? {
        let Some(folder) = manifest.parent() else {
            continue;
        };
        let mut sum = 0;
        for file in workspace::files(folder)? {
            let Some(kind) = Kind::of(&file) else {
                continue;
            };
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("read {}", file.display()))?;
            let (lines, most) = kind.measure(&text);
            if kind == Kind::Source {
                sum += code_lines(&text);
            }
            if lines > most {
                files.push(format!(
                    "{}: {lines} lines, at most {most}",
                    workspace::shown(&file)
                ));
            }
        }
        let name = workspace::relative(folder);
        let known = TO_BE_SPLIT
            .iter()
            .find(|(known, _)| name == Path::new(known));
        let most = known.map_or(CRATE, |(_, most)| *most);
        if sum > most {
            crates.push(format!(
                "{}: {sum} lines, at most {most}",
                workspace::shown(folder)
            ));
        }
    }
    Ok(vec![
        Checked {
            rule: "A file is about one thing",
            faults: files,
        },
        Checked {
            rule: "A crate is about one thing",
            faults: crates,
        },
    ])
}

/// The manifests of our crates.
fn manifests() -> Result<Vec<std::path::PathBuf>> {
    let root = workspace::root();
    let files = workspace::files(&root)?;
    let is_crate = |file: &std::path::PathBuf| {
        file.file_name().is_some_and(|name| name == "Cargo.toml")
            && file.parent() != Some(root.as_path())
    };
    Ok(files.into_iter().filter(is_crate).collect())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Source,
    Tests,
    Template,
    Script,
}

impl Kind {
    /// What a file is; `None` for what has no limit, vendored files among it.
    fn of(file: &Path) -> Option<Self> {
        let file = workspace::relative(file);
        let has_folder = |name: &str| {
            file.parent()
                .is_some_and(|folder| folder.iter().any(|part| part == name))
        };
        if has_folder("vendor") {
            return None;
        }
        // `testing.rs` is what a crate's own tests share, compiled for them only.
        let is_for_tests = ["tests", "testing"]
            .iter()
            .any(|stem| file.file_stem().is_some_and(|it| it == *stem));
        match file.extension()?.to_str()? {
            "rs" if is_for_tests || has_folder("testing") => Some(Self::Tests),
            "rs" if has_folder("tests") && !file.starts_with("tests/src") => Some(Self::Tests),
            "rs" => Some(Self::Source),
            "html" if has_folder("templates") => Some(Self::Template),
            "mjs" if has_folder("tests") => Some(Self::Tests),
            "js" | "mjs" => Some(Self::Script),
            _ => None,
        }
    }

    /// How many lines count, and how many there may be.
    fn measure(self, text: &str) -> (usize, usize) {
        match self {
            Self::Source => (production_lines(text), SOURCE),
            Self::Tests => (text.lines().count(), TESTS),
            Self::Template => (text.lines().count(), TEMPLATE),
            Self::Script => (text.lines().count(), SOURCE),
        }
    }
}

/// The production lines that are neither empty nor comment.
fn code_lines(text: &str) -> usize {
    let production = text.lines().take(production_lines(text));
    production
        .map(str::trim_start)
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count()
}

/// The lines of a source file up to its inline test module.
pub fn production_lines(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_test_module = |index: &usize| {
        lines.get(*index) == Some(&"#[cfg(test)]")
            && lines
                .iter()
                .skip(index + 1)
                .find(|line| !line.starts_with("#["))
                .is_some_and(|line| line.starts_with("mod ") && line.ends_with('{'))
    };
    (0..lines.len()).find(is_test_module).unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inline_test_module_does_not_count() {
        assert_eq!(
            production_lines("a\nb\n#[cfg(test)]\nmod tests {\nc\n}\n"),
            2
        );
        assert_eq!(
            production_lines("a\n#[cfg(test)]\n#[path = \"x\"]\nmod tests {\n}\n"),
            1
        );
        assert_eq!(production_lines("a\n#[cfg(test)]\nmod tests;\nb\n"), 4);
        assert_eq!(production_lines("a\n#[cfg(test)]\nuse x;\nb\n"), 4);
    }

    #[test]
    fn words_about_code_are_no_code() {
        let text = "//! What.\n\n/// A.\nfn a() {} // b\n#[cfg(test)]\nmod tests {\n}\n";
        assert_eq!(code_lines(text), 1);
    }

    #[test]
    fn files_are_measured_by_what_they_are() {
        let root = workspace::root();
        let kind = |file: &str| Kind::of(&root.join(file));
        assert_eq!(kind("gateway/src/core/router.rs"), Some(Kind::Source));
        assert_eq!(kind("gateway/src/core/tests.rs"), Some(Kind::Tests));
        assert_eq!(kind("control-plane/src/testing.rs"), Some(Kind::Tests));
        assert_eq!(
            kind("control-plane/tests/store_postgres.rs"),
            Some(Kind::Tests)
        );
        assert_eq!(kind("tests/src/server.rs"), Some(Kind::Source));
        assert_eq!(kind("tests/isolation/topics.rs"), Some(Kind::Tests));
        assert_eq!(kind("web/templates/house.html"), Some(Kind::Template));
        assert_eq!(kind("web/static/vendor/mqtt.min.js"), None);
        assert_eq!(kind("web/static/house.js"), Some(Kind::Script));
        assert_eq!(kind("README.md"), None);
    }
}
