//! Whether a window can be had here: asked before anything is built on it.

use std::fmt;

use bevy::tasks::block_on;

/// Why there is no window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoWindow {
    /// Nobody has a screen here.
    NoDisplay(String),
    /// There is nothing that draws.
    NoGpu(String),
}

impl fmt::Display for NoWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDisplay(why) => write!(f, "there is no display: {why}"),
            Self::NoGpu(why) => write!(f, "nothing here draws 3D: {why}"),
        }
    }
}

impl std::error::Error for NoWindow {}

#[cfg(all(unix, not(target_os = "macos")))]
type Display = x11rb::rust_connection::RustConnection;
#[cfg(not(all(unix, not(target_os = "macos"))))]
type Display = ();

/// What draws.
#[derive(Debug)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// Whether it is the processor itself.
    pub is_processor: bool,
    /// Held until there is a window: an X server whom the last one leaves (Xvfb) starts anew, and turns the next one away meanwhile.
    #[expect(dead_code, reason = "it is there to be held")]
    display: Option<Display>,
}

/// Looks for a display and for something that draws.
///
/// # Errors
/// [`NoWindow`] says which is missing.
pub fn probe() -> Result<Found, NoWindow> {
    let display = Some(display()?);
    Ok(Found { display, ..gpu()? })
}

/// Looks for something that draws.
///
/// # Errors
/// [`NoWindow::NoGpu`].
pub fn gpu() -> Result<Found, NoWindow> {
    let descriptor = wgpu::InstanceDescriptor {
        backends: wgpu::Backends::PRIMARY,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    };
    let instance = wgpu::Instance::new(descriptor);
    let wanted = wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..Default::default()
    };
    let adapter = block_on(instance.request_adapter(&wanted)).map_err(|error| {
        let why = error.to_string();
        // What follows is how each of its ways to draw is missing.
        let why = why.split(['\n', ';', '.']).next().unwrap_or("no adapter").to_lowercase();
        NoWindow::NoGpu(format!(
            "{why} (on Debian, libvulkan1 and mesa-vulkan-drivers draw on the processor)"
        ))
    })?;
    let info = adapter.get_info();
    Ok(Found { name: info.name, is_processor: info.device_type == wgpu::DeviceType::Cpu, display: None })
}

#[cfg(all(unix, not(target_os = "macos")))]
fn display() -> Result<Display, NoWindow> {
    if std::env::var_os("DISPLAY").is_none_or(|name| name.is_empty()) {
        return Err(NoWindow::NoDisplay("DISPLAY is not set".to_owned()));
    }
    match x11rb::connect(None) {
        Ok((display, _)) => Ok(display),
        Err(error) => Err(NoWindow::NoDisplay(error.to_string())),
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn display() -> Result<Display, NoWindow> {
    Ok(())
}
