//! What is asked for: a span, a resolution, and where the last page ended.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use model::Timestamp;

/// Points on a page, unless somebody says otherwise.
pub const DEFAULT_PAGE: usize = 1_000;

/// Most points on a page.
pub const MOST_PER_PAGE: usize = 5_000;

/// A span of time, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its start.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
}

impl Span {
    /// What of it is left for the page behind `cursor`.
    pub(super) fn before(self, cursor: Option<Cursor>) -> Self {
        let to = cursor.map_or(self.to, |cursor| cursor.0.min(self.to));
        Self { to, ..self }
    }

    /// Where the page behind one that begins at `oldest` ends; `None` when the
    /// span is over there.
    pub(super) fn behind(self, oldest: Timestamp) -> Option<Cursor> {
        // A house keeps one value per second, so none is lost between pages.
        let before = Timestamp::from_secs(oldest.as_secs().saturating_sub(1));
        (oldest > self.from).then_some(Cursor(before))
    }
}

/// One page of a span.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The span.
    pub span: Span,
    /// Where the page before said that this one ends; `None` for the first.
    pub cursor: Option<Cursor>,
    /// At most so many points, 1 to [`MOST_PER_PAGE`].
    pub most: usize,
}

impl Part {
    /// The newest points of a span.
    #[must_use]
    pub const fn newest(span: Span, most: usize) -> Self {
        Self {
            span,
            cursor: None,
            most,
        }
    }
}

/// How closely is looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resolution {
    /// Values as they were measured.
    #[default]
    Raw,
    /// What quarters of hours come to.
    Quarter,
    /// What hours come to.
    Hour,
    /// What days come to: of 23 or 25 hours when the clocks are set.
    Day,
}

/// Text that is no resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be raw, quarter, hour or day")]
pub struct BadResolution;

impl Resolution {
    /// The word for it in the API, and for the house.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Quarter => "quarter",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// The span when no start is given.
    #[must_use]
    pub const fn default_span(self) -> Duration {
        match self {
            Self::Raw | Self::Quarter => Duration::from_hours(24),
            Self::Hour => Duration::from_hours(7 * 24),
            Self::Day => Duration::from_hours(366 * 24),
        }
    }
}

impl FromStr for Resolution {
    type Err = BadResolution;

    fn from_str(text: &str) -> Result<Self, BadResolution> {
        [Self::Raw, Self::Quarter, Self::Hour, Self::Day]
            .into_iter()
            .find(|one| one.as_str() == text)
            .ok_or(BadResolution)
    }
}

/// Where the next page ends. Opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(Timestamp);

/// Text that is no cursor of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The cursor is not one of ours; use the one from `next` of the page before.")]
pub struct BadCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.0.as_secs().to_be_bytes()))
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes());
        let bytes = bytes.map_err(|_| BadCursor)?.try_into();
        let seconds = i64::from_be_bytes(bytes.map_err(|_| BadCursor)?);
        Ok(Self(Timestamp::from_secs(seconds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_round_trip_and_others_are_refused() {
        let cursor = Cursor(Timestamp::from_secs(1_795_264_686));
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for odd in ["", "abc", "1795264686", "AAAAAAAAAAAAAA"] {
            assert_eq!(odd.parse::<Cursor>(), Err(BadCursor), "{odd}");
        }
    }

    #[test]
    fn resolutions_are_four_words() {
        for word in ["raw", "quarter", "hour", "day"] {
            assert_eq!(word.parse::<Resolution>().unwrap().as_str(), word);
        }
        assert_eq!("week".parse::<Resolution>(), Err(BadResolution));
    }
}
