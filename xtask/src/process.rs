//! Running programs and reading what they print.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result};

/// What a finished program left.
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed, both streams in the order of arrival.
    pub output: String,
}

/// Which stream a line came from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Runs a program without standard input to its end; `seen` gets every line
/// as it comes, and says whether to keep it in [`Finished::output`].
pub fn run(command: &mut Command, mut seen: impl FnMut(Stream, &str) -> bool) -> Result<Finished> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("start {}", described(command)))?;
    let (sender, lines) = mpsc::channel();
    let readers = [
        child
            .stdout
            .take()
            .map(|out| read(out, Stream::Out, sender.clone())),
        child
            .stderr
            .take()
            .map(|err| read(err, Stream::Err, sender.clone())),
    ];
    drop(sender);
    let mut output = String::new();
    for (stream, line) in lines {
        if seen(stream, &line) {
            output.push_str(&line);
            output.push('\n');
        }
    }
    for reader in readers.into_iter().flatten() {
        if reader.join().is_err() {
            anyhow::bail!("reading what {} printed failed", described(command));
        }
    }
    let status = child
        .wait()
        .with_context(|| format!("wait for {}", described(command)))?;
    Ok(Finished { status, output })
}

/// The command line, for messages.
pub fn described(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

fn read(
    from: impl Read + Send + 'static,
    stream: Stream,
    to: mpsc::Sender<(Stream, String)>,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        // A program that prints no UTF-8, or whose pipe breaks, has at most
        // spoilt its own last line.
        while matches!(from.read_until(b'\n', &mut line), Ok(read) if read > 0) {
            let text = String::from_utf8_lossy(&line)
                .trim_end_matches(['\n', '\r'])
                .to_owned();
            if to.send((stream, text)).is_err() {
                return;
            }
            line.clear();
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_streams_arrive_and_the_status_is_kept() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo one; echo two >&2; exit 3"]);
        let mut streams = Vec::new();
        let finished = run(&mut shell, |stream, _| {
            streams.push(stream);
            stream == Stream::Out
        })
        .unwrap();
        assert_eq!(finished.status.code(), Some(3));
        assert_eq!(finished.output, "one\n");
        assert_eq!(streams.len(), 2);
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(&mut Command::new("no-such-program-here"), |_, _| true)
            .err()
            .unwrap();
        assert!(format!("{error:#}").contains("no-such-program-here"));
    }
}
