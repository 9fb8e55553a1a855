//! How long a start takes with many hosted houses in the store, and what each
//! costs while nobody speaks to it.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::figures::{median, mib};
use super::http::{Api, text};
use super::mqtt::Publisher;
use super::service::Service;
use crate::progress::Progress;

/// How often the product is started with all houses.
const STARTS: usize = 5;

/// The tenants that share the houses.
const TENANTS: usize = 20;

/// Sensors of each house, and values of each sensor: a quarter of an hour
/// apart. Together less than a house of the free plan may send at once.
const SENSORS: usize = 3;
const VALUES: usize = 32;

/// After how many seconds without a word a house falls asleep, where that is
/// measured: longer than it takes to speak to all.
const SLEEP_AFTER_SECS: &str = "60";

/// How long it may take until all sleep.
const FALLS_ASLEEP: Duration = Duration::from_mins(5);

/// The same for all: nobody else reaches this service.
const PASSWORD: &str = "correct horse battery staple";

/// What many houses cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// How many.
    pub houses: usize,
    /// Median time until ready, in milliseconds.
    pub ready_p50_ms: f64,
    /// The slowest.
    pub ready_max_ms: f64,
    /// Median resident memory once all are connected, in MiB.
    pub resident_mib: f64,
    /// What each costs beyond a service without a house, in KiB.
    pub idle_kib: f64,
    /// The same right after all were spoken to and are awake.
    pub awake_kib: f64,
    /// The same once these have fallen asleep.
    pub asleep_kib: f64,
}

/// A house with the secret to speak as it.
struct House {
    id: String,
    passcode: String,
}

/// Makes `houses` houses in a new folder, starts the product on it again and
/// again, and measures.
pub fn measure(product: &Path, houses: usize) -> Result<Cost> {
    let folder = tempfile::tempdir().context("make an empty folder")?;
    let data = folder.path().join("data");
    let mut progress = Progress::start("houses");
    let tokens = tenants(product, &data, &mut progress)?;
    let (empty, _) = start(product, &data)?;
    let made = seed(product, &data, &tokens, houses, &mut progress)?;
    let (mut ready, mut resident) = (Vec::new(), Vec::new());
    for number in 1..=STARTS {
        progress.now_at(&format!("start {number} of {STARTS} with {houses} houses"));
        let (kib, after_ms) = start(product, &data)?;
        resident.push(mib(kib));
        ready.push(after_ms);
    }
    let (awake, asleep) = wake_all(product, &data, &made, &mut progress)?;
    progress.finish(&format!("{STARTS} starts with {houses} houses"));
    let resident_mib = median(resident.into_iter());
    let each = |mib_all: f64| {
        let count = u32::try_from(houses).unwrap_or(u32::MAX).max(1);
        (mib_all - mib(empty)) * 1024.0 / f64::from(count)
    };
    Ok(Cost {
        houses,
        ready_p50_ms: median(ready.iter().copied()),
        ready_max_ms: ready.iter().copied().fold(0.0, f64::max),
        resident_mib,
        idle_kib: each(resident_mib),
        awake_kib: each(mib(awake)),
        asleep_kib: each(mib(asleep)),
    })
}

/// Starts, lets memory settle and stops: memory in KiB, time in milliseconds.
fn start(product: &Path, data: &Path) -> Result<(u64, f64)> {
    let service = Service::start(product, data)?;
    let kib = service.settled_kib()?;
    let after = service.after.as_secs_f64() * 1e3;
    service.stop()?;
    Ok((kib, after))
}

