//! In which language a person is spoken to.

use model::Language;

use crate::app::App;
use crate::http::caller::Person;
use crate::http::problem::Problem;

/// Sets the language of the person's pages and mails; `None` for what the
/// browser asks for, and English in mails.
pub async fn set_language(
    app: &App,
    caller: &Person,
    language: Option<Language>,
) -> Result<(), Problem> {
    let id = caller.account().id;
    let mut work = app.store.begin_write().await?;
    work.accounts().set_language(id, language).await?;
    work.commit().await?;
    Ok(())
}

/// Reads what was typed or sent; nothing is no setting.
pub fn parse_language(word: &str) -> Result<Option<Language>, Problem> {
    if word.is_empty() {
        return Ok(None);
    }
    word.parse()
        .map(Some)
        .map_err(|bad: model::language::UnknownLanguage| Problem::Invalid {
            field: "language",
            why: bad.to_string(),
        })
}
