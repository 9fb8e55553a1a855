//! The words of `simulate` on the command line.

use std::path::PathBuf;

use clap::Args;
use model::TimeZoneName;

use crate::admin::args::Remote;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// Where the houses connect
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:1883")]
    gateway: String,
    /// A file with one house a line: its house id and a passcode
    #[arg(long, value_name = "FILE", conflicts_with_all = ["houses", "tenant", "save"])]
    pub credentials: Option<PathBuf>,
    /// Make so many houses by the API, and delete them at the end
    #[arg(long, value_name = "N", required_unless_present = "credentials")]
    pub houses: Option<u32>,
    /// The tenant they are made in, if the token opens several
    #[arg(long, value_name = "TENANT")]
    pub tenant: Option<String>,
    /// Keep the houses that were made, and write them to this file for a later
    /// --credentials
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    #[command(flatten)]
    pub remote: Remote,
    /// Messages a second of each house [default: as often as such sensors
    /// measure, about one in two seconds]
    #[arg(long, value_name = "N", value_parser = rate)]
    pub rate: Option<f64>,
    /// Seconds to play [default: until interrupted]
    #[arg(long, value_name = "S")]
    pub seconds: Option<u64>,
    /// Also tell the values of so many hours before, one in ten minutes
    #[arg(long, value_name = "H", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=24 * 366))]
    pub past_hours: u64,
    /// The time zone whose days the houses live
    #[arg(long, value_name = "ZONE", default_value = "Europe/Berlin")]
    pub timezone: TimeZoneName,
    /// No progress
    #[arg(long)]
    pub quiet: bool,
}

impl SimulateArgs {
    /// Host and port of the gateway.
    pub fn gateway(&self) -> Result<(String, u16), Failure> {
        let parts = self.gateway.rsplit_once(':');
        let parts = parts.and_then(|(host, port)| {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            (!host.is_empty()).then_some((host.to_owned(), port.parse().ok()?))
        });
        parts.ok_or_else(|| {
            Failure::usage(format!(
                "--gateway must be like 127.0.0.1:1883, not {:?}",
                self.gateway
            ))
        })
    }
}

fn rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if rate.is_finite() && (0.001..=100_000.0).contains(&rate) {
        Ok(rate)
    } else {
        Err("must be between 0.001 and 100000".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: SimulateArgs,
    }

    fn read(line: &str) -> Result<SimulateArgs, String> {
        let words = std::iter::once("simulate").chain(line.split_whitespace());
        let line = Line::try_parse_from(words).map_err(|error| error.to_string())?;
        Ok(line.args)
    }

    #[test]
    fn a_gateway_is_host_and_port() {
        for (given, host, port) in [
            ("10.0.0.1:1883", "10.0.0.1", 1883),
            ("bus.example.org:8883", "bus.example.org", 8883),
            ("[::1]:1883", "::1", 1883),
        ] {
            let args = read(&format!("--houses 1 --gateway {given}")).unwrap();
            assert_eq!(args.gateway().unwrap(), (host.to_owned(), port));
        }
        for given in ["1883", ":1883", "host:", "host:x"] {
            let args = read(&format!("--houses 1 --gateway {given}")).unwrap();
            assert!(args.gateway().is_err(), "{given}");
        }
    }

    #[test]
    fn houses_come_from_a_file_or_are_made() {
        assert!(read("").is_err());
        assert!(read("--houses 3 --credentials x").is_err());
        assert!(read("--credentials x --rate 0").is_err());
        assert!(read("--credentials x --rate 2.5").is_ok());
    }
}
