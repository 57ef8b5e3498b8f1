//! How many connections there may be, and which one goes when there is no room.
//!
//! A newcomer always gets in, since it may bring a stop. The one that has been idle longest goes, strangers first, and among
//! them those of whoever holds most seats.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use rustix::net::{Shutdown, shutdown};
use tokio::net::TcpStream;

use super::household;

/// All connections, of every listener.
#[derive(Debug)]
pub struct Seats {
    most: usize,
    began: Instant,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    taken: BTreeMap<u64, Arc<Seat>>,
}

/// One connection, as those see it who do not hold it.
#[derive(Debug)]
pub struct Seat {
    number: u64,
    /// Who is at the other end.
    pub from: SocketAddr,
    /// At which address of this machine it came in.
    pub at: IpAddr,
    /// When a byte last went either way, in milliseconds since the first seat was there.
    active: AtomicU64,
    /// By which token, once it has shown one; an empty one for this machine's own.
    credential: Mutex<Option<Arc<str>>>,
    /// The connection, for as long as somebody holds it.
    stream: Weak<TcpStream>,
}

impl Seat {
    /// Remembers by whose word it is here: none for whoever sits at this machine.
    pub fn trust(&self, id: Option<&str>) {
        let id = id.unwrap_or_default().into();
        *self.credential.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
    }

    fn credential(&self) -> Option<Arc<str>> {
        self.credential.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends the connection, whatever it is waiting for.
    fn end(&self) {
        if let Some(stream) = self.stream.upgrade() {
            // An error is a connection that has ended by itself.
            let _ = shutdown(&*stream, Shutdown::Both);
        }
    }
}

impl Seats {
    /// Room for so many.
    pub fn new(most: usize) -> Self {
        Self { most, began: Instant::now(), table: Mutex::default() }
    }

    /// Takes a seat, somebody else's if there is none left.
    pub fn take(&self, stream: &Arc<TcpStream>, from: SocketAddr, at: IpAddr) -> Arc<Seat> {
        let mut table = self.table();
        while table.taken.len() >= self.most {
            end_idlest(&mut table);
        }
        table.next += 1;
        let seat = Arc::new(Seat {
            number: table.next,
            from,
            at,
            active: AtomicU64::new(self.now()),
            credential: Mutex::default(),
            stream: Arc::downgrade(stream),
        });
        table.taken.insert(seat.number, seat.clone());
        seat
    }

    /// Gives a seat back.
    pub fn leave(&self, seat: &Seat) {
        self.table().taken.remove(&seat.number);
    }

    /// Remembers that something has moved on this connection.
    pub fn moved(&self, seat: &Seat) {
        seat.active.store(self.now(), Ordering::Relaxed);
    }

    /// Ends the one that has been idle longest.
    pub fn make_room(&self) {
        end_idlest(&mut self.table());
    }

    /// Ends those that are here by a token that no longer counts.
    pub fn end_unless(&self, holds: impl Fn(&str) -> bool) {
        let taken: Vec<_> = self.table().taken.values().cloned().collect();
        for seat in taken {
            let credential = seat.credential();
            if credential.is_some_and(|id| !id.is_empty() && !holds(&id)) {
                seat.end();
            }
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // A holder that panicked has left a table in which every seat is either there or not.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Strangers before those who are known, and among strangers those of the household that holds most seats: a flood ends
/// itself, and leaves the one in peace who is about to say who it is.
fn end_idlest(table: &mut Table) {
    let mut held: BTreeMap<IpAddr, usize> = BTreeMap::new();
    for seat in table.taken.values().filter(|seat| seat.credential().is_none()) {
        *held.entry(household(seat.from.ip())).or_default() += 1;
    }
    let rank = |seat: &Seat| {
        let is_known = seat.credential().is_some();
        let share =
            if is_known { 0 } else { held.get(&household(seat.from.ip())).copied().unwrap_or_default() };
        (is_known, Reverse(share), seat.active.load(Ordering::Relaxed), seat.number)
    };
    let idlest = table.taken.values().min_by_key(|seat| rank(seat)).map(|seat| seat.number);
    if let Some(seat) = idlest.and_then(|number| table.taken.remove(&number)) {
        seat.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_idlest_stranger_goes_first_and_a_newcomer_always_gets_in() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let seats = Seats::new(3);
        let mut lines = Vec::new();
        let mut come = async || {
            let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            let (stream, from) = listener.accept().await.unwrap();
            let stream = Arc::new(stream);
            let seat = seats.take(&stream, from, from.ip());
            lines.push((client, stream));
            seat
        };
        let (trusted, idle, busy) = (come().await, come().await, come().await);
        trusted.trust(Some("token"));
        busy.active.store(u64::MAX, Ordering::Relaxed);
        let newcomer = come().await;
        newcomer.trust(None);
        let here = |seat: &Seat| seats.table().taken.contains_key(&seat.number);
        assert_eq!([&trusted, &idle, &busy, &newcomer].map(|seat| here(seat)), [true, false, true, true]);
        // Strangers go before the trusted, however busy; then the trusted one that is idlest.
        come().await.trust(None);
        assert_eq!([&trusted, &busy, &newcomer].map(|seat| here(seat)), [true, false, true]);
        come().await;
        assert!(!here(&trusted) && seats.table().taken.len() == 3);
        // Whoever has gone is told, by the end of the line.
        let mut byte = [0];
        for (client, _) in &lines[..3] {
            client.readable().await.unwrap();
            assert_eq!(client.try_read(&mut byte).unwrap(), 0);
        }
    }
}
