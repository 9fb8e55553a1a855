//! Finding tenants by whatever an admin types, in SQL: a table of words, kept
//! by every statement that changes what a tenant is called or who is in it.

use std::collections::BTreeSet;

use async_trait::async_trait;
use model::{AccountId, DisplayName, EmailAddress, HouseId, Slug, TenantId, Timestamp};

use super::entities::Tenant;
use super::repositories::{Directory, Stored};
use super::statement::statements;
use super::value::{BadColumn, Entity, Row, Value};
use super::work::Work;

/// How many words a search may have.
pub const SEARCH_WORDS: usize = 3;

/// Longest word that is kept or looked for, in characters.
const WORD_CHARS: usize = 80;

/// Behind every text that begins with the one before it.
const BEHIND: char = char::MAX;

/// What an admin looks for: tenants that have, for each word, one that begins
/// with it. Without words: all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    words: Vec<String>,
}

impl Search {
    /// Reads what was typed; `None` when there are more than [`SEARCH_WORDS`].
    #[must_use]
    pub fn of(typed: &str) -> Option<Self> {
        let words: Vec<String> = typed.split_whitespace().map(folded).collect();
        (words.len() <= SEARCH_WORDS).then_some(Self { words })
    }
}

/// A tenant as admins see it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantSummary {
    /// The tenant.
    pub tenant: Tenant,
    /// The address of the person who answers for it.
    pub owner: EmailAddress,
    /// How many houses it has.
    pub houses: u64,
    /// How many of its quotas are not as its plan says.
    pub exceptions: u64,
    /// When a client of one of its houses last sent anything.
    pub last_seen: Option<Timestamp>,
}

statements! {
    pub(super) enum Sql {
        All = "SELECT t.id, t.slug, t.name, t.plan, t.standing, t.standing_reason, \
            t.standing_since, t.erase_after, t.owner, t.cell, t.created_at, a.email, \
            (SELECT COUNT(*) FROM houses h WHERE h.tenant = t.id AND h.deleted_at IS NULL) \
            AS houses, (SELECT COUNT(*) FROM quota_exceptions e WHERE e.tenant = t.id \
            AND (e.until IS NULL OR e.until > $3)) AS exceptions, \
            (SELECT MAX(p.last_seen) FROM presences p JOIN houses h ON h.house_key = p.house \
            WHERE h.tenant = t.id AND h.deleted_at IS NULL) AS last_seen \
            FROM tenants t JOIN accounts a ON a.id = t.owner \
            WHERE t.deleted_at IS NULL AND t.id < $1 ORDER BY t.id DESC LIMIT $2",
        Found = "SELECT t.id, t.slug, t.name, t.plan, t.standing, t.standing_reason, \
            t.standing_since, t.erase_after, t.owner, t.cell, t.created_at, a.email, \
            (SELECT COUNT(*) FROM houses h WHERE h.tenant = t.id AND h.deleted_at IS NULL) \
            AS houses, (SELECT COUNT(*) FROM quota_exceptions e WHERE e.tenant = t.id \
            AND (e.until IS NULL OR e.until > $3)) AS exceptions, \
            (SELECT MAX(p.last_seen) FROM presences p JOIN houses h ON h.house_key = p.house \
            WHERE h.tenant = t.id AND h.deleted_at IS NULL) AS last_seen \
            FROM tenants t JOIN accounts a ON a.id = t.owner \
            WHERE t.deleted_at IS NULL AND t.id < $1 AND t.id IN \
            (SELECT tenant FROM tenant_words WHERE word >= $4 AND word < $5) \
            AND EXISTS (SELECT 1 FROM tenant_words w \
            WHERE w.tenant = t.id AND w.word >= $6 AND w.word < $7) \
            AND EXISTS (SELECT 1 FROM tenant_words w \
            WHERE w.tenant = t.id AND w.word >= $8 AND w.word < $9) \
            ORDER BY t.id DESC LIMIT $2",
        OfAccount = "SELECT tenant FROM members WHERE account = $1 \
            UNION SELECT tenant FROM member_houses WHERE account = $1",
        NotYet = "SELECT t.id AS tenant FROM tenants t WHERE t.deleted_at IS NULL AND NOT EXISTS \
            (SELECT 1 FROM tenant_words w WHERE w.tenant = t.id) LIMIT 100",
        Names = "SELECT slug, name FROM tenants WHERE id = $1 AND deleted_at IS NULL",
        HouseNames = "SELECT id, name FROM houses WHERE tenant = $1 AND deleted_at IS NULL",
        People = "SELECT email, name FROM accounts WHERE id IN \
            (SELECT account FROM members WHERE tenant = $1 \
            UNION SELECT account FROM member_houses WHERE tenant = $1)",
        Forget = "DELETE FROM tenant_words WHERE tenant = $1",
        Keep = "INSERT INTO tenant_words (word, tenant) VALUES ($1, $2)",
    }
}

impl Entity for TenantSummary {
    const TABLE: &'static str = "tenants";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        let count = |column| {
            let number: i64 = row.get(column)?;
            u64::try_from(number).map_err(|_| BadColumn::named(column))
        };
        Ok(Self {
            tenant: Tenant::read(row)?,
            owner: row.get("email")?,
            houses: count("houses")?,
            exceptions: count("exceptions")?,
            last_seen: row.get("last_seen")?,
        })
    }
}

