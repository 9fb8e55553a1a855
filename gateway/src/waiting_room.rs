//! Room for connections that have not yet proved who they are: so many in all,
//! and so many from one address, so that one hostile address cannot keep
//! everybody else outside.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::attempts::network;

pub(crate) struct WaitingRoom {
    seats: usize,
    per_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A place in the room; free again when dropped.
pub(crate) struct Seat<'a> {
    room: &'a WaitingRoom,
    address: Option<IpAddr>,
}

impl WaitingRoom {
    pub(crate) fn new(seats: usize, per_address: usize) -> Self {
        Self {
            seats,
            per_address,
            taken: Mutex::default(),
        }
    }

    /// A seat; `None` when there is none for this address.
    pub(crate) fn sit(&self, address: Option<IpAddr>) -> Option<Seat<'_>> {
        let address = address.map(network);
        let mut taken = self.lock();
        if taken.all >= self.seats {
            return None;
        }
        if let Some(address) = address {
            let by_address = taken.by_address.entry(address).or_default();
            if *by_address >= self.per_address {
                return None;
            }
            *by_address += 1;
        }
        taken.all += 1;
        Some(Seat {
            room: self,
            address,
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut taken = self.room.lock();
        taken.all = taken.all.saturating_sub(1);
        if let Some(address) = self.address
            && let Some(by_address) = taken.by_address.get_mut(&address)
        {
            *by_address = by_address.saturating_sub(1);
            if *by_address == 0 {
                taken.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_leaves_room_for_others() {
        let room = WaitingRoom::new(4, 2);
        let address = |text: &str| Some(text.parse().unwrap());
        let greedy = [
            room.sit(address("192.0.2.1")),
            room.sit(address("192.0.2.1")),
        ];
        assert!(greedy.iter().all(Option::is_some));
        assert!(room.sit(address("192.0.2.1")).is_none());
        assert!(room.sit(address("::ffff:192.0.2.1")).is_none());
        let others = [room.sit(address("192.0.2.2")), room.sit(None)];
        assert!(others.iter().all(Option::is_some));
        assert!(room.sit(None).is_none());
        drop((greedy, others));
        assert!(room.sit(address("192.0.2.1")).is_some());
        assert!(room.lock().by_address.is_empty());
    }
}
