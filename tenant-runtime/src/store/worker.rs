//! One store thread: take all that waits, one transaction per house, commit,
//! answer.

use std::path::Path;
use std::sync::mpsc as blocking;

use ::house::{Snapshot, StoreAnswer, StoreOp, Ticket};
use model::HouseId;
use tokio::sync::{mpsc, oneshot};

use super::open::OpenFiles;
use super::{StoreFault, StoreReply};

/// Most requests taken at a time: what one commit may delay.
const BATCH: usize = 1_024;

/// One thing asked of the thread.
pub(super) enum Request {
    Do {
        house: HouseId,
        ticket: Ticket,
        op: StoreOp,
        replies: mpsc::UnboundedSender<StoreReply>,
    },
    Load {
        house: HouseId,
        reply: oneshot::Sender<Result<Snapshot, StoreFault>>,
    },
    Close {
        house: HouseId,
    },
    Remove {
        house: HouseId,
        reply: oneshot::Sender<Result<(), StoreFault>>,
    },
}

impl Request {
    fn house(&self) -> &HouseId {
        match self {
            Self::Do { house, .. }
            | Self::Load { house, .. }
            | Self::Close { house }
            | Self::Remove { house, .. } => house,
        }
    }
}

/// An operation whose asker waits.
struct Asked {
    ticket: Ticket,
    replies: mpsc::UnboundedSender<StoreReply>,
}

/// Works until nobody can ask any more.
pub(super) fn run(folder: &Path, open_files: usize, requests: &blocking::Receiver<Request>) {
    let mut files = OpenFiles::new(folder, open_files);
    while let Ok(first) = requests.recv() {
        let more = requests.try_iter().take(BATCH - 1);
        for (house, requests) in by_house([first].into_iter().chain(more)) {
            serve(&mut files, &house, requests);
        }
    }
}

/// Groups requests by house, keeping the order within each.
fn by_house(requests: impl Iterator<Item = Request>) -> Vec<(HouseId, Vec<Request>)> {
    let mut groups: Vec<(HouseId, Vec<Request>)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for request in requests {
        let house = request.house().clone();
        let place = *places.entry(house.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, group)) => group.push(request),
            None => groups.push((house, vec![request])),
        }
    }
    groups
}

/// Serves one house: runs of operations are committed together. Who does not
/// wait for the answer any more needs none, hence the ignored results.
fn serve(files: &mut OpenFiles, house: &HouseId, requests: Vec<Request>) {
    let (mut asked, mut ops) = (Vec::new(), Vec::new());
    for request in requests {
        match request {
            Request::Do {
                ticket,
                op,
                replies,
                ..
            } => {
                asked.push(Asked { ticket, replies });
                ops.push(op);
            }
            Request::Load { reply, .. } => {
                commit(files, house, &mut asked, &mut ops);
                let snapshot = files.get(house).and_then(super::file::HouseFile::snapshot);
                if snapshot.is_err() {
                    files.close(house);
                }
                let _ = reply.send(snapshot);
            }
            Request::Close { .. } => {
                commit(files, house, &mut asked, &mut ops);
                files.close(house);
            }
            Request::Remove { reply, .. } => {
                commit(files, house, &mut asked, &mut ops);
                let _ = reply.send(files.remove(house));
            }
        }
    }
    commit(files, house, &mut asked, &mut ops);
}

fn commit(files: &mut OpenFiles, house: &HouseId, asked: &mut Vec<Asked>, ops: &mut Vec<StoreOp>) {
    let (asked, ops) = (std::mem::take(asked), std::mem::take(ops));
    if ops.is_empty() {
        return;
    }
    // Far below 2^52: exact as a float.
    let operations = u32::try_from(ops.len()).unwrap_or(u32::MAX);
    metrics::histogram!("runtime_store_batch_operations").record(f64::from(operations));
    match files.get(house).and_then(|file| file.apply(ops)) {
        Ok(answers) => {
            let is_new = |answer: &&StoreAnswer| matches!(answer, StoreAnswer::Saved(Some(_)));
            let values = u64::try_from(answers.iter().filter(is_new).count()).unwrap_or(0);
            metrics::counter!("runtime_values_stored_total").increment(values);
            for (asked, answer) in asked.into_iter().zip(answers) {
                let _ = asked.replies.send(Ok((asked.ticket, answer)));
            }
        }
        Err(fault) => {
            files.close(house);
            for asked in asked {
                let _ = asked.replies.send(Err(fault.clone()));
            }
        }
    }
}
