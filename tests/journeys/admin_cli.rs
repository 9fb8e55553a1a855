//! `admin …` through the API of a running service.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tests::person::{PASSWORD, Person};
use tests::product;
use tests::server::Server;

struct Cli<'a> {
    server: &'a Server,
    token: &'a Path,
}

impl Cli<'_> {
    fn run(&self, words: &[&str]) -> Result<Output> {
        product::command()?
            .arg("admin")
            .args(words)
            .args(["--url", &self.server.ready.http, "--token-file"])
            .arg(self.token)
            .output()
            .context("run admin")
    }

    fn ok(&self, words: &[&str]) -> Result<String> {
        let output = self.run(words)?;
        let faults = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {faults}");
        Ok(String::from_utf8(output.stdout)?)
    }

    fn json(&self, words: &[&str]) -> Result<Value> {
        let mut words = words.to_vec();
        words.push("--json");
        Ok(serde_json::from_str(&self.ok(&words)?)?)
    }

    /// What it says when it cannot do what was asked.
    fn refused(&self, words: &[&str]) -> Result<String> {
        let output = self.run(words)?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{words:?}: {text}");
        assert_eq!(text.trim().lines().count(), 1, "more than a line: {text}");
        Ok(text)
    }
}

/// Logs in and has the token written to `token`.
fn log_in(server: &Server, email: &str, token: &Path) -> Result<Output> {
    let password = token.with_extension("password");
    std::fs::write(&password, format!("{PASSWORD}\n"))?;
    product::command()?
        .args([
            "admin",
            "login",
            "--url",
            &server.ready.http,
            "--email",
            email,
        ])
        .args(["--days", "1", "--password-file"])
        .arg(&password)
        .arg("--token-file")
        .arg(token)
        .output()
        .context("run admin login")
}

#[tokio::test]
async fn only_an_admin_gets_a_token_and_only_its_owner_reads_it() -> Result<()> {
    let server = Server::start_with(&[]).await?;
    let admin = Person::first_admin(&server).await?;
    let anna = server.person("anna").await?;
    let folder = tempfile::tempdir()?;
    let token = folder.path().join("token");
    let cli = Cli {
        server: &server,
        token: &token,
    };
    assert!(cli.refused(&["tenants", "list"])?.contains("--token-file"));
    let output = log_in(&server, &anna.email, &token)?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("scopes") && !token.exists(), "{text}");
    let output = log_in(&server, &admin.email, &token)?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}");
    let mode = std::fs::metadata(&token)?.permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    cli.ok(&["tenants", "list"])?;
    std::fs::write(&token, "egt_nonsense\n")?;
    assert!(
        cli.refused(&["tenants", "list"])?
            .contains("unauthenticated")
    );
    Ok(())
}

#[tokio::test]
async fn an_admin_does_from_a_terminal_what_the_console_does() -> Result<()> {
    let server = Server::start_with(&[]).await?;
    let admin = Person::first_admin(&server).await?;
    let anna = server.person("anna").await?;
    anna.house("Villa").await?;
    let folder = tempfile::tempdir()?;
    let token = folder.path().join("token");
    assert!(log_in(&server, &admin.email, &token)?.status.success());
    let cli = Cli {
        server: &server,
        token: &token,
    };
    tenants(&cli, &anna).await?;
    plans_and_quotas(&cli)?;
    let log = cli.json(&["audit", "list", "--action", "tenant.standing_set"])?;
    let rows = log.get("audit").and_then(Value::as_array);
    assert_eq!(rows.map(Vec::len), Some(2));
    let heads: Value = serde_json::from_str(&cli.ok(&["audit", "heads"])?)?;
    assert!(heads.get("signature").is_some_and(Value::is_string));
    Ok(())
}

async fn tenants(cli: &Cli<'_>, anna: &Person) -> Result<()> {
    let listed = cli.ok(&["tenants", "list", "--query", "anna"])?;
    assert!(
        listed.starts_with("ID") && listed.contains(&anna.tenant),
        "{listed}"
    );
    assert_eq!(listed.lines().count(), 2, "{listed}");
    let shown = cli.ok(&["tenants", "show", "anna"])?;
    assert!(
        shown.contains("anna@example.org") && shown.contains("Villa"),
        "{shown}"
    );
    cli.ok(&["tenants", "suspend", "anna", "--reason", "Sends spam"])?;
    let usage = format!("/api/v1/tenants/{}/usage", anna.tenant);
    let usage = anna.api.get(&usage).await?.expect(200)?;
    assert_eq!(usage.get("standing_reason"), Some(&json!("Sends spam")));
    let back = cli.json(&["tenants", "resume", &anna.tenant])?;
    assert_eq!(back.get("standing"), Some(&json!("active")));
    assert!(
        cli.refused(&["tenants", "delete", "anna"])?
            .contains("--yes")
    );
    let gone = cli.json(&["tenants", "delete", "anna", "--yes"])?;
    assert!(gone.get("erase_after").is_some(), "{gone}");
    let kept = cli.json(&["tenants", "undelete", &anna.tenant])?;
    assert!(kept.get("erase_after").is_none(), "{kept}");
    assert!(
        cli.refused(&["tenants", "show", "nobody"])?
            .contains("nobody")
    );
    Ok(())
}

fn plans_and_quotas(cli: &Cli<'_>) -> Result<()> {
    let houses = |tenant: &Value| {
        let quotas = tenant.get("quotas").and_then(Value::as_array);
        let mut lines = quotas.into_iter().flatten();
        let found = lines.find(|line| line.get("quota") == Some(&json!("houses")));
        found.and_then(|line| line.get("allowed").cloned())
    };
    let set = cli.json(&["quotas", "set", "anna", "houses=7", "--reason", "Trial"])?;
    assert_eq!(houses(&set), Some(json!(7)));
    let cleared = cli.json(&["quotas", "clear", "anna", "houses"])?;
    assert_eq!(houses(&cleared), Some(json!(1)));
    let refused = cli.refused(&["quotas", "set", "anna", "robots=7"])?;
    assert!(refused.contains("robots"), "{refused}");

    assert!(cli.ok(&["plans", "list"])?.contains("Free"));
    let plan = cli.json(&["plans", "set", "free", "--title", "Gratis", "houses=2"])?;
    assert_eq!(plan.get("title"), Some(&json!("Gratis")));
    assert_eq!(plan.pointer("/quotas/houses"), Some(&json!(2)));
    assert!(cli.ok(&["sign-up", "show"])?.contains("open"));
    assert!(cli.ok(&["sign-up", "set", "closed"])?.contains("closed"));
    let refused = cli.refused(&["sign-up", "set", "sometimes"])?;
    assert!(refused.contains("invalid"), "{refused}");
    Ok(())
}
