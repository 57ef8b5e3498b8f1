//! What the robot sees and makes of it: its picture in the picture, and boxes over what it takes for a dog.
//!
//! The small picture is the software camera's, which is what the robot has; the window's own camera at the robot's lens is
//! finer than that.

use bevy::asset::RenderAssetUsages;
use bevy::image::Image;
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use bevy_egui::egui::{
    self, Align2, Color32, CornerRadius, Painter, Rect, Stroke, StrokeKind, TextureId, Ui,
};
use bevy_egui::{EguiTextureHandle, EguiUserTextures};
use wimz_vocabulary::{Degrees, Ratio, RobotTime};
use wimz_world::camera::{self, Camera};

use super::super::camera::{Angle, Gaze};
use super::super::moment::Moment;
use super::super::{Lens, Place};
use super::{COOL, INK, Panels, SHADE};
use crate::snapshot::{Furnished, Snapshot};

/// How wide the small picture is, in pixels and in points.
const WIDE: u16 = 256;

/// The robot's camera, as the window has it.
#[derive(Resource, Default)]
pub struct Sight(Option<Film>);

struct Film {
    room: Furnished,
    camera: Camera,
    picture: Handle<Image>,
    texture: TextureId,
    at: Option<RobotTime>,
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Sight>();
    app.add_systems(Update, look);
}

fn high(lens: &Lens) -> u16 {
    (f32::from(WIDE) / lens.aspect).clamp(16.0, 1_024.0) as u16
}

/// Has the camera draw what it sees at this moment, if anybody wants to see that.
fn look(
    moment: Res<Moment>,
    place: Res<Place>,
    panels: Res<Panels>,
    gaze: Res<Gaze>,
    mut sight: ResMut<Sight>,
    mut images: ResMut<Assets<Image>>,
    mut textures: ResMut<EguiUserTextures>,
) {
    let is_wanted = panels.shown && panels.sight && gaze.angle != Angle::Eye;
    // Of a robot that is followed only what it takes for a dog is known.
    let shown = moment.shown().filter(|shown| is_wanted && shown.followed.is_none());
    let Some(shown) = shown else { return };
    let (truth, lens) = (&shown.truth, &place.lens);
    let film = sight.0.get_or_insert_with(|| {
        let size = Extent3d { width: WIDE.into(), height: high(lens).into(), depth_or_array_layers: 1 };
        let (black, format) = ([0, 0, 0, 255], TextureFormat::Rgba8UnormSrgb);
        let picture =
            Image::new_fill(size, TextureDimension::D2, &black, format, RenderAssetUsages::default());
        let picture = images.add(picture);
        Film {
            room: shown.room.clone(),
            camera: camera_in(&shown.room, lens),
            texture: textures.add_image(EguiTextureHandle::Weak(picture.id())),
            picture,
            at: None,
        }
    });
    if film.room != shown.room {
        (film.room, film.camera) = (shown.room.clone(), camera_in(&shown.room, lens));
    } else if film.at == Some(truth.at) {
        return;
    }
    film.at = Some(truth.at);
    let frame = film.camera.picture(&truth.eye(&lens.camera), &truth.dogs);
    let Some(mut picture) = images.get_mut(&film.picture) else { return };
    picture.data = Some(
        frame.rgb.as_chunks().0.iter().flat_map(|[red, green, blue]| [*red, *green, *blue, 255]).collect(),
    );
}

/// Another room has another light, and takes tens of milliseconds to bake.
fn camera_in(Furnished(room): &Furnished, lens: &Lens) -> Camera {
    let horizontal_degrees = Degrees::clamped(lens.degrees);
    Camera::new(room, camera::Lens { width: WIDE, height: high(lens), horizontal_degrees })
}

impl Sight {
    /// What the robot sees, with boxes.
    pub fn show(&self, ui: &mut Ui, shown: &Snapshot, lens: &Lens) {
        let size = egui::vec2(f32::from(WIDE), f32::from(high(lens)));
        let (area, _) = ui.allocate_exact_size(size, egui::Sense::hover());
        let Some(film) = &self.0 else { return };
        let whole = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
        ui.painter().image(film.texture, area, whole, Color32::WHITE);
        boxes(&ui.painter().with_clip_rect(area), area, shown, 11.0);
    }
}

/// What the robot takes for a dog, over its picture in this area.
fn boxes(painter: &Painter, picture: Rect, shown: &Snapshot, size: f32) {
    for seen in shown.status.sight.dogs.iter().flatten() {
        let at = |x: Ratio, y: Ratio| {
            picture.min + egui::vec2(x.get() * picture.width(), y.get() * picture.height())
        };
        let area =
            Rect::from_min_max(at(seen.area.left, seen.area.top), at(seen.area.right, seen.area.bottom));
        painter.rect_stroke(area, CornerRadius::same(4), Stroke::new(size / 7.0, COOL), StrokeKind::Outside);
        let who = seen.known.map_or("dog".to_owned(), |known| known.dog.to_string());
        let text = format!("{who} {:.0}%", seen.confidence.get() * 100.0);
        // Inside, where there is no room above.
        let (place, anchor) = if area.top() - picture.top() < 1.5 * size {
            (area.left_top() + egui::vec2(4.0, 3.0), Align2::LEFT_TOP)
        } else {
            (area.left_top() - egui::vec2(0.0, 4.0), Align2::LEFT_BOTTOM)
        };
        painter.text(place, anchor, text, egui::FontId::proportional(size), COOL);
    }
}

/// What the robot makes of its picture, where that fills the window.
pub fn hud(context: &egui::Context, shown: &Snapshot, lens: &Lens) {
    let window = context.content_rect();
    // The whole of the robot's picture is seen: it fills the window in one direction.
    let aspect = lens.aspect;
    let size = if window.width() / window.height() > aspect {
        egui::vec2(window.height() * aspect, window.height())
    } else {
        egui::vec2(window.width(), window.width() / aspect)
    };
    let picture = Rect::from_center_size(window.center(), size);
    let painter = context.layer_painter(egui::LayerId::background());
    let line = Stroke::new(1.5, Color32::from_rgba_unmultiplied(255, 255, 255, 60));
    let middle = picture.center();
    for way in [egui::vec2(9.0, 0.0), egui::vec2(0.0, 9.0)] {
        painter.line_segment([middle - way, middle + way], line);
    }
    boxes(&painter, picture, shown, 14.0);
    // No minus before a zero.
    let [pan, tilt] = [shown.truth.pan, shown.truth.tilt].map(|degrees| degrees.round() + 0.0);
    let head = format!("{}   pan {pan:+.0}   tilt {tilt:+.0}", shown.status.mode);
    let letters = painter.layout_no_wrap(head, egui::FontId::monospace(14.0), INK);
    let low = egui::pos2(window.center().x, window.bottom() - 18.0);
    let area = Align2::CENTER_BOTTOM.anchor_size(low, letters.size());
    painter.rect_filled(area.expand2(egui::vec2(10.0, 5.0)), CornerRadius::same(8), SHADE);
    painter.galley(area.min, letters, INK);
}
