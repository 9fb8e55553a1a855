//! The machine: data folder, disk, clock, ports, mail.

use std::fs::{self, OpenOptions, TryLockError};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use model::{Ambient, Timestamp};
use platform::Settings;
use platform::disk::{Room, Verdict};
use platform::settings::{SmtpEncryption, SmtpSettings};
use tokio::net::{TcpListener, TcpStream};

use super::finding::{Finding, Findings};

/// How long a server may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// No release of this program is older; a clock before that is wrong.
const RELEASED: &str = "2026-01-01T00:00:00Z";

/// How far the clock may lag behind what was kept already.
const LAG: Duration = Duration::from_secs(5);

/// Whether a service runs in the data folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    Yes,
    No,
}

/// The data folder's rights; says whether a service is using it.
pub fn data_folder(data_dir: &Path, findings: &mut Findings) -> Runs {
    const WHAT: &str = "data folder";
    let shown = data_dir.display();
    let metadata = match fs::metadata(data_dir) {
        Ok(metadata) if metadata.is_dir() => metadata,
        Ok(_) => {
            findings.add(Finding::fail(
                WHAT,
                format!("{shown} is no folder"),
                "choose another with --data-dir or data_dir",
            ));
            return Runs::No;
        }
        Err(cause) => {
            findings.add(Finding::fail(
                WHAT,
                format!("{shown} cannot be used: {cause}"),
                "start the service once, or name the right folder with --data-dir or data_dir",
            ));
            return Runs::No;
        }
    };
    if is_open(&metadata) {
        findings.add(Finding::warn(
            WHAT,
            format!("{shown} is open to other users of this machine"),
            format!("chmod 700 {shown}"),
        ));
    } else {
        findings.add(Finding::ok(WHAT, format!("{shown} is its owner's alone")));
    }
    open_to_others(data_dir, findings);
    match OpenOptions::new().write(true).open(data_dir.join("lock")) {
        Ok(lock) => match lock.try_lock() {
            Ok(()) => {
                findings.add(Finding::ok("service", "is stopped"));
                Runs::No
            }
            Err(TryLockError::WouldBlock) => {
                findings.add(Finding::ok("service", "is running"));
                Runs::Yes
            }
            Err(TryLockError::Error(cause)) => {
                findings.add(Finding::warn(
                    "service",
                    format!("whether it runs is not known: {cause}"),
                    "look whether the file system of the data folder knows locks",
                ));
                Runs::No
            }
        },
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            findings.add(Finding::ok("service", "was never started here"));
            Runs::No
        }
        Err(cause) => {
            findings.add(Finding::fail(
                "service",
                format!("the file \"lock\" cannot be opened: {cause}"),
                "run this as the user of the service",
            ));
            Runs::No
        }
    }
}

/// Whether others than the owner have any right to it.
fn is_open(metadata: &fs::Metadata) -> bool {
    const OTHERS: u32 = 0o077;
    metadata.permissions().mode() & OTHERS != 0
}

/// Files with secrets that others can read.
fn open_to_others(data_dir: &Path, findings: &mut Findings) {
    for name in ["control-plane.db", "gateway.db"] {
        let path = data_dir.join(name);
        let Ok(metadata) = fs::metadata(&path) else {
            continue;
        };
        if is_open(&metadata) {
            findings.add(Finding::fail(
                "data folder",
                format!("{} can be read by other users", path.display()),
                format!("chmod 600 {}", path.display()),
            ));
        }
    }
}

/// Room for what is to come.
pub fn disk(data_dir: &Path) -> Finding {
    const WHAT: &str = "disk";
    match Room::of(data_dir) {
        Ok(room) => match room.verdict() {
            Verdict::Enough => Finding::ok(WHAT, room.in_words()),
            Verdict::Short => Finding::warn(WHAT, room.in_words(), "free some space"),
            Verdict::Full => Finding::fail(
                WHAT,
                room.in_words(),
                "free some space now: writing will fail soon",
            ),
        },
        Err(cause) => Finding::warn(
            WHAT,
            format!("the free room is not known: {cause}"),
            "look at it with df",
        ),
    }
}

