use cell::{
    CellSpec, CellState, CredentialSpec, HouseSpec, Revision, Revoked, SigningKey, TenantSpec,
};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{EncodingKey, Header, encode};
use model::time::ManualAmbient;
use model::{
    Ambient, Binding, CellId, CredentialId, CredentialKind, Hosting, HouseKey, Plan, Secret,
    TenantId,
};
use serde_json::{Value, json};

use super::*;

const NOW: Timestamp = Timestamp::from_secs(1_795_264_686);

/// A cell with the houses `villa-7k3q9x` and `hut-aaaaaa` of two tenants.
struct World {
    ambient: ManualAmbient,
    state: CellState,
    villa: Secret,
    hut: Secret,
}

fn tenant(ambient: &ManualAmbient, house: &str, secret: &Secret) -> TenantSpec {
    TenantSpec {
        tenant: TenantId::generate(ambient),
        slug: house.rsplit_once('-').unwrap().0.parse().unwrap(),
        revision: Revision(1),
        standing: Standing::Active,
        quotas: Plan::Free.quotas(),
        houses: vec![HouseSpec {
            key: HouseKey::generate(ambient),
            house: house.parse().unwrap(),
            name: house.to_owned(),
            hosting: Hosting::Hosted,
            timezone: "Europe/Berlin".parse().unwrap(),
            credentials: vec![CredentialSpec {
                id: CredentialId::generate(ambient),
                kind: CredentialKind::Secret,
                role: BusRole::House,
                binding: Binding::House,
                line: None,
                name: "all modules".into(),
                secret_hash: secret.hash(),
                not_after: None,
            }],
            revoked: vec![],
        }],
    }
}

/// A pair of keys made from a seed, as JWK's `x` and as PKCS#8.
fn key_pair(seed: u8) -> (String, EncodingKey) {
    // PKCS#8 version 1 of an Ed25519 key: a fixed head, then the 32 bytes.
    let mut der = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    der.extend([seed; 32]);
    let key = EncodingKey::from_ed_der(&der);
    let jwk = Jwk::from_encoding_key(&key, Algorithm::EdDSA).unwrap();
    let AlgorithmParameters::OctetKeyPair(parameters) = jwk.algorithm else {
        panic!("an Ed25519 key is an octet key pair");
    };
    (parameters.x, key)
}

impl World {
    fn new() -> Self {
        let ambient = ManualAmbient::at(NOW);
        let (villa, hut) = (Secret::generate(&ambient), Secret::generate(&ambient));
        let tenants = [
            tenant(&ambient, "villa-7k3q9x", &villa),
            tenant(&ambient, "hut-aaaaaa", &hut),
        ];
        let cell = CellSpec {
            cell: CellId::generate(&ambient),
            revision: Revision(1),
            signing_keys: vec![SigningKey {
                key_id: "k1".into(),
                x: key_pair(1).0,
            }],
        };
        let state = CellState {
            revision: Some(Revision(1)),
            cell: Some(cell),
            tenants: tenants.map(|spec| (spec.tenant, spec)).into(),
        };
        Self {
            ambient,
            state,
            villa,
            hut,
        }
    }

    fn villa(&mut self) -> &mut TenantSpec {
        let named = |spec: &&mut TenantSpec| spec.slug.as_str() == "villa";
        self.state.tenants.values_mut().find(named).unwrap()
    }

    fn admit(&self, username: &str, password: &[u8]) -> Result<Identity, Rejected> {
        admit(
            &Directory::from_state(&self.state),
            self.ambient.now(),
            &Attempt {
                username: Some(username),
                password: Some(password),
                address: None,
            },
        )
    }

    fn readmit(&self, identity: &Identity) -> Verdict {
        readmit(
            &Directory::from_state(&self.state),
            self.ambient.now(),
            identity,
        )
    }

    fn claims(&self) -> Value {
        json!({
            "sub": "usr_anna", "house": "villa-7k3q9x", "role": "resident",
            "sender": "gui/anna_4711", "aud": self.state.cell.as_ref().unwrap().audience(),
            "jti": "tok_1", "exp": NOW.as_secs() + 300,
        })
    }
}

fn signed(claims: &Value, key_id: &str, seed: u8) -> String {
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some(key_id.to_owned());
    encode(&header, claims, &key_pair(seed).1).unwrap()
}

#[test]
fn the_passcode_of_a_house_opens_that_house_only() {
    let world = World::new();
    let identity = world
        .admit("villa-7k3q9x", world.villa.expose().as_bytes())
        .unwrap();
    assert_eq!(identity.grant.house.as_str(), "villa-7k3q9x");
    assert_eq!(identity.grant.role, BusRole::House);
    let other = world
        .admit("villa-7k3q9x", world.hut.expose().as_bytes())
        .unwrap_err();
    assert_eq!(other.told, Told::BadCredentials);
    assert!(world.admit("villa-7k3q9x", b"").is_err());
}

