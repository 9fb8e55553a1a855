//! Past values: page by page, newest page first, and whole spans as a file.
//!
//! A house can be asked for the newest so many values of a span, so the first
//! page holds the newest ones and each further page older ones; within a page
//! time runs forward. Values come as they were measured, or as what quarters,
//! hours and days on the clock of the house come to.
//!
//! | module | subject |
//! |---|---|
//! | [`span`] | spans, resolutions, cursors |
//! | [`raw`] | values as they were measured |
//! | [`buckets`] | quarters, hours and days |
//! | [`windows`] | the order in which a long span is read from its start |
//! | [`export`] | a span as a file |
//! | [`file`] | how its lines are written |

mod buckets;
mod export;
mod file;
mod handlers;
mod raw;
mod span;
#[cfg(test)]
mod tests;
mod windows;

pub use buckets::page as bucket_page;
pub use buckets::{Bucket, BucketPage, last_day};
pub(super) use handlers::routes;
pub use raw::{Page, page};
pub use span::{BadCursor, Cursor, DEFAULT_PAGE, MOST_PER_PAGE, Part, Resolution, Span};
