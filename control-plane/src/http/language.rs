//! In which language the sender of a request is spoken to.
//!
//! Asked in this order: the address (`?language=de`, which is also remembered
//! in a cookie), the setting of the account, the cookie, `Accept-Language`;
//! English otherwise. Only what turns texts into words reads it: the portal's
//! rendering, and the sign-up, which remembers it for the mails.

use std::cell::Cell;
use std::future::Future;

use axum::extract::Request;
use http::{HeaderMap, HeaderValue, Uri, header};
use model::Language;
use url::form_urlencoded;

/// The cookie's name, and that of the parameter in the address.
pub const NAME: &str = "language";

/// How long the cookie is kept: a year.
const KEPT_SECS: u64 = 365 * 24 * 60 * 60;

tokio::task_local! {
    static READER: Reader;
}

/// What is known of the reader while the request is answered.
#[derive(Debug)]
struct Reader {
    /// `None` when nothing says.
    language: Cell<Option<Language>>,
    /// Whether the address said it, which nothing overrules.
    chosen: bool,
    here: String,
}

/// What a request says about the language of its sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// In the address.
    chosen: Option<Language>,
    /// In the cookie, or by the browser.
    liked: Option<Language>,
    here: String,
}

impl Wish {
    /// Reads the address and the headers of `request`.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let liked = cookie(request.headers()).or_else(|| {
            let header = request.headers().get(header::ACCEPT_LANGUAGE)?;
            Language::accepted(header.to_str().ok()?)
        });
        Self {
            chosen: chosen(request.uri()),
            liked,
            here: without_choice(request.uri()),
        }
    }

    /// Runs `answer` for a reader with this wish.
    pub async fn apply<F: Future>(&self, answer: F) -> F::Output {
        let reader = Reader {
            language: Cell::new(self.chosen.or(self.liked)),
            chosen: self.chosen.is_some(),
            here: self.here.clone(),
        };
        READER.scope(reader, answer).await
    }

    /// The cookie that remembers a choice made by the address.
    #[must_use]
    pub fn cookie(&self, secure: bool) -> Option<HeaderValue> {
        let language = self.chosen?;
        let secure = if secure { "; Secure" } else { "" };
        let text = format!(
            "{NAME}={language}; Path=/; Max-Age={KEPT_SECS}; HttpOnly; SameSite=Lax{secure}"
        );
        HeaderValue::from_str(&text).ok()
    }
}

/// The language of whoever sent the request that is being answered; English
/// outside of requests.
#[must_use]
pub fn current() -> Language {
    asked().unwrap_or_default()
}

/// The same; `None` when nothing says, and outside of requests.
#[must_use]
pub fn asked() -> Option<Language> {
    READER
        .try_with(|reader| reader.language.get())
        .ok()
        .flatten()
}

/// The address that is being answered, without the choice of a language; `/`
/// outside of requests.
#[must_use]
pub fn here() -> String {
    READER
        .try_with(|reader| reader.here.clone())
        .unwrap_or_else(|_| "/".to_owned())
}

/// Takes the setting of an account, once it is known whose request this is.
pub(super) fn of_account(language: Option<Language>) {
    let Some(language) = language else { return };
    // Outside of a request there is nobody to speak to.
    let _ = READER.try_with(|reader| {
        if !reader.chosen {
            reader.language.set(Some(language));
        }
    });
}

fn chosen(uri: &Uri) -> Option<Language> {
    form_urlencoded::parse(uri.query()?.as_bytes())
        .find(|(name, _)| name == NAME)
        .and_then(|(_, value)| value.parse().ok())
}

fn cookie(headers: &HeaderMap) -> Option<Language> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == NAME)
        .and_then(|(_, value)| value.parse().ok())
}

/// The address with its query, but without a choice of language.
fn without_choice(uri: &Uri) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    for (name, value) in pairs.filter(|(name, _)| name != NAME) {
        query.append_pair(&name, &value);
    }
    match query.finish() {
        query if query.is_empty() => uri.path().to_owned(),
        query => format!("{}?{query}", uri.path()),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn wish(uri: &str, cookie: &str, accepted: &str) -> Wish {
        let request = Request::builder()
            .uri(uri)
            .header(header::COOKIE, cookie)
            .header(header::ACCEPT_LANGUAGE, accepted)
            .body(Body::empty())
            .unwrap();
        Wish::of(&request)
    }

    async fn spoken(wish: &Wish, account: Option<Language>) -> Language {
        wish.apply(async {
            of_account(account);
            current()
        })
        .await
    }

    #[tokio::test]
    async fn the_address_beats_the_account_and_that_beats_the_browser() {
        use Language::{English, German};
        for (uri, cookie, accepted, account, expected) in [
            ("/", "", "", None, English),
            ("/", "", "de-DE,en;q=0.5", None, German),
            ("/", "session=x; language=en", "de", None, English),
            ("/", "language=fr", "de", None, German),
            ("/", "language=en", "en", Some(German), German),
            ("/?language=en", "language=de", "de", Some(German), English),
            ("/?language=xx", "", "de", None, German),
        ] {
            let wish = wish(uri, cookie, accepted);
            assert_eq!(spoken(&wish, account).await, expected, "{uri} {cookie}");
        }
        assert_eq!(current(), English);
    }

    #[tokio::test]
    async fn a_choice_is_remembered_and_leads_back_to_the_same_page() {
        let wish = wish("/verify?token=a%2Bb&language=de", "", "");
        let cookie = wish.cookie(true).unwrap();
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.starts_with("language=de; Path=/;") && cookie.ends_with("; Secure"));
        assert_eq!(wish.apply(async { here() }).await, "/verify?token=a%2Bb");
        assert_eq!(self::wish("/houses", "language=de", "").cookie(true), None);
    }
}
