//! The product, running on free ports while it is measured.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// A start that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long memory may stay as it is before it counts as settled.
const STILL: Duration = Duration::from_secs(3);

/// Less change than this is none, in KiB.
const STILL_KIB: u64 = 256;

/// How long memory may take to settle.
const SETTLES: Duration = Duration::from_mins(1);

/// How long a stop may take before the process is killed.
const STOPS: Duration = Duration::from_secs(30);

/// What the product writes once every listener accepts.
#[derive(Debug, Deserialize)]
pub struct Ready {
    /// The portal and the API: `http://host:port`.
    pub http: String,
    /// MQTT over TCP: `address:port`.
    pub mqtt: String,
}

/// A running product. Dropping it ends the process.
pub struct Service {
    child: Child,
    /// Its addresses.
    pub ready: Ready,
    /// From the start of the process to its ready file.
    pub after: Duration,
}

impl Service {
    /// Starts `product` on `data` and waits until it is ready.
    pub fn start(product: &Path, data: &Path) -> Result<Self> {
        Self::start_with(product, data, &[])
    }

    /// The same with settings from the environment.
    pub fn start_with(product: &Path, data: &Path, settings: &[(&str, &str)]) -> Result<Self> {
        let folder = tempfile::tempdir().context("make an empty folder")?;
        let ready_file = folder.path().join("ready.json");
        let mut command = Command::new(product);
        command
            .arg("serve")
            .arg("--data-dir")
            .arg(data)
            .args(["--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"])
            .arg("--ready-file")
            .arg(&ready_file)
            .envs(settings.iter().copied())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = Instant::now();
        let mut child = Ending(Some(
            command
                .spawn()
                .with_context(|| format!("start {}", product.display()))?,
        ));
        let ready = loop {
            if let Some(ready) = read(&ready_file) {
                break ready;
            }
            if let Some(status) = child.try_wait()? {
                bail!("the product ended before it was ready: {status}");
            }
            if started.elapsed() > PATIENCE {
                bail!("the product was not ready after {} s", PATIENCE.as_secs());
            }
            // Looks again a thousand times a second, and leaves the cores to the product.
            std::thread::park_timeout(Duration::from_millis(1));
        };
        let after = started.elapsed();
        let child = child.0.take().context("the product is not there")?;
        Ok(Self {
            child,
            ready,
            after,
        })
    }

    /// Resident memory now, in KiB.
    pub fn resident_kib(&self) -> Result<u64> {
        let file = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("read {file}: memory is measured on Linux only"))?;
        resident_in(&text).with_context(|| format!("{file} has no VmRSS"))
    }

    /// Resident memory once it no longer changes, in KiB.
    pub fn settled_kib(&self) -> Result<u64> {
        let started = Instant::now();
        let (mut last, mut since) = (self.resident_kib()?, Instant::now());
        while since.elapsed() < STILL {
            if started.elapsed() > SETTLES {
                bail!("memory did not settle in {} s", SETTLES.as_secs());
            }
            std::thread::park_timeout(Duration::from_millis(100));
            let now = self.resident_kib()?;
            if now.abs_diff(last) > STILL_KIB {
                (last, since) = (now, Instant::now());
            }
        }
        self.resident_kib()
    }

    /// Asks the process to stop as an operator would, and waits for it.
    pub fn stop(mut self) -> Result<()> {
        let process = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &process]).status();
        asked.context("ask the product to stop")?;
        let started = Instant::now();
        while started.elapsed() < STOPS {
            if self
                .child
                .try_wait()
                .context("look at the product")?
                .is_some()
            {
                return Ok(());
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
        bail!("the product did not stop in {} s", STOPS.as_secs())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Ends with its owner, unless it was taken out.
struct Ending(Option<Child>);

impl Ending {
    fn try_wait(&mut self) -> Result<Option<std::process::ExitStatus>> {
        let child = self.0.as_mut().context("the product is not there")?;
        child.try_wait().context("look at the product")
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            end(child);
        }
    }
}

/// It may have ended by itself; then there is nothing to end.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// The ready file, once it is there in whole.
fn read(file: &Path) -> Option<Ready> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

fn resident_in(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_from_the_status() {
        assert_eq!(
            resident_in("Name:\tx\nVmRSS:\t   12345 kB\nThreads: 1\n"),
            Some(12_345)
        );
        assert_eq!(resident_in("Name:\tx\n"), None);
    }
}
