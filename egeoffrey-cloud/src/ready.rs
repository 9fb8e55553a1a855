//! What is said once every listener accepts: to a person, and to a file.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use serde::Serialize;

use crate::demo::Told;

/// The addresses of a running service.
#[derive(Debug, Serialize)]
pub struct Ready {
    /// The portal and the API.
    pub http: String,
    /// MQTT over TCP.
    pub mqtt: String,
    /// MQTT over TLS, where there is a listener for it.
    pub mqtts: Option<String>,
    /// MQTT over WebSocket.
    pub mqtt_ws: String,
    /// The one-time link that makes the first admin, while there is none.
    pub admin_setup: Option<String>,
    /// Who to log in as, in a demonstration.
    pub demo: Option<Told>,
}

impl Ready {
    /// Writes the file that says "ready", readable by its owner only, since it
    /// may hold the one-time link.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        platform::data_dir::write_private(path, &serde_json::to_vec(self)?)
    }

    /// Tells the person who started the service where it is. The one-time link
    /// is shown on a terminal only: elsewhere it would end up in a log.
    pub fn announce(&self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "The portal is at {}", self.http)?;
        writeln!(
            out,
            "Houses connect to {} (MQTT) or {}",
            self.mqtt, self.mqtt_ws
        )?;
        if let Some(demo) = &self.demo {
            writeln!(
                out,
                "\nLog in as one of these, with the password {}",
                demo.password
            )?;
            for person in &demo.people {
                writeln!(out, "  {:<22} {}", person.email, person.role)?;
            }
        }
        match &self.admin_setup {
            Some(link) if out.is_terminal() => {
                writeln!(
                    out,
                    "\nThere is no admin yet. This link makes the first one; it works once:"
                )?;
                writeln!(out, "  {link}")?;
            }
            Some(_) => writeln!(
                out,
                "There is no admin yet. Make one with: egeoffrey-cloud admin create-admin \
                 --email you@example.org"
            )?,
            None => {}
        }
        out.flush()
    }
}
