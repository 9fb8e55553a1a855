//! A last will is a publish like any other.

use anyhow::Result;
use tests::Version;

use crate::neighbours::Neighbours;

#[tokio::test]
async fn a05_a_will_on_another_houses_topic_is_never_published() -> Result<()> {
    let all = Neighbours::move_in().await?;
    let mut ear = all.ear().await?;
    let topic = all.villa.topic("controller/hub/*/*/STATUS/0");
    for version in Version::ALL {
        for retain in [false, true] {
            let dial = all
                .cabin
                .dial(&all.server, "dying")
                .version(version)
                .will(&topic, b"boo", retain);
            if let Ok(dying) = dial.try_connect().await? {
                drop(dying);
            }
        }
    }
    // Its own will, set up later, comes: so would have the others.
    let own = all.cabin.topic("service/x/*/*/STATUS/0");
    let mut own_ear = all.cabin.dial(&all.server, "own-ear").connect().await?;
    own_ear.subscribe(&own).await?;
    drop(
        all.cabin
            .dial(&all.server, "dying")
            .will(&own, b"own", false)
            .connect()
            .await?,
    );
    own_ear.on(&own).await?;
    ear.settle(&all.villa.id).await?;
    let heard: Vec<_> = ear
        .arrived()
        .into_iter()
        .filter(|message| message.payload == b"boo")
        .collect();
    assert!(heard.is_empty(), "{heard:?}");
    Ok(())
}
