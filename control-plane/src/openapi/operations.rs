//! What each route is for, in a sentence, and with which status it says that
//! it worked: the lines of `operations.txt`.

use std::sync::LazyLock;

use http::Method;

/// What a route is for.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path, as the table of routes has it.
    pub path: &'static str,
    /// The status of success.
    pub status: u16,
    /// In a sentence.
    pub summary: &'static str,
}

/// Every operation of the API.
pub static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let lines = include_str!("operations.txt").lines();
    lines.filter_map(read).collect()
});

/// The operation of a route.
#[must_use]
pub fn find(method: &Method, path: &str) -> Option<&'static Operation> {
    let mut all = OPERATIONS.iter();
    all.find(|one| one.method == *method && one.path == path)
}

/// A line that is neither empty nor a comment. One that cannot be read leaves
/// its route without a sentence, which a test finds.
fn read(line: &'static str) -> Option<Operation> {
    let mut words = line.splitn(4, ' ');
    Some(Operation {
        method: words.next()?.parse().ok()?,
        path: words.next().filter(|path| path.starts_with('/'))?,
        status: words.next()?.parse().ok()?,
        summary: words.next()?,
    })
}
