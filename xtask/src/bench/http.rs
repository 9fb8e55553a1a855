//! As much of HTTP/1.1 as it takes to call our own API.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// An answer that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The API of a running product.
pub struct Api {
    /// `host:port`.
    host: String,
    token: Option<String>,
}

impl Api {
    /// At `base`, such as `http://localhost:8080`.
    pub fn new(base: &str) -> Result<Self> {
        let host = base
            .strip_prefix("http://")
            .with_context(|| format!("{base} is not an address with http://"))?;
        Ok(Self {
            host: host.trim_end_matches('/').to_owned(),
            token: None,
        })
    }

    /// The same as somebody.
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            host: self.host.clone(),
            token: Some(token.to_owned()),
        }
    }

    /// Calls `path` and returns the answer, which is to have a status from 200
    /// to 299.
    pub fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let answer = self.raw(method, path, body)?;
        if answer.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&answer)
            .with_context(|| format!("{method} {path} was not answered with JSON"))
    }

    /// The same, whatever the answer is made of.
    pub fn raw(&self, method: &str, path: &str, body: &Value) -> Result<String> {
        let mut stream =
            TcpStream::connect(&self.host).with_context(|| format!("reach {}", self.host))?;
        stream
            .set_read_timeout(Some(PATIENCE))
            .context("set the patience")?;
        let body = body.to_string();
        let token = self.token.as_deref().map_or_else(String::new, |token| {
            format!("Authorization: Bearer {token}\r\n")
        });
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAccept: application/json\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n{token}\r\n{body}",
            self.host,
            body.len()
        );
        let what = || format!("{method} {path}");
        stream.write_all(request.as_bytes()).with_context(what)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).with_context(what)?;
        let (status, body) = parts(&answer).with_context(what)?;
        ensure!(
            (200..300).contains(&status),
            "{} was answered with {status}: {body}",
            what()
        );
        Ok(body.to_owned())
    }

    /// [`Self::call`], and the text under `key` in its answer.
    pub fn text(&self, method: &str, path: &str, body: &Value, key: &str) -> Result<String> {
        let answer = self.call(method, path, body)?;
        text(&answer, key).with_context(|| format!("{method} {path}"))
    }
}

/// The text under `key`.
pub fn text(answer: &Value, key: &str) -> Result<String> {
    let found = answer.get(key).and_then(Value::as_str);
    found
        .map(str::to_owned)
        .with_context(|| format!("the answer has no {key}"))
}

/// The status and the body of an answer that ended with its connection.
fn parts(answer: &str) -> Result<(u16, &str)> {
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .context("the answer ended before its body")?;
    if head.to_ascii_lowercase().contains("transfer-encoding:") {
        bail!("the answer came in pieces, which this client does not read");
    }
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Ok((status.context("the answer has no status")?, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_status_and_a_body() {
        let found = parts("HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}").unwrap();
        assert_eq!(found, (201, "{}"));
        assert!(parts("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
        assert!(parts("HTTP/1.1 200 OK\r\n").is_err());
        assert!(parts("nonsense\r\n\r\n").is_err());
    }

    #[test]
    fn only_plain_addresses_are_called() {
        assert_eq!(Api::new("http://localhost:1/").unwrap().host, "localhost:1");
        assert!(Api::new("https://localhost").is_err());
    }
}
