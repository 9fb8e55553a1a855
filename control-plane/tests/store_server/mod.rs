//! A PostgreSQL server for one test process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The line to type where PostgreSQL is missing.
const HOW_TO_GET_IT: &str = "PostgreSQL 15 or newer is needed for these tests: \
    apt-get install --no-install-recommends postgresql   (or leave them out: cargo xtask test --quick)";

/// A running server, reached through a socket only.
pub struct Server {
    folder: PathBuf,
    bin: PathBuf,
    runner: Vec<String>,
    databases: AtomicU32,
    /// Stops the server when this process is gone, however it went: its
    /// standard input closes then.
    _guardian: Child,
}

impl Server {
    /// Makes a cluster in a temporary folder and starts it.
    pub fn start() -> Self {
        let bin = find_bin().expect(HOW_TO_GET_IT);
        let runner = unprivileged();
        let folder = tempfile::Builder::new()
            .prefix("egc-pg")
            .tempdir()
            .unwrap()
            .keep();
        if let Some(user) = runner.get(2) {
            run(Command::new("chown").arg(user).arg(&folder));
        }
        let data = folder.join("data");
        run(program(&runner, &bin.join("initdb"))
            .args(["--auth=trust", "--username=tester", "--encoding=UTF8"])
            .args(["--locale=C", "--no-sync", "-D"])
            .arg(&data));
        let stop = program(&runner, &bin.join("pg_ctl"))
            .args(["stop", "-m", "immediate", "-D"])
            .arg(&data)
            .to_line();
        let guardian = Command::new("sh")
            .arg("-c")
            .arg(format!("read _; {stop}; rm -rf '{}'", folder.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // No port at all: the socket is the only way in.
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c fsync=off \
             -c full_page_writes=off -c max_connections=300",
            folder.display()
        );
        run(program(&runner, &bin.join("pg_ctl"))
            .args(["start", "-w", "-t", "60", "-D"])
            .arg(&data)
            .arg("-l")
            .arg(folder.join("log"))
            .arg("-o")
            .arg(options));
        Self {
            folder,
            bin,
            runner,
            databases: AtomicU32::new(0),
            _guardian: guardian,
        }
    }

    /// A fresh database; returns its URL.
    pub fn create_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        run(program(&self.runner, &self.bin.join("createdb"))
            .arg("-h")
            .arg(&self.folder)
            .args(["-U", "tester", &name]));
        format!(
            "postgres:///{name}?user=tester&host={}",
            self.folder.display()
        )
    }
}

/// Where `initdb` is: what `pg_config` says, or the newest of Debian's folders.
fn find_bin() -> Option<PathBuf> {
    let said = Command::new("pg_config")
        .arg("--bindir")
        .output()
        .ok()
        .map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
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
    said.into_iter()
        .chain(installed.into_iter().rev().map(|(_, bin)| bin))
        .find(|bin| bin.join("initdb").is_file())
}

/// PostgreSQL refuses to run as root: what to put in front of its programs.
fn unprivileged() -> Vec<String> {
    let id = Command::new("id").arg("-u").output().unwrap();
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return Vec::new();
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let user = ["postgres", "nobody"]
        .into_iter()
        .find(|user| {
            users
                .lines()
                .any(|line| line.starts_with(&format!("{user}:")))
        })
        .expect("a user postgres or nobody: PostgreSQL refuses to run as root");
    ["runuser", "-u", user, "--"].map(str::to_owned).to_vec()
}

/// A program of PostgreSQL's, run by an unprivileged user.
fn program(runner: &[String], path: &Path) -> Command {
    let mut command = match runner {
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

fn run(command: &mut Command) {
    // Not `output`: the server would inherit the pipe and hold it open.
    let log = tempfile::NamedTempFile::new().unwrap();
    let status = command
        .stdout(log.reopen().unwrap())
        .stderr(log.reopen().unwrap())
        .status()
        .unwrap();
    let said = std::fs::read_to_string(log.path()).unwrap();
    assert!(status.success(), "{command:?}: {said}");
}

trait ToLine {
    fn to_line(&self) -> String;
}

impl ToLine for Command {
    /// As a line for a shell; our arguments hold no quotes.
    fn to_line(&self) -> String {
        std::iter::once(self.get_program())
            .chain(self.get_args())
            .map(|word| format!("'{}'", word.to_str().unwrap()))
            .collect::<Vec<_>>()
            .join(" ")
    }
}