struct Id(TenantId);

impl Entity for Id {
    const TABLE: &'static str = "members";
    const KEY: &'static str = "tenant";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        row.get("tenant").map(Self)
    }
}

struct Named<T>(T, DisplayName);

impl Entity for Named<Slug> {
    const TABLE: &'static str = "tenants";
    const KEY: &'static str = "slug";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self(row.get("slug")?, row.get("name")?))
    }
}

impl Entity for Named<HouseId> {
    const TABLE: &'static str = "houses";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self(row.get("id")?, row.get("name")?))
    }
}

impl Entity for Named<EmailAddress> {
    const TABLE: &'static str = "accounts";
    const KEY: &'static str = "email";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self(row.get("email")?, row.get("name")?))
    }
}

/// A word as it is compared: in lower case, cut.
fn folded(word: &str) -> String {
    let lower = word.chars().flat_map(char::to_lowercase);
    lower.take(WORD_CHARS).collect()
}

/// Every word that `text` is found by: what stands between blanks, and what
/// stands between any other signs.
fn words_of(text: &str, words: &mut BTreeSet<String>) {
    let between_blanks = text.split_whitespace();
    let between_signs = text.split(|c: char| !c.is_alphanumeric());
    let all = between_blanks.chain(between_signs).map(folded);
    words.extend(all.filter(|word| !word.is_empty()));
}

/// The bounds between which the words stand that begin with `word`.
fn bounds(word: &str) -> [Value; 2] {
    [word.into(), format!("{word}{BEHIND}").into()]
}

#[async_trait]
impl Directory for Work {
    async fn page(
        &mut self,
        search: &Search,
        after: Option<TenantId>,
        limit: u32,
        now: Timestamp,
    ) -> Stored<Vec<TenantSummary>> {
        let last = TenantId::from_uuid(uuid::Uuid::max());
        let mut arguments = vec![
            after.unwrap_or(last).into(),
            i64::from(limit).into(),
            now.into(),
        ];
        if search.words.is_empty() {
            return self.all(Sql::All, &arguments).await;
        }
        // The longest word is likely the rarest: it is looked up first.
        let mut words: Vec<&str> = search.words.iter().map(String::as_str).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.resize(SEARCH_WORDS, "");
        arguments.extend(words.into_iter().flat_map(bounds));
        self.all(Sql::Found, &arguments).await
    }

    async fn index_missing(&mut self) -> Stored<u64> {
        let missing: Vec<Id> = self.all(Sql::NotYet, &[]).await?;
        let mut indexed = 0;
        for Id(tenant) in missing {
            self.index_tenant(tenant).await?;
            indexed += 1;
        }
        Ok(indexed)
    }
}

impl Work {
    /// Writes down again by which words the tenant is found.
    pub(super) async fn index_tenant(&mut self, tenant: TenantId) -> Stored<()> {
        self.run(Sql::Forget, &[tenant.into()]).await?;
        let names: Option<Named<Slug>> = self.one(Sql::Names, &[tenant.into()]).await?;
        let Some(Named(slug, name)) = names else {
            return Ok(());
        };
        let mut words = BTreeSet::from([tenant.to_string()]);
        words_of(slug.as_str(), &mut words);
        words_of(name.as_str(), &mut words);
        let houses: Vec<Named<HouseId>> = self.all(Sql::HouseNames, &[tenant.into()]).await?;
        for Named(house, name) in houses {
            words_of(house.as_str(), &mut words);
            words_of(name.as_str(), &mut words);
        }
        let people: Vec<Named<EmailAddress>> = self.all(Sql::People, &[tenant.into()]).await?;
        for Named(email, name) in people {
            words_of(email.as_str(), &mut words);
            words_of(name.as_str(), &mut words);
        }
        for word in words {
            self.run(Sql::Keep, &[word.into(), tenant.into()]).await?;
        }
        Ok(())
    }

    /// The same for every tenant in which the account has any role.
    pub(super) async fn index_account(&mut self, account: AccountId) -> Stored<()> {
        for tenant in self.tenants_of(account).await? {
            self.index_tenant(tenant).await?;
        }
        Ok(())
    }

    /// The tenants in which the account has any role.
    pub(super) async fn tenants_of(&mut self, account: AccountId) -> Stored<Vec<TenantId>> {
        let tenants: Vec<Id> = self.all(Sql::OfAccount, &[account.into()]).await?;
        Ok(tenants.into_iter().map(|Id(tenant)| tenant).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_by_its_parts_and_as_a_whole() {
        let mut words = BTreeSet::new();
        words_of("Anna.Berg@Example.org", &mut words);
        words_of("  Über-Haus 7 ", &mut words);
        let expected = [
            "7",
            "anna",
            "anna.berg@example.org",
            "berg",
            "example",
            "haus",
            "org",
            "über",
            "über-haus",
        ];
        assert_eq!(words.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_search_has_a_few_words() {
        assert_eq!(Search::of(" \t "), Some(Search::default()));
        let search = Search::of("VILLA  anna").unwrap();
        assert_eq!(search.words, ["villa", "anna"]);
        assert_eq!(Search::of("a b c d"), None);
    }
}
