//! MQTT topic names and topic filters (MQTT 5.0, section 4.7).

/// Most bytes of a topic name or filter (MQTT's two-byte length).
pub const MAX_BYTES: usize = 65_535;

/// Whether `name` may be published to: not empty, no wildcard, no NUL.
#[must_use]
pub fn is_topic_name(name: &str) -> bool {
    (1..=MAX_BYTES).contains(&name.len()) && !name.contains(['+', '#', '\0'])
}

/// Whether `filter` may be subscribed to: not empty, no NUL, `+` only as a
/// whole level, `#` only as the whole last level.
#[must_use]
pub fn is_topic_filter(filter: &str) -> bool {
    if !(1..=MAX_BYTES).contains(&filter.len()) || filter.contains('\0') {
        return false;
    }
    let mut levels = filter.split('/').peekable();
    while let Some(level) = levels.next() {
        let wildcard = level.contains(['+', '#']);
        if wildcard && (level.len() != 1 || (level == "#" && levels.peek().is_some())) {
            return false;
        }
    }
    true
}

/// Whether `filter` selects `name`. Names that begin with `$` are not selected
/// by filters that begin with a wildcard.
#[must_use]
pub fn matches(filter: &str, name: &str) -> bool {
    if name.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let (mut wanted, mut given) = (filter.split('/'), name.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (Some("#"), _) | (None, None) => return true,
            (Some("+"), Some(_)) => {}
            (Some(level), Some(other)) if level == other => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn filters_of_the_specification() {
        for (filter, name, selected) in [
            ("sport/tennis/player1/#", "sport/tennis/player1", true),
            (
                "sport/tennis/player1/#",
                "sport/tennis/player1/score/wimbledon",
                true,
            ),
            ("#", "a/b", true),
            ("sport/+", "sport", false),
            ("sport/+", "sport/", true),
            ("+/+", "/finance", true),
            ("/+", "/finance", true),
            ("+", "/finance", false),
            ("#", "$SYS/x", false),
            ("+/monitor/Clients", "$SYS/monitor/Clients", false),
            ("$SYS/#", "$SYS/x", true),
            ("a/*/*/b", "a/*/*/b", true),
            ("a/*/b", "a/c/b", false),
        ] {
            assert_eq!(matches(filter, name), selected, "{filter} {name}");
        }
    }

    #[test]
    fn odd_filters_are_refused() {
        for filter in ["", "a#", "a/#/b", "a+/b", "+a", "##", "a\0"] {
            assert!(!is_topic_filter(filter), "{filter:?}");
        }
        for filter in ["#", "+", "/", "a//b", "+/+/x/#", "*/*", "@"] {
            assert!(is_topic_filter(filter), "{filter:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_selects_itself(name in "[a-z/*@]{1,30}") {
            prop_assert!(matches(&name, &name));
        }

        #[test]
        fn one_wildcard_level_selects_any_level(
            levels in prop::collection::vec("[a-z]{0,4}", 1..6), at: prop::sample::Index,
        ) {
            let name = levels.join("/");
            let at = at.index(levels.len());
            let mut wild = levels.clone();
            wild[at] = "+".into();
            prop_assert!(matches(&wild.join("/"), &name));
            wild.truncate(at);
            wild.push("#".into());
            prop_assert!(matches(&wild.join("/"), &name));
        }
    }
}
