//! `admin tenants …` and `admin quotas …`.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::args::{QuotasCommand, Remote, TenantsCommand};
use super::remote::Service;
use super::table::{Table, cell, json as as_json, member};
use crate::failure::Failure;

/// Runs `admin tenants …`.
pub async fn run(remote: &Remote, command: &TenantsCommand) -> Result<(), Failure> {
    let service = Service::of(remote)?;
    match command {
        TenantsCommand::List { query, limit } => list(&service, query, *limit).await,
        TenantsCommand::Show { tenant } => {
            let id = id_of(&service, tenant).await?;
            print(
                &service,
                &service.get(&["admin", "tenants", &id], &[]).await?,
            )
        }
        TenantsCommand::Suspend { tenant, reason } => {
            change(&service, tenant, "suspend", json!({"reason": reason})).await
        }
        TenantsCommand::ReadOnly { tenant, reason } => {
            change(&service, tenant, "read-only", json!({"reason": reason})).await
        }
        TenantsCommand::Resume { tenant } => change(&service, tenant, "resume", json!({})).await,
        TenantsCommand::Plan { tenant, plan } => {
            let id = id_of(&service, tenant).await?;
            let path = ["admin", "tenants", &id, "plan"];
            let body = json!({ "plan": plan });
            let answer = service.call(Method::PUT, &path, &[], &body).await?;
            print(&service, &answer)
        }
        TenantsCommand::Delete { tenant, yes } => {
            let id = id_of(&service, tenant).await?;
            if !yes {
                return Err(Failure::usage(format!(
                    "this stops everything of {tenant} ({id}) now and erases it after thirty \
                     days; say --yes to do it"
                )));
            }
            print(&service, &service.delete(&["admin", "tenants", &id]).await?)
        }
        TenantsCommand::Undelete { tenant } => {
            change(&service, tenant, "undelete", json!({})).await
        }
    }
}

/// Runs `admin quotas …`.
pub async fn quotas(remote: &Remote, command: &QuotasCommand) -> Result<(), Failure> {
    let service = Service::of(remote)?;
    let (tenant, wanted, query) = match command {
        QuotasCommand::Set {
            tenant,
            quotas,
            reason,
            until,
        } => {
            let mut query = vec![("reason", reason.as_str())];
            query.extend(until.as_deref().map(|until| ("until", until)));
            (tenant, assignments(quotas)?, query)
        }
        QuotasCommand::Clear { tenant, quotas } => {
            let ended = quotas.iter().map(|quota| (quota.clone(), Value::Null));
            (tenant, ended.collect(), Vec::new())
        }
    };
    let id = id_of(&service, tenant).await?;
    let path = ["admin", "tenants", &id, "quotas"];
    let wanted = Value::Object(wanted);
    let answer = service.call(Method::PUT, &path, &query, &wanted).await?;
    print(&service, &answer)
}

/// `houses=5` and `history_days=unlimited` as the API reads them.
pub fn assignments(words: &[String]) -> Result<Map<String, Value>, Failure> {
    let read = |word: &String| {
        let (name, value) = word
            .split_once('=')
            .ok_or_else(|| Failure::usage(format!("{word:?} must be like houses=5")))?;
        let value = value
            .parse::<u64>()
            .map_or_else(|_| Value::from(value), Value::from);
        Ok((name.to_owned(), value))
    };
    words.iter().map(read).collect()
}

/// The id of a tenant that is named by its id or its short name.
async fn id_of(service: &Service, typed: &str) -> Result<String, Failure> {
    if typed.parse::<model::TenantId>().is_ok() {
        return Ok(typed.to_owned());
    }
    let query = [("query", typed)];
    let found = service.get(&["admin", "tenants"], &query).await?;
    let tenants = member(&found, "tenants").as_array();
    let mut named = tenants.into_iter().flatten();
    let tenant = named.find(|tenant| member(tenant, "slug") == typed);
    let id = tenant.and_then(|tenant| member(tenant, "tenant_id").as_str());
    id.map(str::to_owned).ok_or_else(|| {
        Failure::usage(format!(
            "there is no tenant with the id or short name {typed:?}; see `admin tenants list`"
        ))
    })
}

async fn change(service: &Service, tenant: &str, verb: &str, body: Value) -> Result<(), Failure> {
    let id = id_of(service, tenant).await?;
    let path = ["admin", "tenants", &id, verb];
    let answer = service.call(Method::POST, &path, &[], &body).await?;
    print(service, &answer)
}

/// Page by page, up to `limit`.
async fn list(service: &Service, query: &str, limit: usize) -> Result<(), Failure> {
    let mut tenants = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut asked = vec![("query", query)];
        asked.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = service.get(&["admin", "tenants"], &asked).await?;
        let rows = member(&page, "tenants").as_array();
        tenants.extend(rows.into_iter().flatten().cloned());
        cursor = member(&page, "next").as_str().map(str::to_owned);
        if cursor.is_none() || tenants.len() >= limit {
            break;
        }
    }
    let more = cursor.is_some() || tenants.len() > limit;
    tenants.truncate(limit);
    if service.json {
        print!("{}", as_json(&json!({"tenants": tenants}))?);
        return Ok(());
    }
    let mut table = Table::new(&[
        "id",
        "short name",
        "name",
        "plan",
        "standing",
        "houses",
        "last seen",
    ]);
    for tenant in &tenants {
        table.add(
            tenant,
            &[
                "tenant_id",
                "slug",
                "name",
                "plan",
                "standing",
                "houses",
                "last_seen",
            ],
        );
    }
    print!("{}", table.print());
    if more {
        println!("… and more: choose a larger --limit, or --query.");
    }
    Ok(())
}

/// All that is known of a tenant.
fn print(service: &Service, tenant: &Value) -> Result<(), Failure> {
    if service.json {
        print!("{}", as_json(tenant)?);
        return Ok(());
    }
    for (title, name) in [
        ("Tenant", "tenant_id"),
        ("Short name", "slug"),
        ("Name", "name"),
        ("Plan", "plan"),
        ("Standing", "standing"),
        ("Reason", "standing_reason"),
        ("Erased after", "erase_after"),
        ("Made", "created_at"),
        ("Last seen", "last_seen"),
    ] {
        let value = member(tenant, name);
        if !value.is_null() {
            println!("{title:<12}  {}", cell(value));
        }
    }
    for (title, list, titles, names) in [
        (
            "Members",
            "members",
            &["email", "name", "role"],
            ["email", "name", "role"],
        ),
        (
            "Houses",
            "houses",
            &["house", "name", "last seen"],
            ["house_id", "name", "last_seen"],
        ),
        (
            "Quotas",
            "quotas",
            &["quota", "allowed", "used"],
            ["quota", "allowed", "used"],
        ),
    ] {
        let rows = member(tenant, list).as_array().into_iter().flatten();
        let mut table = Table::new(titles);
        for row in rows {
            table.add(row, &names);
        }
        println!("\n{title}\n{}", table.print().trim_end());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_are_numbers_or_words() {
        let words = ["houses=5".to_owned(), "history_days=unlimited".to_owned()];
        let read = Value::Object(assignments(&words).unwrap());
        assert_eq!(read, json!({"houses": 5, "history_days": "unlimited"}));
        assert!(assignments(&["houses".to_owned()]).is_err());
    }
}
