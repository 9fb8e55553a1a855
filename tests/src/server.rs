//! A running service on free ports and a folder of its own.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Child;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tempfile::TempDir;

use crate::api::Api;
use crate::person::Person;
use crate::{mail, product, wait};

/// What the product writes once every listener accepts.
#[derive(Clone, Debug, Deserialize)]
pub struct Ready {
    /// The portal and the API.
    pub http: String,
    /// MQTT over TCP, `address:port`.
    pub mqtt: String,
    /// MQTT over WebSocket.
    pub mqtt_ws: String,
    /// The one-time link that makes the first admin.
    pub admin_setup: Option<String>,
}

/// A running service. Dropping it ends the process and removes the folder.
pub struct Server {
    /// Its addresses; they stay over a restart.
    pub ready: Ready,
    folder: TempDir,
    environment: Vec<(String, String)>,
    process: Child,
}

impl Server {
    /// A fresh service where anybody may sign up.
    pub async fn start() -> Result<Self> {
        Self::start_with(&[("EGEOFFREY_CLOUD__SIGN_UP__POLICY", "open")]).await
    }

    /// A fresh service with these environment variables and no others of its
    /// own.
    pub async fn start_with(environment: &[(&str, &str)]) -> Result<Self> {
        let folder = tempfile::tempdir().context("make a folder for the service")?;
        let environment: Vec<_> = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let (process, ready) =
            launch(folder.path(), &environment, ["127.0.0.1:0", "127.0.0.1:0"]).await?;
        Ok(Self {
            ready,
            folder,
            environment,
            process,
        })
    }

    /// The data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The API without credentials.
    pub fn api(&self) -> Result<Api> {
        Api::new(&self.ready.http)
    }

    /// A person who has signed up and confirmed the address.
    pub async fn person(&self, name: &str) -> Result<Person> {
        Person::sign_up(self, name).await
    }

    /// The token of the newest link mailed to this address.
    pub async fn mailed_token(&self, address: &str) -> Result<String> {
        let folder = self.data_dir().join("mail");
        wait::until(&format!("a mail with a link to {address}"), async || {
            mail::token(&folder, address)
        })
        .await
    }

    /// The process id.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// What the process has logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(log_file(self.folder.path())).unwrap_or_default()
    }

    /// Ends the process as a power cut would: SIGKILL, no farewell.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill().context("kill the service")?;
        self.process.wait().context("wait for the killed service")?;
        Ok(())
    }

    /// Starts the service again on the same folder and the same ports.
    pub async fn restart(&mut self) -> Result<()> {
        let http = self
            .ready
            .http
            .rsplit(':')
            .next()
            .context("no port in the portal's address")?;
        let http = format!("127.0.0.1:{http}");
        let mqtt = self.ready.mqtt.clone();
        let (process, ready) =
            launch(self.folder.path(), &self.environment, [&http, &mqtt]).await?;
        self.process = process;
        self.ready = ready;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be dead already; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(40).collect();
            eprintln!("---- the service's last lines ----");
            for line in tail.into_iter().rev() {
                eprintln!("{line}");
            }
        }
    }
}

fn log_file(folder: &Path) -> PathBuf {
    folder.join("service.log")
}

async fn launch(
    folder: &Path,
    environment: &[(String, String)],
    [http, mqtt]: [&str; 2],
) -> Result<(Child, Ready)> {
    let ready_file = folder.join("ready.json");
    if ready_file.exists() {
        std::fs::remove_file(&ready_file).context("remove the old ready file")?;
    }
    let log = File::options()
        .create(true)
        .append(true)
        .open(log_file(folder))
        .context("open the service's log")?;
    let mut process = product::command()?
        .arg("serve")
        .arg("--data-dir")
        .arg(folder.join("data"))
        .args(["--http", http, "--mqtt", mqtt])
        .arg("--ready-file")
        .arg(&ready_file)
        .current_dir(folder)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdout(log.try_clone().context("share the service's log")?)
        .stderr(log)
        .spawn()
        .context("start the service")?;
    let ready = wait::until("the service to be ready", async || {
        if let Some(status) = process.try_wait().context("look at the service")? {
            let log = std::fs::read_to_string(log_file(folder)).unwrap_or_default();
            bail!("the service ended before it was ready: {status}\n{log}");
        }
        Ok(std::fs::read(&ready_file)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Ready>(&bytes).ok()))
    })
    .await;
    if ready.is_err() {
        // Nobody else owns it yet.
        let _ = process.kill();
        let _ = process.wait();
    }
    Ok((process, ready?))
}
