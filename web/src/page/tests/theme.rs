//! Rules for style and scripts: contrast in both themes, nothing that the
//! content security policy forbids, no import of a file that is not there.

use std::collections::HashMap;

use crate::assets;

fn file(name: &str) -> String {
    let asset = assets::get(name).unwrap_or_else(|| panic!("no file {name}"));
    String::from_utf8(asset.bytes.into_owned()).unwrap()
}

/// The colour tokens of a `:root` block: `--name: #rrggbb`.
fn tokens(block: &str) -> HashMap<String, [u8; 3]> {
    block
        .split(';')
        .filter_map(|declaration| {
            let (name, value) = declaration.trim().rsplit_once(": #")?;
            let name = name.rsplit("--").next()?;
            let channel = |at: usize| u8::from_str_radix(value.get(at..at + 2)?, 16).ok();
            (value.len() == 6).then_some(())?;
            Some((name.to_owned(), [channel(0)?, channel(2)?, channel(4)?]))
        })
        .collect()
}

/// Relative luminance, WCAG 2.2.
fn luminance(colour: [u8; 3]) -> f64 {
    let [r, g, b] = colour.map(|channel| {
        let part = f64::from(channel) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_is_readable_in_both_themes() {
    let css = file("portal.css");
    let mut blocks = css.split(":root {").skip(1);
    let light = tokens(blocks.next().unwrap().split('}').next().unwrap());
    let dark = tokens(blocks.next().unwrap().split('}').next().unwrap());
    for (theme, colours) in [("light", light), ("dark", dark)] {
        // AA: 4.5 for text, 3 for the edges of what people use.
        for (front, back, least) in [
            ("ink", "bg", 4.5),
            ("ink", "surface", 4.5),
            ("ink", "sunken", 4.5),
            ("ink", "brand-soft", 4.5),
            ("ink", "good-soft", 4.5),
            ("ink", "warn-soft", 4.5),
            ("ink", "bad-soft", 4.5),
            ("muted", "bg", 4.5),
            ("muted", "surface", 4.5),
            ("muted", "sunken", 4.5),
            ("brand", "surface", 4.5),
            ("brand", "bg", 4.5),
            ("brand", "brand-soft", 4.5),
            ("brand", "sunken", 4.5),
            ("brand-ink", "brand", 4.5),
            ("brand-ink", "brand-strong", 4.5),
            ("good", "good-soft", 4.5),
            ("good", "surface", 4.5),
            ("warn", "warn-soft", 4.5),
            ("warn", "bg", 4.5),
            ("bad", "bad-soft", 4.5),
            ("bad", "surface", 4.5),
            ("edge", "surface", 3.0),
            ("edge", "sunken", 3.0),
            ("series-1", "surface", 3.0),
        ] {
            let ratio = contrast(colours[front], colours[back]);
            assert!(ratio >= least, "{theme}: {front} on {back} has {ratio:.2}");
        }
    }
}

#[test]
fn scripts_import_only_files_that_are_there() {
    let mut imports = 0;
    for name in assets::names().filter(|name| name.ends_with(".js") && !name.contains('/')) {
        let script = file(&name);
        for line in script.lines().filter(|line| line.starts_with("import ")) {
            let path = line
                .split('"')
                .nth(1)
                .unwrap_or_else(|| panic!("{name}: {line}"));
            let path = path
                .strip_prefix("./")
                .unwrap_or_else(|| panic!("{name}: {path} is not ours"));
            assert!(assets::get(path).is_some(), "{name}: no file {path}");
            imports += 1;
        }
    }
    assert!(imports > 5, "the imports were not found");
}

#[test]
fn nothing_needs_what_the_policy_forbids() {
    for name in assets::names() {
        let text = file(&name);
        if name.ends_with(".js") {
            for forbidden in [
                "eval(",
                "new Function(",
                "sourceMappingURL=",
                "innerHTML =",
                "document.write(",
            ] {
                let ours = !name.starts_with("vendor/");
                let evil = text.match_indices(forbidden).any(|(at, _)| {
                    // `x.eval(` or `re_eval(` are names of others.
                    !text[..at].ends_with(|c: char| c.is_alphanumeric() || "._$".contains(c))
                });
                assert!(
                    !evil || (!ours && forbidden == "innerHTML ="),
                    "{name}: {forbidden}"
                );
            }
        }
        if name.ends_with(".css") {
            assert!(
                !text.contains("@import") && !text.contains("url("),
                "{name}"
            );
        }
    }
}

#[test]
fn files_of_others_are_those_of_the_list() {
    let list = file("vendor/README.md");
    for name in assets::names().filter(|name| name.starts_with("vendor/")) {
        let listed = name.trim_start_matches("vendor/");
        if listed == "README.md" || listed.contains("LICENSE") {
            continue;
        }
        let etag = assets::get(&name).unwrap().etag;
        let line = format!("| `{listed}` | `{}` |", etag.trim_matches('"'));
        assert!(list.contains(&line), "vendor/README.md should say {line}");
    }
}
