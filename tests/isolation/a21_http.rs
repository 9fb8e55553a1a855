//! URLs and ids of another tenant: 404, as if they were not there.

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};
use tests::person::PASSWORD;

use crate::neighbours::{Neighbours, SECRET};

/// Every call about a house or a tenant: method, path, body.
fn calls(house: &str, tenant: &str, credential: &str) -> Vec<(Method, String, Option<Value>)> {
    let houses = format!("/api/v1/houses/{house}");
    let credentials = json!({"kind": "secret", "role": "house", "name": "x"});
    let sensor = json!({"description": "x", "format": "string", "sender": "service/x"});
    let new_house = json!({"name": "x", "timezone": "Europe/Berlin", "hosting": "hosted"});
    vec![
        (Method::GET, houses.clone(), None),
        (Method::GET, format!("{houses}/credentials"), None),
        (
            Method::POST,
            format!("{houses}/credentials"),
            Some(credentials),
        ),
        (
            Method::DELETE,
            format!("{houses}/credentials/{credential}"),
            None,
        ),
        (Method::POST, format!("{houses}/bus-token"), Some(json!({}))),
        (
            Method::POST,
            format!("{houses}/bus-token"),
            Some(json!({"role": "admin"})),
        ),
        (Method::GET, format!("{houses}/sensors"), None),
        (
            Method::GET,
            format!("{houses}/history?sensor=lab/secret"),
            None,
        ),
        (
            Method::GET,
            format!("{houses}/sensors/lab%2Fsecret/history"),
            None,
        ),
        (Method::GET, format!("{houses}/refusals"), None),
        (
            Method::POST,
            format!("/api/v1/tenants/{tenant}/houses"),
            Some(new_house),
        ),
        (Method::PATCH, houses.clone(), Some(json!({"name": "mine"}))),
        (Method::DELETE, houses.clone(), None),
        (
            Method::PUT,
            format!("{houses}/sensors/lab%2Fsecret"),
            Some(sensor),
        ),
        (
            Method::DELETE,
            format!("{houses}/sensors/lab%2Fsecret"),
            None,
        ),
        (
            Method::PUT,
            format!("{houses}/sensors/lab%2Fsecret/value"),
            Some(json!({"value": 1})),
        ),
        (
            Method::GET,
            format!("/api/v1/tenants/{tenant}/houses"),
            None,
        ),
        (Method::GET, format!("/api/v1/tenants/{tenant}/usage"), None),
    ]
}

#[tokio::test]
async fn a21_another_tenants_ids_are_answered_as_if_they_were_not_there() -> Result<()> {
    let all = Neighbours::move_in().await?;
    all.furnish().await?;
    let (credential, _) = all.anna.credential(&all.villa, "Garden").await?;
    let theirs = calls(&all.villa.id, &all.anna.tenant, &credential);
    // Ids that were never given out, of the right shape.
    let nobodys = calls(
        "villa-zzzzzz",
        "ten_00000000000000000000000000",
        "crd_00000000000000000000000000",
    );
    for ((method, path, body), (_, absent, _)) in theirs.into_iter().zip(nobodys) {
        let answer = all
            .mallory
            .api
            .call(method.clone(), &path, body.as_ref())
            .await?;
        let text = answer.body.to_string();
        assert!(!text.contains(SECRET), "{method} {path}: {text}");
        assert!(
            !text.contains(&all.villa.passcode),
            "{method} {path}: {text}"
        );
        let of_absent = all
            .mallory
            .api
            .call(method.clone(), &absent, body.as_ref())
            .await?;
        assert_eq!(
            answer.status, of_absent.status,
            "{method} {path} differs from {absent}"
        );
        assert_eq!(
            answer.body["detail"], of_absent.body["detail"],
            "{method} {path}"
        );
        assert_eq!(answer.problem(404)?, "not-found", "{method} {path}");
    }
    // All is as it was.
    let seen = all
        .anna
        .api
        .get(&format!("/api/v1/houses/{}/credentials", all.villa.id))
        .await?
        .expect(200)?;
    assert_eq!(seen.to_string().matches("\"name\"").count(), 2, "{seen}");
    Ok(())
}

#[tokio::test]
async fn a21_without_an_account_there_is_nothing() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let (credential, _) = all.anna.credential(&all.villa, "Garden").await?;
    for (method, path, body) in calls(&all.villa.id, &all.anna.tenant, &credential) {
        let stranger = all
            .server
            .api()?
            .call(method.clone(), &path, body.as_ref())
            .await?;
        assert_eq!(stranger.problem(401)?, "unauthenticated", "{method} {path}");
        let forged = all
            .server
            .api()?
            .with_token("forged")
            .call(method.clone(), &path, body.as_ref())
            .await?;
        assert_eq!(forged.problem(401)?, "unauthenticated", "{method} {path}");
    }
    Ok(())
}

