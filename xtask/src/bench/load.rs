//! Requests at a fixed rate, whatever the answers do: how long each took from
//! the moment it was due.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// An answer that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connections that take turns.
const CONNECTIONS: usize = 16;

/// A request to make again and again.
#[derive(Clone, Debug)]
pub struct Request {
    /// Path and query.
    pub path: String,
    /// Further header lines, each with its end.
    pub headers: String,
}

/// How long answers took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Latencies {
    /// Half of them, in milliseconds.
    pub p50: f64,
    /// 99 of 100.
    pub p99: f64,
    /// The slowest.
    pub max: f64,
}

/// Makes `requests` in turn, `rate` a second for `span`. Every answer is to
/// have the status 200.
pub fn run(host: &str, requests: &[Request], rate: u32, span: Duration) -> Result<Latencies> {
    ensure!(!requests.is_empty(), "there is nothing to ask for");
    let count = usize::try_from(span.as_secs() * u64::from(rate)).context("too long")?;
    let begins = Instant::now() + Duration::from_millis(100);
    let due = |number: usize| {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        begins + Duration::from_secs(1) * number / rate
    };
    let due = &due;
    let took: Vec<Result<Vec<f64>>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|worker| {
                scope.spawn(move || {
                    let mut connection = Connection::open(host)?;
                    let mut took = Vec::new();
                    for number in (worker..count).step_by(CONNECTIONS) {
                        let at = due(number);
                        while let Some(early) = at.checked_duration_since(Instant::now()) {
                            std::thread::park_timeout(early);
                        }
                        let request = requests.get(number % requests.len());
                        connection.ask(request.context("no request")?)?;
                        took.push(at.elapsed().as_secs_f64() * 1e3);
                    }
                    Ok(took)
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|_| anyhow::bail!("a connection panicked"))
            })
            .collect()
    });
    let mut all = Vec::new();
    for some in took {
        all.extend(some?);
    }
    Ok(of(all))
}

fn of(mut all: Vec<f64>) -> Latencies {
    all.sort_by(f64::total_cmp);
    let at = |hundredth: usize| {
        let place = (all.len() * hundredth).div_ceil(100).saturating_sub(1);
        all.get(place).copied().unwrap_or_default()
    };
    Latencies {
        p50: at(50),
        p99: at(99),
        max: at(100),
    }
}

/// One connection that is kept.
struct Connection {
    host: String,
    stream: BufReader<TcpStream>,
}

impl Connection {
    fn open(host: &str) -> Result<Self> {
        let stream = TcpStream::connect(host).with_context(|| format!("reach {host}"))?;
        stream.set_nodelay(true).context("send at once")?;
        stream
            .set_read_timeout(Some(PATIENCE))
            .context("set the patience")?;
        Ok(Self {
            host: host.to_owned(),
            stream: BufReader::new(stream),
        })
    }

    fn ask(&mut self, request: &Request) -> Result<()> {
        let text = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\n{}\r\n",
            request.path, self.host, request.headers
        );
        self.stream
            .get_mut()
            .write_all(text.as_bytes())
            .context("ask")?;
        let mut line = String::new();
        self.stream
            .read_line(&mut line)
            .context("read the status")?;
        ensure!(
            line.split(' ').nth(1) == Some("200"),
            "{} was answered with {}",
            request.path,
            line.trim()
        );
        let mut length = None;
        loop {
            line.clear();
            self.stream.read_line(&mut line).context("read a header")?;
            let header = line.trim();
            if header.is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse::<u64>().ok();
            }
        }
        let length = length.context("an answer without a length")?;
        let read = std::io::copy(
            &mut Read::by_ref(&mut self.stream).take(length),
            &mut std::io::sink(),
        );
        ensure!(
            read.context("read the answer")? == length,
            "an answer ended early"
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hundredths_are_those_of_the_sorted_values() {
        let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        let found = of(values);
        assert_eq!((found.p50, found.p99, found.max), (100.0, 198.0, 200.0));
        assert_eq!(of(Vec::new()), Latencies::default());
    }
}
