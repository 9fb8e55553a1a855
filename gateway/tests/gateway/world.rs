//! A gateway with a control plane that is a variable in the test.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use cell::{
    CellSpec, CredentialSpec, Feed, FeedBatch, HouseSpec, LinkError, Reader, Report, ReportSink,
    Revision, SigningKey, TenantSpec,
};
use gateway::{Gateway, GatewayConfig};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use model::{
    Ambient, Binding, BusRole, CellId, CredentialId, CredentialKind, Hosting, HouseId, HouseKey,
    Plan, Refusal, Secret, Standing, TenantId, Timestamp,
};
use platform::{Health, Lifecycle, SystemAmbient};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::client::{Client, Connect};

/// How long a test waits for what must happen.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until `ready` gives something.
pub async fn until<T>(what: &str, mut ready: impl FnMut() -> Option<T>) -> T {
    let wait = async {
        loop {
            if let Some(value) = ready() {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait)
        .await
        .unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

#[derive(Clone)]
struct Documents {
    revision: i64,
    cell: CellSpec,
    tenants: Vec<TenantSpec>,
}

/// The control plane: what the cell should be, and what it was told.
pub struct ControlPlane {
    documents: watch::Sender<Documents>,
    /// The revisions the gateway said it has stored.
    pub acknowledged: Mutex<Vec<Option<Revision>>>,
    reports: Mutex<Vec<Report>>,
    /// While false, the feed cannot be reached.
    reachable: watch::Sender<bool>,
}

#[async_trait]
impl Feed for ControlPlane {
    async fn next(&self, reader: Reader, since: Option<Revision>) -> Result<FeedBatch, LinkError> {
        assert_eq!(reader, Reader::Gateway);
        if !*self.reachable.borrow() {
            return Err(LinkError("the control plane is away".into()));
        }
        self.acknowledged.lock().unwrap().push(since);
        let mut documents = self.documents.subscribe();
        let newer = |now: &Documents| since.is_none_or(|since| Revision(now.revision) > since);
        let now = documents.wait_for(newer).await.unwrap().clone();
        // A snapshot each time is the simplest feed that is right.
        Ok(FeedBatch {
            revision: Revision(now.revision),
            snapshot: true,
            cell: Some(now.cell),
            tenants: now.tenants,
            gone: vec![],
        })
    }
}

#[async_trait]
impl ReportSink for ControlPlane {
    async fn report(&self, report: Report) -> Result<(), LinkError> {
        self.reports.lock().unwrap().push(report);
        Ok(())
    }
}

impl ControlPlane {
    fn change(&self, change: impl FnOnce(&mut Documents)) {
        self.documents.send_modify(|documents| {
            documents.revision += 1;
            change(documents);
        });
    }

    /// Changes a tenant by the slug of its one house.
    pub fn change_tenant(&self, house: &HouseId, change: impl FnOnce(&mut TenantSpec)) {
        self.change(|documents| {
            let of_house = |t: &&mut TenantSpec| t.houses.iter().any(|h| h.house == *house);
            change(documents.tenants.iter_mut().find(of_house).unwrap());
        });
    }

    /// Moves a tenant's one house to the tenant of another house.
    pub fn move_house(&self, house: &HouseId, to: &HouseId) {
        self.change(|documents| {
            let owns = |tenant: &TenantSpec, house: &HouseId| {
                tenant.houses.iter().any(|h| h.house == *house)
            };
            let at = documents
                .tenants
                .iter()
                .position(|t| owns(t, house))
                .unwrap();
            let from = documents.tenants.remove(at);
            let to = documents.tenants.iter_mut().find(|t| owns(t, to)).unwrap();
            to.houses.extend(from.houses);
        });
    }

    pub fn delete_tenant(&self, house: &HouseId) {
        self.change(|documents| {
            documents
                .tenants
                .retain(|t| t.houses.iter().all(|h| h.house != *house));
        });
    }

    pub fn revision(&self) -> Revision {
        Revision(self.documents.borrow().revision)
    }

    pub fn set_reachable(&self, reachable: bool) {
        self.reachable.send_replace(reachable);
    }

    pub fn audience(&self) -> String {
        self.documents.borrow().cell.audience()
    }

    /// The newest row of every refusal of a house.
    pub fn refusals(&self, house: &HouseId) -> Vec<Refusal> {
        let reports = self.reports.lock().unwrap();
        let rows = reports.iter().flat_map(|report| report.refusals.clone());
        rows.filter(|row| row.house == *house).collect()
    }

    /// The same rows, each as it was told last.
    pub fn latest_refusals(&self, house: &HouseId) -> Vec<Refusal> {
        let mut latest = BTreeMap::new();
        for row in self.refusals(house) {
            let key = (row.at, row.reason, row.client.clone(), row.subject.clone());
            latest.insert(key, row);
        }
        latest.into_values().collect()
    }

    /// The messages of a house: the largest row of each key, added up.
    pub fn usage(&self, house: &HouseId) -> u64 {
        let reports = self.reports.lock().unwrap();
        let mut rows = BTreeMap::new();
        for row in reports.iter().flat_map(|report| &report.usage) {
            if row.house == *house {
                let known = rows.entry((row.epoch, row.hour)).or_insert(0);
                *known = row.messages.max(*known);
            }
        }
        rows.values().sum()
    }

    /// What a house retains as last reported.
    pub fn retained_bytes(&self, house: &HouseId) -> Option<u64> {
        let reports = self.reports.lock().unwrap();
        let mut kept = reports.iter().flat_map(|report| &report.kept);
        kept.rfind(|kept| kept.house == *house)?.retained_bytes
    }

    /// The clients of a house as last reported; `None` before the first report.
    pub fn clients(&self, house: &HouseId) -> Option<Vec<String>> {
        let reports = self.reports.lock().unwrap();
        let mut presence = reports.iter().flat_map(|report| &report.presence);
        let last = presence.rfind(|presence| presence.house == *house)?;
        Some(last.clients.iter().map(|c| c.client.clone()).collect())
    }
}

/// One house with its passcode.
#[derive(Clone)]
pub struct Home {
    pub id: HouseId,
    pub passcode: Secret,
}

impl Home {
    /// A topic below this house.
    pub fn topic(&self, rest: &str) -> String {
        format!("egeoffrey/v2/{}/{rest}", self.id)
    }
}

/// A key made of fixed bytes; its public half as JWK's `x`.
fn key_pair() -> (String, EncodingKey) {
    let mut der = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    der.extend([9; 32]);
    let key = EncodingKey::from_ed_der(&der);
    let jwk = Jwk::from_encoding_key(&key, Algorithm::EdDSA).unwrap();
    let AlgorithmParameters::OctetKeyPair(parameters) = jwk.algorithm else {
        panic!("an Ed25519 key is an octet key pair");
    };
    (parameters.x, key)
}

/// A running gateway, its control plane, and two houses of two tenants.
pub struct World {
    pub control: Arc<ControlPlane>,
    pub gateway: Gateway,
    pub health: Health,
    pub lifecycle: Lifecycle,
    pub villa: Home,
    pub hut: Home,
    folder: Arc<TempDir>,
}

fn home(id: &str, hosting: Hosting) -> (Home, TenantSpec) {
    let ambient = SystemAmbient;
    let home = Home {
        id: id.parse().unwrap(),
        passcode: Secret::generate(&ambient),
    };
    let tenant = TenantSpec {
        tenant: TenantId::generate(&ambient),
        slug: id.rsplit_once('-').unwrap().0.parse().unwrap(),
        revision: Revision(1),
        standing: Standing::Active,
        quotas: Plan::Free.quotas(),
        houses: vec![HouseSpec {
            key: HouseKey::generate(&ambient),
            house: home.id.clone(),
            name: id.to_owned(),
            hosting,
            timezone: "Europe/Berlin".parse().unwrap(),
            credentials: vec![CredentialSpec {
                id: CredentialId::generate(&ambient),
                kind: CredentialKind::Secret,
                role: BusRole::House,
                binding: Binding::House,
                line: None,
                name: "modules".into(),
                secret_hash: home.passcode.hash(),
                not_after: None,
            }],
            revoked: vec![],
        }],
    };
    (home, tenant)
}

pub async fn start_gateway(
    control: &Arc<ControlPlane>,
    folder: &Path,
    adjust: impl FnOnce(&mut GatewayConfig),
) -> (Gateway, Health, Lifecycle) {
    let (health, lifecycle) = (Health::default(), Lifecycle::default());
    let mut config = GatewayConfig::new(folder.to_owned());
    config.mqtt_listen.set_port(0);
    config.threads = 2;
    adjust(&mut config);
    let gateway = Gateway::start(
        config,
        control.clone(),
        control.clone(),
        Arc::new(SystemAmbient),
        &lifecycle,
        health.clone(),
    )
    .await
    .unwrap();
    (gateway, health, lifecycle)
}

impl World {
    /// Both houses have controllers of their own.
    pub async fn new() -> Self {
        Self::with(Hosting::OnPremise, |_| {}).await
    }

    pub async fn with(hosting: Hosting, adjust: impl FnOnce(&mut GatewayConfig)) -> Self {
        let (villa, villa_tenant) = home("villa-7k3q9x", hosting);
        let (hut, hut_tenant) = home("hut-aaaaaa", hosting);
        let documents = Documents {
            revision: 1,
            cell: CellSpec {
                cell: CellId::generate(&SystemAmbient),
                revision: Revision(1),
                signing_keys: vec![SigningKey {
                    key_id: "k1".into(),
                    x: key_pair().0,
                }],
            },
            tenants: vec![villa_tenant, hut_tenant],
        };
        let control = Arc::new(ControlPlane {
            documents: watch::channel(documents).0,
            acknowledged: Mutex::default(),
            reports: Mutex::default(),
            reachable: watch::channel(true).0,
        });
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let (gateway, health, lifecycle) = start_gateway(&control, folder.path(), adjust).await;
        until("the first state", || health.is_ready().then_some(())).await;
        Self {
            control,
            gateway,
            health,
            lifecycle,
            villa,
            hut,
            folder,
        }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Another gateway over the same folder, while the first has not been
    /// stopped: it finds what a kill would leave.
    pub async fn after_a_kill(&self) -> Self {
        let (gateway, health, lifecycle) =
            start_gateway(&self.control, self.folder(), |_| {}).await;
        Self {
            control: self.control.clone(),
            gateway,
            health,
            lifecycle,
            villa: self.villa.clone(),
            hut: self.hut.clone(),
            folder: self.folder.clone(),
        }
    }

    /// A socket to the gateway, without a word said.
    pub async fn dial(&self) -> Client {
        Client::tcp(self.gateway.mqtt_address()).await
    }

    /// A connected client of `home`.
    pub async fn client(&self, home: &Home, client_id: &str) -> Client {
        self.connected(&Connect::new(home, client_id)).await
    }

    pub async fn connected(&self, connect: &Connect) -> Client {
        let mut client = self.dial().await;
        client.connect(connect).await;
        client
    }

    /// A token as the control plane signs it, with some claims replaced.
    pub fn token(&self, home: &Home, replaced: &Value) -> String {
        let mut claims = json!({
            "sub": "usr_anna", "house": home.id, "role": "admin", "sender": "gui/anna_4711",
            "aud": self.control.audience(), "jti": "tok_1", "exp": now().as_secs() + 300,
        });
        for (claim, value) in replaced.as_object().unwrap() {
            claims[claim] = value.clone();
        }
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some("k1".into());
        encode(&header, &claims, &key_pair().1).unwrap()
    }
}

pub fn now() -> Timestamp {
    SystemAmbient.now()
}
