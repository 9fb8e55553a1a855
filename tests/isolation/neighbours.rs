//! Two tenants on one service.

use anyhow::Result;
use serde_json::json;
use tests::{Bus, House, Module, Person, Server};

/// A word that only the victim's house ever says.
pub const SECRET: &str = "canary-7f3a91";

/// Anna with her villa, and a neighbour with a cabin.
pub struct Neighbours {
    /// The service that both use.
    pub server: Server,
    /// The victim.
    pub anna: Person,
    /// The victim's house.
    pub villa: House,
    /// The attacker.
    pub mallory: Person,
    /// The attacker's house.
    pub cabin: House,
}

impl Neighbours {
    /// Both have signed up and made a house.
    pub async fn move_in() -> Result<Self> {
        let server = Server::start().await?;
        let anna = server.person("anna").await?;
        let villa = anna.house("Villa").await?;
        let mallory = server.person("mallory").await?;
        let cabin = mallory.house("Cabin").await?;
        Ok(Self {
            server,
            anna,
            villa,
            mallory,
            cabin,
        })
    }

    /// A connection of the victim's house that hears everything of it.
    pub async fn ear(&self) -> Result<Bus> {
        let bus = self.villa.dial(&self.server, "ear").connect().await?;
        bus.subscribe(&format!("egeoffrey/+/{}/#", self.villa.id))
            .await?;
        Ok(bus)
    }

    /// A connection of the attacker's house.
    pub async fn intruder(&self) -> Result<Bus> {
        self.cabin.dial(&self.server, "intruder").connect().await
    }

    /// The victim's house has a sensor with one value, which is the secret.
    pub async fn furnish(&self) -> Result<Module> {
        let mut lab = Module::connect(&self.server, &self.villa, "service/lab").await?;
        let sensor = json!({
            "format": "string", "description": SECRET, "retain": "history",
            "service": {"name": "lab", "mode": "push", "configuration": {"key": SECRET}},
        });
        lab.listen("controller/config/*/*/CONF/1/sensors/#").await?;
        lab.send("controller/config", "SAVE/1/sensors/lab/secret", &sensor)
            .await?;
        lab.heard("controller/config/*/*/CONF/1/sensors/lab/secret")
            .await?;
        lab.report("lab/secret", &json!(SECRET)).await?;
        Ok(lab)
    }
}

/// Nothing that arrived here is the victim's.
pub async fn heard_nothing(intruder: &mut Bus, own: &House, victim: &House) -> Result<()> {
    intruder.settle(&own.id).await?;
    for message in intruder.arrived() {
        let text = String::from_utf8_lossy(&message.payload);
        assert!(
            !message.topic.contains(&victim.id),
            "heard {}",
            message.topic
        );
        assert!(
            !text.contains(SECRET) && !text.contains(&victim.id),
            "heard {text} on {}",
            message.topic
        );
    }
    Ok(())
}
