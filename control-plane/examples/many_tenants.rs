//! Fills an empty database with tenants as people would have made them, faster
//! than people could: for measuring. Prints whom to log in as.
//!
//! ```text
//! cargo run --release -p control-plane --example many_tenants -- sqlite:/tmp/x.db 10000
//! ```

use std::error::Error;
use std::sync::Arc;

use control_plane::accounts::{NewPerson, insert_person};
use control_plane::cell_link;
use control_plane::passwords::{Password, Passwords};
use control_plane::store::{Credential, House, PasswordHash, Store, Work};
use model::{
    AccountId, Ambient, Binding, BusRole, CellId, CredentialId, CredentialKind, Hosting, HouseId,
    HouseKey, Plan, Secret, Slug, TenantId,
};
use platform::SystemAmbient;

/// What somebody is called, and where they live: enough that a search finds
/// some and not all.
const NAMES: [&str; 16] = [
    "Anna", "Bruno", "Clara", "David", "Elsa", "Felix", "Greta", "Hugo", "Ida", "Jonas", "Klara",
    "Lukas", "Marie", "Noah", "Olga", "Paul",
];
const PLACES: [&str; 12] = [
    "Villa", "Farm", "Loft", "Cabin", "Mill", "Tower", "Harbour", "Garden", "Cottage", "Manor",
    "Studio", "Barn",
];

/// How many are made in one transaction.
const BATCH: usize = 200;

/// Drawn for each database; printed once.
struct Filling {
    ambient: Arc<SystemAmbient>,
    cell: CellId,
    hash: PasswordHash,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (Some(url), Some(count)) = (words.next(), words.next()) else {
        return Err("usage: many_tenants DATABASE_URL TENANTS".into());
    };
    let count: usize = count.parse()?;
    let ambient = Arc::new(SystemAmbient);
    let store = Store::open(&url, ambient.as_ref()).await?;
    let link = cell_link::establish(&store, ambient.clone()).await?;
    let password = Secret::generate(ambient.as_ref());
    let typed = Password::choose(password.expose(), "")?;
    let hash = Passwords::new(ambient.clone()).hash(typed).await?;
    let filling = Filling {
        cell: link.cell(),
        hash: PasswordHash::from_phc(hash),
        ambient,
    };
    let mut done = 0;
    while done < count {
        let until = (done + BATCH).min(count);
        let mut work = store.begin_write().await?;
        for number in done..until {
            filling.tenant(&mut work, number).await?;
        }
        work.commit().await?;
        done = until;
        eprintln!("{done} of {count} tenants");
    }
    store.close().await;
    println!(
        "{}",
        serde_json::json!({
            "password": password.expose(),
            "admin": address(0),
            "people": (1..count.min(100)).map(address).collect::<Vec<_>>(),
            "words": NAMES,
        })
    );
    Ok(())
}

fn address(number: usize) -> String {
    format!("{}.{number}@example.org", name(number).to_lowercase())
}

fn name(number: usize) -> &'static str {
    NAMES.get(number % NAMES.len()).copied().unwrap_or_default()
}

impl Filling {
    async fn tenant(&self, work: &mut Work, number: usize) -> Result<(), Box<dyn Error>> {
        let ambient = self.ambient.as_ref();
        let tenant = TenantId::generate(ambient);
        let account = AccountId::generate(ambient);
        let plans = [Plan::Free, Plan::Home, Plan::Pro];
        let person = NewPerson {
            account,
            tenant,
            email: address(number).parse()?,
            name: format!("{} {number}", name(number)).parse()?,
            password: self.hash.clone(),
            admin: number == 0,
            verified_at: Some(ambient.now()),
            plan: plans.get(number % 3).copied().unwrap_or(Plan::Home),
        };
        insert_person(ambient, self.cell, work, person).await?;
        let place = PLACES.get(number % PLACES.len()).copied();
        let place = place.unwrap_or_default();
        let house = House {
            key: HouseKey::generate(ambient),
            id: HouseId::generate(&place.to_lowercase().parse::<Slug>()?, ambient),
            tenant,
            name: format!("{place} {number}").parse()?,
            // Their homes are elsewhere: what is measured is the portal.
            hosting: Hosting::OnPremise,
            timezone: "Europe/Berlin".parse()?,
            created_at: ambient.now(),
        };
        work.houses().insert(&house).await?;
        let credential = Credential {
            id: CredentialId::generate(ambient),
            house: house.key,
            kind: CredentialKind::Secret,
            role: BusRole::House,
            binding: Binding::House,
            line: None,
            successor: None,
            name: "First".parse()?,
            secret_hash: Secret::generate(ambient).hash(),
            not_after: None,
            revoked_at: None,
            created_at: house.created_at,
            created_by: Some(account),
            last_used_at: None,
            last_used_from: None,
        };
        work.credentials().insert(&credential).await?;
        Ok(())
    }
}
