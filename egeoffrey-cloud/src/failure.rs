//! How a command ends that could not do what was asked.

use std::fmt;
use std::process::ExitCode;

/// One clear sentence, and whose turn it is.
#[derive(Debug)]
pub enum Failure {
    /// The person who started it has to change something: exit code 2.
    Usage(String),
    /// Something went wrong on our side: exit code 1.
    Internal(String),
}

impl Failure {
    /// A failure that the person who started the command can mend.
    pub fn usage(what: impl fmt::Display) -> Self {
        Self::Usage(what.to_string())
    }

    /// A failure of ours: the whole chain of causes.
    pub fn internal(error: impl Into<anyhow::Error>) -> Self {
        Self::Internal(format!("{:#}", error.into()))
    }

    /// The exit code of the process.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Internal(_) => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Internal(text) => f.write_str(text),
        }
    }
}
