//! Running `mosquitto_pub` and `mosquitto_sub`.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;

use anyhow::{Context, Result, ensure};
use tests::{House, Server, wait};

/// Both of MQTT's versions, as mosquitto's `-V` names them.
pub const VERSIONS: [&str; 2] = ["311", "5"];

/// One house's access with one version.
pub struct Client {
    arguments: Vec<String>,
}

/// A running `mosquitto_sub`; ends with its owner.
pub struct Hearing {
    process: Child,
    lines: mpsc::Receiver<String>,
}

impl Client {
    /// With the house's passcode.
    pub fn of(server: &Server, house: &House, version: &str) -> Self {
        let (host, port) = server
            .ready
            .mqtt
            .rsplit_once(':')
            .unwrap_or((&server.ready.mqtt, "1883"));
        let words = [
            "-V",
            version,
            "-h",
            host,
            "-p",
            port,
            "-u",
            &house.id,
            "-P",
            &house.passcode,
        ];
        Self {
            arguments: words.map(str::to_owned).to_vec(),
        }
    }

    /// Publishes one message; a refusal is an error.
    pub async fn publish(&self, topic: &str, payload: &str, more: &[&str]) -> Result<()> {
        let output = self.try_publish(topic, payload, more).await?;
        ensure!(
            output.status.success(),
            "mosquitto_pub: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }

    /// Publishes one message.
    pub async fn try_publish(&self, topic: &str, payload: &str, more: &[&str]) -> Result<Output> {
        let mut command = Command::new("mosquitto_pub");
        command
            .args(&self.arguments)
            .args(["-t", topic, "-m", payload])
            .args(more);
        finished(command).await
    }

    /// Subscribes, and returns when the gateway has said yes.
    pub async fn hear(&self, topic: &str, more: &[&str]) -> Result<Hearing> {
        // `-d` tells when the subscription stands, and `stdbuf` (which becomes
        // the program it starts) makes it tell so at once.
        let mut command = Command::new("stdbuf");
        command
            .args(["-oL", "mosquitto_sub"])
            .args(&self.arguments)
            .args(["-d", "-t", topic])
            .args(more);
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("start mosquitto_sub")?;
        let out = process
            .stdout
            .take()
            .context("no output of mosquitto_sub")?;
        let hearing = Hearing {
            process,
            lines: lines_of(out),
        };
        wait::until("mosquitto_sub to be subscribed", async || {
            match hearing.lines.try_recv() {
                Ok(line) if line.starts_with("Subscribed") => Ok(Some(())),
                Ok(_) | Err(mpsc::TryRecvError::Empty) => Ok(None),
                Err(mpsc::TryRecvError::Disconnected) => anyhow::bail!("mosquitto_sub ended"),
            }
        })
        .await?;
        Ok(hearing)
    }

    /// Subscribes, and waits at most two seconds for one message.
    pub async fn try_hear_once(&self, topic: &str) -> Result<Output> {
        let mut command = Command::new("mosquitto_sub");
        command
            .args(&self.arguments)
            .args(["-t", topic, "-C", "1", "-W", "2"]);
        finished(command).await
    }
}

impl Hearing {
    /// The next message's payload.
    pub async fn line(&self) -> Result<String> {
        wait::until("a message at mosquitto_sub", async || {
            match self.lines.try_recv() {
                Ok(line) if is_chatter(&line) => Ok(None),
                Ok(line) => Ok(Some(line)),
                Err(mpsc::TryRecvError::Empty) => Ok(None),
                Err(mpsc::TryRecvError::Disconnected) => anyhow::bail!("mosquitto_sub ended"),
            }
        })
        .await
    }

    /// Ends it without a farewell.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill().context("kill mosquitto_sub")?;
        self.process.wait().context("wait for mosquitto_sub")?;
        Ok(())
    }
}

impl Drop for Hearing {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What `-d` adds to the messages.
fn is_chatter(line: &str) -> bool {
    line.starts_with("Client ") || line.starts_with("Subscribed")
}

fn lines_of(from: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

async fn finished(mut command: Command) -> Result<Output> {
    let ended = tokio::task::spawn_blocking(move || command.stdin(Stdio::null()).output());
    wait::within("a mosquitto client to end", ended)
        .await?
        .context("run a mosquitto client")?
        .context("run a mosquitto client")
}
