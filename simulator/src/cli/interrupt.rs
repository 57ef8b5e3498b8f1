//! Ctrl-C, for commands that end when they are done.

use std::process::exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What somebody ended by hand, as shells have it.
pub const INTERRUPTED: u8 = 130;

/// Ctrl-C ends the program at once, with its code, whoever started it.
pub fn interruptible() {
    heard(|| exit(i32::from(INTERRUPTED)));
}

/// Becomes true with the first ctrl-C. The second ends the program at once, if the first has not.
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
        // Without it ctrl-C still ends the program, by the signal itself.
        let Ok(runtime) = runtime else { return };
        while runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            then();
        }
    });
}
