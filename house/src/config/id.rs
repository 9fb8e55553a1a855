//! Which names a file may have.

/// Most bytes of a configuration id or sensor id.
pub(crate) const MAX_ID_BYTES: usize = 200;

/// Most levels of one.
const MAX_LEVELS: usize = 12;

/// Why `<version>/<id>` names no file. For the log of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadFileName {
    #[error("a file is named by one digit, a slash and its id, such as 1/sensors/kitchen/temp")]
    Version,
    #[error(
        "an id has 1 to 12 levels and at most 200 bytes, none of the levels empty, with a leading \
         dot or two dots in a row, and no wildcard or control character"
    )]
    Path,
    #[error("__index is made by controller/config itself")]
    Reserved,
}

/// Reads the arguments of `SAVE`, `DELETE` and `CONF`.
pub(crate) fn parse(args: &str) -> Result<(u8, &str), BadFileName> {
    let (version, id) = args.split_once('/').ok_or(BadFileName::Version)?;
    let version = match version.as_bytes() {
        [digit @ b'0'..=b'9'] => digit - b'0',
        _ => return Err(BadFileName::Version),
    };
    if !is_path(id) {
        return Err(BadFileName::Path);
    }
    if id == "__index" {
        return Err(BadFileName::Reserved);
    }
    Ok((version, id))
}

/// Whether `id` may name a file, a sensor or a series.
pub(crate) fn is_path(id: &str) -> bool {
    let odd = |c: char| c.is_control() || matches!(c, '+' | '#');
    let level_fits = |level: &str| !level.is_empty() && !level.starts_with('.');
    id.len() <= MAX_ID_BYTES
        && !id.contains("..")
        && !id.contains(odd)
        && id.split('/').count() <= MAX_LEVELS
        && id.split('/').all(level_fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_fit_and_names_that_do_not() {
        assert_eq!(parse("1/house"), Ok((1, "house")));
        assert_eq!(parse("4/controller/hub"), Ok((4, "controller/hub")));
        for (args, why) in [
            ("house", BadFileName::Version),
            ("12/house", BadFileName::Version),
            ("+/house", BadFileName::Version),
            ("1/", BadFileName::Path),
            ("1/../x", BadFileName::Path),
            ("1/a/../../etc", BadFileName::Path),
            ("1/a//b", BadFileName::Path),
            ("1/.hidden", BadFileName::Path),
            ("1/a/#", BadFileName::Path),
            ("1/a\0b", BadFileName::Path),
            ("1/__index", BadFileName::Reserved),
        ] {
            assert_eq!(parse(args), Err(why), "{args}");
        }
        assert!(!is_path(&"a".repeat(MAX_ID_BYTES + 1)));
        assert!(!is_path(&"a/".repeat(20)));
        assert!(is_path("küche/temp-1"));
    }
}
