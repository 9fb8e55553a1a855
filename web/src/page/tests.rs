//! Rules that every sample of every page has to keep.

mod markup;
mod theme;
mod words;

use markup::{Element, elements};

use super::{NewHousePage, Page, ZoneGroup, gallery};
use crate::{Language, Template, assets, routes};

/// The largest page, in bytes, without charts and scripts.
const LARGEST: usize = 50 * 1024;

/// Runs `rule` on every sample, with its name and elements.
fn every_page(rule: impl Fn(&str, &[Element])) {
    let pages = gallery(Language::English).unwrap();
    assert!(pages.len() > 40, "samples went missing");
    for (name, html) in pages {
        rule(&name, &elements(&html));
    }
}

#[test]
fn pages_look_as_reviewed() {
    let bundle = assets::url("");
    for (name, html) in gallery(Language::English).unwrap() {
        insta::assert_snapshot!(name, html.replace(&bundle, "/static/(bundle)/"));
    }
}

#[test]
fn names_of_samples_are_unique() {
    let mut names: Vec<String> = gallery(Language::English)
        .unwrap()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn a_page_says_its_language_and_has_one_heading() {
    every_page(|page, all| {
        // Charts have titles of their own, which are not the page's.
        let in_head = all.iter().take_while(|one| one.name != "body");
        let titles = in_head.filter(|one| one.name == "title").count();
        assert_eq!(titles, 1, "{page}: title");
        let named = |name: &str| all.iter().filter(|one| one.name == name).count();
        assert_eq!(all[0].get("lang"), Some("en"), "{page}");
        for once in ["h1", "main"] {
            assert_eq!(named(once), 1, "{page}: {once}");
        }
        assert!(
            all.iter().any(|one| one.get("href") == Some("#content")),
            "{page}"
        );
        assert!(
            all.iter().any(|one| one.get("aria-live") == Some("polite")),
            "{page}"
        );
    });
}

#[test]
fn nothing_is_inline() {
    every_page(|page, all| {
        for one in all {
            assert_ne!(one.name, "style", "{page}");
            assert!(
                one.name != "script"
                    || one.get("src").is_some()
                    || one.get("type") == Some("application/json"),
                "{page}: {one:?}"
            );
            for (attribute, value) in &one.attributes {
                assert!(
                    attribute != "style" && !attribute.starts_with("on"),
                    "{page}: {one:?}"
                );
                if ["src", "href", "action"].contains(&attribute.as_str()) {
                    assert!(
                        value.starts_with('/') || value.starts_with('#'),
                        "{page}: {one:?}"
                    );
                    assert!(!value.starts_with("//"), "{page}: {one:?}");
                }
            }
        }
    });
}

#[test]
fn hostile_text_stays_text() {
    for (name, html) in gallery(Language::English).unwrap() {
        for part in ["<script>", "<img", "<b>\"@", "onerror=1>", "<i>"] {
            assert!(!html.contains(part), "{name} lets {part} through");
        }
        assert!(!html.contains(">49<"), "{name} computes what people typed");
    }
    let hostile = gallery(Language::English).unwrap();
    let hostile = hostile
        .iter()
        .filter(|(_, html)| html.contains("{{ 7*7 }}"))
        .count();
    assert!(
        hostile >= 10,
        "the samples try it on too few pages: {hostile}"
    );
}

#[test]
fn forms_post_to_addresses_that_take_them() {
    every_page(|page, all| {
        for form in all.iter().filter(|one| one.name == "form") {
            let action = form.get("action").unwrap_or_default();
            if form.get("role") == Some("search") {
                assert_eq!(form.get("method"), Some("get"), "{page}: {action}");
                let known = |route: &&str| matches_route(route, action);
                assert!(routes::SEARCH_ROUTES.iter().any(known), "{page}: {action}");
                continue;
            }
            assert_eq!(form.get("method"), Some("post"), "{page}: {action}");
            assert!(
                routes::FORM_ROUTES
                    .iter()
                    .any(|route| matches_route(route, action)),
                "{page}: nobody takes {action}"
            );
        }
    });
}

#[test]
fn every_address_that_takes_a_form_has_one() {
    let pages = gallery(Language::English).unwrap();
    let actions: Vec<String> = pages
        .iter()
        .flat_map(|(_, html)| elements(html))
        .filter_map(|one| one.get("action").map(str::to_owned))
        .collect();
    for route in routes::FORM_ROUTES {
        assert!(
            actions.iter().any(|action| matches_route(route, action)),
            "{route}"
        );
    }
}

fn matches_route(route: &str, action: &str) -> bool {
    let path = action.split('?').next().unwrap_or_default();
    let mut given = path.split('/');
    for level in route.split('/') {
        if level.starts_with("{*") {
            return given.next().is_some_and(|first| !first.is_empty());
        }
        match given.next() {
            Some(level_given) if level_given == level => {}
            Some(level_given) if level.starts_with('{') && !level_given.is_empty() => {}
            _ => return false,
        }
    }
    given.next().is_none()
}

#[test]
fn everything_people_use_has_a_name() {
    every_page(|page, all| {
        let labelled: Vec<&str> = all
            .iter()
            .filter(|one| one.name == "label" && !one.text.trim().is_empty())
            .filter_map(|one| one.get("for"))
            .collect();
        for one in all {
            let own_name = one
                .get("aria-label")
                .is_some_and(|name| !name.trim().is_empty())
                || one.get("aria-labelledby").is_some();
            let named = match one.name.as_str() {
                "input" if one.get("type") == Some("hidden") => true,
                "input" | "select" | "textarea" => {
                    own_name || one.get("id").is_some_and(|id| labelled.contains(&id))
                }
                "button" | "a" | "summary" | "legend" | "label" | "option" => {
                    own_name || !one.text.trim().is_empty()
                }
                _ => true,
            };
            assert!(named, "{page}: {one:?} has no name");
            assert!(
                one.name != "a" || one.get("href").is_some_and(|href| !href.is_empty()),
                "{page}: a link to nowhere: {one:?}"
            );
        }
    });
}

#[test]
fn ids_are_unique_and_references_find_them() {
    every_page(|page, all| {
        let mut ids: Vec<&str> = all.iter().filter_map(|one| one.get("id")).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{page}: an id twice");
        for one in all {
            for attribute in ["aria-labelledby", "aria-describedby", "for", "data-copy"] {
                for id in one.get(attribute).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(&id), "{page}: {attribute}={id} points nowhere");
                }
            }
            let anchor = one.get("href").and_then(|href| href.strip_prefix('#'));
            assert!(anchor.is_none_or(|id| ids.contains(&id)), "{page}: {one:?}");
        }
    });
}

