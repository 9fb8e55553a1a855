//! The last accepted value of each sensor, to drop the same value said again
//! at once. Only in memory.

use std::collections::HashMap;

use super::format::cut;

/// How many characters of a value are compared.
const COMPARED: usize = 50;

/// The last accepted values.
#[derive(Default)]
pub(crate) struct Duplicates {
    last: HashMap<String, (String, i64)>,
}

impl Duplicates {
    /// Whether `text` at `at` repeats the last accepted value of `sensor`
    /// within `tolerance` seconds.
    pub(crate) fn repeats(&self, sensor: &str, text: &str, at: i64, tolerance: f64) -> bool {
        self.last.get(sensor).is_some_and(|(last, last_at)| {
            let apart = i32::try_from(at.abs_diff(*last_at)).unwrap_or(i32::MAX);
            *last == cut(text, COMPARED) && f64::from(apart) <= tolerance
        })
    }

    /// Remembers an accepted value, unless its format is never compared.
    pub(crate) fn accept(&mut self, sensor: &str, format: &str, text: &str, at: i64) {
        if matches!(format, "calendar" | "image" | "tasks") {
            return;
        }
        let value = (cut(text, COMPARED), at);
        self.last.insert(sensor.to_owned(), value);
    }

    pub(crate) fn forget(&mut self, sensor: &str) {
        self.last.remove(sensor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_text_close_in_time_repeats() {
        let mut duplicates = Duplicates::default();
        duplicates.accept("a", "int", "1", 100);
        assert!(duplicates.repeats("a", "1", 103, 3.0));
        assert!(duplicates.repeats("a", "1", 97, 3.0));
        assert!(!duplicates.repeats("a", "1", 104, 3.0));
        assert!(!duplicates.repeats("a", "2", 100, 3.0));
        assert!(!duplicates.repeats("b", "1", 100, 3.0));
        duplicates.accept("c", "image", "1", 100);
        assert!(!duplicates.repeats("c", "1", 100, 3.0));
        duplicates.forget("a");
        assert!(!duplicates.repeats("a", "1", 100, 3.0));
    }
}
