//! F12 takes a picture of the window as it is, panels and all, into the folder in which one is.

use std::path::{Path, PathBuf};

use bevy::image::Image;
use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};

use super::moment::Moment;
use crate::snapshot::{About, Notice};

pub fn plugin(app: &mut App) {
    app.add_systems(Update, snap);
}

fn snap(mut commands: Commands, keys: Res<ButtonInput<KeyCode>>, moment: Res<Moment>) {
    let Some(shown) = moment.shown().filter(|_| keys.just_pressed(KeyCode::F12)) else { return };
    let at = shown.truth.at;
    let out = unused(&format!("wimz-{:.2}s", at.as_micros() as f64 / 1e6));
    let keep = move |captured: On<ScreenshotCaptured>, mut moment: ResMut<Moment>| {
        let text = match write_down(captured.image.clone(), &out) {
            Ok(()) => format!("a picture of the window: {}", out.display()),
            Err(why) => format!("{}: {why}", out.display()),
        };
        moment.notices.push_back(Notice { at, about: About::Hand, text });
    };
    commands.spawn(Screenshot::primary_window()).observe(keep);
}

/// A file of this name that is not there yet: time stands still while a run is paused.
fn unused(name: &str) -> PathBuf {
    let counted = (2..).map(|count| format!("{name}-{count}.png"));
    let mut names = std::iter::once(format!("{name}.png")).chain(counted).map(PathBuf::from);
    names.find(|path| !path.exists()).unwrap_or_default()
}

fn write_down(image: Image, out: &Path) -> Result<(), String> {
    let picture = image.try_into_dynamic().map_err(|error| error.to_string())?;
    picture.to_rgb8().save(out).map_err(|error| error.to_string())
}
