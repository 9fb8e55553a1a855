//! `admin plans …`.

use reqwest::Method;
use serde_json::{Map, Value};

use super::args::{PlansCommand, Remote};
use super::remote::Service;
use super::table::{Table, cell, json, member};
use super::tenants::assignments;
use crate::failure::Failure;

/// Runs the command.
pub async fn run(remote: &Remote, command: &PlansCommand) -> Result<(), Failure> {
    let service = Service::of(remote)?;
    match command {
        PlansCommand::List => list(&service).await,
        PlansCommand::Set {
            plan,
            title,
            quotas,
        } => set(&service, plan, title.as_deref(), quotas).await,
    }
}

async fn list(service: &Service) -> Result<(), Failure> {
    let answer = service.get(&["admin", "plans"], &[]).await?;
    if service.json {
        print!("{}", json(&answer)?);
        return Ok(());
    }
    let mut table = Table::new(&[
        "plan",
        "title",
        "tenants",
        "houses",
        "messages a day",
        "history",
    ]);
    let plans = member(&answer, "plans").as_array();
    for plan in plans.into_iter().flatten() {
        table.add(
            plan,
            &[
                "plan",
                "title",
                "tenants",
                "quotas.houses",
                "quotas.messages_per_day",
                "quotas.history_days",
            ],
        );
    }
    print!("{}", table.print());
    println!("All quotas: --json");
    Ok(())
}

async fn set(
    service: &Service,
    plan: &str,
    title: Option<&str>,
    quotas: &[String],
) -> Result<(), Failure> {
    if title.is_none() && quotas.is_empty() {
        return Err(Failure::usage(
            "nothing to change: give a --title, or quotas as in houses=5",
        ));
    }
    let mut body = Map::new();
    if let Some(title) = title {
        body.insert("title".to_owned(), Value::from(title));
    }
    body.insert("quotas".to_owned(), Value::Object(assignments(quotas)?));
    let path = ["admin", "plans", plan];
    let body = Value::Object(body);
    let answer = service.call(Method::PUT, &path, &[], &body).await?;
    if service.json {
        print!("{}", json(&answer)?);
        return Ok(());
    }
    println!(
        "Plan {} ({})",
        cell(member(&answer, "plan")),
        cell(member(&answer, "title"))
    );
    let quotas = member(&answer, "quotas").as_object();
    for (name, value) in quotas.into_iter().flatten() {
        println!("{name:<28}  {}", cell(value));
    }
    Ok(())
}
