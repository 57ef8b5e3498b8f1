//! Prints the JSON Schema of missions: `cargo xtask schemas` keeps it in `assets/missions/mission.schema.json`.

use wimz_brain::plans::PlanKind;

fn main() {
    println!("{:#}", PlanKind::Mission.schema());
}
