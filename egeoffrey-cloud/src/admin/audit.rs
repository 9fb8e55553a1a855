//! `admin audit …`.

use reqwest::Method;
use serde_json::json;

use super::args::{AuditCommand, Remote};
use super::remote::Service;
use super::table::{self, Table, member};
use crate::failure::Failure;

/// Runs the command.
pub async fn run(remote: &Remote, command: &AuditCommand) -> Result<(), Failure> {
    let service = Service::of(remote)?;
    match command {
        AuditCommand::List {
            action,
            actor,
            from,
            to,
            limit,
        } => {
            let filters = [
                ("action", action),
                ("actor", actor),
                ("from", from),
                ("to", to),
            ];
            let filters = filters
                .iter()
                .filter_map(|(name, value)| Some((*name, value.as_deref()?)));
            list(&service, filters.collect(), *limit).await
        }
        AuditCommand::Heads => {
            let path = ["admin", "audit", "heads"];
            let heads = service.call(Method::POST, &path, &[], &json!({})).await?;
            // It is for keeping elsewhere, so it comes whole either way.
            print!("{}", table::json(&heads)?);
            Ok(())
        }
    }
}

/// Page by page, up to `limit`.
async fn list(service: &Service, filters: Vec<(&str, &str)>, limit: usize) -> Result<(), Failure> {
    let mut rows = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut asked = filters.clone();
        asked.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = service.get(&["admin", "audit"], &asked).await?;
        let found = member(&page, "audit").as_array();
        rows.extend(found.into_iter().flatten().cloned());
        cursor = member(&page, "next").as_str().map(str::to_owned);
        if cursor.is_none() || rows.len() >= limit {
            break;
        }
    }
    rows.truncate(limit);
    if service.json {
        print!("{}", table::json(&json!({"audit": rows}))?);
        return Ok(());
    }
    let names = ["seq", "at", "actor", "action", "subject", "detail"];
    let mut table = Table::new(&names);
    for row in &rows {
        table.add(row, &names);
    }
    print!("{}", table.print());
    Ok(())
}
