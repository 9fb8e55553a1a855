//! Calls over HTTP as a program makes them.

use anyhow::{Context, Result, ensure};
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// The API with or without a bearer token.
#[derive(Clone, Debug)]
pub struct Api {
    base: String,
    token: Option<String>,
    http: reqwest::Client,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body; `null` where there is none.
    pub body: Value,
    /// The body's kind, without parameters.
    pub content_type: String,
}

impl Api {
    /// The API at this address, without credentials.
    pub fn new(base: &str) -> Result<Self> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .cookie_store(true)
            .build()
            .context("make an HTTP client")?;
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            token: None,
            http,
        })
    }

    /// The same with a bearer token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// Any call; `path` begins with `/`.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::of(
            request
                .send()
                .await
                .with_context(|| format!("call {path}"))?,
        )
        .await
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.call(Method::GET, path, None).await
    }

    /// Makes or does something.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// PUT of a JSON body.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Answer> {
        self.call(Method::PUT, path, Some(body)).await
    }

    /// Removes something.
    pub async fn delete(&self, path: &str) -> Result<Answer> {
        self.call(Method::DELETE, path, None).await
    }

    /// Sends a form with a header that tells where it was filled in.
    pub async fn form_with(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        header: &str,
        value: &str,
    ) -> Result<Answer> {
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .header(header, value)
            .form(fields);
        Answer::of(
            request
                .send()
                .await
                .with_context(|| format!("post the form {path}"))?,
        )
        .await
    }

    /// Sends a form as the portal's pages do; cookies are kept.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let request = self.http.post(format!("{}{path}", self.base)).form(fields);
        Answer::of(
            request
                .send()
                .await
                .with_context(|| format!("post the form {path}"))?,
        )
        .await
    }
}

impl Answer {
    async fn of(response: reqwest::Response) -> Result<Self> {
        let status = response.status();
        let header = response
            .headers()
            .get("content-type")
            .and_then(|value| value.to_str().ok());
        let content_type = header
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned();
        let text = response.text().await.context("read the answer")?;
        let body = if content_type.ends_with("json") {
            serde_json::from_str(&text).with_context(|| format!("not JSON: {text}"))?
        } else if text.is_empty() {
            Value::Null
        } else {
            Value::String(text)
        };
        Ok(Self {
            status,
            body,
            content_type,
        })
    }

    /// The body, when the status is this one.
    pub fn expect(self, status: u16) -> Result<Value> {
        ensure!(
            self.status.as_u16() == status,
            "{} in place of {status}: {}",
            self.status,
            self.body
        );
        Ok(self.body)
    }

    /// Checks that it is a problem (RFC 9457) with this status, and gives its
    /// slug: the last part of `type`.
    pub fn problem(self, status: u16) -> Result<String> {
        ensure!(
            self.status.as_u16() == status,
            "{} in place of {status}: {}",
            self.status,
            self.body
        );
        ensure!(
            self.content_type == "application/problem+json",
            "a problem as {}",
            self.content_type
        );
        let kind = text(&self.body, "type")?;
        for field in ["title", "detail"] {
            let words = text(&self.body, field)?;
            ensure!(
                !words.is_empty(),
                "a problem without {field}: {}",
                self.body
            );
        }
        Ok(kind.rsplit('/').next().unwrap_or(&kind).to_owned())
    }
}

/// The text of a field of a JSON object.
pub fn text(value: &Value, field: &str) -> Result<String> {
    let found = value.get(field).and_then(Value::as_str);
    Ok(found
        .with_context(|| format!("no text in the field {field}: {value}"))?
        .to_owned())
}

/// A list: the value itself, or the one list inside an object.
pub fn list(value: &Value) -> Result<Vec<Value>> {
    let found = value
        .as_array()
        .or_else(|| value.as_object()?.values().find_map(Value::as_array));
    Ok(found.with_context(|| format!("no list: {value}"))?.clone())
}
