//! Triangles as plain numbers.

use wimz_world::look::Vec3;

/// A heap of triangles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mesh {
    /// Metres.
    pub places: Vec<Vec3>,
    /// Length 1.
    pub normals: Vec<Vec3>,
    /// Where in its picture each corner lies: shares from the upper left.
    pub textures: Vec<[f32; 2]>,
    /// Linear light, and how much of it there is.
    pub colors: Vec<[f32; 4]>,
    /// Three corners each, counterclockwise from outside.
    pub triangles: Vec<[u32; 3]>,
}

impl Mesh {
    /// Adds a corner; its number.
    pub fn corner(&mut self, place: Vec3, normal: Vec3, texture: [f32; 2], color: Vec3) -> u32 {
        // Far below 2^32: a room is some hundred thousand.
        let number = self.places.len() as u32;
        self.places.push(place);
        self.normals.push(normal);
        self.textures.push(texture);
        self.colors.push([color.x, color.y, color.z, 1.0]);
        number
    }

    /// Joins a grid of corners, the first of which has this number: so many a row, so many rows. Each square's outside is
    /// where its corners' normals point.
    pub fn grid(&mut self, first: u32, across: usize, rows: usize) {
        let (across, rows) = (across as u32, rows as u32);
        for row in 1..rows {
            for column in 1..across {
                let d = first + row * across + column;
                let (a, b, c) = (d - across - 1, d - across, d - 1);
                self.face([a, b, d]);
                self.face([a, d, c]);
            }
        }
    }

    /// Adds a triangle the right way round; none if it has no area.
    fn face(&mut self, [a, b, c]: [u32; 3]) {
        let at = |number: u32| self.places[number as usize];
        let normal = (at(b) - at(a)).cross(at(c) - at(a));
        if normal.dot(normal) < 1e-16 {
            return;
        }
        let outside = self.normals[a as usize] + self.normals[b as usize] + self.normals[c as usize];
        self.triangles.push(if normal.dot(outside) < 0.0 { [a, c, b] } else { [a, b, c] });
    }

    /// Takes in another one.
    pub fn append(&mut self, other: &Self) {
        let first = self.places.len() as u32;
        self.places.extend_from_slice(&other.places);
        self.normals.extend_from_slice(&other.normals);
        self.textures.extend_from_slice(&other.textures);
        self.colors.extend_from_slice(&other.colors);
        self.triangles.extend(other.triangles.iter().map(|corners| corners.map(|corner| corner + first)));
    }

    /// Empties it; it keeps its room.
    pub fn clear(&mut self) {
        self.places.clear();
        self.normals.clear();
        self.textures.clear();
        self.colors.clear();
        self.triangles.clear();
    }
}
