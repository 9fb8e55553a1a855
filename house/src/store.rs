//! The port to the house's store: what the brain asks and what it is told.
//!
//! Times are UTC, in whole seconds since the Unix epoch. The bus speaks of
//! local seconds; only `db` and `hub` convert.

mod derive;

use serde_json::Value;

pub use derive::{Derive, Overview};

use crate::identity::Identity;
use crate::statistics::{Bucket, Grain, Grid, Summary};

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
    /// If the point was stored, summarise its quarter of an hour in the same
    /// transaction. A quarter that is summarised already always is.
    pub aggregate: Option<Aggregate>,
}

/// How a stored value is summarised.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// Whether to record how often each value occurred.
    pub with_tally: bool,
    /// Answer with what these come to, the value among them.
    pub report: Vec<(Grain, Bucket)>,
}

/// What a row of a series' summaries is made of. A quarter of an hour may have
/// one of each; they tell of different values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Of the points of this quarter that are stored; made anew when one of
    /// them changes.
    Live,
    /// Of points of this quarter that were purged.
    Settled,
    /// Of purged points from here to the end of the day: hours are no longer
    /// told apart.
    Coarse,
}

impl Part {
    /// All, in order; the place is the number in the store.
    pub const ALL: [Self; 3] = [Self::Live, Self::Settled, Self::Coarse];

    /// Whether it counts in hours or days.
    #[must_use]
    pub fn counts_in(self, grain: Grain) -> bool {
        self != Self::Coarse || grain == Grain::Day
    }
}

/// What is too old in a series. Times are UTC seconds; `None` keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct Purge {
    /// The series.
    pub series: Series,
    /// Points before this go; their summaries stay.
    pub raw_before: Option<i64>,
    /// Hours before this are no longer told apart.
    pub hours_before: Option<i64>,
    /// Days before this go, if hours before this may go too.
    pub days_before: Option<i64>,
    /// Further series, with the moment before which their points go.
    pub stored: Vec<(Series, i64)>,
    /// Whose days must remain right when hours are merged.
    pub days: Vec<Grid>,
    /// Whether the newest point, with its quarter, stays whatever its age.
    pub keep_newest: bool,
    /// About how many rows at a time.
    pub most: usize,
}

/// What the store holds of one series.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesStats {
    /// The series.
    pub series: Series,
    /// How many points.
    pub points: u64,
    /// About how many bytes they take.
    pub bytes: u64,
    /// When the oldest was measured, UTC seconds.
    pub oldest: i64,
    /// The newest; long text is cut.
    pub newest: Point,
}

/// What the store holds.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreStats {
    /// Every series that has points.
    pub series: Vec<SeriesStats>,
    /// How many bytes it takes.
    pub bytes: u64,
    /// What kind of store it is, and its version.
    pub engine: (String, String),
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
    /// Summarise the buckets, each on its own. Answered with
    /// [`StoreAnswer::Summaries`].
    Summarise {
        /// Of this series.
        series: Series,
        /// Hours and days.
        buckets: Vec<(Grain, Bucket)>,
    },
    /// Read statistics. Answered with [`StoreAnswer::Points`].
    Derive(Derive),
    /// Read what sensors come to. Answered with [`StoreAnswer::Overview`].
    Overview(Overview),
    /// Remove series with all their points and summaries. What is large goes
    /// out of sight at once and away with [`StoreOp::Sweep`].
    DeleteSeries(Vec<Series>),
    /// Give series other names. Where the new name has points, both are
    /// joined; at the same second the point under the new name stays.
    Rename(Vec<(Series, Series)>),
    /// Remove what is too old. Answered with [`StoreAnswer::Purged`].
    Purge(Purge),
    /// Remove about so many rows of deleted series. Answered with
    /// [`StoreAnswer::Purged`].
    Sweep(usize),
    /// Remember that all that was too old at this moment, UTC seconds, went.
    MarkTidied(i64),
    /// What is there. Answered with [`StoreAnswer::Stats`].
    Stats,
    /// The names of all series. Answered with [`StoreAnswer::Series`].
    ListSeries,
    /// How large the store is. Answered with [`StoreAnswer::Size`].
    Measure,
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
    /// The summaries to be reported if the value was stored; `None` when an
    /// equal or newer one made it superfluous.
    Saved(Option<Vec<Summary>>),
    /// What each bucket comes to.
    Summaries(Vec<Summary>),
    /// Whether to ask again for the rest.
    Purged {
        /// There is, or may be, more.
        more: bool,
    },
    /// What the store holds.
    Stats(StoreStats),
    /// For each series its points, oldest first.
    Points(Vec<Vec<Point>>),
    /// For each sensor its buckets that have values, oldest first.
    Overview(Vec<Vec<(Bucket, Summary)>>),
    /// How many points there are.
    Count(u64),
    /// Every series that has points, in order.
    Series(Vec<Series>),
    /// Bytes in use; what was freed and will be used again does not count.
    Size(u64),
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
    /// When all that was too old last went, UTC seconds.
    pub tidied: Option<i64>,
    /// How large the store is, as [`StoreAnswer::Size`].
    pub bytes: u64,
}
