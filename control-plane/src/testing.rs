//! A control plane to test against: SQLite in a temporary folder, a clock
//! turned by hand, mails that are kept, houses that are pretended, and a
//! gateway that applies the feed. Requests go to the router in process.

mod authenticator;
mod client;
mod houses;

use std::sync::{Arc, Mutex};

use axum::Router;
use cell::{Feed, Reader, ReportSink};
use model::time::ManualAmbient;
use model::{AccountId, BusRole, HouseId, Plan, TenantId, TenantRole, Timestamp};
use platform::mail::{Mail, MailError, Mailer};
use platform::settings::SignUpPolicy;
use platform::{Health, Lifecycle};
use tokio::sync::OnceCell;
use url::Url;

pub use authenticator::Authenticator;
pub use client::{Answer, Client};
pub use houses::{FakeHouse, FakeHouses};

use crate::accounts::{NewPerson, insert_person};
use crate::app::{App, GatewayAddress, Portal};
use crate::http::client_device::ClientDevice;
use crate::passwords::{Password, Passwords};
use crate::store::{PasswordHash, Store};
use crate::{ControlPlane, ControlPlaneConfig, Pages, Ports, cell_link, sessions};

/// The password of every person of [`World::person`].
pub const PASSWORD: &str = "violet harbour 42";

/// Where the trusted reverse proxies of every [`World`] are.
pub const PROXIES: &str = "198.18.0.0/24";

/// Hashing costs tens of milliseconds: once for all tests.
static HASH: OnceCell<String> = OnceCell::const_new();

/// Keeps mails instead of sending them.
#[derive(Default)]
pub struct Mails(Mutex<Vec<Mail>>);

#[async_trait::async_trait]
impl Mailer for Mails {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail);
        Ok(())
    }
}

/// A control plane with all its surroundings.
pub struct World {
    /// What handlers get.
    pub app: App,
    /// The clock, turned by hand.
    pub ambient: Arc<ManualAmbient>,
    /// The houses.
    pub houses: Arc<FakeHouses>,
    /// What `/readyz` says.
    pub health: Health,
    router: Router,
    reports: Arc<dyn ReportSink>,
    mails: Arc<Mails>,
    lifecycle: Lifecycle,
    folder: tempfile::TempDir,
}

/// Somebody with an account and a tenant.
#[derive(Clone, Debug)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// Their own tenant.
    pub tenant: TenantId,
    /// Their address.
    pub email: String,
}

impl World {
    /// With sign-up open, on plain HTTP.
    pub async fn open() -> Self {
        Self::with(Some(SignUpPolicy::Open), "http://portal.test").await
    }

    /// With this policy, at this address, without pages.
    pub async fn with(policy: Option<SignUpPolicy>, public_url: &str) -> Self {
        Self::with_pages(policy, public_url, Pages::none()).await
    }