#[test]
fn every_file_and_icon_that_is_named_exists() {
    let sprite = assets::get("sprite.svg").unwrap();
    let sprite = String::from_utf8(sprite.bytes.into_owned()).unwrap();
    every_page(|page, all| {
        for address in all
            .iter()
            .flat_map(|one| [one.get("href"), one.get("src")])
            .flatten()
        {
            let Some(path) = address.strip_prefix(assets::PREFIX) else {
                continue;
            };
            let (file, icon) = path.split_once('#').unwrap_or((path, ""));
            assert!(assets::get(file).is_some(), "{page}: no file {file}");
            assert!(
                icon.is_empty() || sprite.contains(&format!("id=\"{icon}\"")),
                "{page}: no icon {icon}"
            );
        }
    });
}

#[test]
fn pages_are_small() {
    for (name, html) in gallery(Language::English).unwrap() {
        assert!(html.len() < LARGEST, "{name} has {} bytes", html.len());
    }
    let (_, page) = NewHousePage::samples().remove(0);
    let zones = ZoneGroup::all();
    assert!(
        zones
            .iter()
            .any(|group| group.names.iter().any(|name| name == "Europe/Berlin"))
    );
    assert!(zones.iter().any(|group| group.names == ["UTC"]));
    let html = NewHousePage { zones, ..page }.render().unwrap();
    assert!(
        html.len() < LARGEST,
        "with all time zones: {} bytes",
        html.len()
    );
}

#[test]
fn pages_carry_what_browser_journeys_look_for() {
    let all: String = gallery(Language::English)
        .unwrap()
        .into_iter()
        .map(|(_, html)| html)
        .collect();
    for id in [
        "house-online",
        "reading-living/temp",
        "reading-value",
        "reading-age",
        "offer-attic/temp",
        "offer-add",
        "switch-hall/light",
        "chart",
        "connect-status",
        "env-lines",
        "passcode",
        "house-id",
        "refusal-row",
    ] {
        assert!(all.contains(&format!("data-testid=\"{id}\"")), "{id}");
    }
}

#[test]
fn a_passcode_is_shown_only_while_it_is_fresh() {
    for (name, html) in gallery(Language::English)
        .unwrap()
        .into_iter()
        .filter(|(name, _)| name.starts_with("connect."))
    {
        let fresh = name.starts_with("connect.fresh");
        assert_eq!(html.contains("k7w2mzq4xnd5h3vbt6ya9rpc2e"), fresh, "{name}");
        assert_eq!(html.contains("class=\"qr\""), fresh, "{name}");
    }
}
