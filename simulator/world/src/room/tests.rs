use super::*;

pub(crate) fn living_room() -> Room {
    let text = include_str!("../../../../assets/rooms/living_room.toml");
    Room::parse(&Document::new("living_room.toml", text)).unwrap()
}
