//! `admin login`: password and code once, then a token of its own for the
//! other commands, with an end.

use std::io::{self, BufRead, IsTerminal, Write};

use reqwest::Method;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use serde_json::{Value, json};

use super::args::LoginArgs;
use super::remote::{Service, first_line};
use super::table::member;
use crate::failure::Failure;

/// Runs the command.
pub async fn run(args: &LoginArgs) -> Result<(), Failure> {
    let password = match &args.password_file {
        Some(file) => first_line(file, "--password-file")?,
        None => ask_hidden("Password: ")?,
    };
    let service = Service::at(&args.url)?;
    let pair = log_in(&service, args, &password).await?;
    let access = text(&pair, "access_token")?;
    let service = service.with_token(access.clone());
    let body = json!({"name": "egeoffrey-cloud admin", "scopes": ["admin"], "days": args.days});
    let path = ["account", "api-tokens"];
    let made = service.call(Method::POST, &path, &[], &body).await;
    // The log-in has served its purpose, whatever came of it.
    let revoke = json!({"token": access});
    let ended = service.call(Method::POST, &["tokens", "revoke"], &[], &revoke);
    let ended = ended.await;
    let made = made?;
    let secret = text(&made, "secret")?;
    platform::data_dir::write_private(&args.token_file, format!("{secret}\n").as_bytes()).map_err(
        |cause| {
            Failure::usage(format!(
                "cannot write {}: {cause}. A token was made and is of no use: revoke it in the \
                 portal",
                args.token_file.display()
            ))
        },
    )?;
    println!(
        "{} is logged in for {} days; the token is in {}.",
        args.email,
        args.days,
        args.token_file.display()
    );
    if let Err(failure) = ended {
        eprintln!("The log-in itself ends by itself, since it could not be ended: {failure}");
    }
    Ok(())
}

/// Asks for the code when the account wants one.
async fn log_in(service: &Service, args: &LoginArgs, password: &str) -> Result<Value, Failure> {
    let path = ["tokens"];
    let mut body = json!({"email": args.email, "password": password});
    match service.call(Method::POST, &path, &[], &body).await {
        Err(Failure::Usage(why)) if why.contains("code-needed") => {
            let code = ask("Code of your authenticator app, or a recovery code: ")?;
            if let Value::Object(members) = &mut body {
                members.insert("totp".to_owned(), Value::from(code));
            }
            service.call(Method::POST, &path, &[], &body).await
        }
        answer => answer,
    }
}

fn text(value: &Value, name: &str) -> Result<String, Failure> {
    let found = member(value, name).as_str().map(str::to_owned);
    found.ok_or_else(|| Failure::Internal(format!("the service's answer has no {name}")))
}

fn ask(question: &str) -> Result<String, Failure> {
    let mut out = io::stderr().lock();
    write!(out, "{question}")
        .and_then(|()| out.flush())
        .map_err(Failure::internal)?;
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(Failure::internal)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Asks without showing what is typed, where there is a terminal to show it.
fn ask_hidden(question: &str) -> Result<String, Failure> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return ask(question);
    }
    let shown = tcgetattr(&stdin).map_err(Failure::internal)?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&stdin, OptionalActions::Flush, &hidden).map_err(Failure::internal)?;
    let answer = ask(question);
    let restored = tcsetattr(&stdin, OptionalActions::Flush, &shown);
    eprintln!();
    restored.map_err(Failure::internal)?;
    answer
}
