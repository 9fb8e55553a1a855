//! Gathering it, in one read transaction: one moment of everything.

use model::{AccountId, PasskeyId, SessionId, TenantId, TenantRole, Timestamp, TokenId};
use serde::Serialize;

use super::acts::{self, Act};
use crate::app::App;
use crate::http::caller::Person;
use crate::http::problem::Problem;
use crate::store::{
    Account, ApiToken, Chain, HouseAccess, PasskeyRecord, Session, TenantAccess, TokenFamily,
};

/// What this document is.
pub const FORMAT: &str = "egeoffrey-cloud account export, version 1";

/// All that is kept about a person. Moments are RFC 3339, as everywhere in
/// the API.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct AccountExport {
    format: &'static str,
    exported_at: String,
    profile: Profile,
    tenants: Vec<Membership>,
    houses: Vec<HouseEntry>,
    browser_sessions: Vec<SessionEntry>,
    program_log_ins: Vec<ProgramEntry>,
    api_tokens: Vec<TokenEntry>,
    passkeys: Vec<PasskeyEntry>,
    two_step_log_in: TwoSteps,
    /// From the audit logs of the service and of these tenants.
    own_acts: Vec<Act>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Profile {
    account_id: AccountId,
    email: String,
    language: Option<&'static str>,
    name: String,
    admin_of_the_service: bool,
    has_password: bool,
    address_confirmed_at: Option<String>,
    created_at: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Membership {
    tenant_id: TenantId,
    slug: String,
    name: String,
    role: TenantRole,
    until: Option<String>,
    owner: bool,
    plan: String,
    tenant_created_at: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct HouseEntry {
    house_id: String,
    name: String,
    tenant_id: TenantId,
    role: TenantRole,
    /// When the membership ends; `null`: it does not.
    until: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct SessionEntry {
    session_id: SessionId,
    device: String,
    /// Kept without its last part.
    address: String,
    created_at: String,
    last_seen_at: String,
    expires_at: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ProgramEntry {
    log_in_id: TokenId,
    created_at: String,
    expires_at: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct TokenEntry {
    token_id: TokenId,
    name: String,
    scopes: String,
    created_at: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct PasskeyEntry {
    passkey_id: PasskeyId,
    name: String,
    created_at: String,
    last_used_at: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct TwoSteps {
    on_since: Option<String>,
    recovery_codes_left: u64,
}

/// Gathers what is kept about the caller.
#[tracing::instrument(name = "account.export", skip_all)]
pub async fn gather(app: &App, caller: &Person) -> Result<AccountExport, Problem> {
    let (account, now) = (caller.account(), app.now());
    let id = account.id;
    let mut work = app.store.begin_read().await?;
    let sessions = work.sessions().list(id, now).await?;
    let families = work.tokens().list(id, now).await?;
    let tokens = work.api_tokens().list(id, now).await?;
    let passkeys = work.passkeys().list(id).await?;
    let factor = work.second_factors().find(id).await?;
    let codes = work.second_factors().count_recovery_codes(id).await?;
    let tenants = work.tenants().list_for(id, now).await?;
    let houses = work.houses().list_for(id, now).await?;
    let own = tenants.iter().map(|one| Chain::Tenant(one.tenant.id));
    let logs: Vec<Chain> = own.chain([Chain::Service]).collect();
    let own_acts = acts::of(&mut work, id, logs).await?;
    let on = factor.and_then(|factor| factor.confirmed_at);
    Ok(AccountExport {
        format: FORMAT,
        exported_at: now.to_rfc3339(),
        profile: profile(account),
        tenants: tenants.into_iter().map(|one| membership(id, one)).collect(),
        houses: houses.iter().map(house).collect(),
        browser_sessions: sessions.into_iter().map(session).collect(),
        program_log_ins: families.iter().map(program).collect(),
        api_tokens: tokens.into_iter().map(token).collect(),
        passkeys: passkeys.iter().map(passkey).collect(),
        two_step_log_in: TwoSteps {
            on_since: on.map(Timestamp::to_rfc3339),
            recovery_codes_left: codes,
        },
        own_acts,
    })
}

fn profile(account: &Account) -> Profile {
    Profile {
        account_id: account.id,
        email: account.email.to_string(),
        language: account.language.map(model::Language::as_str),
        name: account.name.to_string(),
        admin_of_the_service: account.admin,
        has_password: !account.password.as_phc().is_empty(),
        address_confirmed_at: account.verified_at.map(Timestamp::to_rfc3339),
        created_at: account.created_at.to_rfc3339(),
    }
}

fn membership(id: AccountId, access: TenantAccess) -> Membership {
    let tenant = access.tenant;
    Membership {
        tenant_id: tenant.id,
        slug: tenant.slug.to_string(),
        name: tenant.name.to_string(),
        role: access.role,
        until: access.until.map(Timestamp::to_rfc3339),
        owner: tenant.owner == id,
        plan: tenant.plan.to_string(),
        tenant_created_at: tenant.created_at.to_rfc3339(),
    }
}

fn house(access: &HouseAccess) -> HouseEntry {
    HouseEntry {
        house_id: access.house.id.to_string(),
        name: access.house.name.to_string(),
        tenant_id: access.house.tenant,
        role: access.role,
        until: access.until.map(Timestamp::to_rfc3339),
    }
}

fn session(session: Session) -> SessionEntry {
    SessionEntry {
        session_id: session.id,
        device: session.device,
        address: session.address,
        created_at: session.created_at.to_rfc3339(),
        last_seen_at: session.last_seen_at.to_rfc3339(),
        expires_at: session.expires_at.to_rfc3339(),
    }
}

fn program(family: &TokenFamily) -> ProgramEntry {
    ProgramEntry {
        log_in_id: family.id,
        created_at: family.created_at.to_rfc3339(),
        expires_at: family.expires_at.to_rfc3339(),
    }
}

fn token(token: ApiToken) -> TokenEntry {
    TokenEntry {
        token_id: token.id,
        name: token.name.to_string(),
        scopes: token.scopes,
        created_at: token.created_at.to_rfc3339(),
        expires_at: token.expires_at.map(Timestamp::to_rfc3339),
        last_used_at: token.last_used_at.map(Timestamp::to_rfc3339),
    }
}

fn passkey(record: &PasskeyRecord) -> PasskeyEntry {
    PasskeyEntry {
        passkey_id: record.id,
        name: record.name.to_string(),
        created_at: record.created_at.to_rfc3339(),
        last_used_at: record.last_used_at.map(Timestamp::to_rfc3339),
    }
}
