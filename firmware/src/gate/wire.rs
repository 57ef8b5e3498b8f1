//! A connection that does not wait for whoever does not read, and that can be ended from outside.
//!
//! It lies below TLS, so that nothing above it, handshake and upgraded sockets included, can be held up.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rustix::net::{Shutdown, shutdown, sockopt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::seats::{Seat, Seats};

/// How long a write may make no progress before the reader counts as gone.
const PATIENCE: Duration = Duration::from_secs(5);
/// What may wait in the kernel for a reader; Linux doubles it. Two pictures of the camera: more would only be older.
const SEND_BUFFER: usize = 64 * 1024;

/// A connection and its seat.
#[derive(Debug)]
pub struct Wire {
    stream: Arc<TcpStream>,
    seats: Arc<Seats>,
    seat: Arc<Seat>,
    /// Runs while a write makes no progress.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Wire {
    /// Takes a seat for this connection.
    pub fn new(stream: TcpStream, from: SocketAddr, seats: Arc<Seats>) -> Self {
        // A connection on which a setting fails is one that has gone; the first read will tell.
        // A command is smaller than a packet and must not wait for a fuller one.
        let _ = stream.set_nodelay(true);
        let _ = sockopt::set_socket_send_buffer_size(&stream, SEND_BUFFER);
        // A reader that has vanished acknowledges nothing.
        #[cfg(target_os = "linux")]
        let _ = sockopt::set_tcp_user_timeout(&stream, 2 * u32::try_from(PATIENCE.as_millis()).unwrap_or(0));
        let at = stream.local_addr().map_or(from.ip(), |at| at.ip());
        let stream = Arc::new(stream);
        let seat = seats.take(&stream, from, at);
        Self { stream, seats, seat, stalled: None }
    }

    /// Its seat, for whoever wants to know who is there.
    pub fn seat(&self) -> Arc<Seat> {
        self.seat.clone()
    }

    /// The first byte that comes, which stays to be read.
    ///
    /// # Errors
    /// As reading; also where nothing comes at all.
    pub async fn first_byte(&self) -> io::Result<u8> {
        let mut byte = [0];
        match self.stream.peek(&mut byte).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(byte[0]),
        }
    }

    fn moved(&mut self, bytes: usize) {
        if bytes > 0 {
            self.seats.moved(&self.seat);
        }
    }

    fn write_with(
        &mut self,
        cx: &mut Context<'_>,
        write: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            match self.stream.poll_write_ready(cx) {
                Poll::Ready(ready) => ready?,
                Poll::Pending => {
                    let timer = self.stalled.get_or_insert_with(|| Box::pin(sleep(PATIENCE)));
                    ready!(timer.as_mut().poll(cx));
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
            }
            match write(&self.stream) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => {
                    self.stalled = None;
                    self.moved(*written.as_ref().unwrap_or(&0));
                    return Poll::Ready(written);
                }
            }
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.seats.leave(&self.seat);
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.stream.poll_read_ready(cx))?;
            match self.stream.try_read(buffer.initialize_unfilled()) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
                Ok(read) => {
                    buffer.advance(read);
                    self.moved(read);
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write_with(cx, |stream| stream.try_write(bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write_with(cx, |stream| stream.try_write_vectored(bytes))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(shutdown(&*self.stream, Shutdown::Write).map_err(io::Error::from))
    }
}
