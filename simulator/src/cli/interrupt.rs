//! Ctrl-C, and the end that a system asks for (SIGTERM), for commands that end when they are done.

use std::process::exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{SignalKind, signal};

/// What somebody ended by hand, as shells have it.
pub const INTERRUPTED: u8 = 130;

/// Either ends the program at once, with its code, whoever started it.
pub fn interruptible() {
    heard(|| exit(i32::from(INTERRUPTED)));
}

/// Becomes true with the first of them. The second ends the program at once, if the first has not.
pub fn interrupts() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let tell = flag.clone();
    heard(move || {
        if tell.swap(true, Ordering::Relaxed) {
            exit(i32::from(INTERRUPTED));
        }
    });
    flag
}

fn heard(mut then: impl FnMut() + Send + 'static) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        // Without it they still end the program, by the signal itself.
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            let (Ok(mut interrupt), Ok(mut terminate)) =
                (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
            else {
                return;
            };
            loop {
                tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
                then();
            }
        });
    });
}
