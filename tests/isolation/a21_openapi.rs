//! Every operation of the published document, with another tenant's ids in
//! every place that takes one: path, query and body. Nothing is listed by hand,
//! so what is added to the API is attacked as soon as it is described.

#![expect(
    clippy::indexing_slicing,
    reason = "a member that is not there reads as null, and fails what is asserted of it"
)]

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Map, Value, json};
use tests::Api;
use tests::person::PASSWORD;

use crate::neighbours::{Neighbours, SECRET};

/// Ids for the parameters of paths, by the parameter's name.
type Ids = BTreeMap<&'static str, String>;

/// One operation of the document.
struct Operation {
    method: Method,
    path: String,
    told: Value,
}

impl Operation {
    /// The path with these ids in it.
    fn at(&self, ids: &Ids) -> String {
        let parts = self.path.split('/').map(|part| {
            let name = part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'));
            name.map_or(part, |name| {
                let id = ids.get(name);
                id.unwrap_or_else(|| {
                    panic!("teach this test an id for {{{name}}} in {}", self.path)
                })
            })
        });
        parts.collect::<Vec<_>>().join("/")
    }

    fn parameters(&self, place: &str) -> Vec<String> {
        let all = self.told["parameters"].as_array().into_iter().flatten();
        let here = all.filter(|one| one["in"] == place);
        here.filter_map(|one| Some(one["name"].as_str()?.to_owned()))
            .collect()
    }

    /// The schema of its body.
    fn body(&self) -> Option<&Value> {
        self.told
            .pointer("/requestBody/content/application~1json/schema")
    }
}

fn operations(document: &Value) -> Result<Vec<Operation>> {
    let paths = document["paths"].as_object().context("no paths")?;
    let mut all = Vec::new();
    for (path, item) in paths {
        for (method, told) in item.as_object().context("no operations")? {
            all.push(Operation {
                method: method.to_uppercase().parse()?,
                path: path.clone(),
                told: told.clone(),
            });
        }
    }
    Ok(all)
}

/// Something that fits a schema.
fn instance(schema: &Value, document: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#'));
        return target.map_or(Value::Null, |target| instance(target, document));
    }
    for fixed in ["/const", "/enum/0", "/examples/0"] {
        if let Some(value) = schema.pointer(fixed) {
            return value.clone();
        }
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        let options = schema[choice].as_array().into_iter().flatten();
        if let Some(option) = options.into_iter().find(|option| option["type"] != "null") {
            return instance(option, document);
        }
    }
    let kind = schema["type"].as_str().or_else(|| {
        let kinds = schema["type"].as_array()?.iter();
        kinds.filter_map(Value::as_str).find(|kind| *kind != "null")
    });
    match kind {
        Some("object") => {
            let required = schema["required"].as_array().into_iter().flatten();
            let required = required.filter_map(Value::as_str);
            let members: Map<String, Value> = required
                .map(|name| {
                    (
                        name.to_owned(),
                        instance(&schema["properties"][name], document),
                    )
                })
                .collect();
            Value::Object(members)
        }
        Some("array") => json!([instance(&schema["items"], document)]),
        Some("integer" | "number") => schema["minimum"].as_u64().unwrap_or(1).into(),
        Some("boolean") => json!(true),
        _ => json!("x"),
    }
}

/// The properties of a body, resolved.
fn properties<'a>(schema: &'a Value, document: &'a Value) -> Option<&'a Map<String, Value>> {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#'))?,
        None => schema,
    };
    schema["properties"].as_object()
}

struct Siege {
    all: Neighbours,
    document: Value,
    /// What is Anna's.
    theirs: Ids,
    /// What is Mallory's own.
    own: Ids,
    /// What was never given out.
    nobodys: Ids,
    attempts: u32,
}

