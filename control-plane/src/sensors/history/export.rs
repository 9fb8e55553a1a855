//! A span as a file, from its oldest point on: read and written in pieces, so
//! that its length costs time and no memory.

use std::io;

use axum::body::Body;
use futures_util::stream;

use super::file::{About, Points};
use super::span::{MOST_PER_PAGE, Resolution, Span};
use super::windows::Windows;
use super::{buckets, raw};
use crate::app::App;
use crate::http::problem::Problem;
use crate::sensors::question::Person;
use crate::sensors::sensor::SensorId;
use crate::sensors::service::offset_hours;
use crate::store::House;

const DAY: i64 = 86_400;

/// One export under way.
pub(super) struct Export {
    app: App,
    person: Person,
    house: House,
    sensor: SensorId,
    about: About,
    offset: i32,
    windows: Windows,
    first: bool,
    ended: bool,
}

impl Export {
    /// Begins; fails like every other question to a house.
    pub(super) async fn begin(
        app: &App,
        person: Person,
        house: &House,
        sensor: SensorId,
        about: About,
        span: Span,
    ) -> Result<Self, Problem> {
        let offset = match about.resolution {
            Resolution::Raw => offset_hours(app, &person, &house.id).await?,
            Resolution::Quarter | Resolution::Hour | Resolution::Day => 0,
        };
        // About as much as one answer holds.
        let width = match about.resolution {
            Resolution::Raw => DAY,
            Resolution::Quarter => 30 * DAY,
            Resolution::Hour => 120 * DAY,
            Resolution::Day => 3_650 * DAY,
        };
        Ok(Self {
            app: app.clone(),
            person,
            house: house.clone(),
            sensor,
            about,
            offset,
            windows: Windows::new(span, width),
            first: true,
            ended: false,
        })
    }

    /// The file. Its first piece is read before anything is sent, so that a
    /// house that does not answer is told as such; one that falls silent later
    /// breaks the file off.
    pub(super) async fn body(mut self) -> Result<Body, Problem> {
        let mut head = self.about.head();
        if let Some(piece) = self.piece().await? {
            head.push_str(&piece);
        }
        let rest = stream::try_unfold(self, |mut export| async move {
            match export.piece().await {
                Ok(Some(piece)) => Ok(Some((piece, export))),
                Ok(None) => Ok(None),
                Err(problem) => {
                    tracing::info!(house.id = %export.house.id, %problem, "An export was broken off");
                    Err(io::Error::other(problem))
                }
            }
        });
        let all = futures_util::StreamExt::chain(stream::once(async { Ok(head) }), rest);
        Ok(Body::from_stream(all))
    }

    /// The next lines; the foot at last; then nothing.
    async fn piece(&mut self) -> Result<Option<String>, Problem> {
        while let Some(window) = self.windows.current() {
            let (points, count, full) = self.read(window).await?;
            if !self.windows.answered(count, full, MOST_PER_PAGE) || count == 0 {
                continue;
            }
            let lines = self.about.lines(&points, self.first);
            self.first = false;
            return Ok(Some(lines));
        }
        let foot = (!self.ended).then(|| self.about.foot().to_owned());
        self.ended = true;
        Ok(foot)
    }

    async fn read(&self, window: Span) -> Result<(Points, usize, bool), Problem> {
        let (app, person, house) = (&self.app, &self.person, &self.house);
        if self.about.resolution == Resolution::Raw {
            let sensor = (&self.sensor, self.offset);
            let (points, full) =
                raw::newest(app, person, &house.id, sensor, window, MOST_PER_PAGE).await?;
            let count = points.len();
            return Ok((Points::Raw(points), count, full));
        }
        let sensor = (&self.sensor, self.about.resolution);
        let found = buckets::newest(app, person, house, sensor, window, MOST_PER_PAGE).await?;
        let (count, full) = (found.len(), found.len() >= MOST_PER_PAGE);
        Ok((Points::Buckets(found), count, full))
    }
}
