//! `/account/tokens`.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::{DisplayName, TokenId};
use serde::Deserialize;
use web::page::{ApiTokenForm, ApiTokenRow, ApiTokensPage, scopes_in_words};
use web::{Field, Moment, Section};

use super::render::{self, sentence};
use control_plane::api_tokens::{self, NewToken, Scopes};
use control_plane::app::App;
use control_plane::http::caller::Person;
use control_plane::http::extract::{Form, Path, Query};
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::store::ApiToken;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Page::get("/account/tokens", Guard::LoggedIn, show),
        Page::post("/account/tokens", Guard::LoggedIn, make),
        Page::post("/account/tokens/{token}/revoke", Guard::LoggedIn, revoke),
    ]
}

async fn show(
    State(app): State<App>,
    person: Person,
    Query(arrival): Query<render::Arrival>,
) -> Result<Response, Problem> {
    let mut page = page(&app, &person, ApiTokenForm::default()).await?;
    let done = render::done(arrival.done.as_deref());
    page.shell.notices.extend(done);
    render::page(&page)
}

async fn page(app: &App, person: &Person, form: ApiTokenForm) -> Result<ApiTokensPage, Problem> {
    let now = app.now();
    let row = |token: ApiToken| ApiTokenRow {
        id: token.id.to_string(),
        name: token.name.to_string(),
        scopes: scopes_in_words(token.scopes.split(' ')),
        created: Moment::in_utc(token.created_at, now),
        last_used: token.last_used_at.map(|at| Moment::in_utc(at, now)),
        ends: token.expires_at.map(|at| Moment::in_utc(at, now).clock),
    };
    let tokens = api_tokens::list(app, person).await?;
    Ok(ApiTokensPage {
        shell: render::shell(person, Section::Account),
        tokens: tokens.into_iter().map(row).collect(),
        fresh: None,
        form,
    })
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    name: String,
    read: Option<String>,
    control: Option<String>,
    manage: Option<String>,
    admin: Option<String>,
    days: String,
}

impl Typed {
    fn check(&self) -> Result<NewToken, Box<ApiTokenForm>> {
        let scopes = Scopes::of(self.chosen());
        let days = self.days.trim();
        let days = if days.is_empty() {
            Ok(None)
        } else {
            days.parse().map(Some)
        };
        match (self.name.parse::<DisplayName>(), scopes, days) {
            (Ok(name), Some(scopes), Ok(days)) => Ok(NewToken { name, scopes, days }),
            (name, scopes, days) => {
                let mut form = self.form();
                form.name.fault = name.err().map(|bad| sentence(bad.to_string()));
                if scopes.is_none() {
                    form.scopes_fault = Some("Choose at least one.".to_owned());
                }
                if days.is_err() {
                    form.days.fault = Some("Type a number of days, or nothing.".to_owned());
                }
                Err(Box::new(form))
            }
        }
    }

    /// The scopes that are ticked.
    fn chosen(&self) -> Vec<&'static str> {
        let all = [
            ("read", &self.read),
            ("control", &self.control),
            ("manage", &self.manage),
            ("admin", &self.admin),
        ];
        let ticked = all.iter().filter(|(_, tick)| tick.is_some());
        ticked.map(|(word, _)| *word).collect()
    }

    /// The form with what was typed.
    fn form(&self) -> ApiTokenForm {
        ApiTokenForm {
            name: Field::of(self.name.clone()),
            chosen: self.chosen(),
            days: Field::of(self.days.clone()),
            scopes_fault: None,
            fault: None,
        }
    }
}

/// The token stands on the answer itself, this once, and nowhere else.
async fn make(
    State(app): State<App>,
    person: Person,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let new = match typed.check() {
        Ok(new) => new,
        Err(form) => return render::faulty(&page(&app, &person, *form).await?),
    };
    match api_tokens::make(&app, &person, new).await {
        Ok(made) => {
            let mut page = page(&app, &person, ApiTokenForm::default()).await?;
            page.fresh = Some(made.secret);
            render::page(&page)
        }
        Err(problem @ (Problem::Invalid { .. } | Problem::Conflict(_))) => {
            let mut form = typed.form();
            match &problem {
                Problem::Invalid { field: "days", why } => {
                    form.days.fault = Some(sentence(why.as_str()));
                }
                other => form.fault = Some(other.to_string()),
            }
            render::refused(&page(&app, &person, form).await?, &problem)
        }
        Err(other) => Err(other),
    }
}

async fn revoke(
    State(app): State<App>,
    person: Person,
    Path(token): Path<TokenId>,
) -> Result<Response, Problem> {
    api_tokens::revoke(&app, &person, token).await?;
    Ok(Redirect::to("/account/tokens?done=token").into_response())
}
