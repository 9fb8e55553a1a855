//! The port to the house's store: what the brain asks and what it is told.
//!
//! Times are UTC, in whole seconds since the Unix epoch. The bus speaks of
//! local seconds; only `db` and `hub` convert.

use serde_json::Value;

use crate::identity::Identity;

/// The three families of series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Values of sensors: at most one point per second.
    Sensors,
    /// What was said to the residents: any number of different texts per second.
    Alerts,
    /// What modules logged; as alerts.
    Logs,
}

impl Scope {
    /// The word for it on the bus and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sensors => "sensors",
            Self::Alerts => "alerts",
            Self::Logs => "logs",
        }
    }
}

/// The name of a series, such as `lab/temp/day/max` among the sensors.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series {
    /// Its family.
    pub scope: Scope,
    /// Its name in the family.
    pub name: String,
}

impl Series {
    /// The series of a sensor or of one of its statistics.
    pub fn sensor(name: impl Into<String>) -> Self {
        Self {
            scope: Scope::Sensors,
            name: name.into(),
        }
    }
}

/// What one point says.
#[derive(Clone, Debug, PartialEq)]
pub enum PointValue {
    /// A whole number.
    Int(i64),
    /// A finite number.
    Real(f64),
    /// Anything else.
    Text(String),
}

/// One value at one second.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// UTC seconds since the Unix epoch.
    pub at: i64,
    /// What was measured or said.
    pub value: PointValue,
}

/// Which points of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Select {
    /// By position: 0 is the oldest, -1 the newest; both ends included.
    Positions {
        /// The first.
        start: i64,
        /// The last.
        end: i64,
    },
    /// By time: both ends included, UTC seconds.
    Between {
        /// The earliest.
        from: i64,
        /// The latest.
        to: i64,
    },
}

/// How much of a selection is read; what is left out is the oldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimit {
    /// Most points.
    pub points: usize,
    /// Bytes of text after which no further point is read.
    pub text_bytes: usize,
}

/// A value of a sensor to be stored, with the rules of its series.
#[derive(Clone, Debug, PartialEq)]
pub struct SavePoint {
    /// The series.
    pub series: Series,
    /// The point.
    pub point: Point,
    /// Before a point at a new time is added, drop all but the newest `n - 1`,
    /// so that `n` remain. A superfluous point drops nothing.
    pub keep_newest: Option<u64>,
    /// Ignore the point if the newest stored one is not older.
    pub new_only: bool,
    /// If the point was stored, append this one in the same transaction.
    pub also: Option<(Series, Point)>,
}

/// One configuration file written or removed.
#[derive(Clone, Debug, PartialEq)]
pub struct FileChange {
    /// The configuration id, such as `sensors/lab/temp`.
    pub id: String,
    /// Its schema, one digit.
    pub version: u8,
    /// The content; `None` removes the file.
    pub content: Option<Value>,
}

/// A value that arrived for a sensor nobody configured.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The sensor id it was sent to.
    pub sensor: String,
    /// The module that sent it, `scope/name`.
    pub sender: String,
    /// The newest value; long text is cut.
    pub value: Value,
    /// When it was measured, UTC seconds.
    pub at: i64,
}

/// How many texts of a second a new one is compared with: a house that says
/// thousands in one second must not compare each with all.
pub const REPEATS: usize = 64;

/// One thing to do in the store. Each is atomic and durable when answered.
#[derive(Clone, Debug, PartialEq)]
pub enum StoreOp {
    /// Write and remove files, keeping a history of all changes; what is there
    /// is from now on not published. Answered with [`StoreAnswer::Done`].
    ChangeFiles {
        /// Who wants it: a module, or the portal.
        author: String,
        /// When, UTC seconds.
        at: i64,
        /// The files.
        changes: Vec<FileChange>,
        /// Remember that the files now say this.
        identity: Option<Identity>,
    },
    /// Remember that all files were published as they are now.
    MarkAnnounced,
    /// Store one value of a sensor. Answered with [`StoreAnswer::Saved`].
    Save(SavePoint),
    /// Append a text, unless the same is among the last [`REPEATS`] texts of
    /// its second.
    Append(Series, Point),
    /// Read points. Answered with [`StoreAnswer::Points`].
    Read {
        /// From these series, each on its own.
        series: Vec<Series>,
        /// Which points.
        select: Select,
        /// At most so much of each series.
        limit: ReadLimit,
    },
    /// Count points. Answered with [`StoreAnswer::Count`].
    Count {
        /// Of this series.
        series: Series,
        /// Which points.
        select: Select,
    },
    /// Remove series with all their points.
    DeleteSeries(Vec<Series>),
    /// Write an offer, replacing one for the same sensor.
    PutOffer(Offer),
    /// Remove the offers for these sensors.
    RemoveOffers(Vec<String>),
}

/// What the store found. A store that cannot do an operation does not answer:
/// the shell stops the house.
#[derive(Clone, Debug, PartialEq)]
pub enum StoreAnswer {
    /// Done.
    Done,
    /// Whether the value was stored: `false` when an equal or newer one made
    /// it superfluous.
    Saved(bool),
    /// For each series its points, oldest first.
    Points(Vec<Vec<Point>>),
    /// How many points there are.
    Count(u64),
}

/// All that a house remembers between two lives, other than its points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// The files: at most one per id.
    pub files: Vec<FileChange>,
    /// The offers.
    pub offers: Vec<Offer>,
    /// What the files say about the house; `None` before its birth.
    pub identity: Option<Identity>,
    /// Whether the files were published as they are.
    pub announced: bool,
}
