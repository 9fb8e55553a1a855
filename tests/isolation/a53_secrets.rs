//! Secrets are shown once, and kept as fingerprints.

use std::path::{Path, PathBuf};

use anyhow::Result;
use tests::person::PASSWORD;
use tests::{Dial, api};

use crate::neighbours::{Neighbours, SECRET};

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_below(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes
        .windows(secret.len())
        .any(|window| window == secret.as_bytes())
}

#[tokio::test]
async fn a53_no_secret_is_in_the_log_or_in_the_data_folder() -> Result<()> {
    let mut all = Neighbours::move_in().await?;
    all.furnish().await?;
    let (_, credential) = all.anna.credential(&all.villa, "Garden").await?;
    let bus_token = api::text(&all.anna.bus_token(&all.villa).await?, "token")?;
    for password in [&credential, &bus_token] {
        Dial::new(&all.server, &all.villa.id, password, "x")
            .connect()
            .await?;
    }
    let admin_token = all
        .server
        .ready
        .admin_setup
        .as_deref()
        .and_then(|link| link.split_once("token="))
        .map(|(_, token)| token.to_owned());
    let mut secrets = vec![
        ("password", PASSWORD.to_owned()),
        ("passcode", all.villa.passcode.clone()),
        ("credential", credential),
        ("bus token", bus_token),
        ("access token", all.anna.token.clone()),
    ];
    secrets.extend(admin_token.map(|token| ("admin link", token)));
    all.server.kill()?;

    let log = all.server.log();
    assert!(!log.contains(SECRET), "a sensor's value is in the log");
    let mails = all.server.data_dir().join("mail");
    let files = files_below(&all.server.data_dir())?;
    assert!(
        files.iter().any(|file| !file.starts_with(&mails)),
        "nothing is kept at all"
    );
    for (what, secret) in &secrets {
        assert!(!log.contains(secret.as_str()), "the {what} is in the log");
        for file in files.iter().filter(|file| !file.starts_with(&mails)) {
            assert!(
                !holds(&std::fs::read(file)?, secret),
                "the {what} is in {}",
                file.display()
            );
        }
    }
    Ok(())
}
