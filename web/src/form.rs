//! A form's field: what was typed, and what is wrong with it.

/// One field of a form as it is shown: empty at first, with the person's own
/// text and the fault when the form comes back.
///
/// Never put a password here: those fields come back empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// What stands in the field.
    pub value: String,
    /// What is wrong with it, as a sentence that says what to do.
    pub fault: Option<String>,
}

impl Field {
    /// A field with `value` and nothing wrong.
    #[must_use]
    pub fn of(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            fault: None,
        }
    }

    /// A field with `value` that `fault` says is wrong.
    #[must_use]
    pub fn faulty(value: impl Into<String>, fault: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            fault: Some(fault.into()),
        }
    }
}

/// Fewest characters of a password.
pub const PASSWORD_MIN: usize = 10;

/// What stands above the field for a new password.
pub const PASSWORD_HINT: &str =
    "At least 10 characters. A few words in a row are easy to remember and hard to guess.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_names_the_rule() {
        assert!(PASSWORD_HINT.contains(&format!("At least {PASSWORD_MIN} characters")));
    }
}
