//! `/admin/health`.

use axum::extract::State;
use axum::response::Response;
use cell::{Reader, Revision};
use platform::health::State as PartState;
use web::page::admin::{HealthPage, PartRow, ReaderRow, changes_behind};
use web::{Section, Text};

use super::shell;
use crate::render;
use control_plane::admin::health::{Overview, ReaderState, overview};
use control_plane::app::App;
use control_plane::http::caller::ServiceAdmin;
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![Page::get("/admin/health", Guard::ServiceAdmin, show)]
}

/// What people call a reader of the cell's feed.
pub(super) fn reader_name(reader: Reader) -> Text {
    Text::one_of(
        "admin-reader",
        match reader {
            Reader::Gateway => "gateway",
            Reader::Operator => "operator",
        },
    )
}

async fn show(State(app): State<App>, admin: ServiceAdmin) -> Result<Response, Problem> {
    let Overview {
        parts,
        cell,
        revision,
        readers,
    } = overview(&app, &admin).await?;
    render::page(&HealthPage {
        shell: shell(&admin, Section::AdminHealth, &render::Arrival::default()),
        parts: parts
            .into_iter()
            .map(|(name, state)| part(name, state))
            .collect(),
        cell,
        readers: readers.iter().map(|one| reader(one, revision)).collect(),
    })
}

fn part(name: &str, state: PartState) -> PartRow {
    let (word, class, sentence) = match state {
        PartState::Well => ("well", "good", String::new()),
        PartState::Degraded(sentence) => ("degraded", "warn", sentence),
        PartState::Failed(sentence) => ("failed", "bad", sentence),
    };
    PartRow {
        name: name.to_owned(),
        word: Text::one_of("admin-part", word),
        class,
        sentence,
    }
}

fn reader(state: &ReaderState, revision: Revision) -> ReaderRow {
    let behind = revision.0.saturating_sub(state.reached.0).max(0);
    ReaderRow {
        name: reader_name(state.reader),
        up_to_date: behind == 0,
        behind: changes_behind(behind.unsigned_abs()),
    }
}