impl Siege {
    async fn lay() -> Result<Self> {
        let all = Neighbours::move_in().await?;
        all.furnish().await?;
        let document = all.server.api()?.get("/api/openapi.json").await?;
        let document = document.expect(200)?;
        let theirs = ids(&all.anna, &all.villa.id, "lab%2Fsecret").await?;
        let own = ids(&all.mallory, &all.cabin.id, "lab%2Flamp").await?;
        let nobodys = theirs
            .iter()
            .map(|(name, id)| {
                let nobody = match id.split_once('_') {
                    Some((prefix, _)) => format!("{prefix}_{}", "a".repeat(26)),
                    None if *name == "house" => "villa-zzzzzz".to_owned(),
                    None => id.clone(),
                };
                (*name, nobody)
            })
            .collect();
        Ok(Self {
            all,
            document,
            theirs,
            own,
            nobodys,
            attempts: 0,
        })
    }

    /// Tries `path`; nothing of Anna's may come back.
    async fn attempt(
        &mut self,
        as_whom: &Api,
        operation: &Operation,
        path: &str,
        body: Option<&Value>,
    ) -> Result<tests::api::Answer> {
        self.attempts += 1;
        let answer = as_whom.call(operation.method.clone(), path, body).await?;
        let said = answer.body.to_string();
        let what = format!(
            "{} {path} {body:?}: {} {said}",
            operation.method, answer.status
        );
        assert!(!answer.status.is_server_error(), "{what}");
        assert!(!said.contains(SECRET), "{what}");
        assert!(!said.contains(&self.all.villa.passcode), "{what}");
        Ok(answer)
    }

    /// Another's ids in the path are not there, for token and cookie alike.
    async fn by_path(&mut self, operation: &Operation, browser: &Api) -> Result<()> {
        let body = operation
            .body()
            .map(|schema| instance(schema, &self.document));
        let (path, absent) = (operation.at(&self.theirs), operation.at(&self.nobodys));
        let program = self.all.mallory.api.clone();
        for whom in [&program, browser] {
            let theirs = self.attempt(whom, operation, &path, body.as_ref()).await?;
            let nobodys = self
                .attempt(whom, operation, &absent, body.as_ref())
                .await?;
            let what = format!("{} {path}", operation.method);
            assert_eq!(theirs.body["detail"], nobodys.body["detail"], "{what}");
            assert_eq!(theirs.problem(404)?, "not-found", "{what}");
        }
        // One's own door with another's key.
        let names = operation.parameters("path");
        for name in names.iter().skip(1).filter(|name| *name != "sensor") {
            let mut mixed = self.own.clone();
            let (name, id) = self.theirs.get_key_value(name.as_str()).context("an id")?;
            mixed.insert(name, id.clone());
            let path = operation.at(&mixed);
            let answer = self
                .attempt(&program, operation, &path, body.as_ref())
                .await?;
            assert!(
                answer.status.is_client_error(),
                "{} {path}",
                operation.method
            );
        }
        Ok(())
    }

    /// Another's ids where something of one's own is expected.
    async fn by_query_and_body(&mut self, operation: &Operation) -> Result<()> {
        let program = self.all.mallory.api.clone();
        let path = operation.at(&self.own);
        let victims: Vec<String> = self.theirs.values().cloned().collect();
        if operation.method == Method::GET {
            for name in operation.parameters("query") {
                for victim in &victims {
                    let asked = format!("{path}?{name}={victim}");
                    self.attempt(&program, operation, &asked, None).await?;
                }
            }
        }
        let Some(schema) = operation.body() else {
            return Ok(());
        };
        let right = instance(schema, &self.document);
        let names: Vec<String> = properties(schema, &self.document)
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            for victim in &victims {
                for value in [json!(victim), json!([victim]), json!({victim: "owner"})] {
                    let mut body = right.clone();
                    body[&name] = value;
                    self.attempt(&program, operation, &path, Some(&body))
                        .await?;
                }
            }
        }
        // What nobody asked for is refused, not ignored.
        for (name, value) in [
            ("tenant_id", json!(self.own["tenant"])),
            ("plan", json!("pro")),
            ("admin", json!(true)),
            ("verified", json!(true)),
        ] {
            let mut body = right.clone();
            if body.get(name).is_some() || !body.is_object() {
                continue;
            }
            body[name] = value;
            let answer = self
                .attempt(&program, operation, &path, Some(&body))
                .await?;
            assert!(
                answer.status.is_client_error(),
                "{} {path} took {name}: {} {}",
                operation.method,
                answer.status,
                answer.body
            );
        }
        Ok(())
    }
}

