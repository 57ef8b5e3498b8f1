//! Boxes in one picture: how they lie to one another, and which of them can be dogs at all.

use wimz_vocabulary::{Area, DOGS_IN_SIGHT, Sighting};

use super::tuning::SightTuning;

/// Left to right.
pub fn width(area: &Area) -> f32 {
    area.right.get() - area.left.get()
}

/// Top to bottom.
pub fn height(area: &Area) -> f32 {
    area.bottom.get() - area.top.get()
}

fn size(area: &Area) -> f32 {
    width(area).max(0.0) * height(area).max(0.0)
}

fn middle(area: &Area) -> [f32; 2] {
    [0.5 * (area.left.get() + area.right.get()), 0.5 * (area.top.get() + area.bottom.get())]
}

/// How far apart their middles are: across or down, whichever is more.
pub fn apart(a: &Area, b: &Area) -> f32 {
    let ([ax, ay], [bx, by]) = (middle(a), middle(b));
    (ax - bx).abs().max((ay - by).abs())
}

fn common(a: &Area, b: &Area) -> f32 {
    let across = a.right.get().min(b.right.get()) - a.left.get().max(b.left.get());
    let down = a.bottom.get().min(b.bottom.get()) - a.top.get().max(b.top.get());
    across.max(0.0) * down.max(0.0)
}

/// What they have in common as a share of what both cover, 0 to 1.
pub fn overlap(a: &Area, b: &Area) -> f32 {
    let both = common(a, b);
    both / (size(a) + size(b) - both).max(1e-6)
}

/// Whether they are of one dog.
pub fn is_same(a: &Area, b: &Area, tuning: &SightTuning) -> bool {
    let inside = common(a, b) / size(a).min(size(b)).max(1e-6);
    overlap(a, b).max(inside) >= tuning.same.get()
}

/// Whether the picture's edge cuts it off.
pub fn is_cut(area: &Area, tuning: &SightTuning) -> bool {
    let edge = tuning.edge.get();
    area.left.get().min(area.top.get()) < edge || area.right.get().max(area.bottom.get()) > 1.0 - edge
}

/// Whether a dog can look so.
fn is_plausible(sighting: &Sighting, tuning: &SightTuning) -> bool {
    let (width, height) = (width(&sighting.area), height(&sighting.area));
    let (short, long) = (width.min(height), width.max(height));
    let Area { left, top, .. } = sighting.area;
    sighting.confidence >= tuning.confidence
        && left.get().min(top.get()) >= 0.0
        && short >= tuning.smallest.get()
        && short <= tuning.largest.get()
        && short >= tuning.slimmest.get() * long
}

/// The dogs of a picture, the surest first, each once.
pub fn sift(
    seen: &[Option<Sighting>; DOGS_IN_SIGHT],
    tuning: &SightTuning,
) -> [Option<Sighting>; DOGS_IN_SIGHT] {
    let mut kept: [Option<Sighting>; DOGS_IN_SIGHT] = [None; DOGS_IN_SIGHT];
    let mut sorted = *seen;
    let sureness = |one: &Option<Sighting>| one.map_or(-1.0, |one| one.confidence.get());
    sorted.sort_unstable_by(|a, b| sureness(b).total_cmp(&sureness(a)));
    for sighting in sorted.into_iter().flatten().filter(|one| is_plausible(one, tuning)) {
        let mut others = kept.iter_mut().flatten();
        match others.find(|other| is_same(&other.area, &sighting.area, tuning)) {
            // Two names in one place: each is a dog of its own, one before the other.
            Some(other) if other.tag.is_some() && sighting.tag.is_some() && other.tag != sighting.tag => {}
            Some(other) => {
                other.tag = other.tag.or(sighting.tag);
                continue;
            }
            None => {}
        }
        if let Some(free) = kept.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(sighting);
        }
    }
    kept
}
