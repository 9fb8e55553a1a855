//! The session of the tenant runtime: two channels, served on the thread of
//! its house.

use std::rc::Rc;

use cell::{BusCommand, BusSession, Delivery};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::house::House;
use crate::core::LinkId;

/// Deliveries and commands on their way; further ones wait at their source.
const ON_THE_WAY: usize = 64;

/// Opens the session; an earlier one ends. The future serves it.
pub(super) fn open(house: Rc<House>) -> (BusSession, impl Future<Output = ()>) {
    let (deliver, deliveries) = mpsc::channel(ON_THE_WAY);
    let (command, commands) = mpsc::channel(ON_THE_WAY);
    let (link, ended) = house.open_link();
    let session = BusSession {
        deliveries,
        commands: command,
        allowance: house.keeping.subscribe(),
    };
    (session, serve(house, link, ended, commands, deliver))
}

async fn serve(
    house: Rc<House>,
    link: LinkId,
    ended: CancellationToken,
    mut commands: mpsc::Receiver<BusCommand>,
    deliver: mpsc::Sender<Delivery>,
) {
    let mut more = true;
    loop {
        tokio::select! {
            biased;
            () = ended.cancelled() => break,
            command = commands.recv() => match command {
                Some(command) => house.with(|router, now| router.link_command(now, link, command)),
                None => break,
            },
            room = deliver.reserve(), if more => {
                let Ok(room) = room else { break };
                match house.with(|router, now| router.link_next(now, link)) {
                    Some(delivery) => room.send(delivery),
                    None => more = false,
                }
            }
            () = house.deliveries.notified(), if !more => more = true,
        }
    }
    house.with(|router, _| router.link_closed(link));
}
