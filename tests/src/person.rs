//! Somebody with an account.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::api::{self, Api};
use crate::mqtt::Dial;
use crate::server::Server;

/// Long enough for anybody's rules; the same for all, as nobody shares a service.
pub const PASSWORD: &str = "correct horse battery staple";

/// Somebody who has confirmed the address and holds an access token.
pub struct Person {
    /// The address.
    pub email: String,
    /// The tenant made at sign-up.
    pub tenant: String,
    /// The API with the access token.
    pub api: Api,
    /// The access token.
    pub token: String,
}

/// A house as its owner got it.
#[derive(Clone, Debug)]
pub struct House {
    /// Its id on the bus, and its MQTT user name.
    pub id: String,
    /// Its passcode.
    pub passcode: String,
    /// The whole answer.
    pub answer: Value,
}

impl Person {
    /// Signs up as `<name>@example.org`, opens the mailed link, gets a token.
    pub async fn sign_up(server: &Server, name: &str) -> Result<Self> {
        let email = format!("{name}@example.org");
        let account = json!({"email": email, "password": PASSWORD, "name": name});
        server
            .api()?
            .post("/api/v1/accounts", &account)
            .await?
            .expect(201)
            .context("sign up")?;
        let token = server.mailed_token(&email).await?;
        let verified = server
            .api()?
            .post("/api/v1/accounts/verify", &json!({"token": token}))
            .await?;
        verified.expect(204).context("confirm the address")?;
        Self::log_in(server, &email, PASSWORD).await
    }

    /// Sets the service up with the link that it made for its first admin, and
    /// lets anybody sign up.
    pub async fn first_admin(server: &Server) -> Result<Self> {
        let link = server.ready.admin_setup.as_deref();
        let token = link.and_then(|link| link.split_once("token="));
        let (_, token) = token.context("no link for the first admin")?;
        let email = "admin@example.org";
        let form = [
            ("token", token),
            ("email", email),
            ("name", "Ada"),
            ("password", PASSWORD),
            ("policy", "open"),
        ];
        let done = server.api()?.form("/setup", &form).await?;
        ensure!(
            done.status.is_redirection(),
            "the service could not be set up: {} {}",
            done.status,
            done.body
        );
        Self::log_in(server, email, PASSWORD).await
    }

    /// Gets a token for an account that is there.
    pub async fn log_in(server: &Server, email: &str, password: &str) -> Result<Self> {
        let credentials = json!({"email": email, "password": password});
        let answer = server
            .api()?
            .post("/api/v1/tokens", &credentials)
            .await?
            .expect(200)
            .context("get a token")?;
        let token = api::text(&answer, "access_token")?;
        let api = server.api()?.with_token(&token);
        let tenants = api::list(&api.get("/api/v1/tenants").await?.expect(200)?)?;
        let tenant = tenants.first().context("an account without a tenant")?;
        let tenant = api::text(tenant, "tenant_id").or_else(|_| api::text(tenant, "id"))?;
        Ok(Self {
            email: email.to_owned(),
            tenant,
            api,
            token,
        })
    }

    /// A new hosted house in Berlin.
    pub async fn house(&self, name: &str) -> Result<House> {
        self.house_with(name, "hosted").await
    }

    /// A new house; `hosting` is `hosted` or `on-premise`.
    pub async fn house_with(&self, name: &str, hosting: &str) -> Result<House> {
        let body = json!({"name": name, "timezone": "Europe/Berlin", "hosting": hosting});
        let path = format!("/api/v1/tenants/{}/houses", self.tenant);
        let answer = self
            .api
            .post(&path, &body)
            .await?
            .expect(201)
            .context("make a house")?;
        Ok(House {
            id: api::text(&answer, "house_id")?,
            passcode: api::text(&answer, "passcode")?,
            answer,
        })
    }

    /// A further credential of a house: its id and its secret.
    pub async fn credential(&self, house: &House, name: &str) -> Result<(String, String)> {
        let body = json!({"kind": "secret", "role": "house", "name": name});
        let path = format!("/api/v1/houses/{}/credentials", house.id);
        let answer = self
            .api
            .post(&path, &body)
            .await?
            .expect(201)
            .context("make a credential")?;
        Ok((
            api::text(&answer, "credential_id")?,
            api::text(&answer, "secret")?,
        ))
    }

    /// A browser's short-lived token for a house: the whole answer.
    pub async fn bus_token(&self, house: &House) -> Result<Value> {
        let path = format!("/api/v1/houses/{}/bus-token", house.id);
        self.api
            .post(&path, &json!({}))
            .await?
            .expect(200)
            .context("get a bus token")
    }

    /// Refusals of a house, newest first or not.
    pub async fn refusals(&self, house: &House) -> Result<Vec<Value>> {
        let path = format!("/api/v1/houses/{}/refusals", house.id);
        api::list(&self.api.get(&path).await?.expect(200)?)
    }
}

impl House {
    /// A connection with the passcode, still to be made.
    pub fn dial(&self, server: &Server, client_id: &str) -> Dial {
        Dial::new(server, &self.id, &self.passcode, client_id)
    }

    /// A topic of this house on protocol v2; `rest` is everything behind the
    /// house id.
    pub fn topic(&self, rest: &str) -> String {
        format!("egeoffrey/v2/{}/{rest}", self.id)
    }
}