/// The clock: not before this program was made, and not before what it has
/// kept already.
pub fn clock(ambient: &dyn Ambient, newest: Option<Timestamp>) -> Finding {
    const WHAT: &str = "clock";
    const TO_DO: &str = "set the clock, and keep it right by NTP";
    let now = ambient.now();
    if Timestamp::from_rfc3339(RELEASED).is_some_and(|released| now < released) {
        return Finding::fail(WHAT, format!("{now} is long past"), TO_DO);
    }
    match newest {
        Some(newest) if newest.since(now) > LAG => Finding::fail(
            WHAT,
            format!("{now} is before {newest}, when something was kept already"),
            TO_DO,
        ),
        Some(_) | None => Finding::ok(WHAT, format!("{now}")),
    }
}

/// The ports of the listeners: they answer while the service runs, and are
/// free while it does not.
pub async fn ports(settings: &Settings, runs: Runs, findings: &mut Findings) {
    for (name, key, address) in [
        (
            "port of portal and API",
            "http.listen",
            settings.http.listen,
        ),
        (
            "port of MQTT",
            "gateway.mqtt_listen",
            settings.gateway.mqtt_listen,
        ),
    ] {
        findings.add(port(name, key, address, runs).await);
    }
}

async fn port(name: &'static str, key: &str, address: SocketAddr, runs: Runs) -> Finding {
    if address.port() == 0 {
        return Finding::ok(name, "any that is free (0)");
    }
    match runs {
        Runs::Yes => match reach(&address.ip().to_string(), address.port()).await {
            Ok(()) => Finding::ok(name, format!("{address} answers")),
            Err(cause) => Finding::warn(
                name,
                format!("{address} does not answer: {cause}"),
                format!(
                    "the service may run with other addresses (--http, --mqtt); otherwise look \
                     at its log and at {key}"
                ),
            ),
        },
        Runs::No => match TcpListener::bind(address).await {
            Ok(_free) => Finding::ok(name, format!("{address} is free")),
            Err(cause) => Finding::fail(
                name,
                format!("{address} cannot be listened on: {cause}"),
                format!("stop what uses it, or set {key} to another"),
            ),
        },
    }
}

async fn reach(host: &str, port: u16) -> Result<(), String> {
    // A service that listens everywhere is reached here.
    let host = match host {
        "0.0.0.0" => "127.0.0.1",
        "::" => "::1",
        host => host,
    };
    match tokio::time::timeout(PATIENCE, TcpStream::connect((host, port))).await {
        Ok(Ok(_connection)) => Ok(()),
        Ok(Err(cause)) => Err(cause.to_string()),
        Err(_) => Err(format!("no answer in {} s", PATIENCE.as_secs())),
    }
}

/// Whether mail can leave. No mail is sent and no password is tried.
pub async fn mail(settings: &Settings, data_dir: &Path) -> Finding {
    const WHAT: &str = "mail";
    let Some(smtp) = &settings.mail.smtp else {
        return Finding::warn(
            WHAT,
            format!(
                "no server is set: mails become files in {}",
                data_dir.join("mail").display()
            ),
            "set mail.smtp, unless nobody but you is to get mail",
        );
    };
    let port = smtp.port.unwrap_or_else(|| default_port(smtp));
    let server = format!("{}:{port}", smtp.host);
    match reach(&smtp.host, port).await {
        Ok(()) if settings.mail.from.contains("localhost") => Finding::warn(
            WHAT,
            format!("{server} answers; the sender is {}", settings.mail.from),
            "set mail.from to an address that your mail server may send for",
        ),
        Ok(()) => Finding::ok(WHAT, format!("{server} answers")),
        Err(cause) => Finding::fail(
            WHAT,
            format!("{server} does not answer: {cause}"),
            "look at mail.smtp.host, mail.smtp.port and the firewall",
        ),
    }
}

const fn default_port(smtp: &SmtpSettings) -> u16 {
    match smtp.encryption {
        SmtpEncryption::Tls => 465,
        SmtpEncryption::Starttls => 587,
        SmtpEncryption::None => 25,
    }
}

#[cfg(test)]
mod tests;
