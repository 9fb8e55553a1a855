//! One line of the answer: `ok|warn|FAIL what: why: what to do`.

use std::fmt;

use serde::Serialize;

/// How one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Ok,
    /// It works, and somebody should look at it.
    Warn,
    /// It does not work, or must not be trusted.
    Fail,
}

/// What was found about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    state: State,
    /// What was looked at.
    what: &'static str,
    /// How it is.
    found: String,
    /// What to do about it; empty for nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    to_do: String,
}

impl Finding {
    /// All is well.
    pub fn ok(what: &'static str, found: impl Into<String>) -> Self {
        Self::of(State::Ok, what, found, "")
    }

    /// Somebody should look at it.
    pub fn warn(what: &'static str, found: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self::of(State::Warn, what, found, to_do)
    }

    /// It is broken.
    pub fn fail(what: &'static str, found: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self::of(State::Fail, what, found, to_do)
    }

    fn of(
        state: State,
        what: &'static str,
        found: impl Into<String>,
        to_do: impl Into<String>,
    ) -> Self {
        Self {
            state,
            what,
            found: one_line(&found.into()),
            to_do: to_do.into(),
        }
    }
}

/// What comes from files and other programs must not make lines of its own.
fn one_line(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(plain).collect()
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.state {
            State::Ok => "ok  ",
            State::Warn => "warn",
            State::Fail => "FAIL",
        };
        write!(f, "{word} {}: {}", self.what, self.found)?;
        if self.to_do.is_empty() {
            Ok(())
        } else {
            write!(f, ": {}", self.to_do)
        }
    }
}

/// All that was found.
#[derive(Clone, Debug, Default)]
pub struct Findings(Vec<Finding>);

#[derive(Serialize)]
struct Answer<'a> {
    healthy: bool,
    findings: &'a [Finding],
}

impl Findings {
    /// One more.
    pub fn add(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    /// How many are failures.
    pub fn failed(&self) -> usize {
        let failed = self.0.iter().filter(|one| one.state == State::Fail);
        failed.count()
    }

    /// The same for programs.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(&Answer {
            healthy: self.failed() == 0,
            findings: &self.0,
        })
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(Finding::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_how_it_is_and_what_to_do() {
        let mut findings = Findings::default();
        findings.add(Finding::ok("disk", "512 MiB free"));
        findings.add(Finding::warn("mail", "no server", "set mail.smtp"));
        findings.add(Finding::fail("audit", "x\nok   forged: line", "look"));
        assert_eq!(
            findings.to_string(),
            "ok   disk: 512 MiB free\nwarn mail: no server: set mail.smtp\n\
             FAIL audit: x ok   forged: line: look"
        );
        assert_eq!(findings.failed(), 1);
        let json: serde_json::Value = serde_json::from_str(&findings.to_json().unwrap()).unwrap();
        assert_eq!(json["healthy"], false);
        assert_eq!(json["findings"][0]["state"], "ok");
        assert_eq!(json["findings"][0].get("to_do"), None);
        assert_eq!(json["findings"][1]["to_do"], "set mail.smtp");
    }
}