/// Makes people with a tenant each: their e-mail addresses.
fn tenants(product: &Path, data: &Path, progress: &mut Progress) -> Result<Vec<String>> {
    let folder = data.parent().context("the data folder stands nowhere")?;
    let password = folder.join("password");
    std::fs::write(&password, PASSWORD).context("write the password down")?;
    let mut addresses = Vec::with_capacity(TENANTS);
    for number in 1..=TENANTS {
        progress.now_at(&format!("tenant {number} of {TENANTS}"));
        let address = format!("person-{number}@example.org");
        let made = Command::new(product)
            .args(["admin", "create-admin", "--email", &address, "--data-dir"])
            .arg(data)
            .arg("--password-file")
            .arg(&password)
            .current_dir(folder)
            .output()
            .context("make an account")?;
        ensure!(
            made.status.success(),
            "create-admin failed: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        addresses.push(address);
    }
    Ok(addresses)
}

/// Makes the houses through the API, each with sensors and values over MQTT.
fn seed(
    product: &Path,
    data: &Path,
    addresses: &[String],
    houses: usize,
    progress: &mut Progress,
) -> Result<Vec<House>> {
    let service = Service::start(product, data)?;
    let api = Api::new(&service.ready.http)?;
    let mut owners = Vec::with_capacity(addresses.len());
    for address in addresses {
        let person = json!({"email": address, "password": PASSWORD});
        let token = api.text("POST", "/api/v1/tokens", &person, "access_token")?;
        let api = api.with_token(&token);
        let answer = api.call("GET", "/api/v1/tenants", &Value::Null)?;
        let tenants = answer.get("tenants").unwrap_or(&answer);
        let tenant = tenants.get(0).context("an account without a tenant")?;
        let tenant = text(tenant, "tenant_id").or_else(|_| text(tenant, "id"))?;
        let path = format!("/api/v1/admin/tenants/{tenant}/quotas");
        api.call("PUT", &path, &json!({"houses": houses}))?;
        owners.push((api, tenant));
    }
    let now = super::figures::now()?;
    let mut made = Vec::with_capacity(houses);
    for (number, (api, tenant)) in (1..=houses).zip(owners.iter().cycle()) {
        progress.now_at(&format!("house {number} of {houses}"));
        let path = format!("/api/v1/tenants/{tenant}/houses");
        let wanted = json!({
            "name": format!("House {number}"), "timezone": "Europe/Berlin", "hosting": "hosted",
        });
        let house = api.call("POST", &path, &wanted)?;
        let house = House {
            id: text(&house, "house_id")?,
            passcode: text(&house, "passcode")?,
        };
        live(&service.ready.mqtt, &house, now)
            .with_context(|| format!("let house {number} live"))?;
        made.push(house);
    }
    service.stop()?;
    Ok(made)
}

/// Speaks to every house once: memory with all awake, and once all sleep.
fn wake_all(
    product: &Path,
    data: &Path,
    houses: &[House],
    progress: &mut Progress,
) -> Result<(u64, u64)> {
    let soon = (
        "EGEOFFREY_CLOUD__HOUSES__SLEEP_AFTER_SECS",
        SLEEP_AFTER_SECS,
    );
    let service = Service::start_with(product, data, &[soon])?;
    let now = super::figures::now()?;
    for (number, house) in (1..).zip(houses) {
        progress.now_at(&format!("a word to house {number} of {}", houses.len()));
        let (mut bus, topic) = connect(&service.ready.mqtt, house)?;
        let value = json!({"request_id": 1, "data": {"value": 20, "timestamp": now}});
        bus.publish(&topic("hub/IN/room/0"), value.to_string().as_bytes())?;
        bus.finish()?;
    }
    let awake = service.resident_kib()?;
    let api = Api::new(&service.ready.http)?;
    let were_awake = houses_awake(&api)?;
    ensure!(
        were_awake >= houses.len(),
        "only {were_awake} houses were awake, the others slept already"
    );
    let began = Instant::now();
    while houses_awake(&api)? > 0 {
        progress.now_at("houses fall asleep");
        ensure!(began.elapsed() < FALLS_ASLEEP, "houses do not fall asleep");
        std::thread::park_timeout(Duration::from_millis(500));
    }
    let asleep = service.settled_kib()?;
    service.stop()?;
    Ok((awake, asleep))
}

/// What the metrics say.
fn houses_awake(api: &Api) -> Result<usize> {
    let metrics = api.raw("GET", "/metrics", &Value::Null)?;
    let count = metrics
        .lines()
        .find_map(|line| line.strip_prefix("runtime_houses_awake "));
    let count = count.context("the metrics do not say how many houses are awake")?;
    count.trim().parse().context("read a metric")
}

/// A connection of the house, and how topics of its module begin.
fn connect(mqtt: &str, house: &House) -> Result<(Publisher, impl Fn(&str) -> String)> {
    let id = house.id.clone();
    let client = format!("egeoffrey-{id}-service-bench");
    let bus = Publisher::connect(mqtt, &id, &house.passcode, &client)?;
    let topic = move |rest: &str| format!("egeoffrey/v2/{id}/service/bench/controller/{rest}");
    Ok((bus, topic))
}

/// A house gets its sensors and some hours of values, all on disk at the end.
fn live(mqtt: &str, house: &House, now: i64) -> Result<()> {
    let (mut bus, topic) = connect(mqtt, house)?;
    let say = |data: &Value| json!({"request_id": 1, "data": data}).to_string();
    for sensor in 0..SENSORS {
        let file = json!({
            "description": format!("Room {sensor}"), "format": "float_1", "unit": "°C",
            "calculate": "avg_min_max", "retain": "history",
            "service": {"name": "bench", "mode": "push"},
        });
        let topic = topic(&format!("config/SAVE/1/sensors/room/{sensor}"));
        bus.publish(&topic, say(&file).as_bytes())?;
    }
    let values = i64::try_from(VALUES).unwrap_or(i64::MAX);
    for sensor in 0..SENSORS {
        let topic = topic(&format!("hub/IN/room/{sensor}"));
        for nth in 0..values {
            let value = json!({"value": 20 + nth % 5, "timestamp": now - (values - nth) * 900});
            bus.publish(&topic, say(&value).as_bytes())?;
        }
    }
    bus.finish()
}
