use std::collections::BTreeSet;

use serde_json::Value;

use super::document::{document, path};
use super::operations::OPERATIONS;
use crate::testing::World;

/// Method and path of every route of the API.
fn table() -> BTreeSet<(String, String)> {
    let routes = crate::routes::all();
    let api = routes.iter().filter(|route| route.is_api());
    api.map(|route| (route.method.to_string(), route.path.to_owned()))
        .collect()
}

#[test]
fn every_route_is_told_in_a_sentence_and_every_sentence_has_its_route() {
    let told: BTreeSet<(String, String)> = OPERATIONS
        .iter()
        .map(|one| (one.method.to_string(), one.path.to_owned()))
        .collect();
    assert_eq!(told.len(), OPERATIONS.len(), "one is told twice");
    let table = table();
    let untold: Vec<_> = table.difference(&told).collect();
    let gone: Vec<_> = told.difference(&table).collect();
    assert!(untold.is_empty() && gone.is_empty(), "{untold:?} {gone:?}");
}

#[test]
fn the_document_has_every_route_once_with_its_own_name() {
    let document = document(&crate::routes::all());
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for (method, route) in table() {
        let told = &document["paths"][path(&route)][method.to_lowercase()];
        let name = told["operationId"].as_str();
        let name = name.unwrap_or_else(|| panic!("{method} {route} is missing"));
        assert!(names.insert(name.to_owned()), "{name} stands for two");
        let in_path = route.matches('{').count();
        let parameters = told["parameters"].as_array().unwrap();
        let told_in_path = parameters.iter().filter(|one| one["in"] == "path").count();
        assert_eq!(told_in_path, in_path, "{route}");
        let has_body = matches!(method.as_str(), "PUT" | "PATCH");
        assert!(
            !has_body || told["requestBody"].is_object(),
            "{method} {route}"
        );
    }
    let operations: usize = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|item| item.as_object().unwrap().len())
        .sum();
    assert_eq!(operations, names.len());
}

/// Every reference leads to something.
#[test]
fn nothing_is_referred_to_that_is_not_there() {
    fn walk(part: &Value, whole: &Value) {
        match part {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    let pointer = reference.strip_prefix('#').expect(reference);
                    assert!(whole.pointer(pointer).is_some(), "{reference}");
                }
                members.values().for_each(|member| walk(member, whole));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, whole)),
            _ => {}
        }
    }
    let document = document(&crate::routes::all());
    walk(&document, &document);
}

/// Moments are RFC 3339 everywhere, never a number.
#[test]
fn no_answer_tells_time_as_a_number() {
    let document = document(&crate::routes::all());
    let schemas = &document["components"]["schemas"];
    assert!(schemas.as_object().is_some_and(|all| all.len() > 50));
    let milliseconds = "#/components/schemas/Timestamp";
    let guilty: Vec<&String> = schemas
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, schema)| schema.to_string().contains(milliseconds))
        .map(|(name, _)| name)
        .collect();
    assert!(guilty.is_empty(), "told in milliseconds: {guilty:?}");
}

#[tokio::test]
async fn anybody_reads_the_document() {
    let world = World::open().await;
    let answer = world.client().get("/api/openapi.json").await;
    assert_eq!(answer.status, 200);
    let document = answer.json();
    let new = &document["paths"]["/api/v1/tenants/{tenant}/houses"]["post"];
    let schema = &new["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    let schema = document.pointer(schema.as_str().unwrap().trim_start_matches('#'));
    let schema = schema.unwrap();
    assert_eq!(schema["additionalProperties"], false, "{schema}");
    assert!(schema["properties"]["timezone"].is_object(), "{schema}");
    assert!(new["responses"]["201"].is_object());
}
