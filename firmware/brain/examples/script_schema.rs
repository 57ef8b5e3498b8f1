//! Prints the JSON Schema of scripts: `cargo xtask schemas` keeps it in `assets/scripts/script.schema.json`.

use wimz_brain::plans::PlanKind;

fn main() {
    println!("{:#}", PlanKind::Script.schema());
}
