//! A PostgreSQL server while something is measured with it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// The line to type where PostgreSQL is missing.
const HOW_TO_GET_IT: &str =
    "PostgreSQL 15 or newer is needed: apt-get install --no-install-recommends postgresql";

/// A running server, reached through a socket only. Dropping it ends it.
pub struct Postgres {
    folder: tempfile::TempDir,
    bin: PathBuf,
    runner: Vec<&'static str>,
}

impl Postgres {
    /// Makes a cluster in a temporary folder, with a database in it, and starts
    /// it. It syncs to disk as one in use does.
    pub fn start() -> Result<Self> {
        let bin = bin().context(HOW_TO_GET_IT)?;
        let folder = tempfile::Builder::new()
            .prefix("egc-pg")
            .tempdir()
            .context("make an empty folder")?;
        let server = Self {
            runner: unprivileged()?,
            folder,
            bin,
        };
        if let [_, _, user, ..] = server.runner.as_slice() {
            let mut chown = Command::new("chown");
            run(chown.arg(user).arg(server.folder.path()))?;
        }
        let data = server.data();
        run(server
            .program("initdb")
            .args(["--auth=trust", "--username=tester", "--encoding=UTF8"])
            .args(["--locale=C", "-D"])
            .arg(&data))?;
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}'",
            server.folder.path().display()
        );
        run(server
            .program("pg_ctl")
            .args(["start", "-w", "-t", "60", "-D"])
            .arg(&data)
            .arg("-l")
            .arg(server.folder.path().join("log"))
            .arg("-o")
            .arg(options))?;
        run(server
            .program("createdb")
            .arg("-h")
            .arg(server.folder.path())
            .args(["-U", "tester", "cloud"]))?;
        Ok(server)
    }

    /// Where the database is.
    pub fn url(&self) -> String {
        format!(
            "postgres:///cloud?user=tester&host={}",
            self.folder.path().display()
        )
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let path = self.bin.join(name);
        let mut command = match self.runner.as_slice() {
            [first, rest @ ..] => {
                let mut command = Command::new(first);
                command.args(rest).arg(path);
                command
            }
            [] => Command::new(path),
        };
        command.current_dir("/").stdin(Stdio::null());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.data();
        let mut stop = self.program("pg_ctl");
        // What cannot be stopped is told by the next start, which finds no room.
        let _ = run(stop.args(["stop", "-m", "immediate", "-D"]).arg(data));
    }
}

/// Where `initdb` is: the newest of Debian's folders, or on the path.
fn bin() -> Option<PathBuf> {
    let mut installed: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    installed.sort();
    let on_path = std::env::var_os("PATH");
    let on_path = on_path.iter().flat_map(std::env::split_paths);
    let folders = installed.into_iter().rev().map(|(_, bin)| bin);
    folders
        .chain(on_path)
        .find(|folder: &PathBuf| is_there(folder))
}

fn is_there(folder: &Path) -> bool {
    folder.join("initdb").is_file()
}

/// PostgreSQL refuses to run as root: what to put in front of its programs.
fn unprivileged() -> Result<Vec<&'static str>> {
    let id = Command::new("id").arg("-u").output().context("run id")?;
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return Ok(Vec::new());
    }
    let users = std::fs::read_to_string("/etc/passwd").context("read /etc/passwd")?;
    let has = |user: &str| {
        users
            .lines()
            .any(|line| line.starts_with(&format!("{user}:")))
    };
    let user = ["postgres", "nobody"].into_iter().find(|user| has(user));
    let user = user.context("PostgreSQL refuses to run as root: add a user postgres")?;
    Ok(vec!["runuser", "-u", user, "--"])
}

fn run(command: &mut Command) -> Result<()> {
    // Not `output`: the server would inherit the pipe and hold it open.
    let log = tempfile::NamedTempFile::new().context("make a log")?;
    let status = command
        .stdout(log.reopen().context("open the log")?)
        .stderr(log.reopen().context("open the log")?)
        .status()
        .with_context(|| format!("run {command:?}"))?;
    let said = std::fs::read_to_string(log.path()).unwrap_or_default();
    ensure!(status.success(), "{command:?}: {said}");
    Ok(())
}
