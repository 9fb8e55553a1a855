//! `/admin/health`.

use axum::extract::State;
use axum::response::Response;
use cell::{Reader, Revision};
use platform::health::State as PartState;
use web::Section;
use web::page::admin::{HealthPage, PartRow, ReaderRow};

use super::shell;
use crate::render;
use control_plane::admin::health::{Overview, ReaderState, overview};
use control_plane::app::App;
use control_plane::http::caller::ServiceAdmin;
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/admin/health", Guard::ServiceAdmin, show)]
}

/// What people call a reader of the cell's feed.
pub(super) const fn reader_name(reader: Reader) -> &'static str {
    match reader {
        Reader::Gateway => "gateway",
        Reader::Operator => "runtimes",
    }
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
        PartState::Well => ("Well", "good", String::new()),
        PartState::Degraded(sentence) => ("Degraded", "warn", sentence),
        PartState::Failed(sentence) => ("Failed", "bad", sentence),
    };
    PartRow {
        name: name.to_owned(),
        word,
        class,
        sentence,
    }
}

fn reader(state: &ReaderState, revision: Revision) -> ReaderRow {
    let behind = revision.0.saturating_sub(state.reached.0).max(0);
    ReaderRow {
        name: reader_name(state.reader).to_owned(),
        up_to_date: behind == 0,
        behind: match behind {
            1 => "1 change behind".to_owned(),
            more => format!("{more} changes behind"),
        },
    }
}
