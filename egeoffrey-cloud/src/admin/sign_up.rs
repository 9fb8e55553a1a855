//! `admin sign-up …`.

use reqwest::Method;
use serde_json::json;

use super::args::{Remote, SignUpCommand};
use super::remote::Service;
use super::table;
use crate::failure::Failure;

const PATH: [&str; 3] = ["admin", "settings", "sign-up"];

/// Runs the command.
pub async fn run(remote: &Remote, command: &SignUpCommand) -> Result<(), Failure> {
    let service = Service::of(remote)?;
    if let SignUpCommand::Set { policy } = command {
        let body = json!({"policy": policy});
        service.call(Method::PUT, &PATH, &[], &body).await?;
    }
    let answer = service.get(&PATH, &[]).await?;
    if service.json {
        print!("{}", table::json(&answer)?);
    } else {
        println!(
            "Sign-up is {}.",
            table::cell(table::member(&answer, "policy"))
        );
    }
    Ok(())
}