#[test]
fn an_unknown_house_and_a_wrong_passcode_look_alike_but_only_one_is_recorded() {
    let world = World::new();
    let unknown = world.admit("nobody-aaaaaa", b"x").unwrap_err();
    let wrong = world.admit("villa-7k3q9x", b"x").unwrap_err();
    assert_eq!(unknown.told, wrong.told);
    assert_eq!(unknown.house, None);
    assert_eq!(wrong.house.unwrap().as_str(), "villa-7k3q9x");
    for odd in [
        "",
        "#",
        "+",
        "villa-7k3q9x/#",
        "VILLA-7K3Q9X",
        "villa-7k3q9x\0",
    ] {
        let refused = world.admit(odd, world.villa.expose().as_bytes());
        assert_eq!(refused.unwrap_err().house, None, "{odd:?}");
    }
}

#[test]
fn an_expired_or_withdrawn_credential_is_refused_also_while_connected() {
    let mut world = World::new();
    let secret = world.villa.expose().to_owned();
    let identity = world.admit("villa-7k3q9x", secret.as_bytes()).unwrap();
    assert_eq!(world.readmit(&identity), Verdict::Keep(identity.clone()));
    world.villa().houses[0].credentials[0].not_after = Some(NOW);
    assert_eq!(
        world
            .admit("villa-7k3q9x", secret.as_bytes())
            .unwrap_err()
            .subject,
        "the credential has expired"
    );
    assert_eq!(world.readmit(&identity), Verdict::Revoked);
    world.villa().houses[0].credentials.clear();
    assert_eq!(world.readmit(&identity), Verdict::Revoked);
    world.state.tenants.clear();
    assert_eq!(world.readmit(&identity), Verdict::Revoked);
}

#[test]
fn suspended_is_said_only_to_who_proved_to_belong_there() {
    let mut world = World::new();
    let secret = world.villa.expose().to_owned();
    let identity = world.admit("villa-7k3q9x", secret.as_bytes()).unwrap();
    world.villa().standing = Standing::Suspended;
    let refused = world.admit("villa-7k3q9x", secret.as_bytes()).unwrap_err();
    assert_eq!(
        (refused.told, refused.reason),
        (Told::Suspended, RefusalReason::Standing)
    );
    let stranger = world.admit("villa-7k3q9x", b"wrong").unwrap_err();
    assert_eq!(stranger.told, Told::BadCredentials);
    assert_eq!(world.readmit(&identity), Verdict::Suspended);
    world.villa().standing = Standing::ReadOnly;
    assert!(world.admit("villa-7k3q9x", secret.as_bytes()).is_ok());
}

#[test]
fn a_token_binds_its_holder_to_house_role_sender_and_end() {
    let world = World::new();
    let token = signed(&world.claims(), "k1", 1);
    let identity = world.admit("villa-7k3q9x", token.as_bytes()).unwrap();
    assert_eq!(identity.grant.role, BusRole::Resident);
    assert_eq!(identity.grant.voice, Voice::One("gui/anna_4711".to_owned()));
    assert_eq!(
        identity.expires_at,
        Some(Timestamp::from_secs(NOW.as_secs() + 300))
    );
    assert!(world.admit("hut-aaaaaa", token.as_bytes()).is_err());
}

#[test]
fn tokens_that_claim_something_else_are_refused() {
    let world = World::new();
    for (claim, value, why) in [
        (
            "house",
            json!("hut-aaaaaa"),
            "the token is for another house",
        ),
        (
            "aud",
            json!("bus:cel_other"),
            "the token is for another service",
        ),
        ("exp", json!(NOW.as_secs()), "the token has expired"),
        (
            "exp",
            json!(NOW.as_secs() + 3_600),
            "the token is valid for too long",
        ),
        (
            "role",
            json!("house"),
            "this role does not connect with a token",
        ),
        (
            "role",
            json!("runtime"),
            "this role does not connect with a token",
        ),
        (
            "role",
            json!("owner"),
            "the token's signature or claims are wrong",
        ),
        ("jti", json!(""), "the token lacks sub or jti"),
        (
            "sub",
            Value::Null,
            "the token's signature or claims are wrong",
        ),
    ] {
        let mut claims = world.claims();
        claims[claim] = value.clone();
        let token = signed(&claims, "k1", 1);
        let refused = world.admit("villa-7k3q9x", token.as_bytes()).unwrap_err();
        assert_eq!(refused.subject, why, "{claim} {value}");
        assert_eq!(refused.told, Told::BadCredentials);
    }
    for sender in [
        "controller/hub",
        "gui/anna",
        "gui/anna_",
        "gui/_1",
        "gui/anna_1234567",
        "gui/a+_1",
        "gui/anna_1/x",
        "gui/#_1",
        "gui/anna_1a",
        "",
    ] {
        let mut claims = world.claims();
        claims["sender"] = json!(sender);
        let token = signed(&claims, "k1", 1);
        assert!(
            world.admit("villa-7k3q9x", token.as_bytes()).is_err(),
            "{sender}"
        );
    }
}

