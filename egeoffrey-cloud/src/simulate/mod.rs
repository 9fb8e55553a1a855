//! `simulate`: houses that connect with real MQTT sessions, one per module,
//! publish and react. For trying a service out, and for loading one.
//!
//! | module | subject |
//! |---|---|
//! | [`args`] | the words of the command line |
//! | [`roster`] | which houses are played: from a file, or made for the occasion |
//! | [`progress`] | what is said while it runs |

mod args;
mod progress;
mod roster;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use model::Ambient;
use platform::SystemAmbient;
use simulator::{Dial, House, Pace, Summary, Tally};
use tokio_util::sync::CancellationToken;

pub use args::SimulateArgs;

use self::roster::Entry;
use crate::failure::Failure;

/// Plays until the time is over or a signal comes, then says what came of it.
pub fn run(args: &SimulateArgs) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::internal)?;
    runtime.block_on(async {
        let roster = roster::gather(args).await?;
        let played = play(args, &roster.entries).await;
        // Houses made for the occasion go, whatever came of it.
        roster.dismiss().await?;
        let summary = played?;
        if args.remote.json {
            let line = serde_json::to_string(&summary).map_err(Failure::internal)?;
            println!("{line}");
        } else {
            println!("{summary}");
        }
        if summary.connected == 0 {
            return Err(Failure::Internal(
                "no module could connect: check --gateway and the passcodes".to_owned(),
            ));
        }
        Ok(())
    })
}

async fn play(args: &SimulateArgs, entries: &[Entry]) -> Result<Summary, Failure> {
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let tally = Arc::new(Tally::new().map_err(Failure::internal)?);
    let stop = CancellationToken::new();
    let (host, port) = args.gateway()?;
    let houses = entries.iter().zip(1..).map(|(entry, seed)| {
        let dial = Dial {
            host: host.clone(),
            port,
            house: entry.house.clone(),
            passcode: entry.passcode.clone(),
        };
        let zone = args.timezone.clone();
        House::new(dial, zone, seed, Arc::clone(&ambient), Arc::clone(&tally))
    });
    let pace = args.rate.map_or(Pace::Natural, Pace::PerSecond);
    let playing = join_all(houses.map(|house| {
        let stop = stop.clone();
        async move { play_one(&house, args, pace, &stop).await }
    }));
    let ending = async {
        let until = args.seconds.map_or(Duration::MAX, Duration::from_secs);
        tokio::select! {
            () = tokio::time::sleep(until) => {}
            // Without a way to hear signals only the time ends it.
            Ok(()) = tokio::signal::ctrl_c() => {}
        }
        stop.cancel();
    };
    tokio::select! {
        ((), _) = async { tokio::join!(ending, playing) } => {}
        () = progress::tell(&tally, entries.len(), args.quiet) => {}
    }
    Ok(tally.summary())
}

async fn play_one(house: &House, args: &SimulateArgs, pace: Pace, stop: &CancellationToken) {
    house.furnish(stop).await;
    if args.past_hours > 0 && !stop.is_cancelled() {
        let past = Duration::from_hours(args.past_hours);
        house.remember(past, Duration::from_mins(10), stop).await;
    }
    if !stop.is_cancelled() {
        house.live(pace, stop).await;
    }
}
