//! `cargo xtask models`: makes the furniture that the window shows, piece by piece, as binary glTF files.
//!
//! Nothing of it was taken from anywhere. The files come out with the same bytes on every machine.

mod glb;
mod material;
mod seating;
mod storage;
mod surface;
mod tables;
mod things;

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::workspace::Workspace;
use glb::Model;

/// Where they are kept.
const FOLDER: &str = "assets/models";

const MODELS: [fn() -> Model; 14] = [
    seating::armchair,
    seating::chair,
    seating::dog_bed,
    seating::sofa,
    storage::bookshelf,
    storage::toy_box,
    storage::tv_stand,
    tables::coffee_table,
    tables::dining_table,
    tables::side_table,
    things::dog_bowl,
    things::floor_lamp,
    things::plant,
    things::rug,
];

/// Writes all models.
pub fn write(workspace: &Workspace) -> Result<ExitCode> {
    let folder = workspace.path(FOLDER);
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    for (name, bytes) in make()? {
        let place = folder.join(&name);
        std::fs::write(&place, &bytes).with_context(|| format!("writing {}", place.display()))?;
        println!("wrote {FOLDER}/{name}, {} KiB", bytes.len().div_ceil(1024));
    }
    Ok(ExitCode::SUCCESS)
}

fn make() -> Result<Vec<(String, Vec<u8>)>> {
    let made = MODELS.iter().map(|model| {
        let model = model();
        let bytes = glb::write(&model).with_context(|| format!("making the {}", model.kind))?;
        Ok((format!("{}.glb", model.kind), bytes))
    });
    made.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn what_is_committed_is_what_is_made() {
        let folder = Workspace::find().unwrap().path(FOLDER);
        let mut expected = BTreeSet::from(["README.md".to_owned()]);
        for (name, bytes) in make().unwrap() {
            let kept = std::fs::read(folder.join(&name)).unwrap_or_default();
            assert!(kept == bytes, "{name} is out of date: `cargo xtask models` writes it anew");
            expected.insert(name);
        }
        let found = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert_eq!(
            found.collect::<BTreeSet<_>>(),
            expected,
            "what lies in {FOLDER} that is not made, or is missing"
        );
    }
}
