//! One request to the API of a running service, and its problems in words.

use std::fs;
use std::path::Path;
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use url::Url;

use super::args::Remote;
use crate::failure::Failure;

/// How long the service may take to answer.
const PATIENCE: Duration = Duration::from_secs(40);

/// A service, and a token that opens it.
pub struct Service {
    client: reqwest::Client,
    url: Url,
    token: Option<String>,
    /// Whether answers are printed as they come.
    pub json: bool,
}

impl Service {
    /// The service that the command line names.
    pub fn of(remote: &Remote) -> Result<Self, Failure> {
        let token = match (&remote.token_file, &remote.token) {
            (Some(file), _) => first_line(file, "--token-file")?,
            (None, Some(token)) => token.clone(),
            (None, None) => {
                return Err(Failure::usage(
                    "an API token with the scope \"admin\" is needed: make one with `egeoffrey-cloud \
                     admin login`, and name its file with --token-file (or set \
                     EGEOFFREY_CLOUD_TOKEN)",
                ));
            }
        };
        let mut service = Self::at(&remote.url)?;
        service.token = Some(token);
        service.json = remote.json;
        Ok(service)
    }

    /// A service to which nobody has said who they are.
    pub fn at(url: &Url) -> Result<Self, Failure> {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            // A token goes to the service that was named, and nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("egeoffrey-cloud/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(Failure::internal)?;
        Ok(Self {
            client,
            url: url.clone(),
            token: None,
            json: false,
        })
    }

    /// The same service, for whoever has `token`.
    pub fn with_token(mut self, token: String) -> Self {
        self.token = Some(token);
        self
    }

    /// Reads; `query` is appended to the path.
    pub async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, Failure> {
        self.send(Method::GET, path, query, None).await
    }

    /// Sends a body.
    pub async fn call(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: &Value,
    ) -> Result<Value, Failure> {
        self.send(method, path, query, Some(body)).await
    }

    /// Removes.
    pub async fn delete(&self, path: &[&str]) -> Result<Value, Failure> {
        self.send(Method::DELETE, path, &[], None).await
    }

    async fn send(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let mut request = self.client.request(method, self.address(path, query)?);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        self.answer(request).await
    }

    /// Every part of the path is escaped on its own: what people type names one
    /// thing and no other address.
    fn address(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Url, Failure> {
        let mut address = self.url.clone();
        address
            .path_segments_mut()
            .map_err(|()| Failure::usage("--url must be like https://home.example.org"))?
            .pop_if_empty()
            .extend(["api", "v1"])
            .extend(path);
        if !query.is_empty() {
            address.query_pairs_mut().extend_pairs(query);
        }
        Ok(address)
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let response = request.send().await.map_err(|cause| {
            let cause = anyhow::Error::from(cause.without_url());
            Failure::Internal(format!("{} cannot be asked: {cause:#}", self.url))
        })?;
        let status = response.status();
        let text = response.text().await.map_err(Failure::internal)?;
        if status.is_success() && text.is_empty() {
            return Ok(Value::Null);
        }
        let value: Result<Value, _> = serde_json::from_str(&text);
        match value {
            Ok(value) if status.is_success() => Ok(value),
            Ok(problem) => Err(refused(status.as_u16(), &problem)),
            Err(_) => Err(Failure::Internal(format!(
                "{} answered {status} without saying more; is it an egeoffrey-cloud?",
                self.url
            ))),
        }
    }
}

/// A problem as the service tells it, on one line.
fn refused(status: u16, problem: &Value) -> Failure {
    let text = |name: &str| problem.get(name).and_then(Value::as_str);
    let detail = text("detail").or_else(|| text("title"));
    let kind = text("type").map(|kind| kind.trim_start_matches("/problems/").to_owned());
    let request = text("request_id").map(|request| format!("request {request}"));
    let about = std::iter::once(status.to_string())
        .chain(kind)
        .chain(request);
    let about: Vec<String> = about.collect();
    let detail = detail.unwrap_or("the service refused it without saying why");
    let line = format!("{detail} ({})", about.join(", "));
    // What comes from elsewhere makes no lines and no colours here.
    let line = super::table::plain(&line);
    if status < 500 {
        Failure::Usage(line)
    } else {
        Failure::Internal(line)
    }
}

/// The first line of a file with a secret.
pub fn first_line(file: &Path, option: &str) -> Result<String, Failure> {
    let text = fs::read_to_string(file)
        .map_err(|cause| Failure::usage(format!("cannot read the file of {option}: {cause}")))?;
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_stays_one_part_of_the_path() {
        let url = Url::parse("https://home.example.org/base/").unwrap();
        let service = Service::at(&url).unwrap();
        let path = ["admin", "tenants", "../accounts?x=1#y"];
        let address = service.address(&path, &[("query", "a&b")]).unwrap();
        assert_eq!(
            address.as_str(),
            "https://home.example.org/base/api/v1/admin/tenants/..%2Faccounts%3Fx=1%23y?query=a%26b"
        );
    }

    #[test]
    fn problems_become_one_line() {
        let problem = serde_json::json!({
            "type": "/problems/scope", "title": "x", "status": 403,
            "detail": "This token lacks\n the scope \"admin\".", "request_id": "abc",
        });
        let Failure::Usage(line) = refused(403, &problem) else {
            panic!("not the caller's turn")
        };
        assert_eq!(
            line,
            "This token lacks  the scope \"admin\". (403, scope, request abc)"
        );
        assert!(matches!(refused(500, &Value::Null), Failure::Internal(_)));
    }
}