    /// With the portal's pages as well.
    pub async fn with_pages(policy: Option<SignUpPolicy>, public_url: &str, pages: Pages) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ambient = Arc::new(ManualAmbient::at(Timestamp::from_secs(1_795_264_686)));
        let url = database_url(&folder);
        let store = Store::open(&url, ambient.as_ref()).await.unwrap();
        let link = cell_link::establish(&store, ambient.clone()).await.unwrap();
        let (mails, houses) = (Arc::<Mails>::default(), Arc::<FakeHouses>::default());
        let (lifecycle, health) = (Lifecycle::default(), Health::default());
        let config = ControlPlaneConfig {
            portal: Portal {
                public_url: Url::parse(public_url).unwrap(),
                gateway: GatewayAddress {
                    host: "gateway.test".into(),
                    mqtt_port: 1883,
                    mqtts_port: None,
                    ws_url: Url::parse("ws://gateway.test:8083/mqtt").unwrap(),
                },
            },
            sign_up_policy: policy,
            trusted_proxies: vec![PROXIES.parse().unwrap()],
            audit_heads: folder.path().join("audit/heads"),
        };
        let ports = Ports {
            store,
            link,
            asker: houses.clone(),
            mailer: mails.clone(),
            ambient: ambient.clone(),
            lifecycle: lifecycle.clone(),
            health: health.clone(),
            metrics: Arc::new(|| "up 1\n".to_owned()),
            pages,
        };
        let plane = ControlPlane::start(config, ports);
        let feed = plane.feed();
        lifecycle.spawn("pretended gateway", |drain| async move {
            drain.run_until_cancelled(apply(feed)).await
        });
        Self {
            app: plane.app.clone(),
            router: plane.router(),
            reports: plane.reports(),
            ambient,
            houses,
            health,
            mails,
            lifecycle,
            folder,
        }
    }

    /// Where its database is.
    pub fn database_url(&self) -> String {
        database_url(&self.folder)
    }

    /// Somebody who sends requests: nobody yet.
    pub fn client(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// A verified person with a tenant on `plan`; `admin` of the service or not.
    pub async fn person_on(&self, name: &str, plan: Plan, admin: bool) -> Person {
        let hash = HASH.get_or_init(|| async {
            let passwords = Passwords::new(self.ambient.clone());
            let password = Password::choose(PASSWORD, "").unwrap();
            passwords.hash(password).await.unwrap()
        });
        let password = PasswordHash::from_phc(hash.await.clone());
        let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
        let ambient = self.ambient.as_ref();
        let person = Person {
            account: AccountId::generate(ambient),
            tenant: TenantId::generate(ambient),
            email,
        };
        let new = NewPerson {
            account: person.account,
            tenant: person.tenant,
            email: person.email.parse().unwrap(),
            name: name.parse().unwrap(),
            password,
            admin,
            verified_at: Some(self.app.now()),
            plan,
        };
        let mut work = self.app.store.begin_write().await.unwrap();
        let cell = self.app.link.cell();
        let made = insert_person(ambient, cell, &mut work, new).await.unwrap();
        assert!(made.is_some(), "{name} is taken");
        work.commit().await.unwrap();
        person
    }

    /// A verified person with a tenant on the `home` plan.
    pub async fn person(&self, name: &str) -> Person {
        self.person_on(name, Plan::Home, false).await
    }

    /// Makes `person` a member of another's tenant.
    pub async fn join(&self, person: &Person, tenant: TenantId, role: TenantRole) {
        let mut work = self.app.store.begin_write().await.unwrap();
        let now = self.app.now();
        let members = work.members();
        members
            .insert(tenant, person.account, role, now)
            .await
            .unwrap();
        work.commit().await.unwrap();
    }

    /// A client logged in by cookie.
    pub async fn browser(&self, person: &Person) -> Client {
        let mut work = self.app.store.begin_read().await.unwrap();
        let account = work.accounts().find(person.account).await.unwrap();
        drop(work);
        let on = ClientDevice::default();
        let started = sessions::start(&self.app, account.unwrap(), on, None).await;
        let (name, secret) = (self.app.cookie.name(), started.unwrap().secret);
        let mut client = self.client();
        client.cookie = Some(format!("{name}={}", secret.expose()));
        client
    }

    /// A client with a bearer token.
    pub async fn program(&self, person: &Person) -> Client {
        let mut client = self.client();
        let body = serde_json::json!({"email": person.email, "password": PASSWORD});
        let answer = client.post("/api/v1/tokens", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        client.bearer = Some(answer.json()["access_token"].as_str().unwrap().to_owned());
        client
    }

    /// A hosted house of `person`, made over the API, that answers questions.
    pub async fn house(&self, person: &Person, name: &str) -> HouseId {
        let client = self.program(person).await;
        let body =
            serde_json::json!({"name": name, "timezone": "Europe/Berlin", "hosting": "hosted"});
        let path = format!("/api/v1/tenants/{}/houses", person.tenant);
        let answer = client.post(&path, body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let house: HouseId = answer.json()["house_id"].as_str().unwrap().parse().unwrap();
        self.houses.add(&house, FakeHouse::default());
        house
    }

    /// What the cell saw.
    pub async fn report(&self, report: cell::Report) {
        self.reports.report(report).await.unwrap();
    }

    /// The mails to `email`, oldest first, once there are `count` of them.
    pub async fn mails_to(&self, email: &str, count: usize) -> Vec<Mail> {
        for _ in 0..10_000 {
            let all = self.mails.0.lock().unwrap().clone();
            let mine: Vec<Mail> = all
                .into_iter()
                .filter(|mail| mail.to.as_str() == email)
                .collect();
            if mine.len() >= count {
                return mine;
            }
            tokio::task::yield_now().await;
        }
        panic!("fewer than {count} mails to {email}");
    }
}

impl World {
    /// The mails to `email` that are there by now.
    pub fn mails_now(&self, email: &str) -> Vec<Mail> {
        let all = self.mails.0.lock().unwrap();
        let mine = all.iter().filter(|mail| mail.to.as_str() == email);
        mine.cloned().collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.lifecycle.drain().cancel();
    }
}

fn database_url(folder: &tempfile::TempDir) -> String {
    format!("sqlite:{}", folder.path().join("control.db").display())
}

/// The token of the link in a mail.
pub fn token_in(mail: &Mail) -> String {
    let (_, rest) = mail.text.split_once("token=").expect("no link");
    rest.chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect()
}

/// The value of a hidden field of a page.
pub fn field_of(page: &str, name: &str) -> String {
    let (_, rest) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .expect("no such field");
    rest.split('"').next().unwrap().to_owned()
}

/// What a signed token says; the signature is the gateway's business.
pub fn claims(token: &str) -> serde_json::Value {
    let part = token.split('.').nth(1).unwrap();
    let part = data_encoding::BASE64URL_NOPAD.decode(part.as_bytes());
    serde_json::from_slice(&part.unwrap()).unwrap()
}

/// A gateway that stores whatever it is told.
async fn apply(feed: Arc<dyn Feed>) {
    let mut since = None;
    while let Ok(batch) = feed.next(Reader::Gateway, since).await {
        since = Some(batch.revision);
    }
}

/// The roles in which `house` was asked so far.
pub fn roles_asked(world: &World, house: &HouseId) -> Vec<BusRole> {
    let asked = world.houses.asked.lock().unwrap();
    let of_house = asked.iter().filter(|ask| ask.house == *house);
    of_house.map(|ask| ask.role).collect()
}
