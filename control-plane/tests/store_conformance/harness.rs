//! A database of one's own, and what most cases begin with.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use cell::{CellState, Feed, Reader};
use control_plane::cell_link::{self, CellLink};
use control_plane::store::{
    Account, ApiToken, Committed, Credential, House, PasswordHash, Store, StoreError, Tenant,
    TenantState, Work,
};
use model::time::ManualAmbient;
use model::{
    AccountId, Ambient, Binding, BusRole, CellId, CredentialId, CredentialKind, Hosting, HouseId,
    HouseKey, Plan, Secret, SecretHash, Slug, TenantId, Timestamp, TokenId,
};
use sqlx::AssertSqlSafe;

/// Longer than anything here takes on a busy machine.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// A fresh, empty database; gone when dropped.
pub struct Database {
    url: String,
    _keep: Box<dyn Any + Send + Sync>,
}

impl Database {
    pub fn new(url: String, keep: impl Any + Send + Sync) -> Self {
        Self {
            url,
            _keep: Box::new(keep),
        }
    }
}

/// A store with a clock turned by hand.
pub struct World {
    pub store: Store,
    pub ambient: Arc<ManualAmbient>,
    pub url: String,
    _database: Database,
}

impl World {
    pub async fn open(database: Database) -> Self {
        let ambient = Arc::new(ManualAmbient::at(Timestamp(1_795_264_686_123)));
        Self {
            store: Store::open(&database.url, &*ambient).await.unwrap(),
            ambient,
            url: database.url.clone(),
            _database: database,
        }
    }

    pub fn now(&self) -> Timestamp {
        self.ambient.now()
    }

    pub fn advance_secs(&self, secs: u64) {
        self.ambient.advance(Duration::from_secs(secs));
    }

    pub fn hash(&self) -> SecretHash {
        Secret::generate(&*self.ambient).hash()
    }

    pub async fn read(&self) -> Work {
        self.store.begin_read().await.unwrap()
    }

    pub async fn write(&self) -> Work {
        self.store.begin_write().await.unwrap()
    }

    pub async fn link(&self) -> CellLink {
        cell_link::establish(&self.store, Arc::clone(&self.ambient) as Arc<dyn Ambient>)
            .await
            .unwrap()
    }

    /// The cell's id, found in an open transaction.
    pub async fn link_cell(&self, work: &mut Work) -> CellId {
        let name = "main".parse().unwrap();
        work.cells().find_by_name(&name).await.unwrap().unwrap().id
    }

    pub fn new_account(&self, email: &str) -> Account {
        Account {
            id: AccountId::generate(&*self.ambient),
            email: email.parse().unwrap(),
            name: "Anna".parse().unwrap(),
            password: PasswordHash::from_phc("$argon2id$x".to_owned()),
            admin: false,
            verified_at: None,
            created_at: self.now(),
            erase_after: None,
            language: None,
        }
    }

    pub fn new_api_token(&self, account: AccountId, expires_at: Option<Timestamp>) -> ApiToken {
        ApiToken {
            id: TokenId::generate(&*self.ambient),
            account,
            name: "Backup".parse().unwrap(),
            scopes: "read control".to_owned(),
            hash: self.hash(),
            created_at: self.now(),
            expires_at,
            last_used_at: None,
        }
    }

    pub async fn account(&self, email: &str) -> Account {
        let account = self.new_account(email);
        let mut work = self.write().await;
        work.accounts().insert(&account).await.unwrap();
        work.commit().await.unwrap();
        account
    }

    pub async fn tenant(&self, slug: &str, owner: AccountId) -> Tenant {
        let cell = self.link().await.cell();
        let tenant = Tenant {
            id: TenantId::generate(&*self.ambient),
            slug: slug.parse().unwrap(),
            name: "At home".parse().unwrap(),
            plan: Plan::Free.into(),
            state: TenantState::active(),
            owner,
            cell,
            created_at: self.now(),
        };
        let mut work = self.write().await;
        work.tenants().insert(&tenant).await.unwrap();
        work.commit().await.unwrap();
        tenant
    }

    /// A person with a tenant of the person's own.
    pub async fn customer(&self, slug: &str) -> (Account, Tenant) {
        let account = self.account(&format!("{slug}@example.org")).await;
        let tenant = self.tenant(slug, account.id).await;
        (account, tenant)
    }

    pub fn new_house(&self, tenant: TenantId) -> House {
        let slug: Slug = "villa".parse().unwrap();
        House {
            key: HouseKey::generate(&*self.ambient),
            id: HouseId::generate(&slug, &*self.ambient),
            tenant,
            name: "Villa".parse().unwrap(),
            hosting: Hosting::Hosted,
            timezone: "Europe/Berlin".parse().unwrap(),
            created_at: self.now(),
        }
    }

    pub async fn add_house(&self, house: &House) -> Result<Committed, StoreError> {
        let mut work = self.write().await;
        work.houses().insert(house).await?;
        work.commit().await
    }

    pub async fn house(&self, tenant: TenantId) -> House {
        let house = self.new_house(tenant);
        self.add_house(&house).await.unwrap();
        house
    }

    pub fn new_credential(&self, house: HouseKey) -> Credential {
        Credential {
            id: CredentialId::generate(&*self.ambient),
            house,
            kind: CredentialKind::Secret,
            role: BusRole::House,
            binding: Binding::House,
            line: None,
            successor: None,
            name: "Passcode".parse().unwrap(),
            secret_hash: self.hash(),
            not_after: None,
            revoked_at: None,
            created_at: self.now(),
            created_by: None,
            last_used_at: None,
            last_used_from: None,
        }
    }

    pub async fn credential(&self, house: HouseKey) -> Credential {
        let credential = self.new_credential(house);
        let mut work = self.write().await;
        work.credentials().insert(&credential).await.unwrap();
        work.commit().await.unwrap();
        credential
    }

    /// What a reader that begins now would know.
    pub async fn snapshot(&self, reader: Reader) -> CellState {
        let feed = self.link().await.feed();
        let mut state = CellState::default();
        let batch = feed.next(reader, None).await.unwrap();
        assert!(batch.snapshot);
        state.apply(batch);
        state
    }

    /// Makes the database as empty as it was before the store was opened.
    pub async fn drop_everything(&self) {
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            std::fs::remove_file(path).unwrap();
        } else {
            let pool = sqlx::PgPool::connect(&self.url).await.unwrap();
            let sql = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
            sqlx::raw_sql(sql).execute(&pool).await.unwrap();
            pool.close().await;
        }
    }

    /// Runs SQL of a test's own and returns the first column.
    pub async fn raw_texts(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
            sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap()
        } else {
            let pool = sqlx::PgPool::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap()
        }
    }
}

/// Brings a reader's state up to date by increments.
pub async fn follow(link: &CellLink, reader: Reader, state: &mut CellState) {
    let batch = link.feed().next(reader, state.revision).await.unwrap();
    state.apply(batch);
}