#[tokio::test]
async fn a21_pages_of_another_tenant_are_not_there() -> Result<()> {
    let all = Neighbours::move_in().await?;
    all.furnish().await?;
    let browser = all.server.api()?;
    let form = [
        ("email", all.mallory.email.as_str()),
        ("password", PASSWORD),
    ];
    assert!(
        browser
            .form("/log-in", &form)
            .await?
            .status
            .is_redirection()
    );
    let own = browser.get(&format!("/houses/{}", all.cabin.id)).await?;
    assert_eq!(own.status.as_u16(), 200);
    for page in ["", "/connect", "/sensors/lab/secret", "/refusals"] {
        let answer = browser
            .get(&format!("/houses/{}{page}", all.villa.id))
            .await?;
        assert_eq!(answer.status.as_u16(), 404, "{page}");
        assert!(!answer.body.to_string().contains(SECRET), "{page}");
    }
    let offer = [
        ("sensor", "x"),
        ("sender", "service/x"),
        ("description", "x"),
        ("unit", ""),
        ("format", "int"),
    ];
    let added = browser
        .form(&format!("/houses/{}/sensors", all.villa.id), &offer)
        .await?;
    assert_eq!(added.status.as_u16(), 404);
    let listed = browser.get("/houses").await?.body.to_string();
    assert!(
        listed.contains(&all.cabin.id) && !listed.contains(&all.villa.id),
        "{listed}"
    );
    assert!(
        browser
            .get("/admin/sign-up")
            .await?
            .status
            .is_client_error(),
        "nobody made them an admin"
    );
    Ok(())
}

#[tokio::test]
async fn a23_a_request_cannot_name_its_own_tenant_role_or_quota() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let path = format!("/api/v1/tenants/{}/houses", all.mallory.tenant);
    for (field, value) in [
        ("tenant", json!(all.anna.tenant)),
        ("house_id", json!(all.villa.id)),
        ("plan", json!("pro")),
    ] {
        let mut body = json!({"name": "x", "timezone": "Europe/Berlin", "hosting": "hosted"});
        body[field] = value;
        let answer = all.mallory.api.post(&path, &body).await?;
        assert!(
            answer.status.is_client_error(),
            "{field}: {} {}",
            answer.status,
            answer.body
        );
    }
    for (kind, role) in [
        ("runtime", "runtime"),
        ("secret", "runtime"),
        ("runtime", "house"),
    ] {
        let body = json!({"kind": kind, "role": role, "name": "x"});
        let answer = all
            .mallory
            .api
            .post(
                &format!("/api/v1/houses/{}/credentials", all.cabin.id),
                &body,
            )
            .await?;
        assert!(
            answer.status.is_client_error(),
            "{kind} {role}: {} {}",
            answer.status,
            answer.body
        );
    }
    Ok(())
}

#[tokio::test]
async fn a26_log_in_does_not_tell_who_has_an_account() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let attempt = async |email: &str| {
        let body = json!({"email": email, "password": "not the password"});
        all.server.api()?.post("/api/v1/tokens", &body).await
    };
    let known = attempt(&all.anna.email).await?;
    let unknown = attempt("nobody@example.org").await?;
    assert_eq!(known.status, unknown.status);
    assert_eq!(known.body["detail"], unknown.body["detail"]);
    assert_eq!(known.problem(401)?, unknown.problem(401)?);
    Ok(())
}

#[tokio::test]
async fn a25_a_form_on_another_site_does_nothing() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let browser = all.server.api()?;
    let log_in = [("email", all.anna.email.as_str()), ("password", PASSWORD)];
    assert!(
        browser
            .form("/log-in", &log_in)
            .await?
            .status
            .is_redirection()
    );
    let path = format!("/houses/{}/credentials", all.villa.id);
    let form = [("name", "planted")];
    for (header, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let refused = browser.form_with(&path, &form, header, value).await?;
        assert_eq!(refused.status.as_u16(), 403, "{header}");
    }
    let own = browser
        .form_with(&path, &form, "sec-fetch-site", "same-origin")
        .await?;
    assert!(!own.status.is_client_error(), "{} {}", own.status, own.body);
    let listed = all
        .anna
        .api
        .get(&format!("/api/v1{path}"))
        .await?
        .expect(200)?;
    assert_eq!(listed.to_string().matches("planted").count(), 1, "{listed}");
    Ok(())
}