#[test]
fn tokens_signed_otherwise_are_refused() {
    let world = World::new();
    let claims = world.claims();
    let foreign_key = signed(&claims, "k1", 2);
    let unknown_key = signed(&claims, "k2", 1);
    // The public key used as the secret of a symmetric signature.
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("k1".into());
    let public = EncodingKey::from_secret(key_pair(1).0.as_bytes());
    let symmetric = encode(&header, &claims, &public).unwrap();
    let good = signed(&claims, "k1", 1);
    let unsigned = format!("{}.", good.rsplit_once('.').unwrap().0);
    for token in [
        &foreign_key,
        &unknown_key,
        &symmetric,
        &unsigned,
        &"..".to_owned(),
    ] {
        assert!(
            world.admit("villa-7k3q9x", token.as_bytes()).is_err(),
            "{token}"
        );
    }
}

#[test]
fn a_revoked_subject_or_token_is_refused_but_a_later_token_is_not() {
    for subject in ["usr_anna", "tok_1"] {
        let mut world = World::new();
        let token = signed(&world.claims(), "k1", 1);
        let identity = world.admit("villa-7k3q9x", token.as_bytes()).unwrap();
        world.villa().houses[0].revoked.push(Revoked {
            subject: subject.into(),
            until: Timestamp::from_secs(NOW.as_secs() + 400),
        });
        let refused = world.admit("villa-7k3q9x", token.as_bytes()).unwrap_err();
        assert_eq!(refused.subject, "the token was revoked");
        assert_eq!(world.readmit(&identity), Verdict::Revoked);
        let mut later = world.claims();
        later["exp"] = json!(NOW.as_secs() + 500);
        let later = signed(&later, "k1", 1);
        assert!(world.admit("villa-7k3q9x", later.as_bytes()).is_ok());
    }
}

fn bound(role: BusRole) -> Binding {
    match role {
        BusRole::Runtime | BusRole::House => Binding::House,
        BusRole::Package => Binding::Package {
            package: "egeoffrey-service-mqtt".parse().unwrap(),
            senders: vec!["service/mqtt".parse().unwrap()],
        },
        BusRole::Admin | BusRole::Resident | BusRole::Viewer => Binding::Person {
            user: "anna".parse().unwrap(),
        },
    }
}

#[test]
fn a_secret_of_any_role_is_bound_to_its_voice_and_one_without_opens_nothing() {
    let mut world = World::new();
    let secret = world.villa.expose().to_owned();
    for role in BusRole::ALL {
        let credential = &mut world.villa().houses[0].credentials[0];
        (credential.role, credential.binding) = (*role, bound(*role));
        let identity = world.admit("villa-7k3q9x", secret.as_bytes()).unwrap();
        assert_eq!(identity.grant.role, *role);
        assert_eq!(identity.grant.voice, Voice::from(&bound(*role)));
        assert_eq!(world.readmit(&identity), Verdict::Keep(identity.clone()));

        let other = BusRole::ALL
            .iter()
            .find(|other| !bound(**other).fits(*role));
        let unfit = bound(*other.unwrap());
        world.villa().houses[0].credentials[0].binding = unfit;
        let refused = world.admit("villa-7k3q9x", secret.as_bytes()).unwrap_err();
        assert_eq!(refused.told, Told::BadCredentials, "{role}");
        assert_eq!(world.readmit(&identity), Verdict::Revoked, "{role}");
    }
}

#[test]
fn an_exchanged_secret_and_its_successor_work_both_until_the_old_one_ends() {
    let mut world = World::new();
    let old = world.villa.expose().to_owned();
    let fresh = Secret::generate(&world.ambient);
    let first = world.villa().houses[0].credentials[0].clone();
    let successor = CredentialSpec {
        id: CredentialId::generate(&world.ambient),
        line: Some(first.id),
        secret_hash: fresh.hash(),
        ..first
    };
    let credentials = &mut world.villa().houses[0].credentials;
    credentials[0].not_after = Some(Timestamp::from_secs(NOW.as_secs() + 60));
    credentials.push(successor);
    let before = world.admit("villa-7k3q9x", old.as_bytes()).unwrap();
    let after = world
        .admit("villa-7k3q9x", fresh.expose().as_bytes())
        .unwrap();
    assert!(after.principal.succeeds(&before.principal), "one holder");
    assert_ne!(after.principal.credential(), before.principal.credential());

    world.ambient.advance(std::time::Duration::from_mins(1));
    let refused = world.admit("villa-7k3q9x", old.as_bytes()).unwrap_err();
    assert_eq!(refused.subject, "the credential has expired");
    assert_eq!(world.readmit(&before), Verdict::Revoked);
    assert_eq!(world.readmit(&after), Verdict::Keep(after.clone()));
}