/// An id of a person for each parameter of a path.
async fn ids(person: &tests::Person, house: &str, sensor: &str) -> Result<Ids> {
    let api = &person.api;
    let first = async |path: String, list: &str, id: &str| -> Result<String> {
        let answer = api.get(&path).await?.expect(200)?;
        let found = answer[list][0][id].as_str();
        Ok(found
            .with_context(|| format!("no {id} in {answer}"))?
            .to_owned())
    };
    let tenant = &person.tenant;
    let token = json!({"name": "Backup", "scopes": ["read"]});
    api.post("/api/v1/account/api-tokens", &token)
        .await?
        .expect(201)?;
    let invited = json!({"email": format!("cousin-of-{house}@example.org"), "role": "guest"});
    api.post(&format!("/api/v1/tenants/{tenant}/invitations"), &invited)
        .await?
        .expect(201)?;
    let let_in = json!({"level": "read", "hours": 2});
    api.post(&format!("/api/v1/tenants/{tenant}/support-access"), &let_in)
        .await?
        .expect(201)?;
    let credentials = format!("/api/v1/houses/{house}/credentials");
    let members = format!("/api/v1/tenants/{tenant}/members");
    let invitations = format!("/api/v1/tenants/{tenant}/invitations");
    let accesses = format!("/api/v1/tenants/{tenant}/support-access");
    let tokens = "/api/v1/account/api-tokens".to_owned();
    Ok(Ids::from([
        ("tenant", tenant.clone()),
        ("house", house.to_owned()),
        ("sensor", sensor.to_owned()),
        (
            "credential",
            first(credentials, "credentials", "credential_id").await?,
        ),
        ("account", first(members, "members", "account_id").await?),
        (
            "invitation",
            first(invitations, "invitations", "invitation_id").await?,
        ),
        (
            "access",
            first(accesses, "support_access", "access_id").await?,
        ),
        ("token", first(tokens, "api_tokens", "token_id").await?),
        // What nobody has: an id of the right shape.
        ("session", format!("ses_{}a", "b".repeat(25))),
        ("passkey", format!("psk_{}a", "b".repeat(25))),
        ("plan", "pro".to_owned()),
    ]))
}

#[tokio::test]
async fn a21_every_operation_with_anothers_ids() -> Result<()> {
    let mut siege = Box::pin(Siege::lay()).await?;
    let browser = siege.all.server.api()?;
    let log_in = [
        ("email", siege.all.mallory.email.as_str()),
        ("password", PASSWORD),
    ];
    let came_in = browser.form("/log-in", &log_in).await?;
    assert!(came_in.status.is_redirection());
    let operations = operations(&siege.document)?;
    let mut with_ids = 0;
    for operation in &operations {
        if !operation.parameters("path").is_empty() {
            with_ids += 1;
            siege.by_path(operation, &browser).await?;
        }
    }
    // Afterwards what could change Mallory's own things.
    for operation in &operations {
        let of_own = operation.path.contains("{house}") || operation.path.contains("{tenant}");
        if of_own && !operation.path.contains("/admin/") {
            siege.by_query_and_body(operation).await?;
        }
    }
    println!(
        "{} attempts on {with_ids} of {} operations",
        siege.attempts,
        operations.len()
    );
    assert!(with_ids > 50, "only {with_ids} operations take an id");

    // All is as it was.
    let villa = format!("/api/v1/houses/{}", siege.all.villa.id);
    let anna = &siege.all.anna.api;
    assert_eq!(anna.get(&villa).await?.expect(200)?["name"], "Villa");
    let credentials = anna
        .get(&format!("{villa}/credentials"))
        .await?
        .expect(200)?;
    assert_eq!(credentials["credentials"].as_array().map(Vec::len), Some(1));
    let members = format!("/api/v1/tenants/{}/members", siege.all.anna.tenant);
    let members = anna.get(&members).await?.expect(200)?;
    assert_eq!(members["members"].as_array().map(Vec::len), Some(1));
    Ok(())
}
