//! A sensor's latest value, and the control that changes it.

use super::Spark;
use crate::{Moment, Text};

/// One sensor on the live page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The sensor id.
    pub id: String,
    /// Its description, or its id when it has none.
    pub name: String,
    /// The latest value, ready to print; `None` when there is none yet.
    pub value: Option<String>,
    /// Its unit; may be empty.
    pub unit: String,
    /// Digits behind the point that the format keeps; `None` for text.
    pub decimals: Option<u8>,
    /// When the value was measured; `None` when there is none yet.
    pub at: Option<Moment>,
    /// After how many seconds without a new value it counts as stale; 0 for
    /// never (actuators, doors, texts).
    pub stale_after_secs: u64,
    /// Whether it is stale now.
    pub stale: bool,
    /// The last day as a line; `None` where there is too little to draw.
    pub spark: Option<Spark>,
    /// How people change it.
    pub control: Control,
}

/// How people change a sensor's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// They cannot: it is measured.
    None,
    /// On and off.
    Switch {
        /// Whether it is on.
        on: bool,
        /// The value that means on.
        on_value: String,
        /// The value that means off.
        off_value: String,
    },
    /// A number.
    Number {
        /// Smallest value; may be empty.
        min: String,
        /// Largest value; may be empty.
        max: String,
        /// Step between values, such as `0.1`.
        step: String,
    },
    /// One of a few values.
    Choice(Vec<Choice>),
}

/// One value that a control offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value as it travels, and as it is shown.
    pub value: String,
    /// Whether it is the current one.
    pub chosen: bool,
}

impl Control {
    /// Whether this is a choice and none of its values is the current one.
    #[must_use]
    pub fn undecided(&self) -> bool {
        matches!(self, Self::Choice(choices) if !choices.iter().any(|choice| choice.chosen))
    }
}

impl Reading {
    /// Whether people can change it.
    #[must_use]
    pub fn is_control(&self) -> bool {
        self.control != Control::None
    }

    /// The value, or a dash.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.value.as_deref().unwrap_or("–")
    }

    /// The value as a control tells it: a switch of 1 and 0 is on or off, one
    /// with words of its own keeps them.
    #[must_use]
    pub fn shown_as_control(&self) -> Text {
        match (&self.control, &self.value) {
            (Control::Switch { on, on_value, .. }, Some(_))
                if ["1", "true", "on"].contains(&on_value.to_ascii_lowercase().as_str()) =>
            {
                if *on {
                    Text::new("script-control-on")
                } else {
                    Text::new("script-control-off")
                }
            }
            _ => Text::measured(self.shown()),
        }
    }

    /// Digits behind the point as a word for scripts; empty for text.
    #[must_use]
    pub fn decimals_word(&self) -> String {
        self.decimals
            .map(|digits| digits.to_string())
            .unwrap_or_default()
    }

    /// Whether the value is long text, which is printed smaller.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.shown().chars().count() > 12
    }
}
